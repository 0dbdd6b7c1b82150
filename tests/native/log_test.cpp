#include "native-server/log.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

namespace callgate {
namespace {

TEST_CASE("A path is logged without its query and without a whole telephone number") {
  CHECK(loggable_path("/api/jobs?name=Anna&token=x") == "/api/jobs");
  CHECK(loggable_path("/api/numbers/+14155550132") == "/api/numbers/+1415…");
  CHECK(loggable_path("/api/numbers/%2B14155550132/history") == "/api/numbers/%2B1415…/history");
  CHECK(loggable_path("/api/numbers/14155550132?x") == "/api/numbers/1415…");
  CHECK(loggable_path("/api/jobs/job_01M7Z2M5SR00000001MHQ69QSF") ==
        "/api/jobs/job_01M7Z2M5SR00000001MHQ69QSF");
  CHECK(loggable_path("/api/tasks/12345/") == "/api/tasks/12345/");
  CHECK(loggable_path("/") == "/");
  CHECK(loggable_path("").empty());
}

TEST_CASE("A line keeps to one line whatever its fields hold") {
  CHECK(log_line(LogFormat::text, "request",
                 {{"path", "/a"}, {"status", std::int64_t{200}}, {"subject", ""}}) ==
        R"(request path=/a status=200 subject="")");
  CHECK(log_line(LogFormat::text, "alert", {{"text", "two words\nand=more"}}) ==
        R"(alert text="two words\nand=more")");
}

TEST_CASE("JSON lines are JSON, also with bytes that are no text") {
  for (const std::string value : {"plain", "quote\" back\\slash\n", "\xff\xfe", "Grüße"}) {
    const std::string line =
        "{" + log_line(LogFormat::json, "event", {{"field", value}, {"n", std::int64_t{7}}}) + "}";
    const auto parsed = nlohmann::json::parse(line);
    CHECK(parsed.at("event") == "event");
    CHECK(parsed.at("n") == 7);
    if (value != "\xff\xfe") {
      CHECK(parsed.at("field") == value);
    }
  }
}

}  // namespace
}  // namespace callgate
