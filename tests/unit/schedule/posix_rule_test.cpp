#include "core/schedule/posix_rule.hpp"

#include <catch2/catch_test_macros.hpp>
#include <chrono>

#include "core/base/rng.hpp"

namespace callgate {
namespace {

std::int64_t utc_seconds(std::int64_t year, std::int64_t month, std::int64_t day,
                         std::int64_t hour) {
  return day_of_date(year, month, day) * 86'400 + hour * 3600;
}

TEST_CASE("days and years agree with the standard calendar for eight centuries") {
  using namespace std::chrono;
  for (sys_days day = sys_days{year{1600} / 1 / 1}; day < sys_days{year{2401} / 1 / 1};
       day += days{1}) {
    const year_month_day date{day};
    const std::int64_t number = day.time_since_epoch().count();
    REQUIRE(year_of_day(number) == int{date.year()});
    REQUIRE(day_of_date(int{date.year()}, unsigned{date.month()}, unsigned{date.day()}) == number);
  }
}

TEST_CASE("a rule without daylight time is one offset, counted east of Greenwich") {
  CHECK(parse_posix_rule("IST-5:30")->standard_s == 19'800);
  CHECK(parse_posix_rule("<-0330>3:30")->standard_s == -12'600);
  CHECK(parse_posix_rule("UTC0")->standard_s == 0);
  CHECK(changes_of_years(*parse_posix_rule("IST-5:30"), 2000, 2100).empty());
}

TEST_CASE("New York changes on the second Sunday of March and the first of November") {
  const auto rule = parse_posix_rule("EST5EDT,M3.2.0,M11.1.0");
  REQUIRE(rule.has_value());
  const auto changes = changes_of_years(*rule, 2050, 2050);
  REQUIRE(changes.size() == 2);
  CHECK(changes[0] == OffsetChange{utc_seconds(2050, 3, 13, 7), -4 * 3600});
  CHECK(changes[1] == OffsetChange{utc_seconds(2050, 11, 6, 6), -5 * 3600});
}

TEST_CASE("hours outside the day and negative daylight time are read as RFC 8536 says") {
  const auto jerusalem = parse_posix_rule("IST-2IDT,M3.4.4/26,M10.5.0");
  REQUIRE(jerusalem.has_value());
  CHECK(changes_of_years(*jerusalem, 2026, 2026)[0].at_s == utc_seconds(2026, 3, 27, 0));
  const auto nuuk = parse_posix_rule("<-02>2<-01>,M3.5.0/-1,M10.5.0/0");
  REQUIRE(nuuk.has_value());
  CHECK(changes_of_years(*nuuk, 2026, 2026)[0].at_s == utc_seconds(2026, 3, 29, 1));
  const auto dublin = parse_posix_rule("IST-1GMT0,M10.5.0,M3.5.0/1");
  REQUIRE(dublin.has_value());
  const auto changes = changes_of_years(*dublin, 2026, 2026);
  REQUIRE(changes.size() == 2);
  CHECK(changes[0] == OffsetChange{utc_seconds(2026, 3, 29, 1), 3600});
  CHECK(changes[1] == OffsetChange{utc_seconds(2026, 10, 25, 1), 0});
}

TEST_CASE("the day-of-year forms skip and count 29 February") {
  const auto without = parse_posix_rule("AAA0BBB,J60/0,J61/0");
  const auto with = parse_posix_rule("AAA0BBB,59/0,60/0");
  REQUIRE(without.has_value());
  REQUIRE(with.has_value());
  CHECK(changes_of_years(*without, 2027, 2027)[0].at_s == utc_seconds(2027, 3, 1, 0));
  CHECK(changes_of_years(*without, 2028, 2028)[0].at_s == utc_seconds(2028, 3, 1, 0));
  CHECK(changes_of_years(*with, 2027, 2027)[0].at_s == utc_seconds(2027, 3, 1, 0));
  CHECK(changes_of_years(*with, 2028, 2028)[0].at_s == utc_seconds(2028, 2, 29, 0));
}

TEST_CASE("daylight time all year has no change inside") {
  const auto rule = parse_posix_rule("XXX3EDT4,0/0,J365/23");
  REQUIRE(rule.has_value());
  const auto changes = changes_of_years(*rule, 2020, 2030);
  for (const OffsetChange& change : changes) {
    const bool inside =
        change.at_s > utc_seconds(2020, 1, 2, 0) && change.at_s < utc_seconds(2030, 12, 30, 0);
    CHECK_FALSE(inside);
  }
}

TEST_CASE("what is outside the grammar is refused") {
  for (const std::string_view text :
       {"", "EST", "E5", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.1.0,M11.1.0",
        "EST5EDT,M3.6.0,M11.1.0", "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,J0,J365", "EST5EDT,366,1",
        "EST5EDT,M3.2.0,M11.1.0x", "<EST5", "EST25", "EST5:60", "EST5EDT,M3.2.0/168,M11.1.0",
        "EST5,M3.2.0,M11.1.0"}) {
    INFO(text);
    CHECK_FALSE(parse_posix_rule(text).has_value());
  }
}

TEST_CASE("any text is a rule or refused, and never more") {
  Rng rng{{3}};
  constexpr std::string_view kAlphabet = "ESTDT<>,.:/+-MJ0123456789";
  for (int round = 0; round < 100'000; ++round) {
    std::string text{"EST5EDT,M3.2.0,M11.1.0"};
    for (std::uint64_t left = rng.below(4); left > 0; --left) {
      text[rng.below(text.size())] = kAlphabet[rng.below(kAlphabet.size())];
    }
    const auto rule = parse_posix_rule(text);
    if (rule) {
      REQUIRE(rule->standard_s >= -90'000);
      REQUIRE(rule->standard_s <= 90'000);
      REQUIRE(changes_of_years(*rule, 2030, 2032).size() <= 6);
    }
  }
}

}  // namespace
}  // namespace callgate
