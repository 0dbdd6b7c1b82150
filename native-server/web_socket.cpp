#include "native-server/web_socket.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <string_view>

#include "core/base/ascii.hpp"

namespace callgate::http_detail {
namespace {

namespace websocket = boost::beast::websocket;
namespace http = boost::beast::http;

constexpr std::chrono::seconds kHandshakeTimeout{15};
constexpr std::chrono::seconds kSilenceMax{30};  // then a ping, and the end
constexpr std::size_t kSaidBytesMax = 4096;      // nobody listens

std::string_view header_of(const std::vector<std::pair<std::string, std::string>>& headers,
                           std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (key == name) {
      return value;
    }
  }
  return {};
}

}  // namespace

std::string web_socket_key(const std::string& method,
                           const std::vector<std::pair<std::string, std::string>>& headers) {
  const bool asks = method == "GET" && lower(header_of(headers, "upgrade")) == "websocket" &&
                    header_of(headers, "sec-websocket-version") == "13";
  return asks ? std::string{header_of(headers, "sec-websocket-key")} : std::string{};
}

struct WebSocket::State {
  explicit State(boost::asio::ip::tcp::socket& socket) : stream(socket) {}

  void read(Done gone) {
    stream.async_read(said, [this, gone = std::move(gone)](const auto& error, std::size_t) {
      said.clear();
      if (error) {
        gone(error);
      } else {
        read(gone);
      }
    });
  }

  websocket::stream<boost::asio::ip::tcp::socket&> stream;
  boost::beast::flat_buffer said;
};

WebSocket::WebSocket(boost::asio::ip::tcp::socket& socket)
    : state_(std::make_unique<State>(socket)) {
  auto& stream = state_->stream;
  stream.set_option(websocket::stream_base::timeout{kHandshakeTimeout, kSilenceMax, true});
  stream.read_message_max(kSaidBytesMax);
  stream.auto_fragment(false);
  stream.text(true);
}

WebSocket::~WebSocket() = default;

void WebSocket::accept(const std::string& key,
                       std::vector<std::pair<std::string, std::string>> headers, Done done) {
  state_->stream.set_option(websocket::stream_base::decorator(
      [headers = std::move(headers)](websocket::response_type& response) {
        for (const auto& [name, value] : headers) {
          response.set(name, value);
        }
      }));
  http::request<http::empty_body> request{http::verb::get, "/", 11};
  request.set(http::field::host, "callgate");
  request.set(http::field::upgrade, "websocket");
  request.set(http::field::connection, "upgrade");
  request.set(http::field::sec_websocket_key, key);
  request.set(http::field::sec_websocket_version, "13");
  state_->stream.async_accept(request, std::move(done));
}

void WebSocket::send(const std::string& text, Done done) {
  state_->stream.async_write(
      boost::asio::buffer(text),
      [done = std::move(done)](const auto& error, std::size_t) { done(error); });
}

void WebSocket::read(Done gone) {
  state_->read(std::move(gone));
}

void WebSocket::end(Done done) {
  state_->stream.async_close(websocket::close_code::going_away, std::move(done));
}

}  // namespace callgate::http_detail
