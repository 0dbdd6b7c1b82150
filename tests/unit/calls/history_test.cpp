#include "core/calls/history.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace callgate;

namespace {

EndedAttempt attempt(std::int64_t number, Outcome outcome, std::string reason,
                     std::int64_t cost_micros = 0) {
  EndedAttempt ended;
  ended.number = number;
  ended.outcome = outcome;
  ended.reason = std::move(reason);
  ended.provider_call_id = "call-" + std::to_string(number);
  ended.dialed_at = from_ms(1'798'000'000'000);
  ended.ended_at = from_ms(1'798'000'030'000);
  ended.cost_micros = cost_micros;
  return ended;
}

}  // namespace

TEST_CASE("Attempts are told oldest first, with what is known of each") {
  std::string history = append_attempt("", attempt(1, Outcome::busy, "customer-busy"));
  history = append_attempt(history, attempt(2, Outcome::answered, "customer-ended-call", 4'200));
  CHECK(history == R"([{"attempt":1,"outcome":"busy","endedReason":"customer-busy",)"
                   R"("providerCallId":"call-1","dialedAt":"2026-12-23T04:26:40.000Z",)"
                   R"("endedAt":"2026-12-23T04:27:10.000Z"},)"
                   R"({"attempt":2,"outcome":"answered","endedReason":"customer-ended-call",)"
                   R"("providerCallId":"call-2","dialedAt":"2026-12-23T04:26:40.000Z",)"
                   R"("endedAt":"2026-12-23T04:27:10.000Z","costMicros":4200}])");
  CHECK(count_outcome(history, Outcome::busy) == 1);
  CHECK(count_outcome(history, Outcome::voicemail) == 0);
}

TEST_CASE("A call that is put off many times keeps one entry a reason, with their number") {
  std::string history;
  for (std::int64_t number = 1; number <= 1'000; ++number) {
    const Outcome outcome = number % 3 == 0 ? Outcome::not_placed : Outcome::capacity;
    history = append_attempt(history, attempt(number, outcome, "full"));
  }
  CHECK(history.size() < 500);
  CHECK(history.find(R"("attempt":999,"outcome":"not_placed","times":333,)") < history.size());
  CHECK(history.find(R"("attempt":1000,"outcome":"capacity","times":667,)") < history.size());

  history = append_attempt(history, attempt(1'001, Outcome::busy, "customer-busy"));
  history = append_attempt(history, attempt(1'002, Outcome::capacity, "full"));
  history = append_attempt(history, attempt(1'003, Outcome::capacity, "full"));
  CHECK(history.find(R"("attempt":1003,"outcome":"capacity","times":2,)") < history.size());
  CHECK(history.find(R"("attempt":1000,"outcome":"capacity","times":667,)") < history.size());
  CHECK(history.find(",,") == std::string::npos);
  CHECK(history.find("[,") == std::string::npos);

  std::string alone = append_attempt("", attempt(1, Outcome::capacity, "full"));
  alone = append_attempt(alone, attempt(2, Outcome::capacity, "full"));
  CHECK(alone.rfind(R"([{"attempt":2,"outcome":"capacity","times":2,)", 0) == 0);
  CHECK(alone.substr(alone.size() - 2) == "}]");
}

TEST_CASE("A price that comes late is added to its own attempt, once") {
  std::string history;
  for (std::int64_t number = 1; number <= 12; ++number) {
    history = append_attempt(history, attempt(number, Outcome::voicemail, "voicemail"));
  }
  for (const std::int64_t number : {12, 1, 2}) {
    const auto priced = with_cost(history, number, 1'000 + number, "");
    REQUIRE(priced);
    std::string wanted;
    for (std::int64_t each = 1; each <= 12; ++each) {
      const std::int64_t cost = each == number ? 1'000 + number : 0;
      wanted = append_attempt(wanted, attempt(each, Outcome::voicemail, "voicemail", cost));
    }
    CHECK(*priced == wanted);
    CHECK_FALSE(with_cost(*priced, number, 5, ""));
    CHECK(awaits_price(history, number));
    CHECK_FALSE(awaits_price(*priced, number));
    const auto free_of_charge = with_cost(history, number, 0, "");
    REQUIRE(free_of_charge);
    CHECK_FALSE(awaits_price(*free_of_charge, number));
  }
  CHECK_FALSE(with_cost(history, 13, 5, ""));
  CHECK_FALSE(awaits_price(history, 13));
  CHECK_FALSE(with_cost("", 1, 5, ""));
}

TEST_CASE("No word of the provider is taken for the record's own text") {
  const std::string word = R"(x"},{"attempt":2,"costMicros":7}])";
  const std::string history = append_attempt(append_attempt("", attempt(1, Outcome::busy, word)),
                                             attempt(2, Outcome::busy, "}]}"));
  const auto priced = with_cost(history, 2, 9, "");
  REQUIRE(priced);
  CHECK(*priced == append_attempt(append_attempt("", attempt(1, Outcome::busy, word)),
                                  attempt(2, Outcome::busy, "}]}", 9)));
}

TEST_CASE("Each round counts its own attempts, and the history keeps them all") {
  std::string history = append_attempt("", attempt(1, Outcome::busy, "busy"));
  history = append_attempt(history, attempt(2, Outcome::busy, "busy"));
  EndedAttempt third = attempt(3, Outcome::busy, R"("round":2)", 700);
  CHECK(count_outcome(history, Outcome::busy, 1) == 2);
  CHECK(count_outcome(history, Outcome::busy, 2) == 0);
  third.round = 2;
  history = append_attempt(history, third);
  CHECK(count_outcome(history, Outcome::busy, 2) == 1);
  EndedAttempt fourth = attempt(4, Outcome::no_answer, "silence");
  fourth.round = 2;
  history = append_attempt(history, fourth);
  CHECK(count_outcome(history, Outcome::busy, 2) == 1);
  CHECK(count_outcome(history, Outcome::no_answer, 2) == 1);
  CHECK(count_outcome(history, Outcome::busy, 3) == 0);
  CHECK(history.find(R"("round":2,"costMicros":700})") != std::string::npos);
  CHECK(with_cost(history, 4, 5, ""));
}
