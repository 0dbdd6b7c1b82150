#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/imports/judge.hpp"
#include "tests/unit/imports/import_support.hpp"

namespace callgate {
namespace {

using namespace std::string_view_literals;

std::size_t below(std::mt19937& random, std::size_t bound) {
  return random() % bound;
}

std::string_view pick(std::mt19937& random, const std::vector<std::string_view>& from) {
  return from[below(random, from.size())];
}

// Reads the file whole and in three random cuts, saved and restored on the way.
void check_any_cut(ImportFormat format, std::string_view file, std::mt19937& random) {
  const FileRead whole = read_whole(format, file);
  for (const std::size_t piece_max : {std::size_t{1}, std::size_t{3}, std::size_t{40}}) {
    const FileRead cut =
        read_in_pieces(format, file, [&] { return 1 + below(random, piece_max); }, piece_max != 3);
    REQUIRE(describe_refusal(cut) == describe_refusal(whole));
    if (!whole.refused) {
      REQUIRE(describe(cut) == describe(whole));
    }
  }
}

TEST_CASE("CSV in any pieces, saved and restored between them, gives the same rows") {
  const std::vector<std::string_view> parts{"\n",
                                            "\r\n",
                                            "\r",
                                            ",",
                                            ",",
                                            ";",
                                            "\t",
                                            "\"",
                                            "\"\"",
                                            "\",\"",
                                            "+14155550132",
                                            "Ada",
                                            "Mars/Olympus",
                                            "UTC",
                                            " ",
                                            "M\xC3\xBCller",
                                            "\xE2\x82\xAC",
                                            "\xF0\x9F\x93\x9E",
                                            "call me"};
  const std::vector<std::string_view> starts{"Phone,Name,tz,Note\n",
                                             "\xEF\xBB\xBFPhone;Name;tz;Note\r\n",
                                             "sep=|\nPhone|Name\n",
                                             "\n\n\"Phone\"\t\"Na\"\"me\"\r",
                                             "",
                                             "\xEF\xBB",
                                             "\xFF",
                                             "\xFF\xFEP\0"sv,
                                             "\xFE\xFF\0P"sv,
                                             "Ph"};
  const std::vector<std::string_view> spoilers{"\xE9", "\xE2\x82", "\0"sv, "\xED\xA0\x80",
                                               "\xF4\x90"};
  std::mt19937 random{20261121};
  for (int round = 0; round < 1'500; ++round) {
    std::string file{pick(random, starts)};
    for (std::size_t n = below(random, 60); n > 0; --n) {
      file += below(random, 150) == 0 ? pick(random, spoilers) : pick(random, parts);
    }
    CAPTURE(round, file);
    check_any_cut(ImportFormat::csv, file, random);
  }
}

TEST_CASE("NDJSON in any pieces, saved and restored between them, gives the same rows") {
  const std::vector<std::string_view> parts{
      "{\"phone\":\"+14155550132\",\"name\":\"Zo\xC3\xAB\"}\n",
      "{\"phone\":14155550132}\r\n",
      "\n",
      "{",
      "}",
      "[1,2]\n",
      "{\"phone\":\"x\",\"metadata\":{\"a\":[1,{\"b\":2.50}]}}\n",
      "\"\xE2\x82\xAC\"",
      "{\"phone\":\"+14155550132\",\"tz\":\"UTC\",\"tags\":[]}\n",
      "\xF0\x9F\x93\x9E\n"};
  std::mt19937 random{4155550132U};
  for (int round = 0; round < 700; ++round) {
    std::string file = round % 7 == 0 ? "\xEF\xBB\xBF" : "";
    for (std::size_t n = below(random, 12); n > 0; --n) {
      file += below(random, 60) == 0 ? "\xC3\n"sv : pick(random, parts);
    }
    CAPTURE(round, file);
    check_any_cut(ImportFormat::ndjson, file, random);
  }
}

TEST_CASE("a row longer than its limit is refused alike however it is cut") {
  std::mt19937 random{7};
  for (const std::string_view format : {"csv", "quoted", "ndjson"}) {
    std::string file = format == "ndjson" ? "{}\n" : "Phone\n+14155550132\n";
    file += format == "quoted" ? "\"" : "";
    file += std::string(70'000, 'x') + "\xE9";
    const auto as = format == "ndjson" ? ImportFormat::ndjson : ImportFormat::csv;
    const FileRead whole = read_whole(as, file);
    const FileRead cut = read_in_pieces(as, file, [&] { return 1 + below(random, 5'000); }, true);
    REQUIRE(whole.refused);
    CHECK(describe_refusal(cut) == describe_refusal(whole));
  }
}

// A cell as RFC 4180 writes it: quoted when it must be, and at random when it need not.
std::string write_cell(std::string_view cell, std::mt19937& random) {
  const bool must = cell.find_first_of("\",\r\n") != std::string_view::npos;
  if (!must && below(random, 3) != 0) {
    return std::string{cell};
  }
  std::string quoted = "\"";
  for (const char c : cell) {
    quoted.append(c == '"' ? 2 : 1, c);
  }
  return quoted + "\"";
}

TEST_CASE("whatever RFC 4180 can write is read back") {
  const std::vector<std::string_view> parts{"a", "\"", ",",    "\n", "\r\n", ";",    "\xC3\xA9",
                                            " ", "\\", "\x01", "\t", "|",    "\"\"", "word"};
  std::mt19937 random{99};
  for (int round = 0; round < 400; ++round) {
    std::string file = "Phone,a,b,c\n";
    std::vector<nlohmann::json> expected;
    for (std::size_t rows = 1 + below(random, 6); rows > 0; --rows) {
      auto metadata = nlohmann::json::object();
      file += write_cell("+14155550132", random);
      for (const std::string_view key : {"a"sv, "b"sv, "c"sv}) {
        std::string cell;
        for (std::size_t n = below(random, 6); n > 0; --n) {
          cell += pick(random, parts);
        }
        file += "," + write_cell(cell, random);
        if (!trim(cell).empty()) {
          metadata[std::string{key}] = std::string{trim(cell)};
        }
      }
      file += below(random, 2) == 0 ? "\n" : "\r\n";
      expected.push_back(metadata);
    }
    CAPTURE(file);
    const FileRead read = read_csv(file);
    REQUIRE_FALSE(read.refused);
    REQUIRE(read.rows.size() == expected.size());
    for (std::size_t row = 0; row < expected.size(); ++row) {
      const std::string& text = read.taken(row).metadata;
      REQUIRE(nlohmann::json::parse(text.empty() ? "{}" : text) == expected[row]);
    }
  }
}

TEST_CASE("a saved state is text, also in the middle of a character") {
  RecipientReader reader{ImportFormat::csv, "US"};
  const FewZones zones;
  REQUIRE(reader.feed("Phone,Name\n+14155550132,Zo\xC3", false, zones));
  const std::string saved = reader.save();
  CHECK_FALSE(first_invalid_utf8(saved));
  auto restored = RecipientReader::restore(saved);
  REQUIRE(restored);
  CHECK(restored->save() == saved);
  const auto rows = restored->feed("\xAB\n", true, zones);
  REQUIRE(rows);
  REQUIRE(rows->size() == 1);
  CHECK(std::get<Recipient>(rows->front().value).first_name == "Zo\xC3\xAB");
}

TEST_CASE("a saved state is bounded by one row and the header") {
  RecipientReader reader{ImportFormat::csv, "US"};
  const FewZones zones;
  REQUIRE(reader.feed("Phone,Name\n+14155550132," + std::string(65'000, 'x'), false, zones));
  CHECK(reader.save().size() < 64 * 1024 + 200);
}

TEST_CASE("restore refuses every text that save did not write") {
  RecipientReader reader{ImportFormat::csv, "US"};
  const FewZones zones;
  REQUIRE(reader.feed("Phone,Name\n+14155550132,Ada\n+14155550133,Zo\xC3", false, zones));
  const std::string saved = reader.save();
  REQUIRE(RecipientReader::restore(saved));
  for (const std::string_view foreign :
       {""sv, "{}"sv, "callgate-import 1\n"sv, "callgate-import 2\n"sv, "\0"sv,
        "callgate-import 1\n99999999999999999999:x\n"sv}) {
    CHECK_FALSE(RecipientReader::restore(foreign));
  }
  for (std::size_t size = 0; size < saved.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(RecipientReader::restore(std::string_view{saved}.substr(0, size)));
  }
  CHECK_FALSE(RecipientReader::restore(saved + "x"));
  // What is kept of a cut-off character must be the beginning of one.
  const std::size_t cut_off = saved.find("2:c3\n");
  REQUIRE(cut_off != std::string::npos);
  for (const std::string_view other : {"2:ff\n", "2:41\n", "2:80\n"}) {
    CHECK_FALSE(RecipientReader::restore(saved.substr(0, cut_off).append(other)));
  }
  // A changed byte is either refused or still a state that saves as it was restored.
  for (std::size_t at = 0; at < saved.size(); ++at) {
    for (const char c : {'0', '9', ':', '\n', 'x', '"', '\xC3'}) {
      std::string changed = saved;
      changed[at] = c;
      const auto restored = RecipientReader::restore(changed);
      CHECK((!restored || restored->save() == changed));
    }
  }
}

}  // namespace
}  // namespace callgate
