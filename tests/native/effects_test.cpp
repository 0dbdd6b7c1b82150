#include "native-server/effects.hpp"

#include <catch2/catch_test_macros.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "native-server/http_server.hpp"
#include "tests/native/raw_server.hpp"

namespace callgate {
namespace {

using namespace std::chrono_literals;

Instant soon() {
  return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()) + Millis{60'000};
}

Effect effect_to(const std::string& url, std::string body = "{}") {
  Effect effect;
  effect.key = {EffectKind::place_call, 7, 1, 3};
  effect.not_after = soon();
  effect.request =
      OutboundRequest{"POST", url, {{"content-type", "application/json"}}, std::move(body), 3000ms};
  return effect;
}

// Performs effects and waits for each result.
class Performing {
 public:
  explicit Performing(EffectsOptions options = {}) : performer_(std::move(options)) {}

  EffectResult perform(Effect effect) {
    perform_all({std::move(effect)});
    return results_.front();
  }
  std::vector<EffectResult>& perform_all(std::vector<Effect> effects) {
    results_.clear();
    const std::size_t count = effects.size();
    for (Effect& effect : effects) {
      performer_.perform(std::move(effect), [this](EffectResult result, auto) {
        const std::lock_guard lock{mutex_};
        results_.push_back(std::move(result));
        changed_.notify_all();
      });
    }
    std::unique_lock lock{mutex_};
    REQUIRE(changed_.wait_for(lock, 30s, [&] { return results_.size() == count; }));
    return results_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<EffectResult> results_;
  CurlEffects performer_;
};

TEST_CASE("An answer is reported with its status, body and retry-after") {
  std::string seen;
  HttpServer server{{}, [&](const std::shared_ptr<Exchange>& exchange) {
                      exchange->read_body(1000, [&, exchange](BodyEnd, const std::string& body) {
                        seen = exchange->method() + " " + exchange->target() + " " + body;
                        for (const auto& [name, value] : exchange->headers()) {
                          seen += name == "content-type" ? " " + value : "";
                          seen += name == "expect" ? " expect" : "";
                        }
                        exchange->respond({429, {{"retry-after", "17"}}, "slow down"});
                      });
                    }};
  Performing performing;
  const auto result = performing.perform(
      effect_to("http://127.0.0.1:" + std::to_string(server.port()) + "/call?a=b"));
  CHECK(result.key == EffectKey{EffectKind::place_call, 7, 1, 3});
  const auto& answered = std::get<Answered>(result.result);
  CHECK(answered.status == 429);
  CHECK(answered.retry_after_s == 17);
  CHECK(answered.body == "slow down");
  CHECK(seen == "POST /call?a=b {} application/json");
}

TEST_CASE("Methods without a body are sent as they are named") {
  std::vector<std::string> methods;
  HttpServer server{{}, [&](const std::shared_ptr<Exchange>& exchange) {
                      methods.push_back(exchange->method());
                      exchange->respond({302, {{"location", "/elsewhere"}}, ""});
                    }};
  Performing performing;
  for (const char* method : {"GET", "DELETE", "PATCH"}) {
    Effect effect = effect_to("http://127.0.0.1:" + std::to_string(server.port()) + "/x", "");
    effect.request->method = method;
    CHECK(std::get<Answered>(performing.perform(effect).result).status == 302);  // not followed
  }
  CHECK(methods == std::vector<std::string>{"GET", "DELETE", "PATCH"});
}

TEST_CASE("What never left this host is NotSent") {
  Performing performing;
  std::uint16_t closed_port = 0;
  {
    test::RawServer gone;
    closed_port = gone.port();
  }
  const auto not_sent = [&](const Effect& effect) {
    return std::holds_alternative<NotSent>(performing.perform(effect).result);
  };
  CHECK(not_sent(effect_to("http://127.0.0.1:" + std::to_string(closed_port) + "/")));
  CHECK(not_sent(effect_to("http://no-such-host.invalid/")));
  CHECK(not_sent(effect_to("ftp://127.0.0.1/")));
  CHECK(not_sent(effect_to("file:///etc/hostname")));
  CHECK(not_sent(effect_to("nonsense")));
  test::RawServer plain;  // speaks no TLS
  std::thread answering{[&] { plain.accept().send("HTTP/1.1 200 OK\r\n\r\n"); }};
  CHECK(not_sent(effect_to("https://127.0.0.1:" + std::to_string(plain.port()) + "/")));
  answering.join();
  Effect late = effect_to("http://127.0.0.1:1/");
  late.not_after = soon() - Millis{120'000};
  const auto result = performing.perform(late);
  CHECK(std::get<NotSent>(result.result).reason == "it was too late to send");
}

TEST_CASE("What may have arrived is NoAnswer") {
  Performing performing;
  test::RawServer server;
  const std::string url = "http://127.0.0.1:" + std::to_string(server.port()) + "/";
  {
    std::thread closing{[&] { server.accept().read_until("{}"); }};
    CHECK(std::holds_alternative<NoAnswer>(performing.perform(effect_to(url)).result));
    closing.join();
  }
  {
    std::thread silent{[&] {
      auto peer = server.accept();
      peer.read_to_end();
    }};
    Effect effect = effect_to(url);
    effect.request->timeout = 300ms;
    CHECK(std::holds_alternative<NoAnswer>(performing.perform(effect).result));
    silent.join();
  }
  {
    std::thread cut{[&] {
      auto peer = server.accept();
      peer.read_until("{}");
      peer.send("HTTP/1.1 201 Created\r\ncontent-length: 100\r\n\r\nhalf");
    }};
    CHECK(std::holds_alternative<NoAnswer>(performing.perform(effect_to(url)).result));
    cut.join();
  }
}

TEST_CASE("A request on a connection that dies is not sent a second time") {
  Performing performing;
  test::RawServer server;
  int requests = 0;
  std::thread serving{[&] {
    auto peer = server.accept();
    peer.read_until("{}");
    peer.send("HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\nok");
    peer.read_until("{}");  // the second request, on the connection that was kept
    requests = 2;
    peer.close();
    // libcurl connects once more to repeat the request; no byte of it may follow.
    if (server.wait_for_connection(500) && !server.accept().read_until("{}").empty()) {
      requests = 3;
    }
  }};
  const std::string url = "http://127.0.0.1:" + std::to_string(server.port()) + "/";
  CHECK(std::get<Answered>(performing.perform(effect_to(url)).result).status == 201);
  const auto second = performing.perform(effect_to(url));
  CHECK(std::holds_alternative<NoAnswer>(second.result));
  serving.join();
  CHECK(requests == 2);
}

TEST_CASE("An answer without end is cut and counts as none") {
  HttpServer server{{}, [](const std::shared_ptr<Exchange>& exchange) {
                      exchange->respond({200, {}, std::string(50'000, 'x')});
                    }};
  EffectsOptions options;
  options.answer_bytes_max = 10'000;
  Performing performing{options};
  const auto result =
      performing.perform(effect_to("http://127.0.0.1:" + std::to_string(server.port()) + "/"));
  CHECK(std::get<NoAnswer>(result.result).reason == "the answer is too large");
}

TEST_CASE("More effects than may go at once all get their turn, on few connections") {
  std::mutex mutex;
  int now = 0;
  int most = 0;
  HttpServerOptions server_options;
  HttpServer server{server_options, [&](const std::shared_ptr<Exchange>& exchange) {
                      {
                        const std::lock_guard lock{mutex};
                        most = std::max(most, ++now);
                      }
                      std::thread{[&, exchange] {
                        std::this_thread::sleep_for(2ms);
                        {
                          const std::lock_guard lock{mutex};
                          --now;
                        }
                        exchange->respond({201, {}, exchange->target()});
                      }}.detach();
                    }};
  EffectsOptions options;
  options.at_once = 4;
  Performing performing{options};
  std::vector<Effect> effects;
  for (int i = 0; i < 200; ++i) {
    effects.push_back(
        effect_to("http://127.0.0.1:" + std::to_string(server.port()) + "/" + std::to_string(i)));
    effects.back().key.subject = i;
  }
  for (const auto& result : performing.perform_all(effects)) {
    CHECK(std::get<Answered>(result.result).body == "/" + std::to_string(result.key.subject));
  }
  CHECK(most <= 4);
}

TEST_CASE("Stopping waits for what is on the way and drops the rest unreported") {
  std::shared_ptr<Exchange> held;
  std::mutex mutex;
  std::condition_variable changed;
  HttpServer server{{}, [&](const std::shared_ptr<Exchange>& exchange) {
                      const std::lock_guard lock{mutex};
                      held = exchange;
                      changed.notify_all();
                    }};
  EffectsOptions options;
  options.at_once = 1;
  CurlEffects performer{options};
  int reported = 0;
  for (int i = 0; i < 2; ++i) {
    performer.perform(effect_to("http://127.0.0.1:" + std::to_string(server.port()) + "/"),
                      [&](const EffectResult&, auto) { ++reported; });
  }
  {
    std::unique_lock lock{mutex};
    REQUIRE(changed.wait_for(lock, 10s, [&] { return held != nullptr; }));
  }
  std::thread answering{[&] {
    std::this_thread::sleep_for(50ms);
    held->respond({200, {}, ""});
    held.reset();
  }};
  performer.stop(5s);
  answering.join();
  CHECK(reported == 1);
}

}  // namespace
}  // namespace callgate
