// The core alone: how long Core::handle takes for one Input, over SQLite on the disk, without HTTP
// and without the commit, which the native server shares among the Inputs of a group. Prints one
// line of JSON with the median and the 99th percentile of each kind, in microseconds. Refused: an
// answer that is not 2xx, an effect that does not come; then the exit code is 1.
//   handle FOLDER COUNT
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

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

struct Samples {
  const char* what;
  std::vector<std::int64_t> nanos;
};

// One workspace, and a clock that moves a millisecond an Input.
class Home {
 public:
  explicit Home(const std::string& folder)
      : sql_(folder + "/workspace.sqlite", {}), crypto_(secret_), core_(sql_, crypto_, "default") {
    run({input(callgate::Wake{})}, nullptr);
  }

  static callgate::HttpRequest request(std::string method, std::string target, std::string body) {
    callgate::HttpRequest http;
    http.method = std::move(method);
    http.target = std::move(target);
    http.headers = {{"content-type", "application/json"}};
    http.body = std::move(body);
    http.principal = callgate::Principal{"default", "bench", {"owner"}, {}};
    return http;
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
    const auto outputs =
        run({input(request(std::move(method), std::move(target), std::move(body)))}, nullptr);
    return body_of(outputs.front());
  }

  static const std::string& body_of(const Output& output) {
    const auto* response = std::get_if<Response>(&output.answer);
    if (response == nullptr || response->status >= 300) {
      throw std::runtime_error(response == nullptr ? "no answer"s : response->body);
    }
    return response->body;
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

std::string make_job(Home& home, const std::string& more) {
  const std::string body = home.ask(
      "POST", "/api/jobs",
      R"({"name":"Bench","assistantId":"assistant","phoneNumberId":"number",)" + more + "}");
  const std::size_t at = body.find("job_");
  return body.substr(at, body.find('"', at) - at);
}

Samples add_recipients(Home& home, std::size_t count) {
  Samples samples{"add", {}};
  const std::string target =
      "/api/jobs/" + make_job(home, "\"phoneNumbers\":[" + number(0) + "]") + "/recipients";
  std::vector<Input> inputs;
  for (std::size_t i = 1; i <= count; ++i) {
    const std::string body = "{\"phoneNumbers\":[" + number(static_cast<std::int64_t>(i)) + "]}";
    inputs.push_back(home.input(Home::request("POST", target, body)));
  }
  for (const Output& output : home.run(inputs, &samples)) {
    Home::body_of(output);
  }
  return samples;
}

// The provider says yes: each is the answer to one dial.
Samples take_answers(Home& home, std::size_t count) {
  Samples samples{"placed", {}};
  const std::string at_once = std::to_string(count);
  home.ask("PUT", "/api/providers/vapi",
           R"({"apiKey":"bench-key","baseUrl":"http://127.0.0.1:1"})");
  home.ask("PUT", "/api/scheduler/config",
           R"({"rateLimits":{"global":)" + at_once + R"(,"perJob":)" + at_once + "}}");
  std::string numbers;
  for (std::size_t i = 0; i < count; ++i) {
    numbers += (i == 0 ? "" : ",") + number(static_cast<std::int64_t>(i));
  }
  const std::string job = make_job(home, "\"phoneNumbers\":[" + numbers + "]");
  const auto started =
      home.run({home.input(Home::request("POST", "/api/jobs/" + job + "/start", ""))}, nullptr);
  if (started.front().effects.size() != count) {
    throw std::runtime_error("starting the job placed " +
                             std::to_string(started.front().effects.size()) + " calls");
  }
  std::vector<Input> inputs;
  for (const callgate::Effect& effect : started.front().effects) {
    const std::string body = R"({"id":"0192f0c4-0000-7000-8000-)" +
                             std::to_string(100'000'000'000 + effect.key.subject) +
                             R"(","status":"queued"})";
    inputs.push_back(
        home.input(callgate::EffectResult{effect.key, callgate::Answered{201, -1, body}}));
  }
  home.run(inputs, &samples);
  return samples;
}

Samples show_job(Home& home, std::size_t count) {
  Samples samples{"show", {}};
  const std::string job = make_job(home, "\"phoneNumbers\":[" + number(0) + "]");
  std::vector<Input> inputs;
  for (std::size_t i = 0; i < count; ++i) {
    inputs.push_back(home.input(Home::request("GET", "/api/jobs/" + job, "")));
  }
  for (const Output& output : home.run(inputs, &samples)) {
    Home::body_of(output);
  }
  return samples;
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
    if (argc != 3) {
      throw std::runtime_error("usage: handle FOLDER COUNT");
    }
    Home home{argv[1]};
    const auto count = static_cast<std::size_t>(std::atoi(argv[2]));
    print({add_recipients(home, count), take_answers(home, std::min<std::size_t>(count, 5000)),
           show_job(home, count)});
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "handle: %s\n", error.what());
    return 1;
  }
}
