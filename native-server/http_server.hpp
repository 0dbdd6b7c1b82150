// The HTTP front of this process: HTTP/1.1 with keep-alive and pipelining, bodies whole or as a
// stream, server-sent events. Used by `callgate serve` and by `callgate sim-carrier`. Everything of
// Boost.Beast stands in http_server.cpp, the one slow translation unit. Handlers run on the
// server's I/O threads and must not block; an Exchange may be answered later and from any thread,
// exactly once.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/output.hpp"

namespace callgate {

struct HttpServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  int threads = 1;
  std::uint64_t header_bytes_max = 16 * 1024;
  std::int64_t connections_max = 10'000;
  std::chrono::seconds idle_timeout{60};
  std::chrono::milliseconds header_timeout{15'000};  // the whole header, however slowly it drips
  std::string fixed_headers;                         // on every answer, each line with its "\r\n"
};

enum class BodyEnd : std::uint8_t { complete, too_large, broken };

// One request and its answer. Kept alive by whoever still has to answer it.
class Exchange {
 public:
  Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  virtual ~Exchange() = default;

  [[nodiscard]] virtual const std::string& method() const = 0;
  [[nodiscard]] virtual const std::string& target() const = 0;
  // Names in lower case, in the order received.
  [[nodiscard]] virtual const std::vector<std::pair<std::string, std::string>>& headers() const = 0;

  // The other end is a process of this machine, such as a proxy before the server.
  [[nodiscard]] virtual bool is_from_loopback() const = 0;
  // Of the other end of the connection, as text.
  [[nodiscard]] virtual const std::string& address() const = 0;

  // Moves method, target and headers out; they are empty here afterwards.
  [[nodiscard]] virtual HttpRequest take_request() = 0;

  // Reads the whole body, then calls back. too_large: more than max bytes (the connection closes
  // after the answer instead of reading a body nobody wants).
  virtual void read_body(std::uint64_t max_bytes,
                         std::function<void(BodyEnd, std::string)> done) = 0;

  // Reads the next piece of at most max_bytes; `last` with the final one. The next piece is read
  // only when asked for, so a slow reader slows its sender. Not to be mixed with read_body.
  virtual void read_piece(std::uint64_t max_bytes,
                          std::function<void(BodyEnd, std::string piece, bool last)> done) = 0;

  virtual void respond(Response response) = 0;

  // Closes the connection without an answer, as a server that dies would.
  virtual void abandon() = 0;

  // The client asks for a WebSocket (RFC 6455): its stream is one, each write() a message.
  [[nodiscard]] virtual bool is_web_socket() const = 0;

  // Answers 200 with text/event-stream, or 101; write() queues bytes and is false once the client
  // has gone or is more than 1 MB behind (it is then closed; it resumes with Last-Event-ID).
  // `closed` is called once.
  virtual void start_stream(std::vector<std::pair<std::string, std::string>> headers,
                            std::function<void()> closed) = 0;
  virtual bool write(std::string bytes) = 0;
  virtual void end_stream() = 0;
};

// While one lives, what this thread answers is kept back, and its end hands all to the I/O threads
// together: one wake-up for many answers. Everything else of an exchange is not delayed.
class GatheredAnswers {
 public:
  GatheredAnswers();
  ~GatheredAnswers();
  GatheredAnswers(const GatheredAnswers&) = delete;
  GatheredAnswers& operator=(const GatheredAnswers&) = delete;

  struct State;

 private:
  std::unique_ptr<State> state_;  // none: another one lives on this thread already
};

class HttpServer {
 public:
  // Throws std::runtime_error with address, port and cause when it cannot listen.
  HttpServer(HttpServerOptions options, std::function<void(std::shared_ptr<Exchange>)> handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;

  // Stops accepting, lets open exchanges finish for at most `grace`, closes streams.
  void stop(std::chrono::milliseconds grace);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace callgate
