#include "core/base/phone.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "core/base/rng.hpp"
#include "tests/vectors/vectors.hpp"

namespace callgate {
namespace {

std::string read(std::string_view raw, std::string_view region) {
  const auto phone = parse_phone(raw, region);
  return phone ? format_e164(*phone) : std::string{to_word(phone.error())};
}

TEST_CASE("a number is read in the forms in which people write it") {
  CHECK(read("+14155550132", "") == "+14155550132");
  CHECK(read("(415) 555-0132", "US") == "+14155550132");
  CHECK(read("1-415-555-0132", "US") == "+14155550132");
  CHECK(read("415.555.0132", "CA") == "+14155550132");
  CHECK(read("\t+44 20 7946 0084\r\n", "US") == "+442079460084");
  CHECK(read("+44 (0)20 7946 0084", "US") == "+442079460084");
  CHECK(read("020/7946 0084", "GB") == "+442079460084");
  CHECK(read("0044 20 7946 0084", "DE") == "+442079460084");
  CHECK(read("011 44 20 7946 0084", "US") == "+442079460084");
  CHECK(read("0044 20 7946 0084", "US") == "+442079460084");
  CHECK(read("0011 44 20 7946 0084", "AU") == "+442079460084");
  CHECK(read("tel:+1-415-555-0132", "") == "+14155550132");
  CHECK(read("TEL:+1-415-555-0132", "") == "+14155550132");
  CHECK(read("06 1 234 5678", "HU") == "+3612345678");
  CHECK(read("8 (812) 345-67-89", "RU") == "+78123456789");
  CHECK(read("812 345 67 89", "RU") == "+78123456789");
  CHECK(read("447911123456", "GB") == "+447911123456");
  CHECK(read("919876543210", "IN") == "+919876543210");
  CHECK(read("09876543210", "IN") == "+919876543210");
  CHECK(read("02 1234 5678", "IT") == "+390212345678");  // Italy's zero is part of the number
}

TEST_CASE(
    "what a region dials before its numbers is dropped, and what it leaves out is put there") {
  CHECK(read("8 612 34567", "LT") == "+37061234567");  // Lithuania's old prefix, beside its new one
  CHECK(read("0 612 34567", "LT") == "+37061234567");
  CHECK(read("+241 06 03 12 34 2", "") == "+24160312342");
  CHECK(read("10609", "NF") == "+672310609");  // five digits at home, six abroad
  CHECK(read("+672 10609", "") == "+672310609");
  CHECK(read("464 1234", "AG") == "+12684641234");  // the island's own area
  CHECK(read("1 268 464 1234", "AG") == "+12684641234");
  CHECK(read("91628123", "CC") == "+61891628123");
  CHECK(read("17911 10 1234 5678", "CN") == "+861012345678");  // by way of a carrier
  CHECK(read("0 15 11 2345 6789", "BR") == "+551123456789");
  CHECK(read("011 2345 6789", "BR") == "+551123456789");
}

TEST_CASE("what is wrong with a number is told by the main region of its calling code") {
  CHECK(read("701234558", "IM") == "phone_not_assigned");  // nine digits: Great Britain has such
  CHECK(read("+44 70123 4558", "") == "phone_not_assigned");
  CHECK(read("590 26 01 732", "GP") == "phone_too_short");  // its calling code, without the plus
  CHECK(read("250 122 7399", "RW") == "phone_too_short");
  CHECK(read("872012346", "LT") == "phone_not_assigned");
  CHECK(read("1 1900 235421", "US") == "phone_too_short");
}

TEST_CASE("digits behind a region's international prefix are read as its telephones do") {
  CHECK(read("015 1 415 555 0132", "IL") == "+14155550132");
  CHECK(read("015 1123 41000", "IL") == "phone_too_short");  // 015 112341000 is none of Israel's
  CHECK(read("011 56 600 123 4578", "JP") == "phone_not_assigned");  // Japan's is 010
}

TEST_CASE("blanks, dashes and digits of other scripts are read like their ASCII forms") {
  CHECK(read("+1\u00A0415\u202F555\u20110132", "") == "+14155550132");
  CHECK(read("\u202A+1\u2010415\u2013555\u20150132\u202C", "") == "+14155550132");
  CHECK(read("\uFF0B\uFF11\uFF14\uFF11\uFF15\uFF15\uFF15\uFF15\uFF10\uFF11\uFF13\uFF12", "") ==
        "+14155550132");
  CHECK(read("+\u0669\u0661 98765 43210", "") == "+919876543210");
}

TEST_CASE("what is no number is refused with its reason") {
  CHECK(read("", "US") == "phone_missing");
  CHECK(read(" \u00A0\t", "US") == "phone_missing");
  CHECK(read("n/a", "US") == "phone_syntax");
  CHECK(read("-", "US") == "phone_syntax");
  CHECK(read("+", "US") == "phone_syntax");
  CHECK(read("tel:", "US") == "phone_missing");
  CHECK(read("++14155550132", "US") == "phone_syntax");
  CHECK(read("1+4155550132", "US") == "phone_syntax");
  CHECK(read("415-555-0132 x12", "US") == "phone_syntax");
  CHECK(read("415-555-0132 ext. 5", "US") == "phone_syntax");
  CHECK(read("415-555-0132;ext=5", "US") == "phone_syntax");
  CHECK(read("\xFF", "US") == "phone_syntax");
  CHECK(read("415 555 0132", "") == "phone_syntax");
  CHECK(read("415 555 0132", "ZZ") == "phone_syntax");
  CHECK(read("+999 22 34 5361", "US") == "phone_unknown_country_code");
  CHECK(read("+0 911 234 569", "US") == "phone_unknown_country_code");
  CHECK(read("123", "US") == "phone_too_short");
  CHECK(read("+1 (555)", "US") == "phone_too_short");
  CHECK(read("+1", "US") == "phone_too_short");
  CHECK(read("1", "US") == "phone_too_short");
  CHECK(read("555-0132", "US") == "phone_too_short");
  CHECK(read("+12895550189536", "US") == "phone_too_long");
  CHECK(read(std::string(5000, '4'), "US") == "phone_too_long");
  CHECK(read("+504 221 27 1234", "US") == "phone_invalid_length");
  CHECK(read("115 555 0132", "US") == "phone_not_assigned");
  CHECK(read("+1 415 155 0132", "US") == "phone_not_assigned");
}

TEST_CASE("every calling code is known, and is too short by itself") {
  int known = 0;
  for (int code = 1; code < 1000; ++code) {
    const std::string got = read("+" + std::to_string(code), "");
    INFO(code);
    if (got == "phone_too_short") {
      ++known;
    } else {
      CHECK(got == "phone_unknown_country_code");
    }
  }
  CHECK(known > 200);
}

TEST_CASE("a number that was read reads as itself from its normal form") {
  Rng rng{{7}};
  int accepted = 0;
  constexpr std::string_view kAlphabet = "0123456789012345678901234567890123456789+ -()./x";
  constexpr std::string_view kRegions[] = {"US", "GB", "DE", "IN", "RU", "IT", "AU", "HU", "BR"};
  for (int round = 0; round < 50'000; ++round) {
    std::string raw = rng.below(2) == 0 ? "+" : "";
    for (std::uint64_t left = rng.below(18); left > 0; --left) {
      raw.push_back(kAlphabet[rng.below(kAlphabet.size())]);
    }
    const auto phone = parse_phone(raw, kRegions[rng.below(std::size(kRegions))]);
    if (phone) {
      ++accepted;
      INFO(raw);
      REQUIRE(phone->digits < 1'000'000'000'000'000);
      const auto again = parse_phone(format_e164(*phone), "");
      REQUIRE(again.has_value());
      REQUIRE(*again == *phone);
    }
  }
  CHECK(accepted > 1'000);
}

TEST_CASE("the E.164 vectors of every tier hold") {
  int rows = 0;
  for (const auto& row : read_vectors("e164")) {
    ++rows;
    INFO(row.dump());
    const auto& input = row["input"];
    const auto& expect = row["expect"];
    const std::string raw = input["raw"];
    const std::string region = input["defaultRegion"].is_null() ? "" : input["defaultRegion"];
    if (expect["valid"].get<bool>()) {
      CHECK(read(raw, region) == expect["e164"].get<std::string>());
    } else if (raw.empty()) {
      CHECK(read(raw, region) == "phone_missing");
    } else {
      CHECK(read(raw, region) == "phone_" + expect["reason"].get<std::string>());
    }
  }
  CHECK(rows == 553);
}

}  // namespace
}  // namespace callgate
