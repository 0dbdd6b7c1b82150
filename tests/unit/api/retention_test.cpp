#include "core/api/retention.hpp"

#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>

using namespace callgate;

TEST_CASE("A retention is read as it is written, and everything of it may be left out") {
  const auto read =
      decode<RetentionDocument>(R"({"preset":"d","failed":{"days":3,"count":0},"canceled":{},)"
                                R"("scheduledJobs":{"completed":{"count":10}}})");
  REQUIRE(read.has_value());
  CHECK(read->preset == RetentionPreset::document_d);
  CHECK(read->failed->days == 3);
  CHECK(read->failed->count == 0);
  CHECK((read->canceled && !read->canceled->days && !read->canceled->count));
  CHECK(read->scheduled_jobs->completed->count == 10);
  CHECK_FALSE(read->completed);
  CHECK(decode<RetentionDocument>("{}").has_value());
}

TEST_CASE("Every mistake of a retention is told with its place") {
  const auto read = decode<RetentionDocument>(
      R"({"preset":"f","completed":{"days":0},"failed":{"count":-1},"blocked":{"hours":4},)"
      R"("expired":30,"running":{}})");
  REQUIRE_FALSE(read.has_value());
  std::set<std::string> places;
  for (const Issue& issue : read.error()) {
    places.insert(issue.pointer);
  }
  CHECK(places == std::set<std::string>{"/preset", "/completed/days", "/failed/count",
                                        "/blocked/hours", "/expired", "/running"});
}
