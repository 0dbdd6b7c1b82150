// The heads of HTTP/1.1 answers, and those that the front gives by itself.
#pragma once

#include <array>
#include <boost/beast/http/status.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "native-server/http_loop.hpp"

namespace callgate::http_detail {

// What never becomes a request; the last stands for every other status.
struct Refusal {
  int status;
  std::string_view code;
  std::string_view detail;
};
inline constexpr std::array<Refusal, 5> kRefusals{
    {{408, "request_timeout", "The request's header did not come in time."},
     {431, "header_too_large", "The request's header is too long."},
     {501, "transfer_coding_unsupported", "The only transfer coding known here is chunked."},
     {505, "http_version_unsupported", "HTTP/1.1 and HTTP/1.0 are spoken here."},
     {400, "request_malformed", "This is no HTTP/1.1 request as RFC 9112 wants it."}}};

// With its line's end.
[[nodiscard]] inline std::string status_line(std::int64_t status) {
  const auto reason =
      boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  std::string line = "HTTP/1.1 " + std::to_string(status) + " ";
  line.append(reason.data(), reason.size()).append("\r\n");
  return line;
}

// Those that the front does not set itself, and that do not break a line.
inline void append_headers(std::string& head, const Headers& headers) {
  for (const auto& [name, value] : headers) {
    const bool ours = name == "content-length" || name == "connection" || name == "date" ||
                      name == "transfer-encoding";
    const bool splits = value.find_first_of("\r\n") != std::string::npos;
    if (!ours && !splits) {
      head.append(name).append(": ").append(value).append("\r\n");
    }
  }
}

}  // namespace callgate::http_detail
