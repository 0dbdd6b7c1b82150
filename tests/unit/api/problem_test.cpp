#include "core/api/problem.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/api/json.hpp"

namespace callgate {
namespace {

TEST_CASE("A problem has the members of RFC 9457 and its issues") {
  const Response response = problem_response(
      ApiError(422, "validation_failed", "Two \"things\".",
               {{"/a/b", "required", "This field is required."}}, {{"retry-after", "3"}}));
  CHECK(response.status == 422);
  CHECK(response.headers == Headers{{"content-type", "application/problem+json"},
                                    {"cache-control", "no-store"},
                                    {"retry-after", "3"}});
  CHECK(response.body ==
        R"({"type":"/problems/validation_failed","title":"Unprocessable Content","status":422,)"
        R"("code":"validation_failed","detail":"Two \"things\".",)"
        R"("issues":[{"pointer":"/a/b","code":"required","detail":"This field is required."}]})");
}

TEST_CASE("A problem without issues has no list of them") {
  const Response response =
      problem_response(ApiError(404, "job_not_found", "There is no such job."));
  CHECK(response.body == R"({"type":"/problems/job_not_found","title":"Not Found","status":404,)"
                         R"("code":"job_not_found","detail":"There is no such job."})");
}

TEST_CASE("A body that is not JSON is 400, one with wrong fields 422") {
  CHECK(invalid_body({{"", "json_syntax", "Not JSON."}}).status() == 400);
  CHECK(invalid_body({{"", "json_syntax", "Not JSON."}}).detail() == "Not JSON.");
  const ApiError wrong = invalid_body({{"/a", "required", "x"}, {"/b", "required", "x"}});
  CHECK(wrong.status() == 422);
  CHECK(wrong.detail() == "The body has 2 problems; each is listed with its place.");
  CHECK(std::string_view(wrong.what()) == "validation_failed");
  CHECK_NOTHROW(refuse_if_any({}));
  CHECK_THROWS_AS(refuse_if_any({{"/a", "required", "x"}}), ApiError);
}

TEST_CASE("Issues stop at a hundred") {
  std::vector<Issue> issues;
  for (int i = 0; i < 250; ++i) {
    add_issue(issues, "/" + std::to_string(i), "required", "x");
  }
  REQUIRE(issues.size() == kIssuesMax);
  CHECK(issues.back().pointer == "/99");
  CHECK(invalid_body(issues).detail().find("at least 100 problems") != std::string::npos);
}

TEST_CASE("A pointer's token is escaped, and cut on a character's edge") {
  std::string pointer;
  append_pointer_token(pointer, "a/b~c");
  append_pointer_token(pointer, "");
  CHECK(pointer == "/a~1b~0c/");
  pointer.clear();
  append_pointer_token(pointer, std::string(63, 'x') + "é and more");
  CHECK(pointer == "/" + std::string(63, 'x') + "…");
  std::string text;
  append_json_text(text, pointer);
}

TEST_CASE("An issue is found at its place and at the places around it") {
  const std::vector<Issue> issues{{"/items/1/phone", "required", "x"}};
  CHECK(has_issue_at(issues, "/items/1/phone"));
  CHECK(has_issue_at(issues, "/items/1"));
  CHECK(has_issue_at(issues, ""));
  CHECK_FALSE(has_issue_at(issues, "/items/10"));
  CHECK_FALSE(has_issue_at(issues, "/item"));
  CHECK_FALSE(has_issue_at(issues, "/items/1/phone/x"));
}

}  // namespace
}  // namespace callgate
