#include "core/base/numbering/area_states.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "core/base/numbering/number_facts.hpp"

namespace callgate {
namespace {

using Names = std::vector<std::string_view>;

Names states(std::int64_t digits) {
  return states_of_area(Phone{digits});
}

TEST_CASE("an area code is in its state, also one that was laid over another") {
  CHECK(states(1'305'555'0132) == Names{"FL"});
  CHECK(states(1'850'555'0132) == Names{"FL"});
  CHECK(states(1'203'555'0132) == Names{"CT"});
  CHECK(states(1'475'555'0132) == Names{"CT"});
  CHECK(states(1'202'555'0132) == Names{"DC"});
  CHECK(states(1'718'555'0132) == Names{"NY"});
  CHECK(states(1'401'555'0132) == Names{"RI"});
  CHECK(states(1'907'555'0132) == Names{"AK"});
}

TEST_CASE("an area code with places in two states is in both") {
  CHECK(states(1'201'555'0132) == Names{"NJ", "NY"});
}

TEST_CASE("what is tied to no state is in none") {
  CHECK(states(1'800'234'5678).empty());  // toll free
  CHECK(states(1'500'234'5678).empty());  // personal
  CHECK(states(1'416'555'0132).empty());  // Toronto
  CHECK(states(1'787'555'0132).empty());  // Puerto Rico
  CHECK(states(44'2079'460084).empty());
  CHECK(states(0).empty());
  CHECK(states(305'555'0132).empty());
  CHECK(states(999'999'999'999'999).empty());
}

TEST_CASE("every number of a place in the USA has a state, and no other number has one") {
  int in_use = 0;
  for (std::int64_t area = 200; area < 1000; ++area) {
    const Phone phone{10'000'000'000 + area * 10'000'000 + 222'2222};
    const auto known = parse_phone(format_e164(phone), "");
    const NumberFacts facts = facts_of(phone);
    const bool of_a_place =
        known.has_value() && facts.region == "US" && facts.type == NumberType::fixed_line_or_mobile;
    INFO(area);
    CHECK(of_a_place == !states_of_area(phone).empty());
    in_use += of_a_place ? 1 : 0;
  }
  CHECK(in_use > 300);
}

TEST_CASE("the zones of a wide calling code are those of its numbers of no place") {
  REQUIRE(wide_prefix_count() > 40);
  std::int32_t before = 0;
  for (std::size_t i = 0; i < wide_prefix_count(); ++i) {
    const WidePrefix wide = wide_prefix(i);
    CHECK(wide.zones.size() > 1);
    CHECK(std::is_sorted(wide.zones.begin(), wide.zones.end()));
    CHECK(std::adjacent_find(wide.zones.begin(), wide.zones.end()) == wide.zones.end());
    CHECK(wide.prefix > before);
    before = wide.prefix;
    const auto toll_free = facts_of(Phone{1'800'234'5678}).zones;
    CHECK(std::equal(wide.zones.begin(), wide.zones.end(), toll_free.begin(), toll_free.end()) ==
          (wide.prefix == 1));
  }
}

TEST_CASE("an area code has every zone of its exchanges") {
  const auto florida = wide_area_of(Phone{1'850'555'0132});
  REQUIRE(florida.has_value());
  CHECK(florida->prefix == 1850);
  REQUIRE(florida->zones.size() == 2);
  CHECK(zone_name(florida->zones[0]) == "America/Chicago");
  CHECK(zone_name(florida->zones[1]) == "America/New_York");
  CHECK_FALSE(wide_area_of(Phone{1'305'555'0132}).has_value());
  CHECK_FALSE(wide_area_of(Phone{1'800'234'5678}).has_value());
  CHECK_FALSE(wide_area_of(Phone{70'000'000}).has_value());  // 7 is a calling code
  CHECK_FALSE(wide_area_of(Phone{1'850'555}).has_value());
  for (std::int64_t area = 200; area < 1000; ++area) {
    const auto wide = wide_area_of(Phone{10'000'000'000 + area * 10'000'000});
    const auto whole = wide_prefix(0).zones;
    for (std::int64_t exchange = 200; wide && exchange < 1000; ++exchange) {
      INFO(area << ' ' << exchange);
      const Phone phone{10'000'000'000 + area * 10'000'000 + exchange * 10'000};
      const auto zones = facts_of(phone).zones;
      const bool is_known = zones.size() != whole.size();
      CHECK(std::includes(wide->zones.begin(), wide->zones.end(), zones.begin(), zones.end()) ==
            is_known);
    }
  }
}

}  // namespace
}  // namespace callgate
