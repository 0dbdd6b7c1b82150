// Runs a seeded simulation on the native core and writes its Input log, for the wasm core to
// replay:
//   record_day LOG [SEED]     prints "<trace hash> <Inputs>"
// The day has everything the door carries: jobs as JSON, an import in pieces, dials, look-ups,
// webhooks, hang-ups, refusals, reads, and requests that are wrong.

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "core/wire.hpp"
#include "tests/sim/world.hpp"

namespace {

using callgate::sim::Faults;
using callgate::sim::Settings;
using callgate::sim::World;
using nlohmann::json;

Faults some_of_each() {
  Faults faults;
  faults.not_sent = 20;
  faults.lost_before_dial = 20;
  faults.lost_after_dial = 20;
  faults.server_error = 20;
  faults.refuse_capacity = 20;
  faults.webhook_lost = 50;
  faults.webhook_repeated = 50;
  faults.list_late_ms_max = 30'000;
  return faults;
}

json a_job(const char* name) {
  return {{"name", name}, {"assistantId", "a1"}, {"phoneNumberId", "p1"}, {"schedule", "now"}};
}

std::string list_of(int count) {
  std::string csv = "Phone Number,First Name,Time Zone,Note\r\n";
  for (int i = 0; i < count; ++i) {
    csv += "+1415555" + std::to_string(1000 + i) + ",Zoé " + std::to_string(i) +
           ",America/New_York,\"two\nlines\"\r\n";
  }
  return csv + "not a number,X,,\r\n";
}

void live_a_day(World& world) {
  json by_numbers = a_job("by numbers");
  for (int i = 0; i < 40; ++i) {
    by_numbers["phoneNumbers"].push_back("+1213555" + std::to_string(1000 + i));
  }
  const auto made = world.request("POST", "/api/jobs", by_numbers.dump());
  const std::string job = json::parse(made.body).value("id", "none");
  world.import("/api/jobs?name=by%20import&assistantId=a1&phoneNumberId=p1&schedule=now",
               list_of(300));
  world.run(world.now() + std::chrono::minutes{5});
  for (const char* target : {"/api/jobs", "/api/calls", "/api/scheduler/config", "/openapi.json",
                             "/healthz", "/nothing/here"}) {
    world.request("GET", target);
  }
  world.request("GET", "/api/jobs/" + job + "/calls");
  world.request("POST", "/api/jobs", R"({"name":7,"unknown":[]})");
  world.request("POST", "/api/jobs", "{\"name\":\"\xff\"}");
  world.request("POST", "/api/jobs/" + job + "/pause");
  world.run(world.now() + std::chrono::minutes{5});
  world.request("POST", "/api/jobs/" + job + "/resume");
  world.run(world.now() + std::chrono::hours{20});
  world.request("POST", "/api/jobs/" + job + "/cancel");
  world.run(world.now() + std::chrono::hours{4});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fputs("usage: record_day LOG [SEED]\n", stderr);
    return 2;
  }
  Settings settings;
  settings.seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  settings.faults = some_of_each();
  settings.queue = settings.seed % 2 == 0;
  settings.grouped = 200;
  World world{settings};
  live_a_day(world);
  std::ofstream file{argv[1], std::ios::binary};
  file << world.input_log();
  if (!file.flush()) {
    std::fprintf(stderr, "record_day: cannot write %s\n", argv[1]);
    return 1;
  }
  std::string_view rest = world.input_log();
  long inputs = 0;
  while (callgate::next_record(rest)) {
    ++inputs;
  }
  std::printf("%s %ld\n", world.trace().c_str(), inputs);
  return 0;
}
