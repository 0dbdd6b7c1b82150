#include "core/providers/decimal.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "core/base/rng.hpp"

using namespace callgate;

TEST_CASE("Dollars become millionths by their digits") {
  struct Row {
    const char* number;
    std::int64_t micros;
  };
  for (const Row& row :
       {Row{"0", 0}, Row{"0.0", 0}, Row{"1", 1'000'000}, Row{"0.1", 100'000}, Row{"0.0725", 72'500},
        Row{"0.30000000000000004", 300'000}, Row{"0.0000005", 1},
        Row{"0.00000049999999999999999", 0}, Row{"0.00000005", 0}, Row{"1.9999999", 2'000'000},
        Row{"7.25e-2", 72'500}, Row{"1E2", 100'000'000}, Row{"1e+2", 100'000'000},
        Row{"0e99999999999", 0}, Row{"1e-99999999999", 0}, Row{"0000000000000000000000.5", 500'000},
        Row{"9007199254.740992", 9'007'199'254'740'992}}) {
    CAPTURE(row.number);
    CHECK(decimal_to_micros(row.number) == row.micros);
  }
}

TEST_CASE("What is no sum of money has no millionths") {
  for (const char* number :
       {"", "-1", "-0.1", "abc", "1,5", "1.2.3", "1e", "1e+", "e5", ".", "1 ", "0x10", "NaN",
        "9007199254.740993", "1e10", "1e300", "99999999999999999999"}) {
    CAPTURE(number);
    CHECK_FALSE(decimal_to_micros(number).has_value());
  }
}

TEST_CASE("A sum written with six decimals reads back exactly, whichever way it is written") {
  Rng rng{std::array<std::uint8_t, 32>{3}};
  for (int round = 0; round < 5'000; ++round) {
    const auto micros =
        static_cast<std::int64_t>(rng.below(std::uint64_t{1} << (1 + rng.below(52))));
    std::string fraction = std::to_string(micros % 1'000'000);
    fraction.insert(0, 6 - fraction.size(), '0');
    const std::string whole = std::to_string(micros / 1'000'000);
    CHECK(decimal_to_micros(whole + "." + fraction) == micros);
    CHECK(decimal_to_micros(whole + "." + fraction + "0000000000000000") == micros);
    CHECK(decimal_to_micros(std::to_string(micros) + "e-6") == micros);
  }
}
