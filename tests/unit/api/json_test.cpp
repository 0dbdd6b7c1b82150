#include "core/api/json.hpp"

#include <catch2/catch_test_macros.hpp>
#include <random>

namespace callgate {
namespace {

std::string compact(std::string_view text) {
  const auto document = JsonDocument::parse(text);
  REQUIRE(document);
  std::string out;
  document->append_compact(out, 0);
  return out;
}

std::string code_of(std::string_view text) {
  const auto document = JsonDocument::parse(text);
  return document ? "" : document.error().code;
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) {
    out += part;
  }
  return out;
}

// Random JSON text, already compact.
class Maker {
 public:
  explicit Maker(std::uint32_t seed) : random_(seed) {}

  std::string value(int depth) {
    switch (next() % (depth > 5 ? 5 : 7)) {
      case 0:
        return "null";
      case 1:
        return next() % 2 == 0 ? "true" : "false";
      case 2:
        return std::to_string(static_cast<std::int32_t>(next()));
      case 3:
        return "-0.5e+3";
      case 4:
        return text("t");
      case 5:
        return list(depth, '[', ']');
      default:
        return list(depth, '{', '}');
    }
  }

 private:
  std::string text(const std::string& start) {
    static constexpr const char* kParts[] = {"a", "\\n", "\\u0001", "é", "\\\"", "\\\\", "😀", "/"};
    std::string out = "\"" + start;
    for (std::uint32_t i = next() % 6; i > 0; --i) {
      out += kParts[next() % 8];
    }
    return out + "\"";
  }
  std::string list(int depth, char open, char close) {
    std::string out(1, open);
    const std::uint32_t count = next() % 20;
    for (std::uint32_t i = 0; i < count; ++i) {
      out += i > 0 ? "," : "";
      out += open == '{' ? text("n" + std::to_string(i) + "_") + ":" : "";
      out += value(depth + 1);
    }
    return out + close;
  }

  std::uint32_t next() { return static_cast<std::uint32_t>(random_()); }

  std::mt19937 random_;
};

TEST_CASE("a NUL does not end a document: what follows it is not overlooked") {
  using namespace std::string_literals;
  CHECK(code_of("{\"a\":1}\0{\"a\":2}"s) == "json_syntax");
  CHECK(code_of("{\"a\":1}\0"s) == "json_syntax");
  CHECK(code_of("\0{\"a\":1}"s) == "json_syntax");
}

TEST_CASE("Compact JSON reads and writes as itself") {
  Maker maker(20261121);
  for (int i = 0; i < 500; ++i) {
    const std::string text = maker.value(0);
    INFO(text);
    const auto document = JsonDocument::parse(text);
    REQUIRE(document);
    REQUIRE(document->issues().empty());
    std::string out;
    document->append_compact(out, 0);
    REQUIRE(out == text);
  }
}

TEST_CASE("A text cut anywhere is refused as a whole") {
  Maker maker(7);
  for (int i = 0; i < 60; ++i) {
    const std::string text = ("{\"a\":" + maker.value(2)).substr(0, 500) + "}";
    for (std::size_t cut = 0; cut < text.size(); ++cut) {
      const auto document = JsonDocument::parse(std::string_view(text).substr(0, cut));
      REQUIRE_FALSE(document);
      REQUIRE(document.error().code.rfind("json_", 0) == 0);
    }
  }
}

TEST_CASE("A changed byte is read or refused, and what is read is valid JSON again") {
  Maker maker(8);
  std::mt19937 random(8);
  for (int i = 0; i < 3000; ++i) {
    std::string text = maker.value(2);
    text[random() % text.size()] = static_cast<char>(random() % 256);
    const auto document = JsonDocument::parse(text);
    if (document) {
      std::string once;
      document->append_compact(once, 0);
      REQUIRE(compact(once) == once);
    }
  }
}

TEST_CASE("White space and escapes are made compact") {
  CHECK(compact(" { \"a\" : [ 1 , 2 ] ,\r\n\t\"b\" : { } } ") == R"({"a":[1,2],"b":{}})");
  CHECK(compact(R"("\u0041\/\ud83d\ude00\u001f")") == "\"A/😀\\u001f\"");
  CHECK(compact("\xEF\xBB\xBF[]") == "[]");
}

TEST_CASE("Nesting of 32 levels is read, 33 are refused") {
  CHECK(code_of(repeated("[", 32) + repeated("]", 32)).empty());
  CHECK(code_of(repeated("[", 33) + repeated("]", 33)) == "json_too_deep");
  CHECK(code_of(repeated("{\"a\":", 33) + "1" + repeated("}", 33)) == "json_too_deep");
}

TEST_CASE("Nesting by the million is refused at the 33rd level") {
  for (const std::size_t depth : {10'000U, 1'000'000U, 5'000'000U}) {
    const std::string text(depth, '[');
    const auto document = JsonDocument::parse(text);
    REQUIRE_FALSE(document);
    CHECK(document.error().code == "json_too_deep");
    CHECK(document.error().detail == "The body nests deeper than 32 levels.");
  }
}

TEST_CASE("More values than allowed are refused") {
  JsonLimits limits;
  limits.values_max = 4;
  CHECK(JsonDocument::parse("[1,2,3]", limits));
  const auto refused = JsonDocument::parse("[1,2,3,4]", limits);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "json_too_many_values");
  CHECK_FALSE(JsonDocument::parse(R"({"a":1,"b":2})", limits));
  CHECK_FALSE(JsonDocument::parse(R"([1,{"a":[]}])", limits));
  limits.values_max = 2;
  CHECK_FALSE(JsonDocument::parse(R"({"a":1,"b\u0000":2})", limits));
}

TEST_CASE("A syntax error names line and column, counted in characters") {
  const auto refused = JsonDocument::parse("{\"é\": 1,\n  \"b\" 2}");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "json_syntax");
  CHECK(refused.error().detail == "The body is not JSON: unexpected text at line 2, column 7.");
  const auto inside = JsonDocument::parse("[\"é\", x]");
  REQUIRE_FALSE(inside);
  CHECK(inside.error().detail == "The body is not JSON: unexpected text at line 1, column 7.");
}

TEST_CASE("Text that ends early, goes on, or is no text is told apart") {
  CHECK(JsonDocument::parse("[1").error().detail ==
        "The JSON ends too early, at line 1, column 3.");
  CHECK(JsonDocument::parse("\"abc").error().detail ==
        "The JSON ends too early, at line 1, column 5.");
  CHECK(code_of("[1] x") == "json_syntax");
  CHECK(code_of("[1][") == "json_syntax");
  CHECK(code_of("{} {}") == "json_syntax");
  CHECK(code_of("") == "json_missing");
  CHECK(code_of(" \n") == "json_missing");
  CHECK(code_of("[1,]") == "json_syntax");
  CHECK(code_of("{\"a\":1,}") == "json_syntax");
  CHECK(code_of("// no\n1") == "json_syntax");
  CHECK(code_of("NaN") == "json_syntax");
  CHECK(code_of("[01]") == "json_syntax");
  CHECK(code_of("['a']") == "json_syntax");
  CHECK(code_of(std::string_view("\0", 1)) == "json_syntax");
  CHECK(code_of(std::string_view("[\"\0\"]", 5)) == "json_syntax");
}

TEST_CASE("Bytes that are not UTF-8 are refused with their place") {
  const auto refused = JsonDocument::parse("[\n\"a\xC3(\"]");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "json_not_utf8");
  CHECK(refused.error().detail == "The body is not UTF-8 at line 2, column 3.");
  for (const char* bytes : {"\"\xFF\"", "\"\xC0\x80\"", "\"\xE0\x80\x80\"", "\"\xED\xA0\x80\"",
                            "\"\xF4\x90\x80\x80\"", "\"\xF0\x9F\x98\"", "\"\x80\"", "\"\xE2\x82"}) {
    CHECK(code_of(bytes) == "json_not_utf8");
  }
  CHECK(code_of(R"("\ud800")") == "json_syntax");
  CHECK(code_of(R"("\udc00x")") == "json_syntax");
}

TEST_CASE("Numbers keep what was written, and one beyond every double is refused") {
  const auto document = JsonDocument::parse(
      "[0, -0, 1.0, 1e3, 9223372036854775807, -9223372036854775808, 9223372036854775808, "
      "123456789012345678901234567890]");
  REQUIRE(document);
  std::vector<JsonKind> kinds;
  std::string texts;
  for (JsonDocument::Index at = document->first(0); at < document->after(0);
       at = document->after(at)) {
    kinds.push_back(document->kind(at));
    document->append_compact(texts, at);
    texts += ' ';
  }
  CHECK(kinds == std::vector<JsonKind>{JsonKind::integer, JsonKind::integer, JsonKind::number,
                                       JsonKind::number, JsonKind::integer, JsonKind::integer,
                                       JsonKind::number, JsonKind::number});
  CHECK(texts ==
        "0 0 1.0 1e3 9223372036854775807 -9223372036854775808 9223372036854775808 "
        "123456789012345678901234567890 ");
  CHECK(code_of("[1e400]") == "json_number");
  CHECK(code_of("[-1e400]") == "json_number");
  CHECK(code_of(std::string(1'000'000, '9')) == "json_number");
  CHECK(code_of("[1e-400]").empty());
  CHECK(code_of("0." + std::string(1'000'000, '1')).empty());
}

TEST_CASE("A member given twice is an issue with its pointer, in small and large objects") {
  const auto small = JsonDocument::parse(R"({"a": [1, {"b/~": 1, "c": 2, "b/~": 3}], "a": 1})");
  REQUIRE(small);
  CHECK(small->issues() ==
        std::vector<Issue>{{"/a/1/b~1~0", "duplicate_field", "This field is given twice."},
                           {"/a", "duplicate_field", "This field is given twice."}});
  std::string large = "{";
  for (int i = 0; i < 500; ++i) {
    large += "\"n" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  }
  CHECK(JsonDocument::parse(large + "\"n500\":0}")->issues().empty());
  const auto twice = JsonDocument::parse(large + "\"n250\":0}");
  REQUIRE(twice);
  REQUIRE(twice->issues().size() == 1);
  CHECK(twice->issues()[0].pointer == "/n250");
  CHECK(JsonDocument::parse(R"({"\u0061": 1, "a": 2})")->issues().size() == 1);
  CHECK(JsonDocument::parse(R"([{"a": 1}, {"a": 2}])")->issues().empty());
}

TEST_CASE("Thousands of repeated members give a hundred issues, soon") {
  std::string text = "{\"x\":1";
  for (int i = 0; i < 200'000; ++i) {
    text += ",\"x\":1";
  }
  const auto document = JsonDocument::parse(text + "}");
  REQUIRE(document);
  CHECK(document->issues().size() == kIssuesMax);
}

TEST_CASE("U+0000 in a string or a name is an issue") {
  const auto document = JsonDocument::parse(R"({"a": ["x", "\u0000"], "b\u0000": 1})");
  REQUIRE(document);
  REQUIRE(document->issues().size() == 2);
  CHECK(document->issues()[0].pointer == "/a/1");
  CHECK(document->issues()[0].code == "nul_character");
  CHECK(document->issues()[1].pointer == std::string("/b\0", 3));
}

TEST_CASE("The writer places commas, and escapes what RFC 8259 says") {
  std::string out;
  JsonWriter writer(out);
  writer.begin_object();
  writer.key("a").begin_array().integer(-1).boolean(true).null().begin_array().end_array();
  writer.begin_object().end_object().text("x").end_array();
  writer.key("b\"\\").text(std::string_view("\b\f\n\r\t\x01\x1f\0\x7f é😀/", 17));
  writer.key("c").raw("[1,2]");
  writer.end_object();
  CHECK(out ==
        "{\"a\":[-1,true,null,[],{},\"x\"],\"b\\\"\\\\\":\"\\b\\f\\n\\r\\t\\u0001\\u001f"
        "\\u0000\x7f é😀/\",\"c\":[1,2]}");
  CHECK(JsonDocument::parse(out)->issues().size() == 1);
}

TEST_CASE("Integers are written in full") {
  std::string out;
  append_integer(out, INT64_MIN);
  out += ' ';
  append_integer(out, INT64_MAX);
  CHECK(out == "-9223372036854775808 9223372036854775807");
}

}  // namespace
}  // namespace callgate
