// Refusing a request. An ApiError is the one exception of the core's logic: thrown by whatever
// cannot take the request, caught by the router alone, answered as an RFC 9457 problem:
//   {"type": "/problems/<code>", "title", "status", "code", "detail", "issues": [{pointer, code,
//   detail}]}
// An issue names one place that is wrong: a JSON pointer (RFC 6901) into the body, or "?name" for a
// query parameter. Issues name fields, never values: a value may be a secret.
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/output.hpp"

namespace callgate {

// More than this many issues help nobody.
inline constexpr std::size_t kIssuesMax = 100;

struct Issue {
  std::string pointer;
  std::string code;
  std::string detail;

  friend bool operator==(const Issue&, const Issue&) = default;
};

// Adds an issue unless there are kIssuesMax already.
void add_issue(std::vector<Issue>& issues, std::string pointer, std::string_view code,
               std::string detail);

// Whether some issue is about this place or a place inside it.
[[nodiscard]] bool has_issue_at(const std::vector<Issue>& issues, std::string_view pointer);

// Whether the body was an object at all, so that more can be said about what stands in it.
[[nodiscard]] bool is_readable(const std::vector<Issue>& issues);

// One token of a JSON pointer, escaped (~0, ~1) and cut at 64 bytes on a character's edge.
void append_pointer_token(std::string& pointer, std::string_view token);

using Headers = std::vector<std::pair<std::string, std::string>>;

class ApiError : public std::exception {
 public:
  // `code` is a stable word ("job_not_found"), `detail` a sentence for people.
  ApiError(std::int64_t status, std::string_view code, std::string_view detail,
           std::vector<Issue> issues = {}, Headers headers = {});

  [[nodiscard]] const char* what() const noexcept override { return code_.c_str(); }
  [[nodiscard]] std::int64_t status() const { return status_; }
  [[nodiscard]] const std::string& code() const { return code_; }
  [[nodiscard]] const std::string& detail() const { return detail_; }
  [[nodiscard]] const std::vector<Issue>& issues() const { return issues_; }
  [[nodiscard]] const Headers& headers() const { return headers_; }
  // How many it is about, where a client should know.
  [[nodiscard]] std::optional<std::int64_t> count() const { return count_; }
  [[nodiscard]] ApiError counted(std::int64_t count) && {
    count_ = count;
    return std::move(*this);
  }

 private:
  std::int64_t status_;
  std::string code_;
  std::string detail_;
  std::vector<Issue> issues_;
  Headers headers_;
  std::optional<std::int64_t> count_;
};

// The error for a body with these issues: 400 `body_malformed` when the text is not JSON at all (a
// code that begins with "json_"), else 422 `validation_failed`.
[[nodiscard]] ApiError invalid_body(std::vector<Issue> issues);

// Throws invalid_body(issues) when there are any.
void refuse_if_any(const std::vector<Issue>& issues);

// application/problem+json, with the error's own headers; never cached.
[[nodiscard]] Response problem_response(const ApiError& error);

// The reason phrase of RFC 9110; "Error" for a status not in it.
[[nodiscard]] std::string_view status_title(std::int64_t status);

}  // namespace callgate
