// The WebSocket (RFC 6455) that an event stream may be instead of server-sent events. Messages go
// out as text, pings are sent and answered, and what the client says is thrown away. Used by
// http_connection.cpp alone, on its loop's thread; the socket outlives it.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace callgate::http_detail {

// The request's Sec-WebSocket-Key, where it asks for one; empty: it does not.
[[nodiscard]] std::string web_socket_key(
    const std::string& method, const std::vector<std::pair<std::string, std::string>>& headers);

class WebSocket {
 public:
  using Done = std::function<void(const boost::system::error_code&)>;

  explicit WebSocket(boost::asio::ip::tcp::socket& socket);
  ~WebSocket();
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;

  // Answers 101 with these headers besides its own.
  void accept(const std::string& key, std::vector<std::pair<std::string, std::string>> headers,
              Done done);
  // One message; `text` stays as it is until `done`.
  void send(const std::string& text, Done done);
  // Reads until the client goes; `gone` is called once.
  void read(Done gone);
  // Says goodbye, and waits for the client's.
  void end(Done done);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace callgate::http_detail
