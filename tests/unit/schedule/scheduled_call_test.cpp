#include "core/schedule/scheduled_call.hpp"

#include <catch2/catch_test_macros.hpp>
#include <random>

#include "core/store/scheduled_calls.hpp"
#include "tests/unit/support.hpp"
#include "tests/vectors/vectors.hpp"

namespace callgate {
namespace {

ScheduledCall call_in(const char* zone, bool end_included = false) {
  ScheduledCall call;
  call.timezone = zone;
  call.respects_hours = true;
  call.hours = {{1, 2, 3, 4, 5}, "09:00", "18:00", zone};
  call.end_included = end_included;
  return call;
}

Instant at(const char* text) {
  return parse_rfc3339(text).value();
}

ScheduledCall recurring(const char* zone, Instant anchor, SeriesStep step, std::int64_t interval) {
  ScheduledCall call;
  call.timezone = zone;
  call.asked = anchor;
  call.recurring = ScheduledCall::Recurring{anchor, {}};
  call.recurring->rule.step = step;
  call.recurring->rule.interval = interval;
  return call;
}

TEST_CASE("a scheduled call is moved into its hours as the worked examples of business hours are") {
  const ZoneTable table;
  int rows = 0;
  for (const auto& row : read_vectors("examples")) {
    const auto& input = row["input"];
    if (row["family"] != "next_available" || input.contains("level")) {
      continue;
    }
    ++rows;
    INFO(row.dump());
    const auto& hours = input["config"]["businessHours"];
    ScheduledCall call;
    call.respects_hours = true;
    call.hours = {hours["daysOfWeek"].get<std::vector<std::int64_t>>(), hours["startTime"],
                  hours["endTime"], hours["timezone"]};
    const Instant asked = at(input["after"].get<std::string>().c_str());
    const auto moved = moved_into_hours(call, asked, table);
    REQUIRE(moved.has_value());
    CHECK(*moved == at(row["expect"]["time"].get<std::string>().c_str()));
    call.respects_hours = false;
    CHECK(moved_into_hours(call, asked, table) == asked);
  }
  CHECK(rows == 10);
}

TEST_CASE("the very end of the hours is inside where the document is read to the letter") {
  const ZoneTable table;
  const Instant end = at("2025-11-04T12:30:00Z");  // 18:00 in India, a Tuesday
  for (const bool included : {false, true}) {
    CAPTURE(included);
    const ScheduledCall call = call_in("Asia/Kolkata", included);
    CHECK(moved_into_hours(call, end, table) == (included ? end : at("2025-11-05T03:30:00Z")));
    CHECK(moved_into_hours(call, end - Millis{1}, table) == end - Millis{1});
    CHECK(moved_into_hours(call, end + Millis{1}, table) == at("2025-11-05T03:30:00Z"));
    // A Saturday ends no business hours.
    CHECK(moved_into_hours(call, at("2025-11-08T12:30:00Z"), table) == at("2025-11-10T03:30:00Z"));
  }
}

TEST_CASE("hours whose zone is not in the table move nothing") {
  const ZoneTable table;
  CHECK_FALSE(moved_into_hours(call_in("Mars/Olympus"), kEpoch, table).has_value());
}

TEST_CASE("a chain has every occurrence of its series once, however late each call ends") {
  const ZoneTable table;
  std::mt19937_64 random{11};
  for (const char* zone : {"UTC", "America/New_York", "Asia/Kolkata", "Europe/Berlin"}) {
    for (const SeriesStep step : {SeriesStep::daily, SeriesStep::weekly, SeriesStep::monthly}) {
      CAPTURE(zone, static_cast<int>(step));
      const Instant anchor = at("2027-01-31T14:30:00Z");
      ScheduledCall call = recurring(zone, anchor, step, 1 + static_cast<int>(random() % 3));
      call.recurring->rule.occurrences_max = 12;
      const auto series = Series::make(*table.find(zone), anchor, call.recurring->rule);
      REQUIRE(series.has_value());
      Instant now = anchor;
      for (;;) {
        now = std::max(now, call.asked) + Millis{static_cast<std::int64_t>(random() % 200'000'000)};
        const auto next = next_in_chain(call, now, table);
        const auto wanted = series->next(now);
        REQUIRE(next.has_value() == wanted.has_value());
        if (!next) {
          break;
        }
        CHECK(next->asked > now);
        CHECK(next->asked == wanted->occurrence.at);
        CHECK(next->occurrence == wanted->index + 1);
        CHECK(next->occurrence > call.occurrence);
        call.occurrence = next->occurrence;
        call.asked = next->asked;
      }
      CHECK(call.occurrence <= 12);
    }
  }
}

TEST_CASE("an occurrence that was moved does not drag those behind it") {
  const ZoneTable table;
  ScheduledCall call = call_in("UTC");
  const Instant anchor = at("2027-01-01T20:00:00Z");  // a Friday, after hours: Monday at 09:00
  call.asked = anchor;
  call.recurring = ScheduledCall::Recurring{anchor, {SeriesStep::weekly, 1, {}, {}}};
  CHECK(moved_into_hours(call, anchor, table) == at("2027-01-04T09:00:00Z"));
  const auto next = next_in_chain(call, at("2027-01-04T09:05:00Z"), table);
  REQUIRE(next.has_value());
  CHECK(next->asked == at("2027-01-08T20:00:00Z"));
  CHECK(next->at == at("2027-01-11T09:00:00Z"));
  CHECK(next->occurrence == 2);
}

TEST_CASE("a chain ends with its count, its last date or its last instant") {
  const ZoneTable table;
  ScheduledCall call = recurring("UTC", at("2027-01-01T10:00:00Z"), SeriesStep::daily, 1);
  const Instant over = call.asked + Millis{1};
  CHECK(next_in_chain(call, over, table)->occurrence == 2);
  call.recurring->rule.occurrences_max = 1;
  CHECK_FALSE(next_in_chain(call, over, table).has_value());
  call.recurring->rule.occurrences_max.reset();
  call.recurring->rule.end = {{}, at("2027-01-02T10:00:00Z")};
  CHECK(next_in_chain(call, over, table).has_value());
  call.recurring->rule.end = {{}, at("2027-01-02T09:59:59Z")};
  CHECK_FALSE(next_in_chain(call, over, table).has_value());
  call.recurring.reset();
  CHECK_FALSE(next_in_chain(call, over, table).has_value());
}

TEST_CASE("what is packed of a scheduled call comes out again") {
  CHECK(pack_scheduled_call({}).empty());
  CHECK_FALSE(unpack_scheduled_call({}).has_value());
  for (int bits = 0; bits < 32; ++bits) {
    CAPTURE(bits);
    ScheduledCall call = (bits & 1) != 0 ? call_in("Asia/Kolkata") : ScheduledCall{};
    call.timezone = "Europe/Berlin";
    call.asked = at("2027-01-01T20:00:00Z");
    call.dispatched = (bits & 2) != 0;
    call.end_included = call.hours_given = (bits & 4) != 0;
    call.respects_hours = (bits & 16) != 0;
    if ((bits & 8) != 0) {
      call.recurring = ScheduledCall::Recurring{call.asked, {SeriesStep::monthly, 3, 7, {}}};
      call.recurring->rule.end = {
          bits % 3 == 0 ? std::optional<std::int64_t>{20'000} : std::nullopt, call.asked};
    }
    call.occurrence = bits;
    call.parent = bits * 1'000'000;
    call.parent_created_at = call.asked + Millis{bits};
    call.next = bits + 1;
    const Blob packed = pack_scheduled_call(call);
    const auto back = unpack_scheduled_call(packed);
    REQUIRE(back.has_value());
    CHECK(pack_scheduled_call(back) == packed);
    CHECK(back->dispatched == call.dispatched);
    CHECK(back->hours == call.hours);
    CHECK(back->respects_hours == call.respects_hours);
    CHECK(back->recurring.has_value() == call.recurring.has_value());
    CHECK(back->occurrence == call.occurrence);
    CHECK(back->parent_created_at == call.parent_created_at);
    CHECK(back->next == call.next);
  }
}

}  // namespace
}  // namespace callgate
