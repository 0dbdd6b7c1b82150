// A request of the workspace's owner, and the body of an answer that is good.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

#include "core/input.hpp"
#include "core/output.hpp"

namespace callgate {

inline HttpRequest request(std::string method, std::string target, std::string body) {
  HttpRequest http;
  http.method = std::move(method);
  http.target = std::move(target);
  http.headers = {{"content-type", "application/json"}};
  http.body = std::move(body);
  http.principal = Principal{"default", "bench", {"owner"}, {}};
  return http;
}

inline const std::string& body_of(const Output& output) {
  const auto* response = std::get_if<Response>(&output.answer);
  if (response == nullptr || response->status >= 300) {
    throw std::runtime_error(response == nullptr ? "no answer" : response->body);
  }
  return response->body;
}

}  // namespace callgate
