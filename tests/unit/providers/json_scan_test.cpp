#include "core/providers/json_scan.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "core/base/rng.hpp"

using namespace callgate;

namespace {

class Recorder final : public JsonVisitor {
 public:
  void scalar(std::string_view path, const JsonScalar& value) override {
    lines.push_back(std::string{path} + " = " + std::string{value.text});
  }
  void open_array(std::string_view path) override { lines.push_back(std::string{path} + " ["); }
  void open_object(std::string_view path) override { lines.push_back(std::string{path} + " {"); }
  void close_object(std::string_view path) override { lines.push_back(std::string{path} + " }"); }
  std::vector<std::string> lines;
};

bool scans(std::string_view text) {
  Recorder recorder;
  return scan_json(text, recorder);
}

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) {
    out += text;
  }
  return out;
}

}  // namespace

TEST_CASE("Every scalar comes with the path that leads to it, in the document's order") {
  Recorder recorder;
  REQUIRE(scan_json(R"({"a":1,"b":{"c":"x","d":[true,{"e":null},[2]]},"f":-0.50})", recorder));
  CHECK(recorder.lines == std::vector<std::string>{" {", "a = 1", "b {", "b.c = x", "b.d [",
                                                   "b.d[] = true", "b.d[] {", "b.d[].e = null",
                                                   "b.d[] }", "b.d[] [", "b.d[][] = 2", "b }",
                                                   "f = -0.50", " }"});
}

TEST_CASE("A number keeps its digits") {
  Recorder recorder;
  REQUIRE(scan_json("[0.1,1e3,12345678901234567890123,-7,18446744073709551615]", recorder));
  CHECK(recorder.lines == std::vector<std::string>{" [", "[] = 0.1", "[] = 1e3",
                                                   "[] = 12345678901234567890123", "[] = -7",
                                                   "[] = 18446744073709551615"});
}

TEST_CASE("No key can pass for a path of several") {
  Recorder recorder;
  REQUIRE(scan_json(R"({"message.call.id":"forged","a[]":"forged","a":{"b.c":1}})", recorder));
  CHECK(recorder.lines ==
        std::vector<std::string>{" {", "? = forged", "? = forged", "a {", "a.? = 1", "a }", " }"});
}

TEST_CASE("What is not JSON is refused") {
  for (const char* text : {"", " ", "{", "[1,]", "{\"a\":}", "nul", "1 2", "{\"a\":1}}", "'a'",
                           "\"\xff\"", "\"\\ud800\"", "[1e999]", "{\"a\" 1}", "\x00"}) {
    CAPTURE(text);
    CHECK_FALSE(scans(text));
  }
}

TEST_CASE("Nesting is read to its limit and refused beyond, also a million deep") {
  const int limit = static_cast<int>(kJsonDepthMax);
  CHECK(scans(repeated("[", limit) + repeated("]", limit)));
  CHECK_FALSE(scans(repeated("[", limit + 1) + repeated("]", limit + 1)));
  CHECK_FALSE(scans(repeated("[", 1'000'000)));
  CHECK_FALSE(scans(repeated("{\"a\":", 1'000'000)));
  CHECK_FALSE(scans(repeated("[{\"a\":", 500'000) + "1" + repeated("}]", 500'000)));
}

TEST_CASE("An object is told from other JSON") {
  CHECK(is_json_object(" {\"a\": [1, {}]} "));
  CHECK(is_json_object("{}"));
  for (const char* text : {"[]", "[{}]", "1", "null", "\"{}\"", "{", "{}{}", ""}) {
    CAPTURE(text);
    CHECK_FALSE(is_json_object(text));
  }
}

TEST_CASE("Text written as JSON reads back as it was, whatever characters it has") {
  Rng rng{std::array<std::uint8_t, 32>{7}};
  for (int round = 0; round < 500; ++round) {
    std::string text;
    const auto length = rng.below(40);
    for (std::uint64_t i = 0; i < length; ++i) {
      constexpr std::string_view kWide[] = {"\xC3\xA9", "\xE2\x80\xA8", "\xF0\x9F\x93\x9E", "\"",
                                            "\\"};
      const auto pick = rng.below(133);
      if (pick < 128) {
        text += static_cast<char>(pick);
      } else {
        text += kWide[pick - 128];
      }
    }
    std::string json;
    append_quoted(json, text);
    Recorder recorder;
    REQUIRE(scan_json("[" + json + "]", recorder));
    REQUIRE(recorder.lines.size() == 2);
    CHECK(recorder.lines[1] == "[] = " + text);
  }
}

TEST_CASE("Random bytes never crash the scanner") {
  constexpr std::string_view kAlphabet = "{}[]\",:\\u0eE+-.123truefalsn \n\xC3\xFF";
  Rng rng{std::array<std::uint8_t, 32>{9}};
  int accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    const auto length = rng.below(24);
    for (std::uint64_t i = 0; i < length; ++i) {
      text += kAlphabet[static_cast<std::size_t>(rng.below(kAlphabet.size()))];
    }
    accepted += scans(text) ? 1 : 0;
  }
  CHECK(accepted > 0);
  CHECK(accepted < 10'000);
}
