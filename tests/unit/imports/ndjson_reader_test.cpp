#include <catch2/catch_test_macros.hpp>
#include <string>
#include <string_view>

#include "tests/unit/imports/import_support.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kAdaNumber = 14155550132;

TEST_CASE("a line becomes a recipient, its other members become metadata with their types") {
  const auto read = read_ndjson(
      R"({"phoneNumber":"+14155550132","firstName":"Ada","last_name":"Lovelace","timezone":"UTC",)"
      R"("company":"Engines \"Ltd\"","age":36,"rate":1.10,"vip":true,"none":null,)"
      R"("tags":["a", {"b" : 1}],"metadata":{"source":"fair","deep":{"x":[1,2]}}})"
      "\n");
  REQUIRE(read.rows.size() == 1);
  const Recipient& ada = read.taken(0);
  CHECK(ada.phone.digits == kAdaNumber);
  CHECK(ada.first_name == "Ada");
  CHECK(ada.last_name == "Lovelace");
  CHECK(ada.timezone == "UTC");
  CHECK(ada.metadata == R"({"company":"Engines \"Ltd\"","age":36,"rate":1.10,"vip":true,)"
                        R"("tags":["a",{"b":1}],"source":"fair","deep":{"x":[1,2]}})");
}

TEST_CASE("an object beside metadata is one member, whatever its own members are called") {
  const auto read = read_ndjson(R"({"home":{"phone":"x","metadata":{"a":1},"tz":null},)"
                                R"("phone":"+14155550132","metadata":"m"})");
  REQUIRE(read.rows.size() == 1);
  CHECK(read.taken(0).phone.digits == kAdaNumber);
  CHECK(read.taken(0).metadata ==
        R"({"home":{"phone":"x","metadata":{"a":1},"tz":null},"metadata":"m"})");
}

TEST_CASE("numbers keep the digits they were written with") {
  const auto read = read_ndjson(
      R"({"phone":14155550132,"big":123456789012345678901234567890,"small":1e-7,"n":-5,)"
      R"("max":18446744073709551615})");
  REQUIRE(read.rows.size() == 1);
  CHECK(read.taken(0).phone.digits == kAdaNumber);
  CHECK(read.taken(0).metadata ==
        R"({"big":123456789012345678901234567890,"small":1e-7,"n":-5,"max":18446744073709551615})");
}

TEST_CASE("rows are numbered by line, and blank lines are skipped") {
  const auto read = read_ndjson("\r\n{\"phone\":\"+14155550132\"}\r\n  \n{\"phone\":\"x\"}");
  REQUIRE(read.rows.size() == 2);
  CHECK(read.rows[0].row == 2);
  CHECK(read.rows[1].row == 4);
  CHECK(read.reject(1).code == "phone_invalid");
  CHECK(read_ndjson("").rows.empty());
  CHECK_FALSE(read_ndjson("").refused);
}

TEST_CASE("of several phone members the most specific is taken, the others are metadata") {
  const auto read = read_ndjson(
      R"({"number":"7","mobile":"+14155550199","phone_number":"+14155550132","to":null})");
  REQUIRE(read.rows.size() == 1);
  CHECK(read.taken(0).phone.digits == kAdaNumber);
  CHECK(read.taken(0).metadata == R"({"number":"7","mobile":"+14155550199"})");
}

TEST_CASE("what the metadata object holds is metadata, whatever it is called") {
  const auto read = read_ndjson(
      R"({"metadata":{"phone":"home","timezone":7,"gone":null},"phone":"+14155550132"})");
  REQUIRE(read.rows.size() == 1);
  CHECK(read.taken(0).phone.digits == kAdaNumber);
  CHECK(read.taken(0).timezone.empty());
  CHECK(read.taken(0).metadata == R"({"phone":"home","timezone":7})");
}

TEST_CASE("a missing, blank or null phone is missing; a wrong one and a wrong zone are refused") {
  const auto read = read_ndjson(
      "{\"firstName\":\"Ada\"}\n{\"phone\":\"  \"}\n{\"phone\":null}\n{\"phone\":1.4155550132e10}\n"
      "{\"phone\":true}\n{\"phone\":\"+14155550132\",\"tz\":\"Mars/Olympus\"}\n");
  REQUIRE(read.rows.size() == 6);
  CHECK(read.reject(0).code == "phone_missing");
  CHECK(read.reject(1).code == "phone_missing");
  CHECK(read.reject(2).code == "phone_missing");
  CHECK(read.reject(3).code == "phone_invalid");
  CHECK(read.reject(3).detail.find("format the column as text") != std::string::npos);
  CHECK(read.reject(4).code == "phone_invalid");
  CHECK(read.reject(5).code == "timezone_unknown");
  CHECK(read.reject(5).field == "tz");
}

TEST_CASE("a line that is no JSON object is refused, and the next one read") {
  for (const std::string_view line :
       {"[]", "7", "\"x\"", "null", "{", "{\"a\":1,}", "{\"a\":tru}", "{'a':1}", "{\"a\":1} x",
        "{\"a\":\"\\ud800\"}", "{\"a\":\"\\u0000\"}", "{\"\\u0000\":1}", "{\"a\":1e999}",
        "[{\"phone\":\"+14155550132\"}]", "Phone,Name", "{\"a\":NaN}", "{\"a\":\"tab\tinside\"}"}) {
    CAPTURE(line);
    const auto read = read_ndjson(std::string{line} + "\n{\"phone\":\"+14155550132\"}\n");
    REQUIRE(read.rows.size() == 2);
    CHECK(read.reject(0).code == "row_invalid");
    CHECK(read.reject(0).detail.back() == '.');
    CHECK(read.reject(0).value == line);
    CHECK(read.taken(1).phone.digits == kAdaNumber);
  }
}

TEST_CASE("a syntax error says at which byte") {
  const auto read = read_ndjson("{\"phone\":\"+14155550132\",\"a\":?}\n");
  REQUIRE(read.rows.size() == 1);
  CHECK(read.reject(0).detail.find("byte 29") != std::string::npos);
}

TEST_CASE("a key given twice is refused at every depth, also across metadata") {
  for (const std::string_view line : {R"({"phone":"+14155550132","phone":"+14155550133"})",
                                      R"({"phone":"+14155550132","a":1,"a":1})",
                                      R"({"phone":"+14155550132","a":{"b":[{"c":1,"c":2}]}})",
                                      R"({"phone":"+14155550132","metadata":{},"metadata":{}})",
                                      R"({"phone":"+14155550132","a":1,"metadata":{"a":2}})"}) {
    CAPTURE(line);
    const auto read = read_ndjson(line);
    REQUIRE(read.rows.size() == 1);
    CHECK(read.reject(0).code == "row_invalid");
    CHECK(read.reject(0).detail.find("twice") != std::string::npos);
  }
}

TEST_CASE("nesting to a depth of 8 is taken, deeper is refused") {
  const auto nested = [](int lists) {
    return "{\"phone\":\"+14155550132\",\"a\":" +
           std::string(static_cast<std::size_t>(lists), '[') +
           std::string(static_cast<std::size_t>(lists), ']') + "}";
  };
  CHECK(read_ndjson(nested(7)).taken(0).metadata == "{\"a\":[[[[[[[]]]]]]]}");
  CHECK(read_ndjson(nested(8)).reject(0).code == "row_invalid");
  CHECK(read_ndjson(nested(20'000)).reject(0).code == "row_invalid");
}

TEST_CASE("metadata over 8 KB refuses the line, a line over 64 KB the file") {
  const auto with_note = [](std::size_t size) {
    return "{\"phone\":\"+14155550132\",\"note\":\"" + std::string(size, 'n') + "\"}\n";
  };
  CHECK(read_ndjson(with_note(8'000)).taken(0).metadata.size() == 8'000 + 11);
  CHECK(read_ndjson(with_note(8'192)).reject(0).code == "row_invalid");
  const auto read = read_ndjson(with_note(10) + with_note(64 * 1024));
  REQUIRE(read.refused);
  CHECK(read.refused->code == "row_too_long");
  CHECK(read.refused->row == 2);
}

TEST_CASE("a byte that is no UTF-8 refuses the file by line and byte") {
  const auto read = read_ndjson("{\"phone\":\"+14155550132\"}\n{\"a\":\"\xE9\"}\n");
  REQUIRE(read.refused);
  CHECK(read.refused->code == "encoding_not_utf8");
  CHECK(read.refused->row == 2);
  CHECK(read.refused->detail.find("byte 31 ") != std::string::npos);
}

}  // namespace
}  // namespace callgate
