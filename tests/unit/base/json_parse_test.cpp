#include "core/base/json_parse.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <random>
#include <vector>

namespace callgate {
namespace {

using Json = nlohmann::json;

// Writes the document again from its events, and stops when so many have come.
class Writer final : public JsonEvents {
 public:
  explicit Writer(std::size_t events_max = SIZE_MAX) : events_max_(events_max) {}

  bool null() override { return item("null"); }
  bool boolean(bool value) override { return item(value ? "true" : "false"); }
  bool number(std::string_view as_written) override { return item(as_written); }
  bool text(std::string& value) override { return item(Json(value).dump()); }
  bool begin_object() override { return item("{"); }
  bool name(std::string& value) override {
    comma();
    out += Json(value).dump() + ":";
    return counted();
  }
  bool end_object() override { return end('}'); }
  bool begin_array() override { return item("["); }
  bool end_array() override { return end(']'); }

  std::string out;
  std::size_t events = 0;

 private:
  void comma() {
    const bool first = out.empty() || std::string_view{"[{:"}.find(out.back()) != std::string::npos;
    out += first ? "" : ",";
  }
  bool item(std::string_view json) {
    comma();
    out += json;
    return counted();
  }
  bool end(char bracket) {
    out += bracket;
    return counted();
  }
  bool counted() { return ++events < events_max_; }

  std::size_t events_max_;
};

std::optional<JsonStop> stop_of(std::string_view text) {
  Writer writer;
  return parse_json(text, writer);
}

bool reads(std::string_view text) {
  return !stop_of(text);
}

void compare_with_nlohmann(const std::string& text) {
  Writer writer;
  const auto stop = parse_json(text, writer);
  INFO(text);
  REQUIRE(!stop == Json::accept(text));
  if (!stop) {
    REQUIRE(Json::parse(writer.out) == Json::parse(text));
  }
}

const std::vector<std::string> kTexts = {
    R"({"a":1,"b":{"c":"x","d":[true,{"e":null},[2]]},"f":-0.50})",
    "[0,-0,0.0,1e5,1E+5,2e-7,-12.25e0,18446744073709551616,1.7976931348623157e308]",
    "[\"\", \"\\\"\\\\\\/\\b\\f\\n\\r\\t\", \"\\u0041\\u00e9\\u20AC\\ud83d\\ude00\", \"é€😀\x7f\"]",
    " \t\r\n{ \"a\" : [ ] , \"\" : { } , \"a\" : false } ",
    "\xEF\xBB\xBFnull",
    "\"text\"",
};

TEST_CASE("JSON is read as another reader reads it, whole and with a byte changed or left out") {
  std::mt19937 random(20261121);
  const std::string bytes = "{}[]:,\"\\/0189.-+eEtrufalsn bd\x01\x1f \t\x7f\x80\xbf\xc3\xed\xf0";
  for (const std::string& text : kTexts) {
    compare_with_nlohmann(text);
    for (std::size_t at = 0; at < text.size(); ++at) {
      compare_with_nlohmann(text.substr(0, at));
      compare_with_nlohmann(text.substr(0, at) + text.substr(at + 1));
    }
    for (int i = 0; i < 4000; ++i) {
      std::string changed = text;
      for (int times = 1 + static_cast<int>(random() % 3); times > 0; --times) {
        changed[random() % changed.size()] = bytes[random() % bytes.size()];
      }
      compare_with_nlohmann(changed);
    }
  }
}

TEST_CASE("Every sequence of three bytes in a text is UTF-8 or refused, as another reader says") {
  const std::string edges =
      "\x20\x41\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0\xc1\xc2\xdf\xe0\xec\xed\xef"
      "\xf0\xf3\xf4\xf5\xff";
  for (const char first : edges) {
    for (const char second : edges) {
      for (const char third : edges) {
        compare_with_nlohmann(std::string{'"', first, second, third, '\x80', '"'});
        compare_with_nlohmann(std::string{'"', first, second, third, '"'});
      }
    }
  }
}

TEST_CASE("Every byte is taken or refused wherever in a text it stands, as another reader says") {
  const std::string plain(20, 'x');
  for (std::size_t at = 0; at < plain.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = plain;
      text[at] = static_cast<char>(byte);
      compare_with_nlohmann("\"" + text + "\"");
    }
  }
}

TEST_CASE("Escaped surrogates are read in pairs only") {
  for (const char* text : {R"("\ud800")", R"("\udc00")", R"("\ud800\ud800")", R"("\ud800x")",
                           R"("\ud800\n")", R"("\udbff\udfff")", R"("\ud800\udc00")",
                           R"("\uD83D\uDE00")", R"("\u00zz")", R"("\u123")", R"("\U0041")"}) {
    compare_with_nlohmann(text);
  }
}

TEST_CASE("Numbers keep what was written; one that no double holds is refused where it ends") {
  for (const char* text :
       {"1.797693134862315807e308", "17976931348623158e292", "0.00017976931348623158e312", "1e308",
        "1e-400", "0e999999999999999999999", "0.0e400", "-1e308", "9e307",
        "1.79769313486231579e308"}) {
    Writer writer;
    INFO(text);
    CHECK_FALSE(parse_json(text, writer));
    CHECK(writer.out == text);
  }
  for (const std::string text : {"1.797693134862315808e308", "1e309", "-1e400", "0.0000001e316",
                                 "18e307", "1E+99999999999999", "179769313486231581e291"}) {
    INFO(text);
    const auto stop = stop_of(text);
    REQUIRE(stop);
    CHECK(stop->why == JsonStop::Why::number_too_large);
    CHECK(stop->offset == text.size());
  }
  CHECK(reads(std::string(308, '9')));
  CHECK_FALSE(reads(std::string(310, '9')));
  CHECK(reads("0." + std::string(100'000, '0') + "1e100300"));
  CHECK_FALSE(reads("0." + std::string(100'000, '0') + "1e100310"));
}

TEST_CASE("A refusal names the byte that could not be taken") {
  const auto offset_of = [](std::string_view text) {
    const auto stop = stop_of(text);
    REQUIRE(stop);
    CHECK(stop->why == JsonStop::Why::syntax);
    return stop->offset;
  };
  CHECK(offset_of("") == 0);
  CHECK(offset_of("  ") == 2);
  CHECK(offset_of("[1,]") == 3);
  CHECK(offset_of("[1 2]") == 3);
  CHECK(offset_of("[01]") == 2);
  CHECK(offset_of("{\"a\" 1}") == 5);
  CHECK(offset_of("{\"a\":1,}") == 7);
  CHECK(offset_of("[nul]") == 4);
  CHECK(offset_of("[1") == 2);
  CHECK(offset_of("{} {}") == 3);
  CHECK(offset_of("\"a\n\"") == 2);
  CHECK(offset_of("\"\\x\"") == 2);
  CHECK(offset_of("\"a\xff\"") == 2);
  CHECK(offset_of(std::string_view{"1\0", 2}) == 1);
  CHECK(offset_of("]") == 0);
  CHECK(offset_of("[}") == 1);
}

TEST_CASE("The receiver stops the reading at any event") {
  for (const std::string& text : kTexts) {
    Writer all;
    REQUIRE_FALSE(parse_json(text, all));
    for (std::size_t most = 1; most <= all.events; ++most) {
      Writer some{most};
      const auto stop = parse_json(text, some);
      REQUIRE(stop);
      REQUIRE(stop->why == JsonStop::Why::receiver);
      REQUIRE(some.events == most);
    }
  }
}

}  // namespace
}  // namespace callgate
