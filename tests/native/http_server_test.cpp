#include "native-server/http_server.hpp"

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "tests/native/raw_client.hpp"

namespace callgate {
namespace {

using test::RawClient;
using Handler = std::function<void(std::shared_ptr<Exchange>)>;

std::unique_ptr<HttpServer> serve(Handler handler, HttpServerOptions options = {}) {
  return std::make_unique<HttpServer>(options, std::move(handler));
}

Response text(std::string body) {
  return {200, {{"content-type", "text/plain"}}, std::move(body)};
}

// Answers with the method, the target and the body.
void echo(const std::shared_ptr<Exchange>& exchange) {
  exchange->read_body(100, [exchange](BodyEnd end, const std::string& body) {
    if (end == BodyEnd::complete) {
      exchange->respond(text(exchange->method() + " " + exchange->target() + " " + body));
    } else {
      exchange->respond({end == BodyEnd::too_large ? 413 : 400, {}, "no"});
    }
  });
}

TEST_CASE("A connection is kept for the next request") {
  const auto server = serve(echo);
  RawClient client{server->port()};
  for (int i = 0; i < 3; ++i) {
    client.send("POST /a?b=" + std::to_string(i) +
                " HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
    const auto reply = client.read_reply();
    CHECK(reply.status() == 200);
    CHECK(reply.head.find("date: ") != std::string::npos);
    CHECK(reply.head.find("connection:") == std::string::npos);
    CHECK(reply.body == "POST /a?b=" + std::to_string(i) + " hello");
  }
}

TEST_CASE("Pipelined requests are answered in order, however late each answer comes") {
  const auto server = serve([](const std::shared_ptr<Exchange>& exchange) {
    std::thread{[exchange] {
      if (exchange->target() == "/slow") {
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
      }
      exchange->respond(text(exchange->target()));
    }}.detach();
  });
  RawClient client{server->port()};
  client.send(
      "GET /slow HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\nGET /c "
      "HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.read_reply().body == "/slow");
  CHECK(client.read_reply().body == "/b");
  CHECK(client.read_reply().body == "/c");
}

TEST_CASE("A request split at every byte reads the same") {
  const auto server = serve(echo);
  const std::string request =
      "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\nabc\r\n2;q=1\r\nde\r\n0\r\nT: 1\r\n\r\n";
  for (std::size_t cut = 1; cut < request.size(); ++cut) {
    RawClient client{server->port()};
    client.send(request.substr(0, cut));
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
    client.send(request.substr(cut));
    CHECK(client.read_reply().body == "POST /x abcde");
  }
}

TEST_CASE("A body is read up to its limit and refused beyond, with and without a length") {
  const auto server = serve(echo);
  const std::string fits(100, 'a');
  const std::string large(101, 'a');
  RawClient client{server->port()};
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n" + fits);
  CHECK(client.read_reply().status() == 200);
  client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n" + fits +
              "\r\n0\r\n\r\n");
  CHECK(client.read_reply().status() == 200);
  client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" + large +
              "\r\n0\r\n\r\n");
  const auto refused = client.read_reply();
  CHECK(refused.status() == 413);
  CHECK(refused.head.find("connection: close") != std::string::npos);
  CHECK(client.read_to_end().empty());

  RawClient second{server->port()};
  second.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n" + large);
  CHECK(second.read_reply().status() == 413);
  second.send("GET /next HTTP/1.1\r\nHost: x\r\n\r\n");  // a short rest is read past
  CHECK(second.read_reply().body == "GET /next ");
}

TEST_CASE("An answer reaches a client that is still sending a body nobody wants") {
  const auto server = serve(
      [](const std::shared_ptr<Exchange>& exchange) { exchange->respond({413, {}, "too much"}); });
  RawClient client{server->port()};
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000\r\n\r\n");
  client.send(std::string(3'000'000, 'a'));
  const auto reply = client.read_reply();
  CHECK(reply.status() == 413);
  CHECK(reply.body == "too much");
}

TEST_CASE("A slow reader of pieces slows its sender, and every byte arrives in order") {
  std::mutex mutex;
  std::condition_variable changed;
  bool go = false;
  std::string received;
  std::size_t largest = 0;
  std::function<void(std::shared_ptr<Exchange>)> next = [&](std::shared_ptr<Exchange> exchange) {
    exchange->read_piece(64 * 1024,
                         [&, exchange](BodyEnd end, const std::string& piece, bool last) {
                           std::unique_lock lock{mutex};
                           if (end != BodyEnd::complete) {
                             exchange->respond({400, {}, ""});
                             return;
                           }
                           received += piece;
                           largest = std::max(largest, piece.size());
                           if (last) {
                             exchange->respond(text(std::to_string(received.size())));
                             return;
                           }
                           changed.wait(lock, [&] { return go; });
                           lock.unlock();
                           next(exchange);
                         });
  };
  const auto server = serve([&](std::shared_ptr<Exchange> exchange) { next(std::move(exchange)); });
  std::string body(40'000'000, ' ');
  for (std::size_t i = 0; i < body.size(); ++i) {
    body[i] = static_cast<char>('a' + (i * 7 + i / 1000) % 26);
  }
  RawClient client{server->port()};
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
              "\r\n\r\n");
  std::size_t sent = 0;
  for (int quiet = 0; quiet < 20;) {  // until the kernel's buffers are full
    const std::size_t now = client.send_without_waiting(std::string_view{body}.substr(sent));
    sent += now;
    quiet = now == 0 ? quiet + 1 : 0;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  CHECK(sent < body.size());
  {
    const std::lock_guard lock{mutex};
    CHECK(received.size() <= 64 * 1024);
    go = true;
  }
  changed.notify_all();
  client.send(std::string_view{body}.substr(sent));
  CHECK(client.read_reply().body == std::to_string(body.size()));
  CHECK(received == body);
  CHECK(largest <= 64 * 1024);
}

TEST_CASE("A body that breaks off is reported as broken") {
  std::atomic<int> broken{0};
  const auto server = serve([&](const std::shared_ptr<Exchange>& exchange) {
    exchange->read_piece(1000, [&, exchange](BodyEnd end, const std::string&, bool) {
      broken += end == BodyEnd::broken ? 1 : 0;
      exchange->respond({400, {}, ""});
    });
  });
  {
    RawClient client{server->port()};
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nabc");
    client.finish_sending();
    CHECK(client.read_reply().status() == 400);  // half-closed: still answered
  }
  RawClient client{server->port()};
  client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc");
  CHECK(client.read_reply().status() == 400);
  CHECK(broken == 2);
}

TEST_CASE("A body is invited with 100 Continue only when it is wanted") {
  const auto server = serve([](const std::shared_ptr<Exchange>& exchange) {
    if (exchange->target() == "/unwanted") {
      exchange->respond({401, {}, ""});
    } else {
      echo(exchange);
    }
  });
  const std::string head =
      " HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";
  RawClient client{server->port()};
  client.send("POST /wanted" + head);
  CHECK(client.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("abc");
  CHECK(client.read_reply().body == "POST /wanted abc");
  client.send("POST /unwanted" + head);
  const auto refused = client.read_reply();
  CHECK(refused.status() == 401);
  CHECK(refused.head.find("connection: close") != std::string::npos);
}

TEST_CASE("HTTP/1.0 closes unless asked to keep, HEAD has a length and no body") {
  const auto server = serve(echo);
  RawClient old{server->port()};
  old.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  auto reply = old.read_reply();
  CHECK(reply.head.find("connection: keep-alive") != std::string::npos);
  old.send("GET /b HTTP/1.0\r\n\r\n");
  CHECK(old.read_to_end().find("GET /b ") != std::string::npos);

  RawClient client{server->port()};
  client.send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n");
  reply = client.read_reply(false);
  CHECK(reply.head.find("content-length: 8\r\n") != std::string::npos);
  client.send("GET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  reply = client.read_reply();
  CHECK(reply.body == "GET /b ");
  CHECK(reply.head.find("connection: close") != std::string::npos);
  CHECK(client.read_to_end().empty());
}

TEST_CASE("What cannot be understood is refused and the connection closed") {
  const auto server = serve(echo);
  const auto status_of = [&](const std::string& request) {
    RawClient client{server->port()};
    client.send(request);
    const auto reply = client.read_reply();
    CHECK(client.read_to_end().empty());
    return reply.status();
  };
  CHECK(status_of("nonsense\r\n\r\n") == 400);
  CHECK(status_of("GET / HTTP/3.0\r\nHost: x\r\n\r\n") == 505);
  CHECK(status_of("GET / HTTP/1.1\r\n\r\n") == 400);
  CHECK(status_of("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n") == 400);
  CHECK(status_of("GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n") == 400);
  CHECK(status_of(
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd") ==
        400);
  CHECK(status_of("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: "
                  "chunked\r\n\r\nabc") == 400);
  CHECK(status_of("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: "
                  "3\r\n\r\nabc") == 400);
  CHECK(status_of(
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n") ==
        501);
  CHECK(status_of("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n") ==
        431);
  std::string many = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 200; ++i) {
    many += "X: y\r\n";
  }
  CHECK(status_of(many + "\r\n") == 431);
}

TEST_CASE("A client that stalls in its body is let go, and one that stalls between requests") {
  HttpServerOptions options;
  options.idle_timeout = std::chrono::seconds{1};
  const auto server = serve(echo, options);
  RawClient body{server->port()};
  RawClient silent{server->port()};
  body.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nabc");
  CHECK(body.read_reply().status() == 400);
  CHECK(body.read_to_end().empty());
  CHECK(silent.read_to_end().empty());
}

TEST_CASE("A client that never ends its header is told and let go") {
  HttpServerOptions options;
  options.header_timeout = std::chrono::milliseconds{200};
  const auto server = serve(echo, options);
  const auto began = std::chrono::steady_clock::now();
  RawClient dripping{server->port()};
  RawClient silent{server->port()};
  dripping.send("GET /x HTTP/1.1\r\nHost: x\r\n");
  bool open = true;
  std::thread drips{[&] {
    while (open && std::chrono::steady_clock::now() - began < std::chrono::seconds{10}) {
      open = dripping.send("x-more: y\r\n");
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
  }};
  const auto reply = dripping.read_reply();
  const auto took = std::chrono::steady_clock::now() - began;
  drips.join();
  CHECK(reply.status() == 408);
  CHECK(reply.head.find("connection: close") != std::string::npos);
  CHECK(took >= options.header_timeout);
  CHECK(took < std::chrono::seconds{2});
  CHECK_FALSE(open);
  silent.send("GET /y HTTP/1.1\r\nHost: x\r\n\r\n");  // it had not begun one
  CHECK(silent.read_reply().status() == 200);
}

TEST_CASE("A stream delivers what is written and says when its client went") {
  std::mutex mutex;
  std::condition_variable changed;
  std::shared_ptr<Exchange> stream;
  std::atomic<int> closed{0};
  const auto server = serve([&](const std::shared_ptr<Exchange>& exchange) {
    exchange->start_stream({{"x-a", "b"}}, [&] {
      ++closed;
      changed.notify_all();
    });
    const std::lock_guard lock{mutex};
    stream = exchange;
    changed.notify_all();
  });
  {
    RawClient client{server->port()};
    client.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
    std::unique_lock lock{mutex};
    changed.wait(lock, [&] { return stream != nullptr; });
    CHECK(stream->write("data: 1\n\n"));
    CHECK(stream->write("data: 2\n\n"));
    const std::string head = client.read_until("\r\n\r\n");
    CHECK(head.find("content-type: text/event-stream\r\n") != std::string::npos);
    CHECK(head.find("x-a: b\r\n") != std::string::npos);
    CHECK(client.read_until("data: 2\n\n") == "data: 1\n\ndata: 2\n\n");
    CHECK(closed == 0);
  }
  std::unique_lock lock{mutex};
  CHECK(changed.wait_for(lock, std::chrono::seconds{10}, [&] { return closed == 1; }));
  CHECK_FALSE(stream->write("data: 3\n\n"));
}

TEST_CASE("A stream whose client reads nothing is closed once it is a megabyte behind") {
  std::atomic<int> closed{0};
  std::atomic<std::size_t> taken{0};
  std::thread writer;
  const auto server = serve([&](const std::shared_ptr<Exchange>& exchange) {
    exchange->start_stream({}, [&] { ++closed; });
    writer = std::thread{[&, exchange] {
      while (exchange->write(std::string(10'000, 'x')) && taken < 200'000'000) {
        taken += 10'000;
      }
    }};
  });
  RawClient client{server->port(), 4096};
  client.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
  client.read_until("\r\n\r\n");
  writer.join();
  client.read_to_end();
  // The client may see the end a moment before the handler is told.
  for (int i = 0; i < 1000 && closed == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  CHECK(closed == 1);
  CHECK(taken >= 900'000);
  CHECK(taken < 100'000'000);
}

TEST_CASE("A stream ends with what was written before its end") {
  const auto server = serve([](const std::shared_ptr<Exchange>& exchange) {
    exchange->start_stream({}, [] {});
    for (int i = 0; i < 100; ++i) {
      exchange->write("data: " + std::to_string(i) + "\n\n");
    }
    exchange->end_stream();
  });
  RawClient client{server->port()};
  client.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string all = client.read_to_end();
  CHECK(all.find("data: 0\n\n") != std::string::npos);
  CHECK(all.substr(all.size() - 10) == "data: 99\n\n");
}

TEST_CASE("An exchange that its handler loses is answered 500") {
  const auto server = serve([](const std::shared_ptr<Exchange>&) {});
  RawClient client{server->port()};
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.read_reply().status() == 500);
}

TEST_CASE("A header value with a line break never reaches the wire") {
  const auto server = serve([](const std::shared_ptr<Exchange>& exchange) {
    exchange->respond({200, {{"x-bad", "a\r\nset-cookie: b"}, {"x-good", "c"}}, "ok"});
  });
  RawClient client{server->port()};
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto reply = client.read_reply();
  CHECK(reply.head.find("set-cookie") == std::string::npos);
  CHECK(reply.head.find("x-good: c") != std::string::npos);
}

TEST_CASE("Stopping lets an open exchange finish and closes idle connections") {
  std::shared_ptr<Exchange> held;
  std::mutex mutex;
  std::condition_variable changed;
  const auto server = serve([&](const std::shared_ptr<Exchange>& exchange) {
    const std::lock_guard lock{mutex};
    held = exchange;
    changed.notify_all();
  });
  const std::uint16_t port = server->port();
  RawClient idle{port};
  RawClient busy{port};
  busy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  {
    std::unique_lock lock{mutex};
    changed.wait(lock, [&] { return held != nullptr; });
  }
  std::thread stopper{[&] { server->stop(std::chrono::seconds{10}); }};
  CHECK(idle.read_to_end().empty());
  held->respond(text("done"));
  held.reset();
  const auto reply = busy.read_reply();
  CHECK(reply.body == "done");
  CHECK(reply.head.find("connection: close") != std::string::npos);
  stopper.join();
  CHECK_THROWS(RawClient{port});
}

// Its timer has gone off while a handler kept its thread, and is heard after the end: what it held
// would be a leak, which the sanitizer reports when the program ends.
TEST_CASE("A server that is busy when it is stopped leaves nothing behind") {
  std::atomic<bool> busy = false;
  const auto server = serve([&busy](const std::shared_ptr<Exchange>& exchange) {
    busy = true;
    std::this_thread::sleep_for(std::chrono::milliseconds{1100});
    exchange->respond(text("late"));
  });
  RawClient client{server->port()};
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  while (!busy) {
    std::this_thread::yield();
  }
  server->stop(std::chrono::milliseconds{0});
}

TEST_CASE("A taken port is refused with its address and cause") {
  const auto server = serve(echo);
  HttpServerOptions options;
  options.port = server->port();
  try {
    serve(echo, options);
    FAIL("it listened twice");
  } catch (const std::runtime_error& error) {
    CHECK(std::string{error.what()}.find("127.0.0.1 port " + std::to_string(server->port())) !=
          std::string::npos);
  }
}

TEST_CASE("Several threads of clients and of server each get their own answers") {
  HttpServerOptions options;
  options.threads = 2;
  const auto server = serve(echo, options);
  std::atomic<int> wrong{0};
  std::vector<std::thread> clients;
  for (int c = 0; c < 8; ++c) {
    clients.emplace_back([&, c] {
      RawClient client{server->port()};
      for (int i = 0; i < 200; ++i) {
        const std::string target = "/" + std::to_string(c) + "/" + std::to_string(i);
        client.send("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
        wrong += client.read_reply().body == "GET " + target + " " ? 0 : 1;
      }
    });
  }
  for (auto& client : clients) {
    client.join();
  }
  CHECK(wrong == 0);
}

}  // namespace
}  // namespace callgate
