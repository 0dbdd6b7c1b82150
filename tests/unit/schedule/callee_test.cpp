#include "core/schedule/callee.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "core/base/numbering/number_facts.hpp"
#include "core/base/rng.hpp"
#include "core/schedule/holidays/holidays.hpp"
#include "core/schedule/recurrence/civil.hpp"

namespace callgate {
namespace {

using Kind = CalleeObjection::Kind;
using Words = std::vector<std::string>;
constexpr Millis kHour = std::chrono::hours{1};
constexpr Millis kMonth = std::chrono::hours{24 * 31};

Phone number_of(std::string_view number) {
  INFO(number);
  const auto read = parse_phone(number, "");
  REQUIRE(read.has_value());
  return *read;
}

CalleeClass class_of(std::string_view number, std::string_view zone = "") {
  return callee_class(number_of(number), zone);
}

Instant at(std::string_view text) {
  INFO(text);
  const auto read = parse_rfc3339(text);
  REQUIRE(read.has_value());
  return *read;
}

LocalDay day(std::string_view text) {
  INFO(text);
  const auto read = parse_local_date(text);
  REQUIRE(read.has_value());
  return *read;
}

std::string next(const CalleeHours& hours, std::string_view from, Millis horizon = kMonth) {
  const auto found = hours.next_allowed(at(from), horizon);
  return found ? format_rfc3339(*found) : "never";
}

// "rule_hours America/New_York us-fl", "holiday Europe/Paris fr Bastille Day".
Words why(const CalleeHours& hours, std::string_view when) {
  Words out;
  for (const CalleeObjection& objection : hours.why(at(when))) {
    std::string text{word_of(objection.kind)};
    for (const std::string_view part :
         {objection.zone, objection.rule == nullptr ? "" : objection.rule->id, objection.holiday}) {
      text.append(part.empty() ? "" : " ").append(part);
    }
    out.push_back(text + (objection.stands_in ? " standing in" : ""));
  }
  return out;
}

TEST_CASE("a class is what many calls share, as a short text") {
  CHECK(to_text(class_of("+13055550132")) == "US-FL America/New_York");
  CHECK(to_text(class_of("+18505550132")) == "US-FL America/Chicago,America/New_York");
  CHECK(to_text(class_of("+14155550132")) == "US America/Los_Angeles");  // no rule of California's
  CHECK(to_text(class_of("+12015550132")) == "US America/New_York");
  CHECK(to_text(class_of("+18002345678")) == "US +1");
  CHECK(to_text(class_of("+442079460084")) == "GB Europe/London");
  CHECK(to_text(class_of("+79161234567")) == "RU +7");
  CHECK(to_text(class_of("+34612345678")) == "ES Atlantic/Canary,Europe/Madrid");
  CHECK(to_text(class_of("+18676692345")) == "CA +1867");
  CHECK(to_text(class_of("+12085550132")) == "US America/Boise,America/Denver,America/Los_Angeles");
  CHECK(to_text(class_of("+80012345678")) == "001 -");
  CHECK(to_text(class_of("+17875550132")) == "PR America/Puerto_Rico");
}

TEST_CASE("a contact's own zone stands for the number's, and leaves its place") {
  CHECK(to_text(class_of("+13055550132", "America/Denver")) == "US-FL America/Denver");
  CHECK(to_text(class_of("+18002345678", "Etc/GMT+5")) == "US Etc/GMT+5");
  CHECK(to_text(class_of("+80012345678", "UTC")) == "001 UTC");
  for (const char* nonsense : {"", "+05:30", "-", "America/New York", "Europe/Paris,Asia/Tokyo"}) {
    CHECK(class_of("+13055550132", nonsense) == class_of("+13055550132"));
  }
}

TEST_CASE("a class reads back from its text, for ten thousand numbers") {
  Rng rng{{31}};
  std::size_t longest = 0;
  for (int in_use = 0; in_use < 10'000;) {
    std::string raw = rng.below(3) == 0 ? "+1" : "+";
    for (std::uint64_t left = 8 + rng.below(5); left > 0; --left) {
      raw.push_back(static_cast<char>('0' + rng.below(10)));
    }
    const auto number = parse_phone(raw, "");
    if (!number) {
      continue;
    }
    ++in_use;
    const CalleeClass callee = callee_class(*number, "");
    const std::string text = to_text(callee);
    INFO(raw << ' ' << text);
    const auto read = parse_callee_class(text);
    REQUIRE(read.has_value());
    CHECK(*read == callee);
    const NumberFacts facts = facts_of(*number);
    CHECK(callee.zones.size() <= CalleeClass::kZonesMax);
    CHECK(std::is_sorted(callee.zones.begin(), callee.zones.end()));
    // Where only the calling code is known of an exchange, its area code knows better.
    const bool by_code = wide_area_of(*number) && facts.zones.size() == wide_prefix(0).zones.size();
    for (const std::uint16_t zone : facts.zones) {
      CHECK((by_code || std::binary_search(callee.zones.begin(), callee.zones.end(),
                                           std::string{zone_name(zone)})));
    }
    longest = std::max(longest, text.size());
  }
  CHECK(longest <= 80);
}

TEST_CASE("what is no text of a class is refused") {
  for (const char* text : {"",
                           "US",
                           "US ",
                           " UTC",
                           "us UTC",
                           "USA UTC",
                           "U1 UTC",
                           "US- UTC",
                           "US-fl UTC",
                           "US-FLOR UTC",
                           "US-FL,FL UTC",
                           "US-OK,FL UTC",
                           "US-FL, UTC",
                           "US  UTC",
                           "US UTC ",
                           "US UTC,",
                           "US Europe/Paris,Asia/Tokyo",
                           "US UTC,UTC",
                           "US +",
                           "US +44x",
                           "US +999",
                           "US +01",
                           "US -5",
                           "US 5",
                           "US A B",
                           "US --",
                           "002 -"}) {
    INFO(text);
    CHECK_FALSE(parse_callee_class(text).has_value());
  }
  CHECK_FALSE(parse_callee_class("US " + std::string(65, 'A')).has_value());
  std::string zones;
  for (int i = 0; i < 65; ++i) {
    zones += (zones.empty() ? "" : ",") + std::string("Zone/") + static_cast<char>('A' + i / 8) +
             static_cast<char>('A' + i % 8);
  }
  CHECK_FALSE(parse_callee_class("US " + zones).has_value());
  CHECK(parse_callee_class("US " + zones.substr(0, zones.rfind(','))).has_value());
}

TEST_CASE("the rules of the country and of its part hold together, on the callee's clock") {
  const ZoneTable zones;
  const CalleeHours florida{class_of("+13055550132"), {}, zones};
  REQUIRE(florida.rules().size() == 2);
  CHECK(florida.rules()[0].rule->id == "us");
  CHECK(florida.rules()[1].rule->id == "us-fl");
  CHECK(next(florida, "2026-11-21T09:00:00Z") == "2026-11-21T13:00:00.000Z");  // 08:00
  CHECK(florida.allowed(at("2026-11-22T00:59:59.999Z")));                      // 19:59:59
  CHECK_FALSE(florida.allowed(at("2026-11-22T01:00:00Z")));
  CHECK(why(florida, "2026-11-22T01:30:00Z") == Words{"rule_hours America/New_York us-fl"});
  CHECK(why(florida, "2026-11-22T02:00:00Z") ==
        Words{"rule_hours America/New_York us", "rule_hours America/New_York us-fl"});
  CHECK(florida.why(at("2026-11-22T02:00:00Z"))[1].rule->citations.front().ref ==
        "Fla. Stat. 501.616(6)(a)");
  CHECK(why(florida, "2026-11-21T15:00:00Z").empty());
}

TEST_CASE("a number that may be in two zones rings when both clocks allow it") {
  const ZoneTable zones;
  const CalleeHours hours{class_of("+18505550132"), {}, zones};
  CHECK(next(hours, "2026-11-21T09:00:00Z") == "2026-11-21T14:00:00.000Z");  // 08:00 in Chicago
  CHECK(hours.blocked_zones(at("2026-11-21T13:30:00Z")) ==
        std::vector<std::string_view>{"America/Chicago"});
  CHECK(hours.blocked_zones(at("2026-11-22T01:30:00Z")) ==
        std::vector<std::string_view>{"America/New_York"});
  CHECK(hours.blocked_zones(at("2026-11-21T06:00:00Z")).size() == 2);
  CHECK(why(hours, "2026-11-21T13:30:00Z") ==
        Words{"rule_hours America/Chicago us", "rule_hours America/Chicago us-fl"});
}

TEST_CASE("a number of no place rings when every clock of its code allows it") {
  const ZoneTable zones;
  const CalleeHours hours{class_of("+18002345678"), {}, zones};
  // From 08:00 on Saipan (UTC+10, on the next day) until 21:00 in St. John's (UTC-3:30).
  CHECK(next(hours, "2026-11-21T09:00:00Z") == "2026-11-21T22:00:00.000Z");
  const auto span = next_open(hours.open(), at("2026-11-21T09:00:00Z"));
  REQUIRE(span.has_value());
  CHECK(format_rfc3339(span->close) == "2026-11-22T00:30:00.000Z");
}

TEST_CASE("days and hours of other countries' rules") {
  const ZoneTable zones;
  const CalleeHours france{class_of("+33142685300"), {}, zones};
  CHECK(next(france, "2026-11-20T12:00:00Z") == "2026-11-20T13:00:00.000Z");  // Friday, 13 to 14
  CHECK(next(france, "2026-11-20T19:00:00Z") == "2026-11-23T09:00:00.000Z");  // over the weekend
  const CalleeHours canada{class_of("+14165550132"), {}, zones};
  CHECK(next(canada, "2026-11-21T09:00:00Z") == "2026-11-21T15:00:00.000Z");  // Saturday, 10:00
  const CalleeHours reunion{class_of("+262262123456"), {}, zones};
  CHECK(reunion.rules()[0].rule->id == "fr");
  CHECK(next(reunion, "2026-11-20T19:00:00Z") == "2026-11-23T06:00:00.000Z");
  const CalleeHours puerto_rico{class_of("+17875550132"), {}, zones};
  CHECK(puerto_rico.rules()[0].rule->id == "us");
}

TEST_CASE("where no rule names hours the policy's own count") {
  const ZoneTable zones;
  const CalleeHours germany{class_of("+4930123456"), {}, zones};
  CHECK(germany.rules()[0].rule->id == "de");
  CHECK(next(germany, "2026-11-22T01:00:00Z") == "2026-11-22T07:00:00.000Z");
  CHECK(why(germany, "2026-11-22T20:00:00Z") == Words{"default_hours Europe/Berlin"});
  CalleePolicy policy;
  policy.otherwise = every_day({10 * 60, 12 * 60});
  const CalleeHours japan{class_of("+81312345678"), policy, zones};
  CHECK(japan.rules().empty());
  CHECK(next(japan, "2026-11-21T09:00:00Z") == "2026-11-22T01:00:00.000Z");
  const CalleeHours florida{class_of("+13055550132"), policy, zones};
  CHECK(next(florida, "2026-11-21T09:00:00Z") == "2026-11-21T13:00:00.000Z");
  policy.law = false;
  const CalleeHours lawless{class_of("+13055550132"), policy, zones};
  CHECK(lawless.rules().empty());
  CHECK(next(lawless, "2026-11-21T09:00:00Z") == "2026-11-21T15:00:00.000Z");
}

TEST_CASE("holidays are closed where the law forbids calls on them, and there alone") {
  const ZoneTable zones;
  const CalleeHours france{class_of("+33142685300"), {}, zones};
  CHECK(next(france, "2026-07-13T18:00:00Z") == "2026-07-15T08:00:00.000Z");
  CHECK(why(france, "2026-07-14T09:00:00Z") == Words{"holiday Europe/Paris fr Bastille Day"});
  CHECK(why(france, "2026-07-14T20:00:00Z") ==
        Words{"holiday Europe/Paris fr Bastille Day", "rule_hours Europe/Paris fr"});
  const CalleeHours utah{class_of("+18015550132"), {}, zones};
  CHECK(why(utah, "2026-07-24T18:00:00Z") == Words{"holiday America/Denver us-ut Pioneer Day"});
  const CalleeHours florida{class_of("+13055550132"), {}, zones};
  CHECK(florida.allowed(at("2026-12-25T18:00:00Z")));
  CalleePolicy debt;
  debt.purpose = Purpose::debt;
  CHECK(CalleeHours(class_of("+18015550132"), debt, zones).allowed(at("2026-07-24T18:00:00Z")));
  CalleePolicy lawless;
  lawless.law = false;
  CHECK(CalleeHours(class_of("+33142685300"), lawless, zones).allowed(at("2026-07-14T09:00:00Z")));
}

TEST_CASE("holidays of unknown law are closed when the policy says so") {
  const ZoneTable zones;
  CalleePolicy policy;
  const CalleeClass berlin = class_of("+4930123456");
  CHECK(CalleeHours(berlin, policy, zones).allowed(at("2026-10-03T09:00:00Z")));
  policy.close_unknown_holidays = true;
  const CalleeHours careful{berlin, policy, zones};
  CHECK(why(careful, "2026-10-03T09:00:00Z") == Words{"holiday Europe/Berlin de National Holiday"});
  CHECK(next(careful, "2026-10-03T09:00:00Z") == "2026-10-04T06:00:00.000Z");
  // What is known to be allowed stays so.
  CHECK(CalleeHours(class_of("+13055550132"), policy, zones).allowed(at("2026-12-25T18:00:00Z")));
}

TEST_CASE("the policy closes days and narrows hours, past midnight too") {
  const ZoneTable zones;
  CalleePolicy policy;
  policy.closed_days = {day("2026-11-24"), day("2026-11-23")};
  policy.within = every_day({18 * 60, 2 * 60});
  const CalleeHours hours{class_of("+13055550132"), policy, zones};
  CHECK(next(hours, "2026-11-22T15:00:00Z") == "2026-11-22T23:00:00.000Z");
  CHECK(why(hours, "2026-11-22T15:00:00Z") == Words{"policy_hours America/New_York"});
  CHECK(next(hours, "2026-11-23T15:00:00Z") == "2026-11-25T23:00:00.000Z");
  CHECK(why(hours, "2026-11-23T23:30:00Z") == Words{"closed_day America/New_York"});
  policy.otherwise = every_day({0, 24 * 60});
  const CalleeHours night{class_of("+81312345678"), policy, zones};
  CHECK(night.allowed(at("2026-11-22T16:30:00Z")) == false);  // the 23rd, 01:30
  CHECK(night.allowed(at("2026-11-21T16:30:00Z")));           // the 22nd, 01:30
  // The window of the 24th reaches into the 25th, and went with its day.
  CHECK(why(night, "2026-11-24T16:00:00Z") == Words{"closed_day Asia/Tokyo"});
}

TEST_CASE("on the days when clocks change the wall clock counts") {
  const ZoneTable zones;
  const CalleeHours hours{class_of("+13055550132"), {}, zones};
  CHECK(next(hours, "2026-03-07T01:30:00Z") == "2026-03-07T13:00:00.000Z");
  CHECK(next(hours, "2026-03-08T01:30:00Z") == "2026-03-08T12:00:00.000Z");
  CHECK(next(hours, "2026-11-01T01:30:00Z") == "2026-11-01T13:00:00.000Z");
  CalleePolicy policy;
  policy.law = false;
  policy.otherwise = every_day({2 * 60, 3 * 60});
  const CalleeHours skipped{class_of("+13055550132"), policy, zones};
  CHECK(next(skipped, "2026-03-07T12:00:00Z") == "2026-03-09T06:00:00.000Z");
  policy.otherwise = every_day({60, 2 * 60});
  const CalleeHours twice{class_of("+13055550132"), policy, zones};
  CHECK(twice.allowed(at("2026-11-01T05:30:00Z")));
  CHECK(twice.allowed(at("2026-11-01T06:30:00Z")));
  CHECK_FALSE(twice.allowed(at("2026-11-01T07:00:00Z")));
}

TEST_CASE("without a clock nothing is allowed, and it is said why") {
  const ZoneTable zones;
  const CalleeHours nowhere{class_of("+80012345678"), {}, zones};
  CHECK(why(nowhere, "2026-11-21T15:00:00Z") == Words{"unknown_place"});
  CHECK(next(nowhere, "2026-11-21T15:00:00Z") == "never");
  const CalleeHours mars{class_of("+13055550132", "Mars/Olympus"), {}, zones};
  CHECK(why(mars, "2026-11-21T15:00:00Z") == Words{"unknown_place"});
  CHECK_FALSE(mars.allowed(at("2026-11-21T15:00:00Z")));
  CHECK(mars.blocked_zones(at("2026-11-21T15:00:00Z")).empty());
}

TEST_CASE("hours that nothing has in common are told after what forbids each") {
  const ZoneTable zones;
  CalleePolicy policy;
  policy.within = every_day({21 * 60, 22 * 60});
  const CalleeHours never{class_of("+13055550132"), policy, zones};
  CHECK(why(never, "2026-11-21T15:00:00Z") ==
        Words{"policy_hours America/New_York", "no_common_hour"});
  CHECK(next(never, "2026-11-21T15:00:00Z", std::chrono::hours{24 * 100'000}) == "never");
  CalleeClass far = class_of("+13055550132");
  far.zones = {"America/New_York", "Asia/Tokyo"};
  policy.within = every_day({9 * 60, 17 * 60});
  CHECK(why(CalleeHours{far, policy, zones}, "2026-11-21T15:00:00Z").back() == "no_common_hour");
}

// A policy out of thin air; its ranges may pass midnight.
CalleePolicy random_policy(Rng& rng) {
  const auto weekly = [&rng] {
    WeeklyHours out;
    for (auto& ranges : out.days) {
      for (std::uint64_t left = rng.below(3); left > 0; --left) {
        const auto start = static_cast<std::int32_t>(rng.below(1440));
        const auto end = static_cast<std::int32_t>(rng.below(1441));
        if (start != end) {
          ranges.push_back({start, end});
        }
      }
    }
    return out;
  };
  CalleePolicy policy;
  policy.purpose = static_cast<Purpose>(rng.below(4));
  policy.law = rng.below(5) != 0;
  policy.close_unknown_holidays = rng.below(2) == 0;
  if (rng.below(2) == 0) {
    policy.otherwise = weekly();
  }
  if (rng.below(2) == 0) {
    policy.within = weekly();
  }
  for (std::uint64_t left = rng.below(4); left > 0; --left) {
    policy.closed_days.push_back(day("2026-01-01") + static_cast<LocalDay>(rng.below(400)));
  }
  return policy;
}

const char* const kNumbers[] = {"+13055550132", "+18505550132", "+18015550132",  "+14015550132",
                                "+18002345678", "+33142685300", "+34612345678",  "+4930123456",
                                "+14165550132", "+61491570006", "+919876543210", "+64800125305",
                                "+81312345678", "+80012345678", "+79161234567"};

TEST_CASE("an instant is allowed, or something is said against it; the next is itself its next") {
  const ZoneTable zones;
  Rng rng{{37}};
  for (int round = 0; round < 600; ++round) {
    const CalleeClass callee = class_of(kNumbers[rng.below(std::size(kNumbers))]);
    const CalleeHours hours{callee, random_policy(rng), zones};
    const Instant when = at("2026-01-01T00:00:00Z") +
                         std::chrono::minutes{static_cast<std::int64_t>(rng.below(576'000))};
    INFO(round << ' ' << to_text(callee) << ' ' << format_rfc3339(when));
    const auto objections = hours.why(when);
    CHECK(hours.allowed(when) == objections.empty());
    if (!hours.allowed(when) && callee.country != "001") {
      const auto blocked = hours.blocked_zones(when);
      CHECK_FALSE(blocked.empty());
      for (const std::string_view zone : blocked) {
        CHECK(std::any_of(objections.begin(), objections.end(),
                          [zone](const CalleeObjection& each) { return each.zone == zone; }));
      }
    }
    if (const auto found = hours.next_allowed(when, kMonth)) {
      CHECK(*found >= when);
      CHECK(hours.allowed(*found));
      CHECK(hours.next_allowed(*found, kHour) == found);
      CHECK((*found == when) == hours.allowed(when));
    }
  }
}

TEST_CASE("whatever is added to a policy or a class never widens the hours") {
  const ZoneTable zones;
  Rng rng{{41}};
  for (int round = 0; round < 150; ++round) {
    const CalleeClass callee = class_of(kNumbers[rng.below(std::size(kNumbers))]);
    CalleePolicy loose = random_policy(rng);
    loose.within.reset();
    loose.closed_days.clear();
    loose.close_unknown_holidays = false;
    CalleePolicy tight = random_policy(rng);
    tight.purpose = loose.purpose;
    tight.law = loose.law;
    tight.otherwise = loose.otherwise;
    CalleeClass wider = callee;
    wider.zones.emplace_back("Pacific/Tongatapu");
    const CalleeHours base{callee, loose, zones};
    const CalleeHours tightened{callee, tight, zones};
    const CalleeHours spread{wider, loose, zones};
    INFO(round << ' ' << to_text(callee));
    const Instant begin = at("2026-04-01T00:00:00Z");
    const Instant end = begin + kMonth;
    CHECK(total_open(tightened.open() - base.open(), begin, end) == Millis{0});
    CHECK(total_open(base.open() - base.open(), begin, end) == Millis{0});
    if (!callee.zones.empty()) {
      CHECK(total_open(spread.open() - base.open(), begin, end) == Millis{0});
    }
    // Nothing that any one rule forbids is open.
    for (const AppliedRule& applied : base.rules()) {
      if (applied.rule->weekly == nullptr) {
        continue;
      }
      WeeklyHours named;
      for (std::size_t i = 0; i < named.days.size(); ++i) {
        const auto& ranges = (*applied.rule->weekly)[i];
        named.days[i].assign(ranges.begin(), ranges.end());
      }
      const LocalHours alone{named};
      for (const std::string& name : callee.zones) {
        CHECK(total_open(base.open() - alone.on(*zones.find(name)), begin, end) == Millis{0});
      }
    }
  }
}

}  // namespace
}  // namespace callgate
