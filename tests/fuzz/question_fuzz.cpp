// Any bytes as the body of a question about time or numbers, through the routes that a host asks
// without a workspace: an answer or a problem that says what is wrong and where, the same when
// asked again. The first byte chooses the question.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "core/core.hpp"

namespace {

using namespace callgate;
using nlohmann::json;

constexpr std::array<std::string_view, 7> kTargets = {"/api/time/convert",
                                                      "/api/scheduler/next",
                                                      "/api/scheduler/validate",
                                                      "/api/quiet-hours/check",
                                                      "/api/recurrence/preview",
                                                      "/api/daily-call/check",
                                                      "/api/numbers"};

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

Response ask(std::string_view target, std::string body) {
  HttpRequest request;
  request.method = "POST";
  request.target = target;
  request.headers = {{"content-type", "application/json"}};
  request.body = std::move(body);
  request.principal = Principal{"default", "fuzz", {}, {}};
  auto response = answer_without_workspace(request);
  require(response.has_value());
  return *std::move(response);
}

void check_problem(std::int64_t status, const json& body) {
  require(status == 400 || status == 413 || status == 422);
  require(body.at("status") == status && !body.at("code").get<std::string>().empty());
  if (status == 422) {
    require(!body.at("issues").empty());
    for (const json& issue : body["issues"]) {
      const auto pointer = issue.at("pointer").get<std::string>();
      require(pointer.empty() || pointer.front() == '/');
    }
  }
}

// What the clock reads at the answered instant may be asked back.
void check_convert(const json& body) {
  require(body.at("earlier") <= body.at("later"));
  const std::string local = body.at("local").get<std::string>().substr(0, 19);
  const Response back = ask(kTargets[0], json{{"zone", body["zone"]}, {"local", local}}.dump());
  require(back.status == 200 || back.status == 422);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view target = kTargets[data[0] % kTargets.size()];
  const std::string text{reinterpret_cast<const char*>(data) + 1, size - 1};
  const Response response = ask(target, text);
  const json body = json::parse(response.body);  // throws, and so ends, where it is no JSON
  if (response.status != 200) {
    check_problem(response.status, body);
  } else if (target == kTargets[0]) {
    check_convert(body);
  }
  const Response again = ask(target, text);
  require(again.status == response.status && again.body == response.body);
  return 0;
}
