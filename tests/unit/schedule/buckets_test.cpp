#include "core/schedule/buckets.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/base/rng.hpp"
#include "core/schedule/recurrence/civil.hpp"
#include "tests/unit/support.hpp"

namespace callgate {
namespace {

Bucket bucket(const char* zone, BucketSize size, const char* at) {
  static const ZoneTable kTable;
  return bucket_at(*kTable.find(zone), size, instant(at));
}

Bucket from_to(const char* begin, const char* end) {
  return {instant(begin), instant(end)};
}

}  // namespace

TEST_CASE("A day is as long as the clock makes it, and a week begins on Monday") {
  CHECK(bucket("America/New_York", BucketSize::day, "2026-11-01T12:00:00Z") ==
        from_to("2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"));
  CHECK(bucket("America/New_York", BucketSize::day, "2026-03-08T12:00:00Z") ==
        from_to("2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"));
  CHECK(bucket("Asia/Kathmandu", BucketSize::day, "2026-11-22T18:14:59Z") ==
        from_to("2026-11-21T18:15:00Z", "2026-11-22T18:15:00Z"));
  CHECK(bucket("UTC", BucketSize::week, "2026-11-22T23:59:59Z") ==
        from_to("2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z"));
  CHECK(bucket("UTC", BucketSize::week, "2026-11-23T00:00:00Z") ==
        from_to("2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"));
}

TEST_CASE("The hour that comes twice is two, and one that is cut by a jump ends there") {
  CHECK(bucket("America/New_York", BucketSize::hour, "2026-11-01T05:30:00Z") ==
        from_to("2026-11-01T05:00:00Z", "2026-11-01T06:00:00Z"));
  CHECK(bucket("America/New_York", BucketSize::hour, "2026-11-01T06:30:00Z") ==
        from_to("2026-11-01T06:00:00Z", "2026-11-01T07:00:00Z"));
  // Lord Howe goes back by half an hour at 02:00: 01:30 to 02:00 comes again.
  CHECK(bucket("Australia/Lord_Howe", BucketSize::hour, "2026-04-04T14:59:00Z") ==
        from_to("2026-04-04T14:00:00Z", "2026-04-04T15:00:00Z"));
  CHECK(bucket("Australia/Lord_Howe", BucketSize::hour, "2026-04-04T15:01:00Z") ==
        from_to("2026-04-04T15:00:00Z", "2026-04-04T15:30:00Z"));
}

TEST_CASE("A day without a midnight begins at the jump") {
  CHECK(bucket("Africa/Cairo", BucketSize::day, "2026-04-24T10:00:00Z").begin ==
        instant("2026-04-23T22:00:00Z"));
}

TEST_CASE("Buckets follow each other without gap or overlap, in every zone and at every instant") {
  const ZoneTable table;
  Rng rng{{7}};
  for (const char* name :
       {"America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu",
        "Africa/Cairo", "Pacific/Apia", "America/Havana", "Asia/Gaza", "Europe/Dublin",
        "America/Scoresbysund", "Antarctica/Troll", "Asia/Tehran", "America/Sao_Paulo"}) {
    const Zone& zone = *table.find(name);
    for (int round = 0; round < 300; ++round) {
      const Instant at =
          from_ms(static_cast<std::int64_t>(rng.below(2'000'000'000'000)) / 900'000 * 900'000 +
                  (round % 2 == 0 ? 0 : 1234));
      CAPTURE(name, to_ms(at));
      for (const BucketSize size : {BucketSize::hour, BucketSize::day, BucketSize::week}) {
        const Bucket one = bucket_at(zone, size, at);
        REQUIRE(one.begin <= at);
        REQUIRE(at < one.end);
        REQUIRE(bucket_at(zone, size, one.begin) == one);
        REQUIRE(bucket_at(zone, size, one.end - Millis{1}) == one);
        REQUIRE(bucket_at(zone, size, one.end).begin == one.end);
      }
    }
    // Through every change of the clock.
    OffsetSpan span = offset_at(zone, instant("2004-01-01T00:00:00Z"));
    while (span.end < instant("2030-01-01T00:00:00Z")) {
      for (const Millis apart :
           {Millis{-3'600'000}, Millis{-60'000}, Millis{0}, Millis{1'800'000}}) {
        const Instant at = span.end + apart;
        CAPTURE(name, to_ms(at));
        for (const BucketSize size : {BucketSize::hour, BucketSize::day, BucketSize::week}) {
          const Bucket one = bucket_at(zone, size, at);
          REQUIRE(one.begin <= at);
          REQUIRE(at < one.end);
          REQUIRE(bucket_at(zone, size, one.end).begin == one.end);
        }
      }
      span = offset_at(zone, span.end);
    }
  }
}

}  // namespace callgate
