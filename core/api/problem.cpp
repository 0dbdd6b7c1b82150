#include "core/api/problem.hpp"

#include <algorithm>
#include <array>

#include "core/api/json.hpp"
#include "core/base/bytes.hpp"

namespace callgate {

namespace {

constexpr std::size_t kShownBytesMax = 64;

struct Title {
  std::int64_t status;
  std::string_view text;
};

constexpr std::array kTitles{
    Title{200, "OK"},
    Title{201, "Created"},
    Title{202, "Accepted"},
    Title{204, "No Content"},
    Title{304, "Not Modified"},
    Title{400, "Bad Request"},
    Title{401, "Unauthorized"},
    Title{403, "Forbidden"},
    Title{404, "Not Found"},
    Title{405, "Method Not Allowed"},
    Title{408, "Request Timeout"},
    Title{409, "Conflict"},
    Title{410, "Gone"},
    Title{412, "Precondition Failed"},
    Title{413, "Content Too Large"},
    Title{414, "URI Too Long"},
    Title{415, "Unsupported Media Type"},
    Title{422, "Unprocessable Content"},
    Title{428, "Precondition Required"},
    Title{429, "Too Many Requests"},
    Title{431, "Request Header Fields Too Large"},
    Title{500, "Internal Server Error"},
    Title{501, "Not Implemented"},
    Title{502, "Bad Gateway"},
    Title{503, "Service Unavailable"},
    Title{504, "Gateway Timeout"},
    Title{505, "HTTP Version Not Supported"},
};

void write_issues(JsonWriter& writer, const std::vector<Issue>& issues) {
  writer.key("issues").begin_array();
  for (const Issue& issue : issues) {
    writer.begin_object();
    writer.key("pointer").text(issue.pointer);
    writer.key("code").text(issue.code);
    writer.key("detail").text(issue.detail);
    writer.end_object();
  }
  writer.end_array();
}

}  // namespace

void add_issue(std::vector<Issue>& issues, std::string pointer, std::string_view code,
               std::string detail) {
  if (issues.size() < kIssuesMax) {
    issues.push_back({std::move(pointer), std::string(code), std::move(detail)});
  }
}

bool has_issue_at(const std::vector<Issue>& issues, std::string_view pointer) {
  return std::any_of(issues.begin(), issues.end(), [&](const Issue& issue) {
    const std::string_view at = issue.pointer;
    return at.substr(0, pointer.size()) == pointer &&
           (at.size() == pointer.size() || at[pointer.size()] == '/');
  });
}

bool is_readable(const std::vector<Issue>& issues) {
  return std::none_of(issues.begin(), issues.end(),
                      [](const Issue& issue) { return issue.pointer.empty(); });
}

void append_pointer_token(std::string& pointer, std::string_view token) {
  pointer += '/';
  const std::string_view shown = cut_text(token, kShownBytesMax);
  for (const char character : shown) {
    if (character == '~') {
      pointer += "~0";
    } else if (character == '/') {
      pointer += "~1";
    } else {
      pointer += character;
    }
  }
  if (shown.size() < token.size()) {
    pointer += "…";
  }
}

ApiError::ApiError(std::int64_t status, std::string_view code, std::string_view detail,
                   std::vector<Issue> issues, Headers headers)
    : status_(status),
      code_(code),
      detail_(detail),
      issues_(std::move(issues)),
      headers_(std::move(headers)) {}

ApiError invalid_body(std::vector<Issue> issues) {
  const bool malformed = std::any_of(issues.begin(), issues.end(), [](const Issue& issue) {
    return std::string_view(issue.code).substr(0, 5) == "json_";
  });
  if (malformed) {
    const std::string detail = issues.front().detail;
    return {400, "body_malformed", detail, std::move(issues)};
  }
  std::string detail = "The body has ";
  detail += issues.size() >= kIssuesMax ? "at least " : "";
  detail += std::to_string(issues.size()) + (issues.size() == 1 ? " problem" : " problems");
  detail += "; each is listed with its place.";
  return {422, "validation_failed", detail, std::move(issues)};
}

void refuse_if_any(const std::vector<Issue>& issues) {
  if (!issues.empty()) {
    throw invalid_body(issues);
  }
}

Response problem_response(const ApiError& error) {
  Response response;
  response.status = error.status();
  response.headers = {{"content-type", "application/problem+json"}, {"cache-control", "no-store"}};
  response.headers.insert(response.headers.end(), error.headers().begin(), error.headers().end());
  JsonWriter writer(response.body);
  writer.begin_object();
  writer.key("type").text("/problems/" + error.code());
  writer.key("title").text(status_title(error.status()));
  writer.key("status").integer(error.status());
  writer.key("code").text(error.code());
  writer.key("detail").text(error.detail());
  if (error.count()) {
    writer.key("count").integer(*error.count());
  }
  if (!error.issues().empty()) {
    write_issues(writer, error.issues());
  }
  writer.end_object();
  return response;
}

std::string_view status_title(std::int64_t status) {
  const auto* const found = std::find_if(
      kTitles.begin(), kTitles.end(), [&](const Title& title) { return title.status == status; });
  return found == kTitles.end() ? "Error" : found->text;
}

}  // namespace callgate
