#include "native-server/event_hub.hpp"

#include <catch2/catch_test_macros.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "tests/native/raw_client.hpp"

namespace callgate {
namespace {

using namespace std::chrono_literals;
using test::RawClient;

Event job(std::int64_t revision, const std::string& subject) {
  return {"job", revision, subject, "{\"r\":" + std::to_string(revision) + "}"};
}

// A hub behind a real server; every request becomes a subscriber with the stream that is set.
struct Hub {
  explicit Hub(std::chrono::milliseconds heartbeat = 60s) : hub(metrics, heartbeat) {}
  ~Hub() {
    server.stop(0ms);
    hub.stop();
  }
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  // A client whose subscription is in the hub: it has read the stream's first words.
  std::unique_ptr<RawClient> follow(const Stream& wanted) {
    stream = wanted;
    auto client = std::make_unique<RawClient>(server.port());
    client->send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
    client->read_until("retry: 1000\n\n");
    return client;
  }
  void publish(std::vector<Event> events) { hub.publish("w", std::move(events)); }

  Metrics metrics;
  EventHub hub;
  Stream stream;
  HttpServer server{{}, [this](std::shared_ptr<Exchange> exchange) {
                      hub.subscribe("w", std::move(exchange), {}, stream);
                    }};
};

TEST_CASE("An event is written as its id, type and data") {
  CHECK(event_text({"job", 7, "job_1", "{}"}) == "id: 7\nevent: job\ndata: {}\n\n");
}

TEST_CASE("A quiet workspace's event goes out at once, the next after the gap") {
  Hub hub;
  auto client = hub.follow({});
  const auto began = std::chrono::steady_clock::now();
  hub.publish({job(1, "a")});
  CHECK(client->read_until("\n\n") == event_text(job(1, "a")));
  hub.publish({job(2, "a")});
  CHECK(client->read_until("\n\n") == event_text(job(2, "a")));
  CHECK(std::chrono::steady_clock::now() - began >= kEventGap);
}

TEST_CASE(
    "A burst is told by its newest states, in the order of revisions, and its end is not lost") {
  Hub hub;
  auto client = hub.follow({});
  hub.publish({job(1, "a")});
  client->read_until("\n\n");
  for (std::int64_t revision = 2; revision <= 1001; ++revision) {
    hub.publish({job(revision, revision % 2 == 0 ? "even" : "odd")});
  }
  hub.publish({job(1002, "a")});
  std::string all;
  while (all.find("id: 1002\n") == std::string::npos) {
    const std::string event = client->read_until("\n\n");
    REQUIRE_FALSE(event.empty());
    all += event;
  }
  CHECK(all.find("id: 1000\n") < all.find("id: 1001\n"));
  CHECK(all.find("id: 1001\n") < all.find("id: 1002\n"));
  CHECK(all.size() < 100 * event_text(job(1000, "even")).size());  // not every one of the 1001
}

TEST_CASE("Revisions never go backwards on a stream") {
  Hub hub;
  auto client = hub.follow({});
  std::thread publisher{[&] {
    for (std::int64_t revision = 1; revision <= 3000; ++revision) {
      hub.publish({job(revision, "s" + std::to_string(revision * 7919 % 13))});
      if (revision % 1000 == 0) {
        std::this_thread::sleep_for(300ms);
      }
    }
  }};
  std::int64_t last = 0;
  while (last < 3000) {
    const std::string event = client->read_until("\n\n");
    REQUIRE(event.size() > 4);
    const std::int64_t revision = std::stoll(event.substr(4));
    REQUIRE(revision > last);
    last = revision;
  }
  publisher.join();
}

TEST_CASE("A backlog comes first, and nothing that was published since it was read is missing") {
  Hub hub;
  auto early = hub.follow({});
  hub.publish({job(5, "a"), job(6, "b")});
  early->read_until(
      event_text(job(6, "b")));  // so it has gone out before the next subscriber comes
  Stream stream;
  stream.backlog = {job(3, "c"), job(5, "a")};
  stream.after_revision = 5;  // the snapshot was older than revision 6
  auto late = hub.follow(stream);
  CHECK(late->read_until("\n\n") == event_text(job(3, "c")));
  CHECK(late->read_until("\n\n") == event_text(job(5, "a")));
  CHECK(late->read_until("\n\n") == event_text(job(6, "b")));
  hub.publish({job(7, "a")});
  CHECK(late->read_until("\n\n") == event_text(job(7, "a")));
}

TEST_CASE("A backlog that is only a part ends the stream") {
  Hub hub;
  Stream stream;
  stream.backlog = {job(3, "c"), job(5, "a")};
  stream.after_revision = 9;
  stream.ends = true;
  auto client = hub.follow(stream);
  CHECK(client->read_until("\n\n") == event_text(job(3, "c")));
  CHECK(client->read_until("\n\n") == event_text(job(5, "a")));
  hub.publish({job(10, "a")});
  CHECK(client->read_until("\n\n").find("id:") == std::string::npos);
}

TEST_CASE("A subscriber of one job gets that job's events alone") {
  Hub hub;
  Stream stream;
  stream.subject = "mine";
  auto client = hub.follow(stream);
  hub.publish({job(1, "other"), job(2, "mine"), job(3, "other")});
  CHECK(client->read_until("\n\n") == event_text(job(2, "mine")));
  hub.publish({job(4, "other"), job(5, "mine")});
  CHECK(client->read_until("\n\n") == event_text(job(5, "mine")));
}

TEST_CASE("Events of one revision all arrive") {
  Hub hub;
  auto client = hub.follow({});
  hub.publish({job(4, "a"), job(4, "b"), job(4, "c")});
  CHECK(client->read_until("\n\n") == event_text(job(4, "a")));
  CHECK(client->read_until("\n\n") == event_text(job(4, "b")));
  CHECK(client->read_until("\n\n") == event_text(job(4, "c")));
}

TEST_CASE("A silent stream is kept alive, a client that went is forgotten, the end is the end") {
  Hub hub{20ms};
  auto client = hub.follow({});
  CHECK(client->read_until(":\n\n") == ":\n\n");
  CHECK(hub.metrics.open_streams == 1);
  client.reset();
  for (int i = 0; i < 500 && hub.metrics.open_streams != 0; ++i) {
    std::this_thread::sleep_for(10ms);
  }
  CHECK(hub.metrics.open_streams == 0);
  auto another = hub.follow({});
  hub.hub.stop();
  another->read_to_end();
}

}  // namespace
}  // namespace callgate
