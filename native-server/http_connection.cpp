#include <algorithm>
#include <array>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <deque>
#include <optional>

#include "core/core.hpp"
#include "native-server/http_exchange.hpp"
#include "native-server/http_head.hpp"
#include "native-server/http_request_parser.hpp"

namespace callgate::http_detail {
namespace {

constexpr SteadyTime kNever = SteadyTime::max();
constexpr std::chrono::seconds kLingerTimeout{2};
constexpr std::size_t kReadBytes = 8 * 1024;
constexpr std::size_t kBodyReadBytes = 64 * 1024;
constexpr std::size_t kDrainBytesMax = 64 * 1024;  // an unread body up to this keeps the connection
constexpr std::size_t kStreamBehindMax = 1024 * 1024;
constexpr std::size_t kChunkHeaderMax = 16 * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

class Connection final : public LoopMember, public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<Loop> loop, tcp::socket socket)
      : loop_(std::move(loop)), socket_(std::move(socket)) {}

  void start() override;
  void obey(std::uint64_t serial, Command command) override;
  void begin_stop() override;
  void check_deadline(SteadyTime now) override;
  void close() override;

  void submit(std::uint64_t serial, Command command) override {
    loop_->submit(shared_from_this(), serial, std::move(command));
  }
  void open_for_writing() override { stream_open_.store(true); }
  bool write(std::uint64_t serial, std::string bytes) override;

 private:
  enum class Phase : std::uint8_t {
    idle,       // nothing of the next request has come
    header,     // some of it has
    handling,   // the exchange is with its handler; the body is read when asked for
    writing,    // the response is going out
    draining,   // the response is out, a small rest of the body is thrown away
    streaming,  // server-sent events until either side ends it
    lingering,  // our side is closed; the other's last bytes are thrown away, lest a reset eat the
                // answer
    closed
  };

  void next_request();
  void read();
  void on_read(error_code error, std::size_t count);
  void on_read_failed();
  void parse_header();
  void refuse(int status);

  void answer(Response response);
  [[nodiscard]] bool can_keep_alive() const;
  void write_out(std::function<void()> then);
  void on_answered();
  void linger();

  void advance_body();
  void feed_parser();
  void read_more_of_body();
  void finish_want(BodyEnd end);
  void drain();

  void open_stream(OpenStream open);
  void open_web_socket(const OpenStream& open);
  void on_stream_written() {
    stream_writing_ = false;
    flush_stream();
  }
  void flush_stream();
  void end_stream(bool at_once);

  void obey_one(Answer&& command) { answer(std::move(command.response)); }
  void obey_one(WantBody&& command);
  void obey_one(WantPiece&& command);
  void obey_one(OpenStream&& command) { open_stream(std::move(command)); }
  void obey_one(Abandon&&) { close(); }
  void obey_one(StreamBytes&& command);
  void obey_one(EndStream&& command) { end_stream(command.at_once); }

  [[nodiscard]] SteadyTime idle_deadline() const {
    return std::chrono::steady_clock::now() + loop_->options().idle_timeout;
  }

  const std::shared_ptr<Loop> loop_;
  tcp::socket socket_;
  Phase phase_ = Phase::idle;
  std::uint64_t serial_ = 0;  // of the exchange now being handled
  SteadyTime deadline_ = kNever;
  boost::beast::flat_buffer buffer_;
  std::optional<RequestParser> parser_;
  bool reading_ = false;
  bool from_loopback_ = false;
  std::string address_;
  bool head_request_ = false;
  bool continue_sent_ = false;
  bool body_broken_ = false;
  bool keep_alive_ = false;
  std::variant<std::monostate, WantBody, WantPiece> want_;

  std::string head_;  // what is being written
  std::string body_;
  std::deque<std::string> stream_pending_;
  std::optional<WebSocket> web_socket_;  // the stream is one
  std::function<void()> stream_closed_;
  bool stream_writing_ = false;
  bool stream_ending_ = false;
  std::atomic<bool> stream_open_{false};
  std::atomic<std::size_t> stream_queued_{0};
};

void Connection::start() {
  error_code ignored;
  socket_.set_option(tcp::no_delay{true}, ignored);
  const asio::ip::address address = socket_.remote_endpoint(ignored).address();
  from_loopback_ = is_loopback(address);
  address_ = address.to_string();
  loop_->add(shared_from_this());
  next_request();
}

void Connection::next_request() {
  if (loop_->stopping()) {
    close();
    return;
  }
  ++serial_;
  parser_.emplace(loop_->options().header_bytes_max);
  continue_sent_ = false;
  body_broken_ = false;
  phase_ = Phase::idle;
  deadline_ = idle_deadline();
  if (buffer_.size() > 0) {
    parse_header();
  } else {
    read();
  }
}

void Connection::read() {
  if (reading_) {
    return;
  }
  reading_ = true;
  const std::size_t size =
      (phase_ == Phase::handling || phase_ == Phase::draining) ? kBodyReadBytes : kReadBytes;
  socket_.async_read_some(buffer_.prepare(size),
                          [self = shared_from_this()](error_code error, std::size_t count) {
                            self->reading_ = false;
                            self->on_read(error, count);
                          });
}

void Connection::on_read(error_code error, std::size_t count) {
  if (phase_ == Phase::closed) {
    return;
  }
  if (error) {
    on_read_failed();
    return;
  }
  buffer_.commit(count);
  switch (phase_) {
    case Phase::idle:
    case Phase::header:
      parse_header();
      return;
    case Phase::handling:
      advance_body();
      return;
    case Phase::draining:
      drain();
      return;
    case Phase::streaming:
    case Phase::lingering:
      buffer_.clear();
      read();
      return;
    case Phase::writing:  // a read that a refusal overtook
    case Phase::closed:
      return;
  }
}

void Connection::on_read_failed() {
  if (phase_ == Phase::handling) {
    body_broken_ = true;
    finish_want(BodyEnd::broken);  // the handler may still answer a half-closed client
  } else if (phase_ != Phase::writing) {
    close();
  }
}

void Connection::parse_header() {
  if (phase_ == Phase::idle) {
    phase_ = Phase::header;
    deadline_ = std::chrono::steady_clock::now() + loop_->options().header_timeout;
  }
  error_code error;
  buffer_.consume(parser_->put(buffer_.data(), error));
  if (error == http::error::need_more) {
    read();
    return;
  }
  if (error) {
    const bool too_large = error == http::error::header_limit;
    const bool version = error == http::error::bad_version;
    refuse(too_large ? 431 : version ? 505 : 400);
    return;
  }
  if (const int status = parser_->refused_with(); status != 0) {
    refuse(status);
    return;
  }
  head_request_ = parser_->method == "HEAD";
  phase_ = Phase::handling;
  deadline_ = kNever;
  loop_->handle(std::make_shared<HttpExchange>(
      shared_from_this(), serial_, std::move(parser_->method), std::move(parser_->target),
      std::move(parser_->headers), from_loopback_, address_));
}

void Connection::refuse(int status) {
  body_broken_ = true;  // nothing after this can be understood: close
  phase_ = Phase::handling;
  const Refusal& why =
      *std::find_if(kRefusals.begin(), kRefusals.end() - 1,
                    [status](const Refusal& refusal) { return refusal.status == status; });
  answer(problem_response({status, why.code, why.detail}));
}

void Connection::obey(std::uint64_t serial, Command command) {
  const bool stale = serial != serial_ || phase_ == Phase::closed;
  if (!stale) {
    std::visit([this](auto& one) { obey_one(std::move(one)); }, command);
    return;
  }
  if (auto* body = std::get_if<WantBody>(&command)) {
    body->done(BodyEnd::broken, {});
  } else if (auto* piece = std::get_if<WantPiece>(&command)) {
    piece->done(BodyEnd::broken, {}, true);
  } else if (auto* open = std::get_if<OpenStream>(&command)) {
    stream_open_.store(false);
    open->closed();
  }
}

void Connection::check_deadline(SteadyTime now) {
  if (now < deadline_) {
    return;
  }
  if (phase_ == Phase::header) {
    refuse(408);
  } else if (phase_ == Phase::handling) {
    body_broken_ = true;
    deadline_ = kNever;
    finish_want(BodyEnd::broken);
  } else {
    close();
  }
}

void Connection::begin_stop() {
  if (phase_ == Phase::idle) {
    close();
  } else if (phase_ == Phase::streaming) {
    end_stream(false);
  }
}

void Connection::close() {
  if (phase_ == Phase::closed) {
    return;
  }
  const auto self = shared_from_this();
  phase_ = Phase::closed;
  deadline_ = kNever;
  stream_open_.store(false);
  error_code ignored;
  socket_.close(ignored);
  loop_->remove(self);
  finish_want(BodyEnd::broken);
  if (const auto closed = std::exchange(stream_closed_, nullptr)) {
    closed();
  }
}

// ---- Connection: answers

bool Connection::can_keep_alive() const {
  if (!parser_->is_header_done() || !parser_->keep_alive() || loop_->stopping() || body_broken_) {
    return false;
  }
  if (parser_->is_done()) {
    return true;
  }
  const auto rest = parser_->content_length_remaining();
  return (!parser_->expects_continue() || continue_sent_) && rest && *rest <= kDrainBytesMax;
}

void Connection::answer(Response response) {
  if (phase_ != Phase::handling) {
    return;
  }
  keep_alive_ = can_keep_alive();
  head_ = status_line(response.status);
  head_.append(loop_->date_line()).append(loop_->options().fixed_headers);
  append_headers(head_, response.headers);
  if (!keep_alive_) {
    head_.append("connection: close\r\n");
  } else if (parser_->version() == 10) {
    head_.append("connection: keep-alive\r\n");
  }
  const bool bodiless = response.status < 200 || response.status == 204 || response.status == 304;
  if (!bodiless && (!head_request_ || !response.body.empty())) {  // of a GET: not told, or its own
    head_.append("content-length: ").append(std::to_string(response.body.size())).append("\r\n");
  }
  head_.append("\r\n");
  body_ = bodiless || head_request_ ? std::string{} : std::move(response.body);
  phase_ = Phase::writing;
  write_out([this] { on_answered(); });
}

// Writes head_ and body_; `then` runs unless the connection is gone.
void Connection::write_out(std::function<void()> then) {
  deadline_ = idle_deadline();
  const std::array<asio::const_buffer, 2> parts{asio::buffer(head_), asio::buffer(body_)};
  asio::async_write(
      socket_, parts,
      [self = shared_from_this(), then = std::move(then)](error_code error, std::size_t) {
        if (self->phase_ == Phase::closed) {
          return;
        }
        if (error) {
          self->close();
        } else {
          then();
        }
      });
}

void Connection::on_answered() {
  if (!keep_alive_) {
    linger();
  } else if (!parser_->is_done()) {
    phase_ = Phase::draining;
    parser_->allow(kDrainBytesMax);
    drain();
  } else {
    next_request();
  }
}

void Connection::linger() {
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  const bool all_read = parser_->is_header_done() && parser_->is_done() && buffer_.size() == 0;
  if (all_read || ignored) {
    close();
    return;
  }
  phase_ = Phase::lingering;
  deadline_ = std::chrono::steady_clock::now() + kLingerTimeout;
  buffer_.clear();
  read();
}

// ---- Connection: bodies

void Connection::obey_one(WantBody&& command) {
  if (phase_ != Phase::handling) {
    command.done(BodyEnd::broken, {});
    return;
  }
  const std::uint64_t bytes_max = command.bytes_max;
  parser_->allow(bytes_max + 1);  // one more tells "too large" from "just fits"
  parser_->piece.clear();
  want_ = std::move(command);
  const auto length = parser_->content_length();
  if (length && *length > bytes_max) {
    finish_want(BodyEnd::too_large);
  } else {
    advance_body();
  }
}

void Connection::obey_one(WantPiece&& command) {
  if (phase_ != Phase::handling) {
    command.done(BodyEnd::broken, {}, true);
    return;
  }
  parser_->allow(std::max<std::uint64_t>(command.bytes_max, 1));
  parser_->piece.clear();
  want_ = std::move(command);
  advance_body();
}

void Connection::feed_parser() {
  while (!parser_->is_done() && parser_->allowed() > 0 && buffer_.size() > 0) {
    error_code error;
    buffer_.consume(parser_->put(buffer_.data(), error));
    if (error == http::error::need_more) {
      body_broken_ = buffer_.size() > kChunkHeaderMax;
      return;
    }
    if (error) {
      body_broken_ = true;
      return;
    }
  }
}

void Connection::advance_body() {
  if (std::holds_alternative<std::monostate>(want_)) {
    return;
  }
  if (!body_broken_) {
    feed_parser();
  }
  if (body_broken_) {
    finish_want(BodyEnd::broken);
    return;
  }
  if (const auto* body = std::get_if<WantBody>(&want_);
      body != nullptr && parser_->piece.size() > body->bytes_max) {
    finish_want(BodyEnd::too_large);
  } else if (parser_->is_done() || parser_->allowed() == 0) {
    finish_want(BodyEnd::complete);
  } else {
    read_more_of_body();
  }
}

void Connection::read_more_of_body() {
  deadline_ = idle_deadline();
  if (!parser_->expects_continue() || continue_sent_ || buffer_.size() > 0) {
    read();
    return;
  }
  continue_sent_ = true;
  asio::async_write(socket_, asio::buffer(kContinue),
                    [self = shared_from_this()](error_code, std::size_t) {
                      if (self->phase_ == Phase::handling) {
                        self->read();  // a failed write shows in the read
                      }
                    });
}

void Connection::finish_want(BodyEnd end) {
  auto want = std::exchange(want_, std::monostate{});
  if (phase_ == Phase::handling) {
    deadline_ = kNever;
  }
  if (auto* body = std::get_if<WantBody>(&want)) {
    body->done(end, end == BodyEnd::complete ? std::move(parser_->piece) : std::string{});
  } else if (auto* piece = std::get_if<WantPiece>(&want)) {
    const bool last = end != BodyEnd::complete || parser_->is_done();
    piece->done(end, end == BodyEnd::complete ? std::move(parser_->piece) : std::string{}, last);
  }
}

void Connection::drain() {
  feed_parser();
  if (body_broken_) {
    close();
  } else if (parser_->is_done()) {
    next_request();
  } else {
    read();
  }
}

// ---- Connection: event streams

// A stream ends with its connection, so it needs no chunks: every client understands that.
void Connection::open_stream(OpenStream open) {
  if (phase_ != Phase::handling) {
    open.closed();
    return;
  }
  stream_closed_ = std::move(open.closed);
  if (!open.web_socket_key.empty()) {
    open_web_socket(open);
    return;
  }
  head_ = status_line(200);
  head_.append(loop_->date_line()).append(loop_->options().fixed_headers);
  append_headers(head_, open.headers);
  head_.append(
      "content-type: text/event-stream\r\ncache-control: no-store\r\nconnection: close\r\n\r\n");
  body_.clear();
  phase_ = Phase::streaming;
  stream_writing_ = true;
  stream_ending_ = head_request_ || loop_->stopping();
  read();  // shows when the client goes
  write_out([this] { on_stream_written(); });
}

void Connection::open_web_socket(const OpenStream& open) {
  phase_ = Phase::streaming;
  stream_writing_ = true;
  stream_ending_ = loop_->stopping();
  web_socket_.emplace(socket_);
  web_socket_->accept(open.web_socket_key, open.headers, [self = shared_from_this()](auto error) {
    if (error) {
      self->close();
      return;
    }
    self->web_socket_->read([self](auto) { self->close(); });
    self->on_stream_written();
  });
}

bool Connection::write(std::uint64_t serial, std::string bytes) {
  if (!stream_open_.load()) {
    return false;
  }
  if (stream_queued_.fetch_add(bytes.size()) + bytes.size() > kStreamBehindMax) {
    stream_open_.store(false);
    submit(serial, EndStream{true});
    return false;
  }
  submit(serial, StreamBytes{std::move(bytes)});
  return true;
}

void Connection::obey_one(StreamBytes&& command) {
  if (phase_ == Phase::streaming && !stream_ending_) {
    stream_pending_.push_back(std::move(command.bytes));
    flush_stream();
  }
}

void Connection::flush_stream() {
  if (stream_writing_) {
    return;
  }
  if (stream_pending_.empty()) {
    deadline_ = kNever;
    if (stream_ending_ && web_socket_) {
      web_socket_->end([self = shared_from_this()](auto) { self->close(); });
    } else if (stream_ending_) {
      linger();
    }
    return;
  }
  head_ = std::move(stream_pending_.front());
  stream_pending_.pop_front();
  // A WebSocket's messages go one by one.
  for (; !web_socket_ && !stream_pending_.empty(); stream_pending_.pop_front()) {
    head_.append(stream_pending_.front());
  }
  stream_writing_ = true;
  const auto written = [this] {
    stream_queued_.fetch_sub(head_.size());
    on_stream_written();
  };
  if (!web_socket_) {
    write_out(written);
    return;
  }
  web_socket_->send(head_, [self = shared_from_this(), written](auto error) {
    if (error) {
      self->close();
    } else if (self->phase_ != Phase::closed) {
      written();
    }
  });
}

void Connection::end_stream(bool at_once) {
  if (phase_ != Phase::streaming) {
    return;
  }
  stream_open_.store(false);
  if (at_once) {
    close();
    return;
  }
  stream_ending_ = true;
  flush_stream();
}

}  // namespace

std::shared_ptr<LoopMember> make_connection(std::shared_ptr<Loop> loop, tcp::socket socket) {
  return std::make_shared<Connection>(std::move(loop), std::move(socket));
}

}  // namespace callgate::http_detail
