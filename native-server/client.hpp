// What the commands that talk to a server share: where it is, who asks, and how refusals are told.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "native-server/http_client.hpp"

namespace callgate {

// The server said no; what() is its own explanation.
class Refused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Client {
 public:
  // --url, --token, --data, --workspace, with their variables.
  void add_options(CLI::App& command);

  // Throws ClientError, Refused, or std::runtime_error when there is no token to be had.
  ClientResponse send(ClientRequest request);
  nlohmann::json get(const std::string& path);

  // With the token of --token, CALLGATE_TOKEN, or one made from the data folder's secret.
  [[nodiscard]] const std::string& token();

 private:
  HttpClient http_;
  std::string url_ = "http://127.0.0.1:8787";
  std::string token_;
  std::string data_ = "./data";
  std::string workspace_ = "default";
};

[[nodiscard]] std::string percent_encoded(std::string_view text);

// Runs a command; what it throws is told on standard error. The exit code.
int guarded(const std::function<int()>& command);

// Throws Refused with the problem's own words unless the status is 2xx.
void expect_success(const ClientResponse& response);

}  // namespace callgate
