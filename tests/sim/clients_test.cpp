// Clients where the provider's side is played by hand: what a new one begins with, its limit over
// several jobs, its priorities and its retries.
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "tests/sim/desk.hpp"

using namespace callgate;
using nlohmann::json;
using sim::Desk;
using sim::kAda;
using sim::kBob;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

const std::string kAcme = "/api/clients/acme/queue";

json open_hours(json more = json::object()) {
  more["businessHours"] = {
      {"start", "00:00"}, {"end", "24:00"}, {"priorityHours", json::array()}, {"timezone", "UTC"}};
  more["activeDays"] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  more["assistantId"] = "a";
  more["phoneNumberId"] = "p";
  return more;
}

class Acme : public Desk {
 public:
  explicit Acme(json config = json::object()) {
    must("PUT", "/api/scheduler/config", {{"rateLimits", {{"global", 9}, {"perJob", 9}}}});
    must("PUT", kAcme + "/config", open_hours(std::move(config)));
  }
  json add(const std::string& number, json more = json::object()) {
    more["leadId"] = must("POST", "/api/contacts", {{"phoneNumbers", {number}}}).at("id");
    return must("POST", kAcme, more);
  }
  json item(const json& one) {
    return must("GET", "/api/queue/" + one.at("id").get<std::string>());
  }
};

}  // namespace

TEST_CASE("A new client begins with the environment's words, else with the document's") {
  Desk desk;
  const std::string config = "/api/clients/new/queue/config";
  const json documented = desk.must("GET", config);
  CHECK(documented.at("maxConcurrent") == 5);
  CHECK(documented.at("retryDelays") == json{5, 15, 30, 60});
  CHECK(documented.at("businessHours").at("timezone") == "America/New_York");
  desk.environment = {{"QUEUE_MAX_CONCURRENT", "7"},
                      {"QUEUE_RETRY_DELAYS", "1, 2,3"},
                      {"QUEUE_DEFAULT_TIMEZONE", "Asia/Kolkata"},
                      {"QUEUE_BUSINESS_HOURS_START", "08:30"},
                      {"QUEUE_BUSINESS_HOURS_END", "24:00"}};
  const json own = desk.must("GET", config);
  CHECK(own.at("maxConcurrent") == 7);
  CHECK(own.at("retryDelays") == json{1, 2, 3});
  CHECK(own.at("timezone") == "Asia/Kolkata");
  CHECK(own.at("businessHours").at("timezone") == "Asia/Kolkata");
  CHECK(own.at("businessHours").at("start") == "08:30");
  CHECK(own.at("businessHours").at("end") == "24:00");
  desk.must("PUT", config, json::object());
  desk.environment = {{"QUEUE_MAX_CONCURRENT", "9"}};
  CHECK(desk.must("GET", config) == own);  // it has been made
  for (const auto& [name, value] :
       {std::pair{"QUEUE_MAX_CONCURRENT", "many"}, std::pair{"QUEUE_RETRY_DELAYS", "5,,6"},
        std::pair{"QUEUE_DEFAULT_TIMEZONE", "Mars/Olympus"},
        std::pair{"QUEUE_BUSINESS_HOURS_START", "25:00"},
        std::pair{"QUEUE_BUSINESS_HOURS_END", "09:00"}}) {
    CAPTURE(name);
    desk.environment = {{name, value}};
    CHECK(desk.answer("GET", "/api/clients/other/queue/config").first == 500);
    CHECK(desk.answer("GET", config).first == 200);
  }
}

TEST_CASE("Nobody can be added while it is not known who calls") {
  Desk desk;
  const json lead = desk.must("POST", "/api/contacts", {{"phoneNumbers", {kAda}}});
  CHECK(desk.refused(kAcme, {{"leadId", lead.at("id")}}) ==
        std::pair<std::int64_t, std::string>{409, "client_incomplete"});
  CHECK(desk.must("GET", "/api/clients").at("clients").empty());
}

TEST_CASE("A client's limit holds over all of its jobs, and is edited while they run") {
  Acme acme{json{{"maxConcurrent", 1}}};
  acme.make_job({"+12125550101", "+12125550102"}, {{"clientId", "acme"}});
  REQUIRE(acme.dialled.size() == 1);
  const json item = acme.add(kBob, {{"priority", "urgent"}});
  CHECK(acme.dialled.size() == 1);
  const json explained =
      acme.must("GET", "/api/calls/" + item.at("id").get<std::string>() + "/explain");
  CHECK(explained.at("reasons").at(0).at("code") == "client_limit");
  acme.make_job({"+12125550103"});  // nobody's: it does not stand behind them
  CHECK(acme.dialled.size() == 2);
  acme.must("PUT", kAcme + "/config", {{"maxConcurrent", 3}});
  CHECK(acme.dialled.size() == 4);
  CHECK(acme.must("GET", "/api/clients").at("clients").at(0).at("liveCalls") == 3);
  acme.add("+12125550105");
  CHECK(acme.dialled.size() == 4);
  acme.must("PUT", kAcme + "/config", {{"maxConcurrent", 1}});
  acme.placed();
  acme.report("customer-ended-call");
  CHECK(acme.dialled.size() == 4);  // two of its calls are live still
}

TEST_CASE("A queue whose only person is not to be called is done") {
  Acme acme;
  acme.must("POST", "/api/suppressions", {{"phoneNumber", kAda}});
  const json item = acme.add(kAda);
  CHECK(item.at("status") == "failed");
  const json client = acme.must("GET", "/api/clients").at("clients").at(0);
  const std::string job = "/api/jobs/" + client.at("jobId").get<std::string>();
  CHECK(acme.must("GET", job).at("status") == "completed");
  acme.add(kBob);
  CHECK(acme.must("GET", job).at("status") == "running");
}

TEST_CASE("An item is retried after the client's delays, and shows each of them") {
  Acme acme{json{{"retryDelays", {5, 15}}}};
  const json item = acme.add(kAda, {{"maxRetries", 3}});
  std::int64_t retries = 0;
  for (const int wait : {5, 15, 30}) {
    CAPTURE(wait);
    REQUIRE(acme.item(item).at("status") == "in_progress");
    CHECK(acme.item(item).at("retryCount") == retries);
    acme.placed();
    acme.report("customer-busy");
    const json now = acme.item(item);
    CHECK(now.at("status") == "retry_scheduled");
    CHECK(now.at("retryCount") == ++retries);
    CHECK(now.at("reason") == "busy");
    CHECK(now.at("scheduledAt") == format_rfc3339(acme.now + minutes{wait}));
    const std::size_t before = acme.dialled.size();
    acme.wait(minutes{wait} - std::chrono::seconds{1});
    CHECK(acme.dialled.size() == before);
    acme.wait(std::chrono::seconds{1});
    CHECK(acme.dialled.size() == before + 1);
  }
  acme.placed();
  acme.report("customer-busy");
  const json over = acme.item(item);
  CHECK(over.at("status") == "failed");
  CHECK(over.at("retryCount") == 3);
  const json stats = acme.must("GET", kAcme + "/stats");
  CHECK(stats.at("failureReasons") == json{{{"reason", "busy"}, {"count", 1}}});
  CHECK(stats.at("retrySuccessRate") == "0.0");
  CHECK(stats.at("averageWaitSeconds") == 0);
  CHECK(stats.at("averageProcessingSeconds") == 50 * 60);
}

TEST_CASE("The words of a priority order a queue by the client's weights") {
  Acme acme{json{{"maxConcurrent", 1}}};
  acme.add("+12125550100");
  for (const auto& [level, number] :
       {std::pair{"low", "+12125550104"}, std::pair{"normal", "+12125550103"},
        std::pair{"high", "+12125550102"}, std::pair{"urgent", "+12125550101"}}) {
    acme.add(number, {{"priority", level}});
  }
  CHECK(acme.must("GET", kAcme + "/stats").at("itemsByPriority") ==
        json{{"urgent", 1}, {"high", 1}, {"normal", 2}, {"low", 1}});
  std::vector<std::string> order;
  for (int i = 0; i < 4; ++i) {
    acme.placed();
    acme.report("customer-ended-call");
    order.push_back(acme.dialled.back().number);
  }
  CHECK(order ==
        std::vector<std::string>{"+12125550101", "+12125550102", "+12125550103", "+12125550104"});
}

TEST_CASE("Processing a queue says what it began and what a rule ended") {
  Acme acme;
  const json later{{"scheduledAt", format_rfc3339(acme.now + minutes{10})}};
  const json item = acme.add(kAda, later);
  const json blocked = acme.add(kBob, later);
  acme.must("POST", "/api/suppressions", {{"phoneNumber", kBob}});
  CHECK(acme.must("POST", kAcme + "/process") ==
        json{{"processed", 0}, {"successful", 0}, {"failed", 0}});
  acme.now += minutes{11};  // the timer is late
  CHECK(acme.must("POST", kAcme + "/process") ==
        json{{"processed", 2}, {"successful", 1}, {"failed", 1}});
  CHECK(acme.dialled.size() == 1);
  CHECK(acme.item(item).at("status") == "in_progress");
  CHECK(acme.item(blocked).at("status") == "failed");
  CHECK(acme.item(blocked).at("reason") == "do_not_call");
}

TEST_CASE("Clients and their queues outlive a restart") {
  Acme acme;
  const json item = acme.add(kAda, {{"scheduledAt", format_rfc3339(acme.now + hours{24})}});
  const json config = acme.must("GET", kAcme + "/config");
  acme.restart();
  CHECK(acme.must("GET", kAcme + "/config") == config);
  CHECK(acme.item(item) == item);
}
