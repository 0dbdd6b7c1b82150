#include "core/base/numbering/number_facts.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "core/base/rng.hpp"
#include "core/schedule/zone.hpp"

namespace callgate {
namespace {

NumberFacts facts(std::string_view number) {
  INFO(number);
  const auto phone = parse_phone(number, "");
  REQUIRE(phone.has_value());
  return facts_of(*phone);
}

std::vector<std::string> zones(std::string_view number) {
  std::vector<std::string> out;
  for (const std::uint16_t zone : facts(number).zones) {
    out.emplace_back(zone_name(zone));
  }
  return out;
}

TEST_CASE("a calling code that regions share is told apart by the number") {
  CHECK(facts("+14155550132").region == "US");
  CHECK(facts("+14165550132").region == "CA");
  CHECK(facts("+18765230132").region == "JM");
  CHECK(facts("+442079460084").region == "GB");
  CHECK(facts("+441534500000").region == "JE");
  CHECK(facts("+77172555555").region == "KZ");
  CHECK(facts("+74955555555").region == "RU");
  CHECK(facts("+390669812345").region == "VA");
  CHECK(facts("+80012345678").region == "001");
  CHECK(facts("+80012345678").zones.empty());
  CHECK(facts("+14155550132").calling_code == 1);
  CHECK(facts("+442079460084").calling_code == 44);
  CHECK(facts("+3545551234").calling_code == 354);
}

TEST_CASE("a number's kind is libphonenumber's") {
  CHECK(facts("+14155550132").type == NumberType::fixed_line_or_mobile);
  CHECK(facts("+442079460084").type == NumberType::fixed_line);
  CHECK(facts("+447400123456").type == NumberType::mobile);
  CHECK(facts("+18002345678").type == NumberType::toll_free);
  CHECK(facts("+19002345678").type == NumberType::premium_rate);
  CHECK(word_of(NumberType::fixed_line) == "fixed_line");
  CHECK(word_of(NumberType::fixed_line_or_mobile) == "fixed_line_or_mobile");
}

TEST_CASE("a place has its zones, and a number of no place those of its calling code") {
  using ZoneNames = std::vector<std::string>;
  CHECK(zones("+14155550132") == ZoneNames{"America/Los_Angeles"});
  CHECK(zones("+64800125305") == ZoneNames{"Pacific/Auckland", "Pacific/Chatham"});
  CHECK(zones("+919876543210") == ZoneNames{"Asia/Calcutta"});
  CHECK(zones("+18002345678").size() > 20);
}

TEST_CASE("every zone of every number in use is one that clocks are known for") {
  const ZoneTable table;
  Rng rng{{23}};
  int in_use = 0;
  std::vector<std::uint16_t> seen;
  while (in_use < 20'000) {
    std::string raw = "+";
    for (std::uint64_t left = 8 + rng.below(6); left > 0; --left) {
      raw.push_back(static_cast<char>('0' + rng.below(10)));
    }
    const auto phone = parse_phone(raw, "");
    if (!phone) {
      continue;
    }
    ++in_use;
    const NumberFacts known = facts_of(*phone);
    CHECK((known.region.size() == 2 || known.region == "001"));
    const std::string code = std::to_string(known.calling_code);
    CHECK(format_e164(*phone).substr(1, code.size()) == code);
    seen.insert(seen.end(), known.zones.begin(), known.zones.end());
  }
  std::sort(seen.begin(), seen.end());
  seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
  CHECK(seen.size() > 200);
  for (const std::uint16_t zone : seen) {
    INFO(zone_name(zone));
    CHECK(table.find(zone_name(zone)) != nullptr);
  }
}

TEST_CASE("what is no number in use is answered too, whatever it is") {
  Rng rng{{29}};
  for (int round = 0; round < 20'000; ++round) {
    const auto digits =
        static_cast<std::int64_t>(rng.below(1'000'000'000'000'000) >> rng.below(50));
    CHECK_FALSE(facts_of(Phone{digits}).region.empty());
  }
}

}  // namespace
}  // namespace callgate
