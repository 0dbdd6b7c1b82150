#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <string>

#include "core/base/rng.hpp"
#include "core/providers/vapi.hpp"

using namespace callgate;

namespace {

const vapi::Account kAccount{.base_url = "https://api.vapi.ai",
                             .api_key = "key-1",
                             .webhook_url = "",
                             .webhook_credential_id = ""};
constexpr std::string_view kAttempt = "att_1";

Answered answered(std::int64_t status, std::string body, std::int64_t retry_after_s = -1) {
  return {status, retry_after_s, std::move(body)};
}

auto created(std::int64_t status, std::string body, std::int64_t retry_after_s = -1) {
  return vapi::read_create_call(answered(status, std::move(body), retry_after_s), kAccount);
}

vapi::Fact fact_in(std::string_view body) {
  auto read = vapi::read_webhook(body, kAccount);
  REQUIRE(read.has_value());
  REQUIRE(read->has_value());
  return **read;
}

bool says_nothing(std::string_view body) {
  const auto read = vapi::read_webhook(body, kAccount);
  return read.has_value() && !read->has_value();
}

// A list of that many calls of other attempts, and perhaps one more.
std::string list_of(int others, const std::string& last) {
  std::string out = "[";
  for (int i = 0; i < others; ++i) {
    out += (out.size() > 1 ? "," : "") +
           ("{\"id\":\"c" + std::to_string(i) + "\",\"customer\":{\"externalId\":\"att_other\"}}");
  }
  out += last.empty() || others == 0 ? "" : ",";
  return out + last + "]";
}

}  // namespace

TEST_CASE("A created call is a fact with the provider's id and the attempt's") {
  const auto answer = created(201, R"({"id":"c1","status":"queued","name":"att_1",
    "customer":{"externalId":"att_1"},"monitor":{"controlUrl":"https://x.vapi.ai/c1/control"},
    "subscriptionLimits":{"concurrencyBlocked":false,"remainingConcurrentCalls":3}})");
  const auto* fact = std::get_if<vapi::Fact>(&answer);
  REQUIRE(fact != nullptr);
  CHECK(fact->provider_call_id == "c1");
  CHECK(fact->attempt_id == kAttempt);
  CHECK(fact->state == AttemptState::placed);
  CHECK_FALSE(fact->outcome.has_value());
  CHECK(fact->control_url == "https://x.vapi.ai/c1/control");
}

TEST_CASE("A status of a call object is a state of the attempt") {
  struct Row {
    const char* status;
    AttemptState state;
  };
  for (const Row& row :
       {Row{"scheduled", AttemptState::placed}, Row{"queued", AttemptState::placed},
        Row{"ringing", AttemptState::ringing}, Row{"in-progress", AttemptState::in_progress},
        Row{"forwarding", AttemptState::in_progress}, Row{"a-new-word", AttemptState::placed}}) {
    CAPTURE(row.status);
    const auto answer = created(200, R"({"id":"c1","status":")" + std::string{row.status} + "\"}");
    REQUIRE(std::holds_alternative<vapi::Fact>(answer));
    CHECK(std::get<vapi::Fact>(answer).state == row.state);
  }
}

TEST_CASE("The batch form of a created call is read like the plain one") {
  const auto answer = created(201, R"({"subscriptionLimits":{"concurrencyBlocked":false},
    "results":[{"id":"c1","status":"queued"},{"id":"c2","status":"queued"}],"errors":[]})");
  REQUIRE(std::holds_alternative<vapi::Fact>(answer));
  CHECK(std::get<vapi::Fact>(answer).provider_call_id == "c1");

  const auto refused = created(201, R"({"subscriptionLimits":{},"results":[],
    "errors":[{"customer":{"number":"+1"},"error":"customer.number must be E.164"}]})");
  REQUIRE(std::holds_alternative<vapi::Refused>(refused));
  CHECK(std::get<vapi::Refused>(refused).outcome == Outcome::invalid_number);
}

TEST_CASE(
    "A call that the concurrency limit blocked is refused for capacity, with its provider id") {
  for (const char* body :
       {R"({"id":"c1","status":"queued","subscriptionLimits":{"concurrencyBlocked":true}})",
        R"({"results":[{"id":"c1","status":"scheduled"}],
            "errors":[],"subscriptionLimits":{"concurrencyBlocked":true}})",
        R"({"id":"c1","status":"ended",
            "endedReason":"call.start.error-subscription-concurrency-limit-reached"})"}) {
    CAPTURE(body);
    const auto answer = created(201, body);
    const auto* refused = std::get_if<vapi::Refused>(&answer);
    REQUIRE(refused != nullptr);
    CHECK(refused->outcome == Outcome::capacity);
    CHECK(refused->provider_call_id == "c1");
  }
}

TEST_CASE("A call that rings was not blocked, whatever the limits in the answer say") {
  for (const char* status : {"ringing", "in-progress"}) {
    const auto answer =
        created(201, R"({"id":"c1","subscriptionLimits":{"concurrencyBlocked":true},"status":")" +
                         std::string{status} + "\"}");
    CHECK(std::holds_alternative<vapi::Fact>(answer));
  }
}

TEST_CASE("A refusal has the class that its status and its words say") {
  struct Row {
    std::int64_t status;
    const char* body;
    Outcome outcome;
  };
  for (
      const Row& row : {
          Row{429, "", Outcome::capacity},
          Row{429, R"({"message":"Too Many Requests"})", Outcome::capacity},
          Row{400, R"({"message":"Over Concurrency Limit","statusCode":400})", Outcome::capacity},
          Row{403, R"({"message":"concurrency limit reached"})", Outcome::capacity},
          Row{400, R"({"message":"Numbers Have A Daily Outbound Call Limit."})", Outcome::capacity},
          Row{401, R"({"message":"Invalid Key"})", Outcome::config},
          Row{403, R"({"message":"Forbidden"})", Outcome::config},
          Row{402, R"({"message":"Payment Required"})", Outcome::billing},
          Row{400, R"({"message":"Wallet Balance is -0.5. Purchase More Credits."})",
              Outcome::billing},
          Row{400,
              R"({"message":["customer.number must be a valid phone number in the E.164 format"]})",
              Outcome::invalid_number},
          Row{400, R"({"message":"Couldn't Get Phone Number. Need `phoneNumberId`"})",
              Outcome::config},
          Row{400, R"({"message":["assistantId must be a UUID"]})", Outcome::config},
          Row{404, R"({"message":"Not Found"})", Outcome::config},
          Row{422, "<html>", Outcome::config},
      }) {
    CAPTURE(row.status, row.body);
    const auto answer = created(row.status, row.body);
    const auto* refused = std::get_if<vapi::Refused>(&answer);
    REQUIRE(refused != nullptr);
    CHECK(to_word(refused->outcome) == to_word(row.outcome));
    CHECK_FALSE(refused->reason.empty());
    CHECK(refused->reason.size() <= 200);
  }
}

TEST_CASE("A refusal carries Retry-After and the provider's words on one short line") {
  const auto answer =
      created(429, R"({"message":"slow\ndown, please )" + std::string(300, 'x') + "\"}", 17);
  const auto& refused = std::get<vapi::Refused>(answer);
  CHECK(refused.retry_after_s == 17);
  CHECK(refused.reason.size() == 200);
  CHECK(refused.reason.substr(0, 17) == "slow down, please");
}

TEST_CASE("An answer that does not say whether a call was placed is unclear, never a refusal") {
  CHECK(std::holds_alternative<vapi::Unclear>(created(500, R"({"message":"Internal"})")));
  CHECK(std::holds_alternative<vapi::Unclear>(created(503, R"({"message":"concurrency"})")));
  CHECK(std::holds_alternative<vapi::Unclear>(created(408, "")));
  CHECK(std::holds_alternative<vapi::Unclear>(created(302, "")));
  CHECK(std::holds_alternative<vapi::Unclear>(created(0, "")));
  CHECK(std::holds_alternative<vapi::Unclear>(created(201, "")));
  CHECK(std::holds_alternative<vapi::Unclear>(created(201, "{}")));
  CHECK(std::holds_alternative<vapi::Unclear>(created(201, R"({"id":"c1")")));
  CHECK(std::holds_alternative<vapi::Unclear>(created(201, R"({"id":null,"status":"queued"})")));
  CHECK(std::holds_alternative<vapi::Unclear>(created(201, std::string(1'000'000, '['))));
}

TEST_CASE("A call that is looked up is a fact, absent, or unclear") {
  const auto read = [](std::int64_t status, std::string body) {
    return vapi::read_get_call(answered(status, std::move(body)), kAccount);
  };
  const auto ended = read(200, R"({"id":"c1","customer":{"externalId":"att_1"},"status":"ended",
    "endedReason":"customer-busy","startedAt":"2026-11-21T09:30:00.000Z",
    "endedAt":"2026-11-21T09:30:05.250Z",
    "cost":0.0725,"costBreakdown":{"total":9}})");
  const auto* fact = std::get_if<vapi::Fact>(&ended);
  REQUIRE(fact != nullptr);
  CHECK(fact->state == AttemptState::ended);
  CHECK(fact->outcome == Outcome::busy);
  CHECK(fact->ended_reason == "customer-busy");
  CHECK(fact->cost_micros == 72'500);
  REQUIRE(fact->ended_at.has_value());
  CHECK(format_rfc3339(*fact->ended_at) == "2026-11-21T09:30:05.250Z");
  CHECK(*fact->ended_at - *fact->started_at == Millis{5'250});
  CHECK(std::holds_alternative<vapi::Absent>(read(404, R"({"message":"Call not found"})")));
  for (const std::int64_t status : {200, 401, 429, 500, 502}) {
    CHECK(std::holds_alternative<vapi::Unclear>(read(status, "{}")));
  }
}

TEST_CASE(
    "In a list our attempt is found by external id or by name, and a living call comes first") {
  const auto read = [](std::string body) {
    return vapi::read_list_calls(answered(200, std::move(body)), kAttempt, kAccount);
  };
  const auto by_id =
      read(list_of(3, R"({"id":"mine","status":"ringing","customer":{"externalId":"att_1"}})"));
  REQUIRE(std::holds_alternative<vapi::Fact>(by_id));
  CHECK(std::get<vapi::Fact>(by_id).provider_call_id == "mine");
  CHECK(std::get<vapi::Fact>(by_id).state == AttemptState::ringing);
  const auto by_name =
      read(R"({"results":[{"id":"mine","name":"att_1","status":"queued"}],"metadata":{}})");
  REQUIRE(std::holds_alternative<vapi::Fact>(by_name));
  CHECK(std::get<vapi::Fact>(by_name).attempt_id == kAttempt);
  const auto two = read(
      R"([{"id":"dead","name":"att_1","status":"ended","endedReason":"customer-busy"},
          {"id":"live","name":"att_1","status":"in-progress"}])");
  CHECK(std::get<vapi::Fact>(two).provider_call_id == "live");
}

TEST_CASE("A list without our attempt is absence, unless it is full or no list at all") {
  const auto read = [](std::int64_t status, std::string body, std::string_view attempt = kAttempt) {
    return vapi::read_list_calls(answered(status, std::move(body)), attempt, kAccount);
  };
  CHECK(std::holds_alternative<vapi::Absent>(read(200, "[]")));
  CHECK(std::holds_alternative<vapi::Absent>(read(200, list_of(vapi::kListMax - 1, ""))));
  const auto cut_of = [&read](std::string list) {
    return std::get<vapi::Cut>(read(200, std::move(list)));
  };
  CHECK_FALSE(cut_of(list_of(vapi::kListMax, "")).complete_from);
  const auto cut_with_ages = [&cut_of](const std::function<std::int64_t(std::int64_t)>& age) {
    std::string list = "[";
    for (std::int64_t i = 0; i < vapi::kListMax; ++i) {
      list += (i == 0 ? "" : ",") + std::string{R"({"id":"c","createdAt":")"} +
              format_rfc3339(from_ms(1'798'000'000'000 - 10 * age(i))) + R"("})";
    }
    return cut_of(list + "]").complete_from;
  };
  CHECK(cut_with_ages([](auto i) { return i; }) == from_ms(1'798'000'000'000 - 9'990));
  CHECK_FALSE(cut_with_ages([](auto i) { return -i; }));
  CHECK_FALSE(cut_with_ages([](auto i) { return i == 500 ? 3 : i; }));
  CHECK(std::holds_alternative<vapi::Unclear>(read(200, "{}")));
  CHECK(std::holds_alternative<vapi::Unclear>(read(200, "[")));
  CHECK(std::holds_alternative<vapi::Unclear>(read(404, "[]")));
  CHECK(std::holds_alternative<vapi::Unclear>(read(500, "[]")));
  CHECK(std::holds_alternative<vapi::Unclear>(read(200, R"([{"id":"c","name":""}])", "")));
}

TEST_CASE("A status update moves the attempt that it names") {
  const vapi::Fact ringing =
      fact_in(R"({"message":{"timestamp":1767225600000,"type":"status-update",
    "status":"ringing","call":{"id":"c1","status":"queued","customer":{"externalId":"att_1"}}}})");
  CHECK(ringing.state == AttemptState::ringing);
  CHECK(ringing.attempt_id == kAttempt);
  CHECK(ringing.provider_call_id == "c1");

  const vapi::Fact ended = fact_in(R"({"message":{"type":"status-update","status":"ended",
    "endedReason":"customer-did-not-answer","call":{"id":"c1","cost":0},
    "customer":{"externalId":"att_1"}}})");
  CHECK(ended.state == AttemptState::ended);
  CHECK_FALSE(ended.cost_micros);  // the report may still name another
  CHECK(ended.outcome == Outcome::no_answer);
  CHECK(ended.attempt_id == kAttempt);
}

TEST_CASE("A report ends the attempt with its reason, its times and its cost") {
  const vapi::Fact fact =
      fact_in(R"({"message":{"type":"end-of-call-report","endedReason":"assistant-ended-call",
    "startedAt":"2026-11-21T09:30:00Z","endedAt":"2026-11-21T09:31:12.5Z","cost":0.1234567,
    "call":{"id":"c1","status":"in-progress","cost":0,"customer":{"externalId":"att_1"},
            "monitor":{"controlUrl":"http://169.254.169.254/control"}},
    "artifact":{"transcript":"endedReason: voicemail",
    "messages":[{"id":"forged","status":"ringing"}]}}})");
  CHECK(fact.state == AttemptState::ended);
  CHECK(fact.outcome == Outcome::answered);
  CHECK(fact.cost_micros == 123'457);
  CHECK(*fact.ended_at - *fact.started_at == Millis{72'500});
  CHECK(fact.provider_call_id == "c1");
  CHECK(fact.control_url.empty());
}

TEST_CASE("A message that says nothing about a call's state is well-formed and empty") {
  for (const char* body :
       {R"({"message":{"type":"conversation-update","call":{"id":"c1"}}})",
        R"({"message":{"type":"assistant-request"}})",
        R"({"message":{"type":"hang","call":{"id":"c1"}}})",
        R"({"message":{"type":"status-update","status":"ended"}})",
        R"({"message":{"type":"status-update","status":"ended","call":{"id":"c1"}}})",
        R"({"message":{"type":"status-update","status":"a-new-word","call":{"id":"c1"}}})",
        R"({"message":{"type":"status-update","status":"ringing","call":{"id":null}}})"}) {
    CAPTURE(body);
    CHECK(says_nothing(body));
  }
}

TEST_CASE("A webhook that is no server message is refused with the reason") {
  for (const char* body :
       {"", "null", "[]", "{}", "{\"message\":{}}", "{\"message\":\"type\"}",
        R"({"message":{"type":"status-update")", R"({"message.type":"status-update"})"}) {
    CAPTURE(body);
    const auto read = vapi::read_webhook(body, kAccount);
    REQUIRE_FALSE(read.has_value());
    CHECK_FALSE(read.error().detail.empty());
  }
}

TEST_CASE("A webhook nested a million deep is refused, not a crash") {
  const std::string deep(1'000'000, '[');
  CHECK_FALSE(vapi::read_webhook(deep, kAccount).has_value());
  CHECK_FALSE(vapi::read_webhook(R"({"message":{"type":"status-update","x":)" + deep, kAccount)
                  .has_value());
}

TEST_CASE("What is stored of a fact is short, on one line, and valid UTF-8 when cut") {
  std::string reason;
  for (int i = 0; i < 150; ++i) {
    reason += "\xC3\xA9";
  }
  const vapi::Fact fact =
      fact_in(R"({"message":{"type":"end-of-call-report","endedReason":"x)" + reason +
              R"(","call":{"id":"c\u0000\n1","customer":{"externalId":")" + std::string(101, 'a') +
              R"("}}}})");
  CHECK(fact.ended_reason.size() == 199);
  CHECK(fact.provider_call_id == "c  1");
  CHECK(fact.attempt_id.empty());
}

TEST_CASE("A damaged webhook never crashes, and never names another attempt") {
  const std::string good = R"({"message":{"type":"end-of-call-report","endedReason":"customer-busy",
    "cost":0.05,"call":{"id":"c1","customer":{"externalId":"att_1"}}}})";
  Rng rng{std::array<std::uint8_t, 32>{11}};
  const auto below = [&rng](std::size_t bound) {
    return static_cast<std::size_t>(rng.below(bound));
  };
  int facts = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string body = good;
    const auto edits = 1 + below(3);
    for (std::size_t i = 0; i < edits; ++i) {
      const auto at = below(body.size());
      switch (below(3)) {
        case 0:
          body[at] = static_cast<char>(below(256));
          break;
        case 1:
          body.erase(at, 1 + below(8));
          break;
        default:
          body.insert(at, body.substr(below(body.size()), below(20)));
      }
    }
    const auto read = vapi::read_webhook(body, kAccount);
    if (read.has_value() && read->has_value()) {
      ++facts;
      CHECK((*read)->outcome.has_value() == ((*read)->state == AttemptState::ended));
      CHECK((*read)->attempt_id.size() <= 100);
    }
  }
  CHECK(facts > 100);
}
