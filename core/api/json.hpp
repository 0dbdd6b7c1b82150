// JSON text in and out. Reading (core/base/json_parse.hpp) guards as it goes and keeps a flat list
// of values, 12 bytes each: no tree of allocations, no recursion on the input's depth. Writing
// appends to a string; there is no document in between. Refused as a whole, with line and column:
// text that is not JSON (RFC 8259) or not UTF-8, trailing bytes, nesting over 32, over a million
// values, a number beyond every double. Refused in place, and the rest still read: a member given
// twice, U+0000 in a string (SQL text cannot hold it).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/api/problem.hpp"
#include "core/base/expected.hpp"

namespace callgate {

struct JsonLimits {
  std::uint32_t depth_max = 32;
  std::uint32_t values_max = 1'000'000;  // names count too
};

// `number` is every number that is not an integer written without fraction or exponent, or does not
// fit 64 bits; its text is kept as written.
enum class JsonKind : std::uint8_t { null, boolean, integer, number, text, array, object };

class JsonDocument {
 public:
  using Index = std::uint32_t;

  [[nodiscard]] static Expected<JsonDocument, Issue> parse(std::string_view text,
                                                           const JsonLimits& limits = {});

  // The outermost value is at index 0.
  [[nodiscard]] JsonKind kind(Index at) const;
  [[nodiscard]] bool boolean(Index at) const;
  [[nodiscard]] std::int64_t integer(Index at) const;
  // A text's characters, a member's name, a number as written; lives as long as the document.
  [[nodiscard]] std::string_view text(Index at) const;
  // Items of an array, members of an object.
  [[nodiscard]] std::uint32_t count(Index at) const;
  // Items lie between first() and after() of their array, each reached by after() of the one
  // before. In an object a name (a text) comes before each value.
  [[nodiscard]] Index first(Index at) const { return at + 1; }
  [[nodiscard]] Index after(Index at) const;
  // Appends the value as compact JSON.
  void append_compact(std::string& out, Index at) const;

  // Members given twice and U+0000, with their places.
  [[nodiscard]] const std::vector<Issue>& issues() const { return issues_; }

 private:
  friend class JsonReader;
  struct Node {
    JsonKind kind = JsonKind::null;
    std::uint32_t first =
        0;  // text: offset; integer: low half; array, object: count; boolean: 0, 1
    std::uint32_t second =
        0;  // text: bytes; integer: high half; array, object: index after its end
  };
  [[nodiscard]] const Node& node(Index at) const;

  std::vector<Node> nodes_;
  std::string arena_;
  std::vector<Issue> issues_;
};

// Appends a JSON string, quotes included. `text` is UTF-8: a CHECK fails on any other byte.
void append_json_text(std::string& out, std::string_view text);

void append_integer(std::string& out, std::int64_t value);

// Writes compact JSON into a string, commas and quotes by itself. At most 64 containers deep.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);
  JsonWriter& text(std::string_view value);
  JsonWriter& integer(std::int64_t value);
  JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
  JsonWriter& null() { return raw("null"); }
  // A value that is JSON already.
  JsonWriter& raw(std::string_view json);

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void before_value();

  std::string& out_;
  std::uint64_t filled_ = 0;  // bit n: the container at depth n has an item already
  std::uint32_t depth_ = 0;
  bool after_key_ = false;
};

}  // namespace callgate
