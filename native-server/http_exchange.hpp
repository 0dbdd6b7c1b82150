// The Exchange that handlers get: each of its calls becomes a Command for the connection's loop, so
// it may be used from any thread. One that is dropped without an answer answers 500; a stream's end
// ends it.
#pragma once

#include "native-server/http_loop.hpp"
#include "native-server/web_socket.hpp"

namespace callgate::http_detail {

inline bool is_loopback(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).is_loopback();
  }
  return address.is_loopback();
}

class HttpExchange final : public Exchange {
 public:
  HttpExchange(std::shared_ptr<LoopMember> connection, std::uint64_t serial, std::string method,
               std::string target, Headers headers, bool from_loopback, std::string address)
      : connection_(std::move(connection)),
        serial_(serial),
        method_(std::move(method)),
        target_(std::move(target)),
        headers_(std::move(headers)),
        from_loopback_(from_loopback),
        address_(std::move(address)),
        web_socket_key_(web_socket_key(method_, headers_)) {}

  ~HttpExchange() override {
    if (!answered_.exchange(true)) {  // its handler lost it: the client still gets an answer
      connection_->submit(serial_, Answer{Response{500, {}, {}}});
    } else if (streaming_) {
      connection_->submit(serial_, EndStream{});
    }
  }

  [[nodiscard]] const std::string& method() const override { return method_; }
  [[nodiscard]] const std::string& target() const override { return target_; }
  [[nodiscard]] const Headers& headers() const override { return headers_; }
  [[nodiscard]] bool is_from_loopback() const override { return from_loopback_; }
  [[nodiscard]] const std::string& address() const override { return address_; }

  [[nodiscard]] bool is_web_socket() const override { return !web_socket_key_.empty(); }

  [[nodiscard]] HttpRequest take_request() override {
    HttpRequest request;
    request.method = std::move(method_);
    request.target = std::move(target_);
    request.headers = std::move(headers_);
    return request;
  }

  void read_body(std::uint64_t max_bytes, std::function<void(BodyEnd, std::string)> done) override {
    connection_->submit(serial_, WantBody{max_bytes, std::move(done)});
  }
  void read_piece(std::uint64_t max_bytes,
                  std::function<void(BodyEnd, std::string, bool)> done) override {
    connection_->submit(serial_, WantPiece{max_bytes, std::move(done)});
  }
  void respond(Response response) override {
    if (!answered_.exchange(true)) {
      connection_->submit(serial_, Answer{std::move(response)});
    }
  }
  void abandon() override {
    if (!answered_.exchange(true)) {
      connection_->submit(serial_, Abandon{});
    }
  }
  void start_stream(Headers headers, std::function<void()> closed) override {
    if (!answered_.exchange(true)) {
      streaming_ = true;
      connection_->open_for_writing();
      connection_->submit(serial_,
                          OpenStream{std::move(headers), std::move(closed), web_socket_key_});
    }
  }
  bool write(std::string bytes) override {
    return streaming_ && connection_->write(serial_, std::move(bytes));
  }
  void end_stream() override { connection_->submit(serial_, EndStream{}); }

 private:
  const std::shared_ptr<LoopMember> connection_;
  const std::uint64_t serial_;
  std::string method_;
  std::string target_;
  Headers headers_;
  const bool from_loopback_;
  const std::string address_;
  const std::string web_socket_key_;
  std::atomic<bool> answered_{false};
  std::atomic<bool> streaming_{false};
};

}  // namespace callgate::http_detail
