// The threads of the HTTP front: one loop a thread, each with its own connections, so nothing in a
// connection is locked. Exchanges may be answered from any thread: what they ask for is a Command
// in the loop's mailbox. Private to http_server.cpp, http_loop.cpp and http_connection.cpp.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <ctime>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "native-server/http_server.hpp"

namespace callgate::http_detail {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Headers = std::vector<std::pair<std::string, std::string>>;
using SteadyTime = std::chrono::steady_clock::time_point;

// What an exchange asks of its connection's loop.
struct Answer {
  Response response;
};
struct WantBody {
  std::uint64_t bytes_max = 0;
  std::function<void(BodyEnd, std::string)> done;
};
struct WantPiece {
  std::uint64_t bytes_max = 0;
  std::function<void(BodyEnd, std::string, bool)> done;
};
struct OpenStream {
  Headers headers;
  std::function<void()> closed;
  std::string web_socket_key;  // empty: server-sent events
};
struct StreamBytes {
  std::string bytes;
};
struct EndStream {
  bool at_once = false;
};
struct Abandon {};
using Command =
    std::variant<Answer, WantBody, WantPiece, OpenStream, StreamBytes, EndStream, Abandon>;

// One connection, as its loop and its exchange see it.
class LoopMember {
 public:
  LoopMember() = default;
  LoopMember(const LoopMember&) = delete;
  LoopMember& operator=(const LoopMember&) = delete;
  virtual ~LoopMember() = default;

  // On the loop's thread.
  virtual void start() = 0;
  // A command of an exchange that is over is dropped, its callback told so.
  virtual void obey(std::uint64_t serial, Command command) = 0;
  virtual void begin_stop() = 0;
  virtual void check_deadline(SteadyTime now) = 0;
  virtual void close() = 0;

  // On any thread.
  virtual void submit(std::uint64_t serial, Command command) = 0;
  virtual void open_for_writing() = 0;
  virtual bool write(std::uint64_t serial, std::string bytes) = 0;
};

// One I/O thread and everything that belongs to it; only submit() and submit_all() are called from
// other threads.
// Commands of a burst cost one wake-up: the mailbox is posted when it turns from empty to not.
class Loop : public std::enable_shared_from_this<Loop> {
 public:
  Loop(const HttpServerOptions& options,
       const std::function<void(std::shared_ptr<Exchange>)>& handler)
      : io{1}, options_(options), handler_(handler), sweep_(io) {}

  struct Posted {
    std::shared_ptr<LoopMember> connection;
    std::uint64_t serial = 0;
    Command command;
  };

  void submit(std::shared_ptr<LoopMember> connection, std::uint64_t serial, Command command);
  void submit_all(std::vector<Posted> all);
  void run();
  void begin_stop();
  void close_all();
  void close_mailbox();
  void add(std::shared_ptr<LoopMember> connection);
  void remove(const std::shared_ptr<LoopMember>& connection);
  [[nodiscard]] const std::string& date_line();

  [[nodiscard]] const HttpServerOptions& options() const { return options_; }
  [[nodiscard]] bool stopping() const { return stopping_; }
  void handle(std::shared_ptr<Exchange> exchange) const { handler_(std::move(exchange)); }
  [[nodiscard]] std::int64_t connections() const { return open_.load(std::memory_order_relaxed); }

  asio::io_context io;

 private:
  void drain_mailbox();
  void sweep();

  const HttpServerOptions options_;
  const std::function<void(std::shared_ptr<Exchange>)> handler_;
  asio::steady_timer sweep_;
  std::unordered_set<std::shared_ptr<LoopMember>> connections_;
  std::atomic<std::int64_t> open_{0};
  bool stopping_ = false;
  bool closed_ = false;
  std::time_t date_at_ = 0;
  std::string date_line_;

  std::mutex mailbox_mutex_;
  std::vector<Posted> mailbox_;
  bool mailbox_closed_ = false;
  std::vector<Posted> work_;  // the mailbox being worked off
};

// The connection on this socket; start() it on the loop's thread.
[[nodiscard]] std::shared_ptr<LoopMember> make_connection(std::shared_ptr<Loop> loop,
                                                          tcp::socket socket);

}  // namespace callgate::http_detail
