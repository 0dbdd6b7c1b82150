// The simulated carrier as its clients meet it: a real process, spoken to over HTTP.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <ctime>
#include <nlohmann/json.hpp>
#include <set>

#include "native-server/sim_carrier/webhook_sender.hpp"
#include "tests/sim_carrier/support.hpp"

namespace callgate::sim_carrier_test {
namespace {

using Flags = std::vector<std::string>;

Flags with_key(Flags flags) {
  flags.insert(flags.end(), {"--key", "test-key"});
  return flags;
}

// Everybody answers and hangs up at once, without a limit.
Flags quick(Flags flags = {}) {
  flags.insert(flags.end(), {"--time-scale", "0", "--concurrency", "0"});
  return with_key(std::move(flags));
}

// Calls last for hours, so that a test decides when they end.
Flags slow(Flags flags = {}) {
  flags.insert(flags.end(), {"--answer", "1", "--ring", "0", "--talk", "1000m"});
  return with_key(std::move(flags));
}

std::string path_of(const std::string& url) {
  return url.substr(url.find('/', 8));
}

std::vector<std::string> ids_in(const Answer& list) {
  std::vector<std::string> ids;
  for (const auto& call : list.json()) {
    ids.push_back(call["customer"]["externalId"]);
  }
  return ids;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("the same seed tells the same story whatever the order of the calls") {
  constexpr int kNumbers = 150;
  const Flags flags = quick({"--seed", "11", "--fault-refuse", "0.1", "--fault-5xx-after", "0.1",
                             "--fault-429", "5%", "--fault-webhook-lose", "0.2"});
  const WebhookReceiver receiver;
  std::vector<std::set<std::string>> stories;
  for (const bool backwards : {false, true}) {
    const SimCarrier carrier(flags);
    for (int round = 0; round < 2; ++round) {
      for (int at = 0; at < kNumbers; ++at) {
        const int index = backwards ? kNumbers - 1 - at : at;
        static_cast<void>(
            carrier.create(number_of(index), "e" + std::to_string(index), receiver.as_server()));
      }
      carrier.settle();
    }
    std::set<std::string> story;
    for (const auto& row : carrier.ledger("?all=1")) {
      story.insert(Json{row["number"], row["dial"], row["outcome"], row["endedReason"],
                        row["cost_micros"], row["http_status"], row["faults"]}
                       .dump());
    }
    stories.push_back(std::move(story));
  }
  CHECK(stories[0].size() > kNumbers);
  CHECK(stories[0] == stories[1]);
}

TEST_CASE("a created call is told as the provider tells it") {
  const SimCarrier carrier(slow({"--concurrency", "3"}));
  const auto made = carrier.create(number_of(1), "attempt-1", {{"name", "call one"}});
  REQUIRE(made.status == 201);
  const auto call = made.json();
  CHECK(call["status"] == "queued");
  CHECK(call["type"] == "outboundPhoneCall");
  CHECK(call["customer"] == Json{{"number", number_of(1)}, {"externalId", "attempt-1"}});
  CHECK(call["name"] == "call one");
  CHECK(call["assistantId"] == "assistant-1");
  CHECK(call["phoneNumberId"] == "number-1");
  CHECK(call["subscriptionLimits"]["concurrencyBlocked"] == false);
  CHECK(call["subscriptionLimits"]["concurrencyLimit"] == 3);
  CHECK(call["monitor"]["controlUrl"].get<std::string>().rfind(carrier.url(), 0) == 0);
  const auto path = "/call/" + call["id"].get<std::string>();
  wait_until("it is answered", [&] { return carrier.get(path).json()["status"] == "in-progress"; });
  CHECK(carrier.get(path).json()["startedAt"].is_string());
  CHECK(carrier.get("/call/00000000-0000-7000-8000-000000000000").status == 404);
}

TEST_CASE("who has no key gets 401, and the instruments need none") {
  const SimCarrier carrier({"--key", "another"});
  CHECK(carrier.create(number_of(1), "e").status == 401);
  CHECK(carrier.get("/call").status == 401);
  CHECK(carrier.get("/sim/stats").status == 200);
  CHECK(carrier.stats()["requests"] == 0);
}

TEST_CASE("a request that cannot stand is refused with every reason and not counted") {
  const SimCarrier carrier(quick());
  const auto refused = carrier.request("POST", "/call", R"({"customer":{"number":"12"}})");
  CHECK(refused.status == 400);
  CHECK(refused.json()["statusCode"] == 400);
  CHECK(refused.json()["message"].size() == 3);
  CHECK(carrier.request("POST", "/call", "{").status == 400);
  CHECK(carrier.request("PUT", "/call", "{}").status == 404);
  CHECK(carrier.stats()["requests"] == 0);
}

TEST_CASE("a call's webhooks come in the order of its life, signed, and the report has the cost") {
  const WebhookReceiver receiver;
  const SimCarrier carrier(quick({"--answer", "1", "--webhook-secret", "hush", "--webhook-url",
                                  receiver.url(), "--talk", "60s"}));
  for (int index = 0; index < 20; ++index) {
    REQUIRE(carrier.create(number_of(index), "e" + std::to_string(index)).status == 201);
  }
  carrier.settle();
  for (int index = 0; index < 20; ++index) {
    CHECK(receiver.story("e" + std::to_string(index)) ==
          Names{"ringing", "in-progress", "ended", "report"});
  }
  const auto received = receiver.received();
  REQUIRE(received.size() == 80);
  for (const auto& one : received) {
    const auto timestamp = one.headers.at("x-timestamp");
    CHECK(one.headers.at("x-signature") ==
          sim_carrier::webhook_signature("hush", timestamp, one.body));
    CHECK(std::abs(std::stoll(timestamp) - std::time(nullptr)) < 60);
  }
  const auto report = std::find_if(received.begin(), received.end(), [](const Received& one) {
    return one.message()["type"] == "end-of-call-report";
  });
  REQUIRE(report != received.end());
  const auto message = report->message();
  CHECK(message["cost"] == 0.05);  // a minute
  CHECK(message["durationSeconds"] == 60);
  CHECK(message["call"]["status"] == "ended");
  CHECK(message["analysis"]["successEvaluation"] == "true");
  CHECK_FALSE(message["artifact"]["transcript"].get<std::string>().empty());
}

TEST_CASE("each outcome ends with the provider's word for it") {
  const std::pair<const char*, const char*> cases[] = {{"--busy", "customer-busy"},
                                                       {"--no-answer", "customer-did-not-answer"},
                                                       {"--voicemail", "voicemail"}};
  for (const auto& [flag, reason] : cases) {
    const SimCarrier carrier(quick({flag, "1"}));
    REQUIRE(carrier.create(number_of(1), "e").status == 201);
    carrier.settle();
    CHECK(carrier.ledger().at(0)["endedReason"] == reason);
  }
  const SimCarrier failing(quick({"--answer", "0", "--failed-reasons", "one-reason,one-reason"}));
  REQUIRE(failing.create(number_of(1), "e").status == 201);
  failing.settle();
  CHECK(failing.ledger().at(0)["endedReason"] == "one-reason");
  CHECK(failing.ledger().at(0)["outcome"] == "failed");
}

TEST_CASE("a request fault before the dial answers its error, and no phone rings") {
  struct Fault {
    const char* flag;
    long status;
    const char* name;
  };
  for (const auto& fault :
       {Fault{"--fault-refuse", 400, "refuse"}, Fault{"--fault-429", 429, "429"},
        Fault{"--fault-5xx-before", 500, "5xx-before"}}) {
    const SimCarrier carrier(quick({fault.flag, "1", "--retry-after", "7"}));
    const auto answer = carrier.create(number_of(1), "e");
    CHECK(answer.status == fault.status);
    CHECK(answer.headers.count("retry-after") == (fault.status == 429 ? 1 : 0));
    CHECK(carrier.stats()["dials"] == 0);
    CHECK(carrier.ledger().empty());
    CHECK(carrier.get("/call").json().empty());
    const auto row = carrier.ledger("?all=1").at(0);
    CHECK(row["dialled"] == false);
    CHECK(row["http_status"] == fault.status);
    CHECK(row["faults"] == Json{fault.name});
  }
}

TEST_CASE("a request fault after the dial hides a phone that rings all the same") {
  struct Fault {
    const char* flag;
    long status;
    const char* name;
  };
  for (const auto& fault :
       {Fault{"--fault-5xx-after", 502, "5xx-after"}, Fault{"--fault-drop", 0, "drop"},
        Fault{"--fault-timeout-after", 0, "timeout-after"}}) {
    const SimCarrier carrier(quick({fault.flag, "100%"}));
    const auto answer =
        carrier.create(number_of(1), "hidden", Json::object(), std::chrono::milliseconds(700));
    CAPTURE(fault.name);
    CHECK(answer.arrived == (fault.status != 0));
    CHECK(answer.status == fault.status);
    carrier.settle();
    const auto row = carrier.ledger().at(0);
    CHECK(row["externalId"] == "hidden");
    CHECK(row["dialled"] == true);
    CHECK(row["http_status"] == fault.status);
    CHECK(row["faults"] == Json{fault.name});
    CHECK(ids_in(carrier.get("/call")) == Names{"hidden"});  // how a client finds out
  }
}

TEST_CASE("beyond the limit a call is blocked or refused, and a slot that is free again is used") {
  for (const std::string style : {"blocked", "error", "both"}) {
    const SimCarrier carrier(slow({"--concurrency", "1", "--limit-style", style}));
    const auto first = carrier.create(number_of(0), "first").json();
    Names seen;
    for (int index = 1; index <= 4; ++index) {
      const auto answer = carrier.create(number_of(index), "late" + std::to_string(index));
      const auto body = answer.json();
      if (answer.status == 201) {
        CHECK(body["subscriptionLimits"]["concurrencyBlocked"] == true);
        CHECK(body["subscriptionLimits"]["remainingConcurrentCalls"] == 0);
        const auto now = carrier.get("/call/" + body["id"].get<std::string>()).json();
        CHECK(now["status"] == "ended");
        CHECK(now["endedReason"] == "call.start.error-subscription-concurrency-limit-reached");
        CHECK(now.count("startedAt") == 0);
      } else {
        CHECK(answer.status == 400);
        CHECK(body["message"].get<std::string>().find("Concurrency") != std::string::npos);
      }
      seen.push_back(answer.status == 201 ? "blocked" : "error");
    }
    CHECK(seen ==
          (style == "both" ? Names{"blocked", "error", "blocked", "error"} : Names(4, style)));
    CHECK(carrier.stats()["dials"] == 1);
    CHECK(carrier.stats()["limited"] == 4);
    const auto control = path_of(first["monitor"]["controlUrl"]);
    REQUIRE(carrier.request("POST", control, R"({"type":"end-call"})").status == 200);
    CHECK(carrier.create(number_of(5), "next").json()["subscriptionLimits"]["concurrencyBlocked"] ==
          false);
    CHECK(carrier.stats()["max_live"] == 1);
  }
}

TEST_CASE("a live call ends when it is told to, and what was said to it later is refused") {
  const WebhookReceiver receiver;
  const SimCarrier carrier(slow());
  const auto call = carrier.create(number_of(1), "e", receiver.as_server()).json();
  const auto control = path_of(call["monitor"]["controlUrl"]);
  wait_until("it is answered", [&] { return receiver.story("e").size() == 2; });
  CHECK(carrier.request("POST", control, R"({"type":"say","content":"hi"})").status == 200);
  CHECK(carrier.request("POST", control, R"({"type":"dance"})").status == 400);
  CHECK(carrier.request("POST", control, R"({"type":"end-call"})").status == 200);
  CHECK(carrier.request("POST", control, R"({"type":"end-call"})").status == 400);
  carrier.settle();
  CHECK(receiver.story("e") == Names{"ringing", "in-progress", "ended", "report"});
  const auto row = carrier.ledger().at(0);
  CHECK(row["outcome"] == "canceled");
  CHECK(row["endedReason"] == "manually-canceled");
}

TEST_CASE("a deleted call is gone from lists and stays in the ledger") {
  const SimCarrier carrier(slow());
  const auto id = carrier.create(number_of(1), "e").json()["id"].get<std::string>();
  CHECK(carrier.request("DELETE", "/call/" + id).json()["endedReason"] == "call-deleted");
  CHECK(carrier.get("/call/" + id).status == 404);
  CHECK(carrier.get("/call").json().empty());
  CHECK(carrier.ledger().size() == 1);
  CHECK(carrier.stats()["live"] == 0);
}

TEST_CASE("lists obey their filters, newest first") {
  const SimCarrier carrier(quick());
  for (int index = 0; index < 6; ++index) {
    const auto parity = std::to_string(index % 2);
    const Json ids = {{"assistantId", "a" + parity}, {"phoneNumberId", "p" + parity}};
    const auto before = carrier.ledger("?all=1").size();
    REQUIRE(carrier.create(number_of(index), "e" + std::to_string(index), ids).status == 201);
    REQUIRE(carrier.ledger("?all=1").size() == before + 1);
    wait_until("the clock has moved on", [last = carrier.ledger().back()["created_at"]] {
      std::timespec now{};
      std::timespec_get(&now, TIME_UTC);
      const auto ms = std::to_string(1000 + now.tv_nsec / 1'000'000).substr(1);
      return last.get<std::string>().substr(20, 3) != ms;
    });
  }
  carrier.settle();
  CHECK(ids_in(carrier.get("/call")) == Names{"e5", "e4", "e3", "e2", "e1", "e0"});
  CHECK(ids_in(carrier.get("/call?limit=2")) == Names{"e5", "e4"});
  CHECK(ids_in(carrier.get("/call?limit=0")).empty());
  CHECK(ids_in(carrier.get("/call?assistantId=a0")) == Names{"e4", "e2", "e0"});
  CHECK(ids_in(carrier.get("/call?assistantId=a0&phoneNumberId=p1")).empty());
  CHECK(ids_in(carrier.get("/call?assistantId=unknown")).empty());
  const auto rows = carrier.ledger();
  const auto time_of = [&](std::size_t index) {
    return rows[index]["created_at"].get<std::string>();
  };
  CHECK(ids_in(carrier.get("/call?createdAtGe=" + time_of(3))) == Names{"e5", "e4", "e3"});
  CHECK(ids_in(carrier.get("/call?createdAtGt=" + time_of(3))) == Names{"e5", "e4"});
  CHECK(ids_in(carrier.get("/call?createdAtLe=" + time_of(1))) == Names{"e1", "e0"});
  CHECK(ids_in(carrier.get("/call?createdAtLt=" + time_of(1))) == Names{"e0"});
  CHECK(ids_in(carrier.get("/call?createdAtGe=" + time_of(1) + "&createdAtLt=" + time_of(3))) ==
        Names{"e2", "e1"});
  CHECK(ids_in(carrier.get("/call?updatedAtGe=2100-01-01")).empty());
  CHECK(ids_in(carrier.get("/call?id=" + rows[2]["call_id"].get<std::string>())) == Names{"e2"});
  for (const auto* wrong : {"limit=1001", "limit=x", "createdAtGe=soon", "colour=red"}) {
    CHECK(carrier.get("/call?" + std::string(wrong)).status == 400);
  }
}

TEST_CASE("a call that is late for lists is there when asked for by its id") {
  const SimCarrier carrier(quick({"--fault-list-late", "600ms"}));
  const auto made = carrier.create(number_of(1), "late").json();
  CHECK(carrier.get("/call").json().empty());
  CHECK(carrier.get("/call/" + made["id"].get<std::string>()).status == 200);
  CHECK(carrier.ledger().at(0)["faults"] == Json{"list-late"});
  wait_until("it is listed", [&] { return carrier.get("/call").json().size() == 1; });
}

TEST_CASE("lost webhooks never come") {
  const WebhookReceiver receiver;
  const SimCarrier carrier(quick({"--answer", "1", "--fault-webhook-lose", "1"}));
  REQUIRE(carrier.create(number_of(1), "e", receiver.as_server()).status == 201);
  carrier.settle();
  CHECK(receiver.received().empty());
  CHECK(carrier.stats()["webhooks"]["lost"] == 4);
  CHECK(carrier.ledger().at(0)["faults"] == Json{"webhook-lose"});
}

TEST_CASE("repeated webhooks come twice, word for word") {
  const WebhookReceiver receiver;
  const SimCarrier carrier(quick({"--busy", "1", "--fault-webhook-repeat", "1"}));
  REQUIRE(carrier.create(number_of(1), "e", receiver.as_server()).status == 201);
  carrier.settle();
  CHECK(receiver.story("e") == Names{"ringing", "ringing", "ended", "ended", "report", "report"});
  CHECK(receiver.received()[0].body == receiver.received()[1].body);
}

TEST_CASE("reordered webhooks come after the next one of their call, and none is lost") {
  const WebhookReceiver receiver;
  const SimCarrier carrier(quick({"--answer", "1", "--fault-webhook-reorder", "1"}));
  REQUIRE(carrier.create(number_of(1), "e", receiver.as_server()).status == 201);
  carrier.settle();
  CHECK(receiver.story("e") == Names{"in-progress", "ringing", "report", "ended"});
}

TEST_CASE("delayed webhooks come late, and all of them") {
  const WebhookReceiver receiver;
  const SimCarrier carrier(quick({"--answer", "1", "--fault-webhook-delay", "400ms"}));
  for (int index = 0; index < 10; ++index) {
    REQUIRE(carrier.create(number_of(index), "e" + std::to_string(index), receiver.as_server())
                .status == 201);
  }
  wait_until("the calls have ended", [&] { return carrier.stats()["live"] == 0; });
  CHECK(carrier.stats()["webhooks"]["pending"] > 0);
  carrier.settle();
  CHECK(receiver.received().size() == 40);
}

TEST_CASE("a webhook that gets no 2xx is given up, or tried again when retries are on") {
  for (const int retries : {0, 1}) {
    const WebhookReceiver receiver([](std::size_t nth) { return nth == 0 ? 503 : 200; });
    const SimCarrier carrier(quick({"--answer", "0", "--failed-reasons", "x", "--events", "report",
                                    "--webhook-retries", std::to_string(retries)}));
    REQUIRE(carrier.create(number_of(1), "e", receiver.as_server()).status == 201);
    carrier.settle();
    CHECK(receiver.story("e") == Names(retries == 0 ? 1 : 2, "report"));
    CHECK(carrier.stats()["webhooks"]["failed"] == 1 - retries);
    CHECK(carrier.stats()["webhooks"]["delivered"] == retries);
  }
}

TEST_CASE("paused webhooks wait, and all come when they are resumed") {
  const WebhookReceiver receiver;
  const SimCarrier carrier(quick({"--busy", "1"}));
  CHECK(carrier.request("POST", "/sim/pause-webhooks").status == 200);
  REQUIRE(carrier.create(number_of(1), "e", receiver.as_server()).status == 201);
  wait_until("they wait", [&] { return carrier.stats()["webhooks"]["pending"] == 3; });
  CHECK(receiver.received().empty());
  CHECK(carrier.request("POST", "/sim/resume-webhooks").status == 200);
  carrier.settle();
  CHECK(receiver.story("e") == Names{"ringing", "ended", "report"});
}

TEST_CASE("only the messages that the assistant asks for are sent") {
  const WebhookReceiver receiver;
  const SimCarrier carrier(quick({"--busy", "1"}));
  auto more = receiver.as_server();
  more["assistantOverrides"]["serverMessages"] = {"end-of-call-report"};
  REQUIRE(carrier.create(number_of(1), "e", more).status == 201);
  carrier.settle();
  CHECK(receiver.story("e") == Names{"report"});
}

TEST_CASE("the ledger tells of double dials and of two calls at once to one number") {
  const SimCarrier carrier(slow({"--concurrency", "0"}));
  static_cast<void>(carrier.create(number_of(1), "twice"));
  static_cast<void>(carrier.create(number_of(1), "twice"));
  static_cast<void>(carrier.create(number_of(2), "once"));
  const auto stats = carrier.stats();
  CHECK(stats["dials"] == 3);
  CHECK(stats["live"] == 3);
  CHECK(stats["max_live"] == 3);
  CHECK(stats["distinct_external_ids"] == 2);
  CHECK(stats["external_ids_dialled_more_than_once"] == 1);
  CHECK(stats["external_ids_dialled_more_than_once_examples"] == Json{"twice"});
  CHECK(stats["numbers_dialled_at_the_same_time"] == 1);
  CHECK(stats["numbers_dialled_at_the_same_time_examples"] == Json{number_of(1)});
  CHECK(carrier.ledger("?limit=1").size() == 1);
  CHECK(carrier.ledger("?after=1").at(0)["externalId"] == "once");
  CHECK(carrier.request("POST", "/sim/reset").status == 200);
  CHECK(carrier.stats()["dials"] == 0);
  CHECK(carrier.ledger().empty());
  CHECK(carrier.get("/call").json().empty());
}

TEST_CASE("settings change while it runs, and a wrong change is refused whole") {
  const SimCarrier carrier(quick({"--answer", "1"}));
  CHECK(carrier.request("PUT", "/sim/config", R"({"busy":1,"fault_drop":7})").status == 400);
  CHECK(carrier.get("/sim/config").json()["answer"] == 1.0);
  CHECK(carrier.request("PUT", "/sim/config", R"({"busy":1})").json()["busy"] == 1.0);
  REQUIRE(carrier.create(number_of(1), "e").status == 201);
  carrier.settle();
  CHECK(carrier.ledger().at(0)["outcome"] == "busy");
}

TEST_CASE("a call takes as long as it should at the scale that was chosen") {
  const SimCarrier carrier(
      with_key({"--answer", "1", "--ring", "4s", "--talk", "4s", "--time-scale", "20"}));
  REQUIRE(carrier.create(number_of(1), "e").status == 201);
  const auto start = std::chrono::steady_clock::now();
  carrier.settle();
  const auto took = std::chrono::steady_clock::now() - start;
  CHECK(took > std::chrono::milliseconds(390));  // 8 s and some setup, twenty times as fast
  CHECK(took < std::chrono::milliseconds(2'000));
  CHECK(carrier.ledger().at(0)["cost_micros"] == 3'333);
}

TEST_CASE("SIGTERM ends it with 0, also in the middle of calls and silent requests") {
  SimCarrier carrier(slow({"--fault-timeout-after", "1"}));
  static_cast<void>(
      carrier.create(number_of(1), "e", Json::object(), std::chrono::milliseconds(100)));
  CHECK(carrier.stats()["live"] == 1);
  CHECK(carrier.stop() == 0);
}

TEST_CASE("flags that make no sense are refused before it listens") {
  for (const Flags& flags :
       {Flags{"--answer", "2"}, Flags{"--answer", "1", "--busy", "1"}, Flags{"--ring", "fast"},
        Flags{"--faults", "some"}, Flags{"--nothing"}}) {
    CHECK_THROWS(SimCarrier(flags));
  }
}

}  // namespace callgate::sim_carrier_test
