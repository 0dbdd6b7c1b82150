#include "core/api/conditional.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <set>

namespace callgate {
namespace {

HttpRequest get(std::string field, std::string value) {
  return {"GET", "/api/x", {{std::move(field), std::move(value)}}, {}, false, {}};
}

Response answered(std::string body) {
  return {200, {{"content-type", "application/json"}}, std::move(body)};
}

TEST_CASE("A tag is of all bytes and of their number") {
  std::set<std::string> tags;
  std::string text;
  for (int length = 0; length < 40; ++length) {
    CHECK(tags.insert(entity_tag(text, "")).second);
    for (std::size_t place = 0; place < text.size(); ++place) {
      std::string other = text;
      other[place] = static_cast<char>(other[place] ^ 1);
      CHECK(tags.insert(entity_tag(other, "")).second);
    }
    text += '\0';
  }
  CHECK(entity_tag("{}", "") == entity_tag("{}", ""));
  CHECK(entity_tag("{}", "").size() == 18);
  CHECK(entity_tag("{}", "7").substr(0, 3) == "\"7.");
}

TEST_CASE("A list of tags is read as RFC 9110 writes it") {
  CHECK(lists_tag("\"a\"", "\"a\""));
  CHECK(lists_tag("W/\"a\"", "\"a\""));
  CHECK(lists_tag("\"b\", W/\"c,\" ,\"a\"", "\"a\""));
  CHECK(lists_tag("*", "\"a\""));
  CHECK_FALSE(lists_tag("", "\"a\""));
  CHECK_FALSE(lists_tag("a", "\"a\""));
  CHECK_FALSE(lists_tag("\"ab\"", "\"a\""));
  CHECK_FALSE(lists_tag("\"*\"", "\"a\""));
  CHECK_FALSE(lists_tag("\"", "\"a\""));
  CHECK(lists_version("\"3.aa\"", "\"3.bb\""));
  CHECK(lists_version("\"3\"", "\"3.bb\""));
  CHECK_FALSE(lists_version("\"4.bb\"", "\"3.bb\""));
  CHECK_FALSE(lists_version("\"aa\"", "\"bb\""));
}

TEST_CASE("What has not changed is 304 with its tag alone") {
  const Response first = conditional(get("accept", "*/*"), answered("{\"a\":1}"), "");
  CHECK(first.status == 200);
  const std::string tag = entity_tag("{\"a\":1}", "");
  CHECK(std::count(first.headers.begin(), first.headers.end(),
                   std::pair<std::string, std::string>{"etag", tag}) == 1);
  const Response same = conditional(get("if-none-match", tag), answered("{\"a\":1}"), "");
  CHECK(same.status == 304);
  CHECK(same.body.empty());
  CHECK(same.headers.front().second == tag);
  CHECK(conditional(get("if-none-match", tag), answered("{\"a\":2}"), "").status == 200);
}

TEST_CASE("Only JSON that was found has a tag") {
  Response refused = answered("{}");
  refused.status = 404;
  CHECK(conditional(get("if-none-match", "*"), refused, "").headers.size() == 1);
  const Response page{200, {{"content-type", "text/html"}}, "x"};
  CHECK(conditional(get("if-none-match", "*"), page, "").status == 200);
}

}  // namespace
}  // namespace callgate
