// The core alone: how long Core::handle takes for one Input, over SQLite on the disk, without HTTP
// and without the commit, which the native server shares among the Inputs of a group. Prints one
// line of JSON with the median and the 99th percentile of each kind, in microseconds. Refused: an
// answer that is not 2xx, an effect that does not come; then the exit code is 1.
//   handle FOLDER COUNT [KIND …]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/asked.hpp"
#include "core/base/id.hpp"
#include "core/core.hpp"
#include "native-server/openssl_crypto.hpp"
#include "native-server/sqlite_sql.hpp"

namespace {

using namespace std::string_literals;
using callgate::Input;
using callgate::Output;
using callgate::Response;

constexpr std::size_t kGroup = 64;  // Inputs of one transaction
constexpr std::int64_t kFirstNumber = 14'152'000'000;
constexpr std::int64_t kStart = 1'798'000'000'000;
constexpr std::size_t kCallsMax = 5000;
constexpr std::size_t kParkedJobs = 5000;
constexpr std::size_t kBusyJobs = 1000;
constexpr std::size_t kPieceBytes = 64 * 1024;
constexpr std::string_view kSecret = "bench-webhook-secret";

struct Samples {
  const char* what;
  std::vector<std::int64_t> nanos;
};

// One workspace, and a clock that moves a millisecond an Input.
class Home {
 public:
  Home(const std::string& folder, const std::string& name)
      : sql_(folder + "/" + name + ".sqlite", {}),
        crypto_(secret_),
        core_(sql_, crypto_, "default") {
    run({input(callgate::Wake{})}, nullptr);
  }

  template <class Event>
  Input input(Event event) {
    Input one;
    one.now = callgate::from_ms(now_ms_++);
    for (std::size_t i = 0; i < one.entropy.size(); ++i) {
      one.entropy[i] = static_cast<std::uint8_t>(now_ms_ * 31 + static_cast<std::int64_t>(i));
    }
    one.event = std::move(event);
    return one;
  }

  // In groups, each Input in a savepoint, as the native server runs them.
  std::vector<Output> run(const std::vector<Input>& inputs, Samples* samples) {
    std::vector<Output> outputs;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (i % kGroup == 0) {
        sql_.begin();
      }
      sql_.set_savepoint();
      const auto began = std::chrono::steady_clock::now();
      outputs.push_back(core_.handle(inputs[i]));
      const auto took = std::chrono::steady_clock::now() - began;
      sql_.release_savepoint();
      if (samples != nullptr) {
        samples->nanos.push_back(
            std::chrono::duration_cast<std::chrono::nanoseconds>(took).count());
      }
      if (i % kGroup == kGroup - 1 || i + 1 == inputs.size()) {
        sql_.commit();
      }
    }
    return outputs;
  }

  // One request that must go well; its body.
  std::string ask(std::string method, std::string target, std::string body) {
    const auto outputs = run(
        {input(callgate::request(std::move(method), std::move(target), std::move(body)))}, nullptr);
    return callgate::body_of(outputs.front());
  }

  // How the provider signs, and what it calls the first attempt of a call.
  std::string sign(const std::string& content) {
    return callgate::to_hex(crypto_.hmac(callgate::HmacHash::sha256, callgate::bytes_of(kSecret),
                                         callgate::bytes_of(content)));
  }
  std::string attempt_id(std::int64_t call) {
    const auto row = sql_.exec(
        "SELECT created_at_ms, (SELECT tag FROM workspace WHERE id = 1) FROM calls WHERE seq = ?1",
        {call});
    return callgate::format_id("call",
                               {callgate::from_ms(row.integer(0, 0)), call, row.integer(0, 1)}) +
           "-1";
  }

 private:
  const callgate::DeploymentKey secret_{1, 2, 3};
  callgate::SqliteSql sql_;
  callgate::OpensslCrypto crypto_;
  callgate::Core core_;
  std::int64_t now_ms_ = kStart;
};

std::string number(std::int64_t index) {
  return "\"+" + std::to_string(kFirstNumber + index) + "\"";
}

// Nobody stands in two of the jobs: a number is not dialled twice at once.
std::vector<std::string> make_jobs(Home& home, std::size_t count, std::size_t recipients) {
  std::vector<Input> inputs;
  std::int64_t next = 0;
  for (std::size_t i = 0; i < count; ++i) {
    std::string body =
        R"({"name":"Bench","assistantId":"assistant","phoneNumberId":"number","phoneNumbers":[)";
    for (std::size_t k = 0; k < recipients; ++k) {
      body += (k == 0 ? "" : ",") + number(next++);
    }
    inputs.push_back(home.input(callgate::request("POST", "/api/jobs", body + "]}")));
  }
  std::vector<std::string> jobs;
  for (const Output& output : home.run(inputs, nullptr)) {
    const std::string& said = callgate::body_of(output);
    const std::size_t at = said.find("job_");
    jobs.push_back(said.substr(at, said.find('"', at) - at));
  }
  return jobs;
}

std::string make_job(Home& home, std::size_t recipients) {
  return make_jobs(home, 1, recipients).front();
}

// A provider, and as many calls at once as wanted.
void open_line(Home& home, std::size_t at_once, std::size_t per_job) {
  home.ask("PUT", "/api/providers/vapi",
           R"({"apiKey":"bench-key","baseUrl":"http://127.0.0.1:1","webhookSecret":")" +
               std::string{kSecret} + "\"}");
  home.ask("PUT", "/api/scheduler/config",
           R"({"rateLimits":{"global":)" + std::to_string(at_once) + R"(,"perJob":)" +
               std::to_string(per_job) + "}}");
}

std::vector<Output> start(Home& home, const std::string& job, std::size_t dials) {
  auto started =
      home.run({home.input(callgate::request("POST", "/api/jobs/" + job + "/start", ""))}, nullptr);
  if (started.front().effects.size() != dials) {
    throw std::runtime_error("starting the job placed " +
                             std::to_string(started.front().effects.size()) + " calls");
  }
  return started;
}

std::string provider_id(std::int64_t subject) {
  return "0192f0c4-0000-7000-8000-" + std::to_string(100'000'000'000 + subject);
}

callgate::EffectResult placed(const callgate::Effect& effect) {
  return {effect.key,
          callgate::Answered{
              201, -1, R"({"id":")" + provider_id(effect.key.subject) + R"(","status":"queued"})"}};
}

void run_all(Home& home, const std::vector<Input>& inputs, Samples& samples) {
  for (const Output& output : home.run(inputs, &samples)) {
    callgate::body_of(output);
  }
}

// One recipient after the other comes to a job that waits.
void add_recipients(Home& home, std::size_t count, Samples& samples) {
  const std::string target = "/api/jobs/" + make_job(home, 1) + "/recipients";
  std::vector<Input> inputs;
  for (std::size_t i = 1; i <= count; ++i) {
    const std::string body = "{\"phoneNumbers\":[" + number(static_cast<std::int64_t>(i)) + "]}";
    inputs.push_back(home.input(callgate::request("POST", target, body)));
  }
  run_all(home, inputs, samples);
}

// The same beside many jobs that wait too.
void add_beside_parked(Home& home, std::size_t count, Samples& samples) {
  make_jobs(home, kParkedJobs, 1);
  add_recipients(home, std::min(count, kCallsMax), samples);
}

// The provider says yes: each is the answer to one dial.
void take_answers(Home& home, std::size_t count, Samples& samples) {
  count = std::min(count, kCallsMax);
  open_line(home, count, count);
  const auto started = start(home, make_job(home, count), count);
  std::vector<Input> inputs;
  for (const callgate::Effect& effect : started.front().effects) {
    inputs.push_back(home.input(placed(effect)));
  }
  home.run(inputs, &samples);
}

// The same while many jobs run, each at its limit with more to call, and slots are free.
void answer_beside_busy(Home& home, std::size_t, Samples& samples) {
  open_line(home, 2 * kBusyJobs, 1);
  std::vector<Input> inputs;
  for (const std::string& job : make_jobs(home, kBusyJobs, 2)) {
    inputs.push_back(home.input(callgate::request("POST", "/api/jobs/" + job + "/start", "")));
  }
  const auto started = home.run(inputs, nullptr);
  inputs.clear();
  for (const Output& output : started) {
    inputs.push_back(home.input(placed(output.effects.at(0))));
  }
  home.run(inputs, &samples);
}

// A signed report of the provider, as long as such reports are.
Input report(Home& home, std::int64_t subject, const std::string& attempt, std::string_view own) {
  const std::string body =
      R"({"message":{"timestamp":1798000000000,)" + std::string{own} + R"(,"call":{"id":")" +
      provider_id(subject) +
      R"(","orgId":"1f0c9f5c-0f3c-4f6e-9d1b-9f6c0f7f1b1c","createdAt":"2026-12-22T09:46:40.000Z",)"
      R"("updatedAt":"2026-12-22T09:46:41.000Z","type":"outboundPhoneCall","status":"queued",)"
      R"("assistantId":"assistant","phoneNumberId":"number","customer":{"number":"+14152000000",)"
      R"("externalId":")" +
      attempt +
      R"("},"monitor":{"listenUrl":"wss://phone-call-websocket.vapi.ai/x/listen",)"
      R"("controlUrl":"https://phone-call-websocket.vapi.ai/x/control"}},"artifact":{"messages":)"
      R"([{"role":"bot","message":"Hello, this is the clinic calling about your appointment.",)"
      R"("time":1798000000000,"secondsFromStart":1.2},{"role":"user","message":"Yes, I am here.",)"
      R"("time":1798000002000,"secondsFromStart":3.4}]},"analysis":{"summary":"Confirmed."}}})";
  auto http = callgate::request("POST", "/api/webhooks/vapi", body);
  const std::string timestamp = std::to_string(kStart);
  http.headers.emplace_back("x-timestamp", timestamp);
  http.headers.emplace_back("x-signature", home.sign(timestamp + "." + body));
  http.principal.reset();
  return home.input(std::move(http));
}

// Three reports for each call: it rings, somebody answers, it has ended.
void take_reports(Home& home, std::size_t count, Samples& samples) {
  count = std::min(count, kCallsMax);
  open_line(home, count, count);
  const auto started = start(home, make_job(home, count), count);
  std::vector<Input> inputs;
  std::vector<std::pair<std::int64_t, std::string>> calls;
  for (const callgate::Effect& effect : started.front().effects) {
    inputs.push_back(home.input(placed(effect)));
    calls.emplace_back(effect.key.subject, home.attempt_id(effect.key.subject));
  }
  home.run(inputs, nullptr);
  constexpr std::string_view kReports[] = {
      R"("type":"status-update","status":"ringing")",
      R"("type":"status-update","status":"in-progress")",
      R"("type":"end-of-call-report","endedReason":"customer-ended-call","cost":0.0525)"};
  inputs.clear();
  for (const std::string_view own : kReports) {
    for (const auto& [subject, attempt] : calls) {
      inputs.push_back(report(home, subject, attempt, own));
    }
  }
  run_all(home, inputs, samples);
}

void show_job(Home& home, std::size_t count, Samples& samples) {
  const std::string job = make_job(home, 1);
  std::vector<Input> inputs;
  for (std::size_t i = 0; i < count; ++i) {
    inputs.push_back(home.input(callgate::request("GET", "/api/jobs/" + job, "")));
  }
  run_all(home, inputs, samples);
}

// A list in pieces; what is told is a row's share of its piece.
void import_list(Home& home, std::size_t count, Samples& samples) {
  auto http = callgate::request(
      "POST", "/api/jobs?name=List&assistantId=assistant&phoneNumberId=number", "");
  http.headers = {{"content-type", "text/csv"}};
  http.body_is_stream = true;
  const auto opened = home.run({home.input(std::move(http))}, nullptr);
  const auto ingest = std::get<callgate::Ingest>(opened.front().answer);
  std::string text = "phone,first name,last name,account\n";
  std::vector<Input> pieces;
  std::size_t rows = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string row = std::to_string(kFirstNumber + static_cast<std::int64_t>(i));
    text += "+" + row + ",Ada,Lovelace,AC-" + row + "\n";
    if (text.size() >= kPieceBytes || i + 1 == count) {
      rows = std::max(rows, i + 1 - rows * pieces.size());
      pieces.push_back(
          home.input(callgate::ImportChunk{ingest.import, static_cast<std::int64_t>(pieces.size()),
                                           std::exchange(text, {}), i + 1 == count, false}));
    }
  }
  callgate::body_of(home.run(pieces, &samples).back());
  for (std::int64_t& nanos : samples.nanos) {
    nanos /= static_cast<std::int64_t>(rows);
  }
}

struct Kind {
  const char* what;
  void (*measure)(Home&, std::size_t, Samples&);
};

constexpr Kind kKinds[] = {
    {"add", add_recipients},      {"parked", add_beside_parked}, {"placed", take_answers},
    {"busy", answer_beside_busy}, {"report", take_reports},      {"import", import_list},
    {"show", show_job},
};

std::vector<Samples> measure(const std::string& folder, std::size_t count,
                             const std::vector<std::string>& wanted) {
  std::vector<Samples> all;
  for (const Kind& kind : kKinds) {
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), kind.what) == wanted.end()) {
      continue;
    }
    Home home{folder, kind.what};
    kind.measure(home, count, all.emplace_back(Samples{kind.what, {}}));
  }
  return all;
}

void print(std::vector<Samples> all) {
  const char* comma = "{";
  for (Samples& samples : all) {
    std::sort(samples.nanos.begin(), samples.nanos.end());
    const auto at = [&samples](std::size_t percent) {
      return static_cast<double>(samples.nanos[samples.nanos.size() * percent / 100]) / 1000;
    };
    std::printf("%s\"%sP50Us\":%.1f,\"%sP99Us\":%.1f", comma, samples.what, at(50), samples.what,
                at(99));
    comma = ",";
  }
  std::printf("}\n");
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc < 3) {
      throw std::runtime_error("usage: handle FOLDER COUNT [KIND ...]");
    }
    print(measure(argv[1], static_cast<std::size_t>(std::atoi(argv[2])), {argv + 3, argv + argc}));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "handle: %s\n", error.what());
    return 1;
  }
}
