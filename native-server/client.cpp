#include "native-server/client.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "native-server/data_folder.hpp"

namespace callgate {
namespace {

using nlohmann::json;

constexpr std::int64_t kTokenLastsSeconds = 12 * 60 * 60;

std::string text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::string explanation(const ClientResponse& response) {
  const json problem = json::parse(response.body, nullptr, false);
  if (!problem.is_object()) {
    return "the server answered " + std::to_string(response.status);
  }
  std::string text = text_of(problem, "detail");
  if (text.empty()) {
    text = text_of(problem, "title");
  }
  text += " (" + std::to_string(response.status);
  const std::string code = text_of(problem, "code");
  text += (code.empty() ? "" : " " + code) + ")";
  const auto issues = problem.find("issues");
  if (issues != problem.end() && issues->is_array()) {
    for (const json& issue : *issues) {
      text += "\n  " + text_of(issue, "pointer") + ": " + text_of(issue, "detail");
    }
  }
  return text;
}

}  // namespace

void Client::add_options(CLI::App& command) {
  const std::string group = "Server";
  command.add_option("--url", url_, "Where the server is")
      ->envname("CALLGATE_URL")
      ->capture_default_str()
      ->group(group);
  command.add_option("--token", token_, "Who asks; better as CALLGATE_TOKEN: others see flags")
      ->envname("CALLGATE_TOKEN")
      ->group(group);
  command.add_option("--data", data_, "Without a token: make one from the secret in this folder")
      ->envname("CALLGATE_DATA")
      ->capture_default_str()
      ->group(group);
  command.add_option("--workspace", workspace_, "For which workspace it is made")
      ->envname("CALLGATE_WORKSPACE")
      ->capture_default_str()
      ->group(group);
}

const std::string& Client::token() {
  if (token_.empty()) {
    const auto data = DataFolder::find(data_);
    if (!data) {
      throw std::runtime_error(
          "no token: give --token or CALLGATE_TOKEN, or --data with the server's folder (" + data_ +
          " is none)");
    }
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
    token_ = make_token(*data, workspace_, "owner", now, kTokenLastsSeconds);
  }
  return token_;
}

ClientResponse Client::send(ClientRequest request) {
  request.url = url_ + request.url;
  request.headers.emplace_back("authorization", "Bearer " + token());
  ClientResponse response = http_.send(request);
  expect_success(response);
  return response;
}

json Client::get(const std::string& path) {
  ClientRequest request;
  request.url = path;
  return json::parse(send(std::move(request)).body);
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kDigits[byte >> 4U];
      out += kDigits[byte & 15U];
    }
  }
  return out;
}

int guarded(const std::function<int()>& command) {
  try {
    return command();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "callgate: %s\n", error.what());
    return 1;
  }
}

void expect_success(const ClientResponse& response) {
  if (response.status < 200 || response.status >= 300) {
    throw Refused(explanation(response));
  }
}

}  // namespace callgate
