// One HTTP/1.1 request as Boost.Beast's state machine reads it (RFC 9112), with header names in
// lower case and the body handed out in pieces no larger than asked for: what is not asked for
// stays in the socket. Refused besides what Beast refuses (two lengths, length and chunks, obsolete
// folding): more than 100 fields, a transfer coding other than chunked, HTTP/1.1 without exactly
// one Host. Only http_server.cpp includes this file, so that Beast is compiled once.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace callgate::http_detail {

namespace beast = boost::beast;
namespace http = boost::beast::http;

inline constexpr std::size_t kFieldsMax = 100;

[[nodiscard]] inline std::string lower_case(beast::string_view text) {
  std::string lower{text.data(), text.size()};
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c - 'A' + 'a');
    }
  }
  return lower;
}

class RequestParser final : public http::basic_parser<true> {
 public:
  explicit RequestParser(std::uint64_t header_bytes_max) {
    header_limit(static_cast<std::uint32_t>(header_bytes_max));
    body_limit(boost::none);  // the reader of the body counts
    headers.reserve(12);
  }

  // Up to this many bytes more may go into `piece`.
  void allow(std::uint64_t bytes) { allowed_ = bytes; }
  [[nodiscard]] std::uint64_t allowed() const { return allowed_; }

  // Status with which this request is refused once its header is read; 0 when it is fine.
  [[nodiscard]] int refused_with() const {
    if (foreign_coding_) {
      return 501;
    }
    return (hosts_ > 1 || (version_ == 11 && hosts_ == 0)) ? 400 : 0;
  }
  [[nodiscard]] bool expects_continue() const { return expects_continue_ && version_ == 11; }
  [[nodiscard]] int version() const { return version_; }

  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string piece;

 private:
  void on_request_impl(http::verb, beast::string_view name, beast::string_view request_target,
                       int version, beast::error_code&) override {
    method.assign(name.data(), name.size());
    target.assign(request_target.data(), request_target.size());
    version_ = version;
  }
  void on_response_impl(int, beast::string_view, int, beast::error_code&) override {}

  void on_field_impl(http::field field, beast::string_view name, beast::string_view value,
                     beast::error_code& error) override {
    if (header_done_) {
      return;  // a trailer: nothing here needs one
    }
    if (headers.size() >= kFieldsMax) {
      error = http::error::header_limit;
      return;
    }
    if (field == http::field::host) {
      ++hosts_;
    } else if (field == http::field::transfer_encoding) {
      foreign_coding_ = foreign_coding_ || !beast::iequals(value, "chunked");
    } else if (field == http::field::expect) {
      expects_continue_ = beast::iequals(value, "100-continue");
    }
    headers.emplace_back(lower_case(name), std::string{value.data(), value.size()});
  }

  void on_header_impl(beast::error_code&) override { header_done_ = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}

  std::size_t take(beast::string_view bytes) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(allowed_, bytes.size()));
    piece.append(bytes.data(), count);
    allowed_ -= count;
    return count;
  }
  std::size_t on_body_impl(beast::string_view bytes, beast::error_code&) override {
    return take(bytes);
  }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes,
                                 beast::error_code&) override {
    return take(bytes);
  }
  void on_finish_impl(beast::error_code&) override {}

  std::uint64_t allowed_ = 0;
  int version_ = 0;
  int hosts_ = 0;
  bool header_done_ = false;
  bool foreign_coding_ = false;
  bool expects_continue_ = false;
};

}  // namespace callgate::http_detail
