#include "core/api/documents/call_queue.hpp"

#include <catch2/catch_test_macros.hpp>
#include <random>
#include <string>

namespace callgate {
namespace {

std::string read_time(std::string_view text) {
  const auto at = parse_queue_time(text);
  return at ? format_rfc3339(*at) : "none";
}

}  // namespace

TEST_CASE("a queue's priority comes to ten ranks each, strictly monotonic and never cut off") {
  std::mt19937_64 random{20261122};
  for (int round = 0; round < 10'000; ++round) {
    const std::int64_t number = static_cast<std::int64_t>(random() % 2'000'001) - kDocumentCMax;
    const CallPriority priority = priority_of_queue(number);
    REQUIRE(queue_priority_of(priority.rank) == number);
    REQUIRE(priority.rank == 10 * number);
    if (number < kDocumentCMax) {
      REQUIRE(priority_of_queue(number + 1).rank > priority.rank);
    }
  }
}

TEST_CASE("a rank of another scale is shown as the nearest number of the queue's") {
  CHECK(queue_priority_of(100) == 10);
  CHECK(queue_priority_of(75) == 8);
  CHECK(queue_priority_of(50) == 5);
  CHECK(queue_priority_of(25) == 3);
  CHECK(queue_priority_of(10) == 1);
  CHECK(queue_priority_of(-14) == -1);
  CHECK(queue_priority_of(-16) == -2);
  for (std::int64_t rank = -1000; rank < 1000; ++rank) {
    CHECK(queue_priority_of(rank) <= queue_priority_of(rank + 1));
  }
}

TEST_CASE("a queue's times are read as people write them, and nothing else is") {
  CHECK(read_time("2023-07-29T18:00:00Z") == "2023-07-29T18:00:00.000Z");
  CHECK(read_time("2023-07-29 18:00:00.250z") == "2023-07-29T18:00:00.250Z");
  CHECK(read_time("2023-07-29 18:00") == "2023-07-29T18:00:00.000Z");
  CHECK(read_time("2023-07-29T18:00 +0530") == "2023-07-29T12:30:00.000Z");
  CHECK(read_time("2023-07-29T18:00:00-05:00") == "2023-07-29T23:00:00.000Z");
  CHECK(read_time("2023-07-29") == "2023-07-29T00:00:00.000Z");
  for (const char* wrong : {"", "now", "2023-02-30", "2023-07-29T25:00:00Z", "29/07/2023 18:00",
                            "2023-07-29T18", "2023-07-29T18:00:00+5", "2023-07-29X18:00:00Z"}) {
    CHECK(read_time(wrong) == "none");
  }
}

TEST_CASE("a queue's refusal names each mistake and its place") {
  const Response said = queue_refusal(
      {422, "validation_failed", "It cannot be taken.", {{"/priority", "not_an_integer", "No."}}});
  CHECK(said.status == 422);
  CHECK(said.body ==
        R"({"success":false,"message":"It cannot be taken.","error":"validation_failed",)"
        R"("errors":[{"field":"/priority","code":"not_an_integer","message":"No."}]})");
}

}  // namespace callgate
