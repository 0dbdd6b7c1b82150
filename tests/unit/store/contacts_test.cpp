#include "core/store/contacts.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

namespace callgate {

TEST_CASE("A text of three characters is looked for anywhere, one of two where a word begins") {
  CHECK(name_pattern("ada") == "ada");
  CHECK(name_pattern("  Ada   \tLove ") == "Ada Love");
  CHECK(name_pattern("ad") == " ad");
  CHECK(name_pattern(" ö\"") == " ö\"");
  CHECK(name_pattern("李小龍") == "李小龍");
  CHECK(name_pattern("李小") == " 李小");
  for (const char* short_one : {"", " ", "a", " a ", "龍"}) {
    CHECK_FALSE(name_pattern(short_one));
  }
}

TEST_CASE("The ranges of a prefix hold the numbers that begin with it and no others") {
  CHECK(ranges_of_prefix("").empty());
  CHECK(ranges_of_prefix("0").empty());
  CHECK(ranges_of_prefix("1234567890123456").empty());
  const auto holds = [](std::string_view prefix, std::int64_t digits) {
    const auto ranges = ranges_of_prefix(prefix);
    return std::count_if(ranges.begin(), ranges.end(), [digits](const DigitRange& range) {
      return range.first <= digits && digits <= range.last;
    });
  };
  for (std::int64_t digits = 1; digits < 1'000'000'000'000'000; digits = digits * 3 + 7) {
    const std::string text = std::to_string(digits);
    for (const char* prefix : {"1", "4", "14", "100", "31", "364", "999999999999999"}) {
      const bool begins = text.substr(0, std::string_view{prefix}.size()) == prefix;
      CAPTURE(digits, prefix);
      CHECK(holds(prefix, digits) == (begins ? 1 : 0));
    }
    CHECK(holds(text, digits) == 1);
  }
}

}  // namespace callgate
