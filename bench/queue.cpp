// The queue as it stands in the native server, without TCP: due calls of ten campaigns through the
// workspace's actor (SQLite, WAL, synchronous=FULL, group commit) until each has ended. The
// provider is a stand-in in this process, on a thread of its own: it takes each request that the
// core has written, answers it as the provider does, and sends the signed report of the call's end;
// both go the way that answers and webhooks go. Prints one line of JSON: calls a second, from the
// Input that lets them go to the last call's end, and the CPU a call took of this process.
// Refused: calls that are dialled twice or not at all, a report that is not taken; then the exit
// code is 1.
//   queue FOLDER COUNT AT_ONCE plain|limited
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <thread>
#include <utility>
#include <vector>

#include "bench/asked.hpp"
#include "native-server/clock.hpp"
#include "native-server/openssl_crypto.hpp"
#include "native-server/workspace.hpp"

namespace {

using namespace std::string_literals;
using callgate::Effect;
using callgate::EffectPerformer;
using callgate::HttpRequest;
using callgate::Response;
using callgate::Workspace;

constexpr std::int64_t kJobs = 10;
constexpr std::int64_t kPerRequest = 1000;
constexpr std::int64_t kFirstNumber = 14'152'000'000;
constexpr std::string_view kSecret = "bench-webhook-secret";
constexpr std::chrono::seconds kStuck{30};
constexpr callgate::DeploymentKey kDeployment{1, 2, 3};

// What `name` is in a flat piece of JSON text: `"name":"…"`.
std::string_view member(std::string_view json, std::string_view name) {
  const std::string key = "\"" + std::string{name} + "\":\"";
  const std::size_t at = json.find(key);
  if (at == std::string_view::npos) {
    throw std::runtime_error("no " + std::string{name} + " in " + std::string{json});
  }
  const std::size_t begin = at + key.size();
  return json.substr(begin, json.find('"', begin) - begin);
}

// Takes dials, answers them, and reports their ends: as long as such reports are.
class Provider final : public EffectPerformer {
 public:
  Provider() : crypto_(kDeployment), thread_([this] { run(); }) {}
  ~Provider() override { stop(); }

  void perform(Effect effect, Done done) override {
    {
      const std::lock_guard lock{mutex_};
      waiting_.emplace_back(std::move(effect), std::move(done));
    }
    changed_.notify_one();
  }
  void report_to(Workspace& workspace) { workspace_ = &workspace; }
  void stop() {
    {
      const std::lock_guard lock{mutex_};
      stopping_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) {
      thread_.join();
    }
  }
  [[nodiscard]] std::int64_t dials() const { return dials_; }
  [[nodiscard]] std::int64_t taken() const { return taken_; }
  [[nodiscard]] std::int64_t refused() const { return refused_; }

 private:
  void run() {
    for (;;) {
      std::vector<std::pair<Effect, Done>> now;
      {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (stopping_) {
          return;
        }
        now.swap(waiting_);
      }
      for (auto& [effect, done] : now) {
        dial(effect, done);
      }
    }
  }

  void dial(const Effect& effect, const Done& done) {
    if (effect.key.kind != callgate::EffectKind::place_call || !effect.request) {
      throw std::runtime_error("asked for something else than a dial");
    }
    const std::string id = "0192f0c4-0000-7000-8000-" + std::to_string(100'000'000'000 + ++dials_);
    const std::string attempt{member(effect.request->body, "externalId")};
    done({effect.key, callgate::Answered{201, -1, R"({"id":")" + id + R"(","status":"queued"})"}},
         std::chrono::microseconds{1});
    workspace_->handle(report(id, attempt), [this](const Workspace::Reply& reply) {
      const auto* response = std::get_if<Response>(&reply);
      ++(response != nullptr && response->status == 200 ? taken_ : refused_);
    });
  }

  HttpRequest report(const std::string& id, const std::string& attempt) {
    HttpRequest http;
    http.method = "POST";
    http.target = "/api/webhooks/vapi";
    const std::string timestamp = std::to_string(callgate::to_ms(callgate::host_now()));
    http.body =
        R"({"message":{"timestamp":)" + timestamp +
        R"(,"type":"end-of-call-report","endedReason":"customer-ended-call","cost":0.0525,)"
        R"("call":{"id":")" +
        id +
        R"(","orgId":"1f0c9f5c-0f3c-4f6e-9d1b-9f6c0f7f1b1c",)"
        R"("createdAt":"2026-11-22T09:46:40.000Z","updatedAt":"2026-11-22T09:46:41.000Z",)"
        R"("type":"outboundPhoneCall","status":"ended","assistantId":"assistant",)"
        R"("phoneNumberId":"number","customer":{"number":"+14152000000","externalId":")" +
        attempt +
        R"("},"monitor":{"listenUrl":"wss://phone-call-websocket.vapi.ai/x/listen",)"
        R"("controlUrl":"https://phone-call-websocket.vapi.ai/x/control"}},)"
        R"("artifact":{"messages":[{"role":"bot","message":"Hello, this is the clinic calling )"
        R"(about your appointment.","time":1798000000000,"secondsFromStart":1.2},{"role":"user",)"
        R"("message":"Yes, I am here.","time":1798000002000,"secondsFromStart":3.4}]},)"
        R"("analysis":{"summary":"Confirmed."}}})";
    http.headers = {{"content-type", "application/json"},
                    {"x-timestamp", timestamp},
                    {"x-signature", callgate::to_hex(crypto_.hmac(
                                        callgate::HmacHash::sha256, callgate::bytes_of(kSecret),
                                        callgate::bytes_of(timestamp + "." + http.body)))}};
    return http;
  }

  callgate::OpensslCrypto crypto_;
  Workspace* workspace_ = nullptr;
  std::atomic<std::int64_t> dials_{0};
  std::atomic<std::int64_t> taken_{0};
  std::atomic<std::int64_t> refused_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<Effect, Done>> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

struct Home {
  explicit Home(const std::string& folder)
      : workspace("default", folder + "/queue.sqlite",
                  {kDeployment, {}, provider, hub, metrics, log}) {
    provider.report_to(workspace);
  }
  ~Home() {
    provider.stop();
    workspace.stop();
  }
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;

  std::string ask(std::string method, std::string target, std::string body) {
    std::promise<Workspace::Reply> reply;
    workspace.handle(callgate::request(std::move(method), std::move(target), std::move(body)),
                     [&reply](Workspace::Reply said) { reply.set_value(std::move(said)); });
    const Workspace::Reply said = reply.get_future().get();
    const auto* response = std::get_if<Response>(&said);
    if (response == nullptr || response->status >= 300) {
      throw std::runtime_error(response == nullptr ? "no answer" : response->body);
    }
    return response->body;
  }

  callgate::Metrics metrics;
  callgate::Log log{callgate::LogFormat::text, callgate::LogLevel::warn};
  callgate::EventHub hub{metrics};
  Provider provider;
  Workspace workspace;
};

void configure(Home& home, std::int64_t at_once, bool limited) {
  home.ask("PUT", "/api/providers/vapi",
           R"({"apiKey":"bench-key","baseUrl":"http://127.0.0.1:1","publicUrl":)"
           R"("https://callgate.example.com","webhookSecret":")" +
               std::string{kSecret} + "\"}");
  const std::string some = std::to_string(at_once);
  home.ask("PUT", "/api/scheduler/config",
           R"({"businessHours":{"daysOfWeek":[0,1,2,3,4,5,6],"startTime":"00:00","endTime":)"
           R"("24:00","timezone":"America/New_York"},"rateLimits":{"global":)" +
               some + R"(,"perJob":)" + some + "}}");
  if (limited) {
    home.ask("PUT", "/api/limits",
             R"({"provider":{"perDay":100000000},"job":{"perSecond":10000},)"
             R"("caps":[{"max":3,"days":1},{"gapMinutes":60}],)"
             R"("budget":{"currency":"USD","perDayMicros":1000000000000,"reserveMicros":100000,)"
             R"("timezone":"UTC"}})");
  }
}

// Jobs of five priorities that run, while the workspace is paused.
void add_calls(Home& home, std::int64_t count) {
  home.ask("POST", "/api/workspace/pause", "");
  std::int64_t next = 0;
  for (std::int64_t job = 0; job < kJobs; ++job) {
    std::string target = "/api/jobs";
    std::string body = R"({"name":"Bench","assistantId":"assistant","phoneNumberId":"number",)"
                       R"("schedule":"now","priority":)" +
                       std::to_string(1 + job % 5) + R"(,"phoneNumbers":[)";
    const std::int64_t last = count * (job + 1) / kJobs;
    while (next < last) {
      for (std::int64_t i = 0; i < kPerRequest && next < last; ++i) {
        body += (i == 0 ? "\"+" : ",\"+") + std::to_string(kFirstNumber + next++) + "\"";
      }
      const std::string said = home.ask("POST", target, body + "]}");
      if (target == "/api/jobs") {
        target += "/" + std::string{member(said, "id")} + "/recipients";
      }
      body = R"({"phoneNumbers":[)";
    }
  }
}

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

void wait_for_all(const Home& home, std::int64_t count) {
  std::int64_t seen = -1;
  auto since = std::chrono::steady_clock::now();
  while (home.provider.taken() + home.provider.refused() < count) {
    const std::int64_t now = home.provider.taken();
    if (std::exchange(seen, now) != now) {
      since = std::chrono::steady_clock::now();
    } else if (std::chrono::steady_clock::now() - since > kStuck) {
      throw std::runtime_error("stuck after " + std::to_string(now) + " calls");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
}

// As many completed calls as were asked for, each dialled once.
void judge(Home& home, std::int64_t count) {
  const std::string jobs = home.ask("GET", "/api/jobs?limit=100", "");
  std::int64_t completed = 0;
  const std::string key = "\"completedCalls\":";
  for (std::size_t at = jobs.find(key); at != std::string::npos; at = jobs.find(key, at + 1)) {
    completed += std::atoll(jobs.c_str() + at + key.size());
  }
  if (completed != count || home.provider.dials() != count || home.provider.taken() != count) {
    throw std::runtime_error(std::to_string(home.provider.dials()) + " dials, " +
                             std::to_string(home.provider.taken()) + " reports taken and " +
                             std::to_string(completed) + " completed of " + std::to_string(count));
  }
}

void measure(const std::string& folder, std::int64_t count, std::int64_t at_once, bool limited) {
  Home home{folder};
  configure(home, at_once, limited);
  add_calls(home, count);
  const double cpu_before = cpu_seconds();
  const auto began = std::chrono::steady_clock::now();
  home.ask("POST", "/api/workspace/resume", "");
  wait_for_all(home, count);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  const double cpu = cpu_seconds() - cpu_before;
  judge(home, count);
  std::printf("{\"perSecond\":%.1f,\"seconds\":%.3f,\"cpuUsPerCall\":%.2f}\n",
              static_cast<double>(count) / seconds, seconds,
              cpu / static_cast<double>(count) * 1e6);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::string_view kind = argc == 5 ? argv[4] : "";
    if (kind != "plain" && kind != "limited") {
      throw std::runtime_error("usage: queue FOLDER COUNT AT_ONCE plain|limited");
    }
    measure(argv[1], std::atoll(argv[2]), std::atoll(argv[3]), kind == "limited");
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "queue: %s\n", error.what());
    return 1;
  }
}
