#include "core/api/csv.hpp"

#include <catch2/catch_test_macros.hpp>

namespace callgate {
namespace {

std::string row(std::initializer_list<std::string_view> cells) {
  std::string out;
  append_csv_row(out, cells);
  return out;
}

}  // namespace

TEST_CASE("A cell is quoted where RFC 4180 asks for it") {
  CHECK(row({"a", "", "b c"}) == "a,,b c\r\n");
  CHECK(row({"a,b", "say \"hi\"", "two\nlines"}) ==
        "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\"\r\n");
}

TEST_CASE("What a spreadsheet would take for a formula begins with an apostrophe") {
  for (const char* text : {"=1+1", "+cmd", "-2", "@sum", "\ttab", "+", "+1 555", "+1415a"}) {
    CHECK(row({text}) == "'" + std::string{text} + "\r\n");
  }
  CHECK(row({"=a,b"}) == "\"'=a,b\"\r\n");
  CHECK(row({"\rx"}) == "\"'\rx\"\r\n");
  CHECK(row({"a=1", "1-2"}) == "a=1,1-2\r\n");
}

TEST_CASE("A telephone number stays as it is, masked or not") {
  CHECK(row({"+14155550132", "+14*******32"}) == "+14155550132,+14*******32\r\n");
}

}  // namespace callgate
