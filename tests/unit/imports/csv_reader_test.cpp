#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tests/unit/imports/import_support.hpp"

namespace callgate {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

constexpr std::int64_t kAda = 14155550132;

TEST_CASE("a row becomes a recipient, its other columns become metadata") {
  const auto read = read_csv(
      "First Name,Last Name,Phone Number,Timezone,Company,Empty\r\n"
      "Ada,Lovelace,+1 415-555-0132,America/New_York,\"Engines, \"\"Ltd\"\"\nLondon\",\r\n");
  REQUIRE(read.rows.size() == 1);
  CHECK(read.rows[0].row == 1);
  const Recipient& ada = read.taken(0);
  CHECK(ada.phone.digits == kAda);
  CHECK(ada.first_name == "Ada");
  CHECK(ada.last_name == "Lovelace");
  CHECK(ada.timezone == "America/New_York");
  CHECK(ada.metadata == R"({"Company":"Engines, \"Ltd\"\nLondon"})");
}

TEST_CASE("the header decides the separator") {
  const std::string_view separator =
      GENERATE_COPY(Catch::Generators::values<std::string_view>({",", ";", "\t", "|"}));
  std::string file;
  for (const std::string_view row : {"Name@Phone@City", "Ada@+14155550132@\"a,b;c\td|e\""}) {
    for (const char c : row) {
      file += c == '@' ? separator : std::string_view{&c, 1};
    }
    file += '\n';
  }
  const auto read = read_csv(file);
  REQUIRE(read.rows.size() == 1);
  CHECK(read.taken(0).phone.digits == kAda);
  CHECK(read.taken(0).metadata == R"({"City":"a,b;c\td|e"})");
}

TEST_CASE("separators inside quotes do not decide") {
  const auto read = read_csv("\"Name, first, last\";Phone\nAda;+14155550132\n");
  REQUIRE(read.rows.size() == 1);
  CHECK(read.taken(0).metadata == R"({"Name, first, last":"Ada"})");
}

TEST_CASE("a first line sep=; is obeyed") {
  for (const std::string_view line : {"sep=;", "SEP=;", "\"sep=;\""}) {
    CAPTURE(line);
    const auto read = read_csv(std::string{line} + "\r\nPhone;a,b,c\r\n+14155550132;x\r\n");
    REQUIRE(read.rows.size() == 1);
    CHECK(read.taken(0).metadata == R"({"a,b,c":"x"})");
  }
}

TEST_CASE("a single column is a list") {
  const auto read = read_csv("phone\n+14155550132\n(415) 555-0133");
  REQUIRE(read.rows.size() == 2);
  CHECK(read.taken(0).phone.digits == kAda);
  CHECK(read.taken(1).phone.digits == kAda + 1);
  CHECK(read.taken(1).metadata.empty());
}

TEST_CASE("every newline and every way to end a file reads the same") {
  for (const std::string_view newline : {"\n", "\r", "\r\n"}) {
    for (const bool ends : {false, true}) {
      std::string file = "Phone,Name"s.append(newline).append("+14155550132,Ada");
      file.append(newline).append(newline).append("+14155550133,Bob").append(ends ? newline : "");
      CAPTURE(file);
      const auto read = read_csv(file);
      REQUIRE(read.rows.size() == 2);
      CHECK(read.rows[1].row == 2);
      CHECK(read.taken(1).first_name == "Bob");
    }
  }
}

TEST_CASE("rows without any text are no rows") {
  const auto read = read_csv("\n ,\nPhone,Name\n\n,\n  \n\"\",\"\"\n+14155550132,Ada\n,,,,\n");
  REQUIRE(read.rows.size() == 1);
  CHECK(read.rows[0].row == 1);
}

TEST_CASE("a byte order mark is not part of the header") {
  const auto read = read_csv("\xEF\xBB\xBFPhone\n+14155550132\n");
  REQUIRE(read.rows.size() == 1);
  CHECK(read.taken(0).metadata.empty());
}

TEST_CASE("short rows lack cells, long rows have nameless ones") {
  const auto read = read_csv("Phone,Name,column_5\n+14155550132\n+14155550132,Ada,x,four,five\n");
  REQUIRE(read.rows.size() == 2);
  CHECK(read.taken(0).first_name.empty());
  CHECK(read.taken(1).metadata == R"({"column_5":"x","column_4":"four","column_5_":"five"})");
}

TEST_CASE("metadata keys are the header's own words, told apart when they repeat") {
  const auto read =
      read_csv("Phone,Notes,Notes,Notes_2,,Phone,Größe\n+14155550132,a,b,c,d,+14155550199,L\n");
  REQUIRE(read.rows.size() == 1);
  CHECK(read.taken(0).metadata == R"({"Notes":"a","Notes_3":"b","Notes_2":"c","column_5":"d",)"
                                  R"("Phone_2":"+14155550199","Größe":"L"})");
}

TEST_CASE("quotes are read as spreadsheets read them") {
  const auto read = read_csv(
      "Phone,a,b,c\n"
      "+14155550132,5\" pipe,\"quoted\" and more,\"say \"\"hi\"\"\"\n"
      "+14155550132,\"a\" b \"c\",,\n"
      "\"+14155550133\",\"\"\"\",\"a\r\nb\",x\"y\"\n");
  REQUIRE(read.rows.size() == 3);
  CHECK(read.taken(0).metadata == R"({"a":"5\" pipe","b":"quoted and more","c":"say \"hi\""})");
  CHECK(read.taken(1).metadata == R"({"a":"a b \"c\""})");
  CHECK(read.taken(2).metadata == R"({"a":"\"","b":"a\r\nb","c":"x\"y\""})");
}

TEST_CASE("a full name is parted") {
  const auto read = read_csv(
      "Name;Phone\nAda;+14155550132\nMaria da Silva;+14155550132\n\"Lovelace, "
      "Ada\";+14155550132\n");
  REQUIRE(read.rows.size() == 3);
  CHECK(read.taken(0).first_name == "Ada");
  CHECK(read.taken(0).last_name.empty());
  CHECK(read.taken(1).first_name == "Maria");
  CHECK(read.taken(1).last_name == "da Silva");
  CHECK(read.taken(2).first_name == "Ada");
  CHECK(read.taken(2).last_name == "Lovelace");
}

TEST_CASE("a row is refused for its phone before its zone") {
  const auto read = read_csv(
      "Phone Number,tz\n,Mars/Olympus\ncall me,Mars/Olympus\n+14155550132,Mars/Olympus\n"
      "+14155550132, UTC \n");
  REQUIRE(read.rows.size() == 4);
  CHECK(read.reject(0).code == "phone_missing");
  CHECK(read.reject(0).field == "Phone Number");
  CHECK(read.reject(1).code == "phone_invalid");
  CHECK(read.reject(1).value == "call me");
  CHECK(read.reject(2).code == "timezone_unknown");
  CHECK(read.reject(2).field == "tz");
  CHECK(read.reject(2).value == "Mars/Olympus");
  CHECK(read.taken(3).timezone == "UTC");
}

TEST_CASE("every way to be no phone number has its own sentence") {
  std::vector<std::string> sentences;
  for (const std::string_view raw :
       {"call me", "+14155", "+1415555013299", "+9991234567", "+10005550132", "1.4155550132E+10"}) {
    const auto read = read_csv("Phone,Name\n" + std::string{raw} + ",Ada\n");
    CAPTURE(raw);
    REQUIRE(read.rows.size() == 1);
    CHECK(read.reject(0).code == "phone_invalid");
    CHECK(read.reject(0).detail.back() == '.');
    sentences.push_back(read.reject(0).detail);
  }
  std::sort(sentences.begin(), sentences.end());
  CHECK(std::adjacent_find(sentences.begin(), sentences.end()) == sentences.end());
}

TEST_CASE("a number that a spreadsheet damaged names the cure") {
  for (const std::string_view raw : {"1.4155550132E+10", "1,4155550132e+10", "1E+10", "1.42E10"}) {
    const auto read = read_csv("Phone;Name\n" + std::string{raw} + ";Ada\n");
    CAPTURE(raw);
    REQUIRE(read.rows.size() == 1);
    CHECK(read.reject(0).code == "phone_invalid");
    CHECK(read.reject(0).detail.find("format the column as text") != std::string::npos);
    CHECK(read.reject(0).detail.find(raw) != std::string::npos);
  }
}

TEST_CASE("what address books and spreadsheets put around a number does no harm") {
  for (const std::string_view raw : {"'+14155550132", "=\"+14155550132\"",
                                     "\"=\"\"+14155550132\"\"\"", "14155550132.0", "4155550132.0",
                                     "\xE2\x80\xAA+1 (415) 555\xE2\x80\x91"
                                     "0132\xE2\x80\xAC",
                                     "+1\xC2\xA0"
                                     "415\xC2\xA0"
                                     "555\xC2\xA0"
                                     "0132",
                                     "\xEF\xBC\x8B\xEF\xBC\x91"
                                     "4155550132"}) {
    const auto read = read_csv("Phone\n" + std::string{raw} + "\n");
    CAPTURE(raw);
    REQUIRE(read.rows.size() == 1);
    REQUIRE(std::holds_alternative<Recipient>(read.rows[0].value));
    CHECK(read.taken(0).phone.digits == kAda);
  }
}

TEST_CASE("without a default region a number needs its country code") {
  const auto read = read_csv("Phone\n4155550132\n+14155550132\n", "");
  REQUIRE(read.rows.size() == 2);
  CHECK(read.reject(0).code == "phone_invalid");
  CHECK(read.reject(0).detail.find("country code") != std::string::npos);
  CHECK(read.taken(1).phone.digits == kAda);
}

TEST_CASE("a reject's value is cut at 100 bytes, on a character's edge") {
  std::string raw = "x";
  for (int i = 0; i < 80; ++i) {
    raw += "\xC3\xA4";
  }
  const auto read = read_csv("Phone\n" + raw + "\n");
  REQUIRE(read.rows.size() == 1);
  CHECK(read.reject(0).value == raw.substr(0, 99));
}

TEST_CASE("metadata over 8 KB refuses the row, not the file") {
  const std::string long_note(8 * 1024, 'n');
  const auto read = read_csv("Phone,Note\n+14155550132," + long_note + "\n+14155550132,short\n");
  REQUIRE(read.rows.size() == 2);
  CHECK(read.reject(0).code == "row_invalid");
  CHECK(read.taken(1).metadata == R"({"Note":"short"})");
}

TEST_CASE("metadata of exactly 8 KB is taken") {
  const std::string frame = R"({"Note":""})";
  const std::string fits(8 * 1024 - frame.size(), 'n');
  CHECK(read_csv("Phone,Note\n+14155550132," + fits + "\n").taken(0).metadata.size() == 8 * 1024);
  CHECK(read_csv("Phone,Note\n+14155550132," + fits + "n\n").reject(0).code == "row_invalid");
}

TEST_CASE("a name over 512 bytes refuses the row") {
  const auto read = read_csv("Phone,Name\n+14155550132," + std::string(513, 'n') + "\n");
  REQUIRE(read.rows.size() == 1);
  CHECK(read.reject(0).code == "row_invalid");
}

TEST_CASE("a file without a phone column says which columns it has") {
  const auto read = read_csv("Name,Email\nAda,ada@example.com\n");
  REQUIRE(read.refused);
  CHECK(read.refused->code == "phone_column_missing");
  CHECK(read.refused->detail.find("\"Name\", \"Email\"") != std::string::npos);
}

TEST_CASE("a file that starts with a contact says that the header is missing") {
  for (const std::string_view file : {"Ada,+14155550132\nBob,+14155550133\n", "4155550132\n"}) {
    const auto read = read_csv(file);
    REQUIRE(read.refused);
    CHECK(read.refused->code == "header_missing");
    CHECK(read.refused->detail.find("\"Phone Number\"") != std::string::npos);
  }
}

TEST_CASE("an empty file has no header, a header alone no rows") {
  for (const std::string_view file : {"", "\n\n", "\xEF\xBB\xBF", "sep=;\n"}) {
    const auto read = read_csv(file);
    REQUIRE(read.refused);
    CHECK(read.refused->code == "header_missing");
  }
  const auto read = read_csv("Phone");
  CHECK_FALSE(read.refused);
  CHECK(read.rows.empty());
}

TEST_CASE("a quote that never ends is named by the row where it began") {
  const auto read = read_csv("Phone,Note\n+14155550132,ok\n+14155550132,\"never\nends\n");
  REQUIRE(read.refused);
  CHECK(read.refused->code == "quote_unterminated");
  CHECK(read.refused->row == 2);
  CHECK(read.refused->detail.find("row 2") != std::string::npos);
}

TEST_CASE("a row over 64 KB is refused, and an open quote named as its cause") {
  const std::string header = "Phone,Note\n";
  const std::string number = "+14155550132,";
  const std::string fits(64 * 1024 - number.size(), 'x');
  CHECK_FALSE(read_csv(header + number + fits + "\n").refused);
  CHECK(read_csv(header + number + fits + "x\n").refused.value().code == "row_too_long");
  CHECK(read_csv(header + number + fits + "x").refused.value().code == "row_too_long");
  const auto quoted = read_csv(header + number + "\"" + fits + fits + "\"\n");
  CHECK(quoted.refused.value().code == "quote_unterminated");
  CHECK(quoted.refused.value().row == 1);
}

TEST_CASE("UTF-16 is refused with the cure") {
  for (const std::string_view start :
       {"\xFF\xFEP\0h\0o\0"sv, "\xFE\xFF\0P\0h\0o"sv, "P\0h\0o\0n\0e\0"sv, "\0P\0h\0o\0n\0e"sv}) {
    const auto read = read_csv(start);
    REQUIRE(read.refused);
    CHECK(read.refused->code == "encoding_utf16");
    CHECK(read.refused->detail.find("CSV UTF-8") != std::string::npos);
  }
}

TEST_CASE("Windows-1252 is named by row, byte and letter") {
  const auto read = read_csv("Phone,Name\n+14155550132,Ada\n+14155550133,M\xFCller\n");
  REQUIRE(read.refused);
  CHECK(read.refused->code == "encoding_not_utf8");
  CHECK(read.refused->row == 2);
  CHECK(read.refused->detail.find("row 2") != std::string::npos);
  CHECK(read.refused->detail.find("byte 42 ") != std::string::npos);
  CHECK(read.refused->detail.find("ü") != std::string::npos);
  CHECK(read.refused->detail.find("CSV UTF-8") != std::string::npos);
}

TEST_CASE("a NUL, a lone surrogate and a cut-off character are no UTF-8") {
  for (const std::string_view bytes : {"\0"sv, "\xED\xA0\x80"sv, "\xC0\xAF"sv, "\xF5\x80\x80\x80"sv,
                                       "\xE2\x82"sv, "\x81"sv, "\xC3"sv}) {
    const auto read = read_csv("Phone,Name\n+14155550132," + std::string{bytes});
    REQUIRE(read.refused);
    CHECK(read.refused->code == "encoding_not_utf8");
    CHECK(read.refused->row == 1);
    CHECK(read.refused->detail.find("byte 24 ") != std::string::npos);
  }
}

}  // namespace
}  // namespace callgate
