// Blocking HTTP for the command line and for key sets: one request at a time over a kept
// connection, by libcurl. Certificates are verified, redirects are not followed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace callgate {

struct ClientRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string upload_path;      // the body is this file, read as it is sent; "-" is standard input
  std::int64_t timeout_s = 30;  // 0: none

  // Bytes sent and their total (0 when not known), while the body is sent.
  std::function<void(std::int64_t, std::int64_t)> on_progress;
  // Pieces of the answer's body as they come; without it they are in ClientResponse::body.
  std::function<bool(std::string_view)> on_data;
};

struct ClientResponse {
  std::int64_t status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  [[nodiscard]] std::string header(std::string_view name) const;
};

// No answer came. what() names the cause, never a secret.
class ClientError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class HttpClient {
 public:
  HttpClient();
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Throws ClientError.
  ClientResponse send(const ClientRequest& request);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace callgate
