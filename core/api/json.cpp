#include "core/api/json.hpp"

#include <array>
#include <charconv>
#include <system_error>
#include <utility>

#include "core/base/bytes.hpp"
#include "core/base/check.hpp"
#include "core/base/json_parse.hpp"
#include "core/base/sort.hpp"

namespace callgate {

namespace {

struct Position {
  std::int64_t line = 1;
  std::int64_t column = 1;  // in characters
};

Position position_of(std::string_view text, std::size_t offset) {
  Position position;
  for (const char character : text.substr(0, offset)) {
    if (character == '\n') {
      ++position.line;
      position.column = 1;
    } else if ((static_cast<unsigned char>(character) & 0xC0U) != 0x80U) {
      ++position.column;
    }
  }
  return position;
}

std::string where(std::string_view text, std::size_t offset) {
  const Position position = position_of(text, offset);
  return "line " + std::to_string(position.line) + ", column " + std::to_string(position.column);
}

bool only_white_space(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

// Receives the parser's events and appends values to the document.
class JsonReader final : public JsonEvents {
 public:
  JsonReader(JsonDocument& document, const JsonLimits& limits)
      : document_(document), limits_(limits) {}

  // Why it stopped the parser: more levels, else more values than are allowed.
  [[nodiscard]] bool too_deep() const { return too_deep_; }

  bool null() override { return add({JsonKind::null, 0, 0}); }
  bool boolean(bool value) override { return add({JsonKind::boolean, value ? 1U : 0U, 0}); }
  bool number(std::string_view as_written) override {
    std::int64_t value = 0;
    const char* const end = as_written.data() + as_written.size();
    const auto read = std::from_chars(as_written.data(), end, value);
    if (read.ec != std::errc{} || read.ptr != end) {
      return add_text(JsonKind::number, as_written);
    }
    const auto bits = static_cast<std::uint64_t>(value);
    return add({JsonKind::integer, static_cast<std::uint32_t>(bits & 0xFFFF'FFFFU),
                static_cast<std::uint32_t>(bits >> 32U)});
  }
  bool text(std::string& value) override {
    return add_text(JsonKind::text, value) && refuse_nul(value);
  }
  bool begin_object() override { return open(JsonKind::object); }
  bool begin_array() override { return open(JsonKind::array); }
  bool end_array() override { return close(); }
  bool end_object() override {
    refuse_repeated_names();
    return close();
  }
  bool name(std::string& value) override {
    open_.back().name = size();
    return push({JsonKind::text, arena_size(), length(value)}, value) && refuse_nul(value);
  }

 private:
  using Node = JsonDocument::Node;
  using Index = JsonDocument::Index;
  struct Open {
    Index container = 0;
    Index name = 0;  // of the member being read
  };

  [[nodiscard]] Index size() const { return static_cast<Index>(document_.nodes_.size()); }
  [[nodiscard]] std::uint32_t arena_size() const {
    return static_cast<std::uint32_t>(document_.arena_.size());
  }
  [[nodiscard]] static std::uint32_t length(std::string_view text) {
    return static_cast<std::uint32_t>(text.size());
  }

  bool push(const Node& node, std::string_view text = {}) {
    if (document_.nodes_.size() >= limits_.values_max) {
      return false;
    }
    document_.nodes_.push_back(node);
    document_.arena_ += text;
    return true;
  }
  bool add(const Node& node, std::string_view text = {}) {
    if (!open_.empty()) {
      ++document_.nodes_[open_.back().container].first;
    }
    return push(node, text);
  }
  bool add_text(JsonKind kind, std::string_view text) {
    return add({kind, arena_size(), length(text)}, text);
  }
  bool open(JsonKind kind) {
    if (open_.size() >= limits_.depth_max) {
      too_deep_ = true;
      return false;
    }
    const Index at = size();
    const bool more = add({kind, 0, 0});
    open_.push_back({at, at});
    return more;
  }
  bool close() {
    document_.nodes_[open_.back().container].second = size();
    open_.pop_back();
    return true;
  }

  // The place of the value being read, or of the one just added.
  [[nodiscard]] std::string pointer() const {
    std::string out;
    for (const Open& frame : open_) {
      const Node& node = document_.nodes_[frame.container];
      if (node.kind == JsonKind::object) {
        append_pointer_token(out, document_.text(frame.name));
      } else {
        append_pointer_token(out, std::to_string(node.first == 0 ? 0 : node.first - 1));
      }
    }
    return out;
  }

  // Always true: the rest is still read.
  bool refuse_nul(const std::string& text) {
    if (text.find('\0') != std::string::npos) {
      add_issue(document_.issues_, pointer(), "nul_character",
                "The character U+0000 is not allowed.");
    }
    return true;
  }

  // Sorting finds the repeats of a large object in n log n; small ones are compared pair by pair.
  void refuse_repeated_names() {
    const Index container = open_.back().container;
    names_.clear();
    Index value = container + 1;
    while (value < size()) {
      names_.emplace_back(document_.text(value), value);
      value = document_.after(value + 1);
    }
    if (names_.size() < 2) {
      return;
    }
    constexpr std::size_t kSmall = 12;
    if (names_.size() <= kSmall && !has_pair()) {
      return;
    }
    heap_sort(names_.begin(), names_.end());
    for (std::size_t i = 1; i < names_.size(); ++i) {
      if (names_[i].first == names_[i - 1].first) {
        open_.back().name = names_[i].second;
        add_issue(document_.issues_, pointer(), "duplicate_field", "This field is given twice.");
      }
    }
  }
  [[nodiscard]] bool has_pair() const {
    for (std::size_t i = 1; i < names_.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (names_[i].first == names_[j].first) {
          return true;
        }
      }
    }
    return false;
  }

  JsonDocument& document_;
  JsonLimits limits_;
  std::vector<Open> open_;
  std::vector<std::pair<std::string_view, Index>> names_;
  bool too_deep_ = false;
};

namespace {

Issue refusal(std::string_view text, const JsonStop& stop) {
  if (stop.why == JsonStop::Why::number_too_large) {
    return {"", "json_number",
            "The number that ends at " + where(text, stop.offset) + " is too large."};
  }
  if (only_white_space(text)) {
    return {"", "json_missing", "The body is empty; JSON is expected."};
  }
  const auto invalid = first_invalid_utf8(text);
  if (invalid && *invalid <= stop.offset && text[*invalid] != '\0') {
    return {"", "json_not_utf8", "The body is not UTF-8 at " + where(text, *invalid) + "."};
  }
  if (stop.offset == text.size()) {
    return {"", "json_syntax", "The JSON ends too early, at " + where(text, text.size()) + "."};
  }
  return {"", "json_syntax",
          "The body is not JSON: unexpected text at " + where(text, stop.offset) + "."};
}

Issue too_much(const JsonReader& reader, const JsonLimits& limits) {
  if (reader.too_deep()) {
    return {"", "json_too_deep",
            "The body nests deeper than " + std::to_string(limits.depth_max) + " levels."};
  }
  return {"", "json_too_many_values",
          "The body has more than " + std::to_string(limits.values_max) + " values."};
}

}  // namespace

Expected<JsonDocument, Issue> JsonDocument::parse(std::string_view text, const JsonLimits& limits) {
  if (text.size() > UINT32_MAX / 2) {
    return unexpected(Issue{"", "json_too_large", "The body is too large."});
  }
  JsonDocument document;
  JsonReader reader(document, limits);
  const auto stop = parse_json(text, reader);
  if (stop) {
    return unexpected(stop->why == JsonStop::Why::receiver ? too_much(reader, limits)
                                                           : refusal(text, *stop));
  }
  return document;
}

const JsonDocument::Node& JsonDocument::node(Index at) const {
  CALLGATE_CHECK(at < nodes_.size());
  return nodes_[at];
}

JsonKind JsonDocument::kind(Index at) const {
  return node(at).kind;
}

bool JsonDocument::boolean(Index at) const {
  const Node& value = node(at);
  CALLGATE_CHECK(value.kind == JsonKind::boolean);
  return value.first != 0;
}

std::string_view JsonDocument::text(Index at) const {
  const Node& value = node(at);
  CALLGATE_CHECK(value.kind == JsonKind::text || value.kind == JsonKind::number);
  return std::string_view(arena_).substr(value.first, value.second);
}

std::uint32_t JsonDocument::count(Index at) const {
  const Node& value = node(at);
  CALLGATE_CHECK(value.kind == JsonKind::array || value.kind == JsonKind::object);
  return value.first;
}

JsonDocument::Index JsonDocument::after(Index at) const {
  const Node& value = node(at);
  return value.kind >= JsonKind::array ? value.second : at + 1;
}

std::int64_t JsonDocument::integer(Index at) const {
  const Node& value = node(at);
  CALLGATE_CHECK(value.kind == JsonKind::integer);
  return static_cast<std::int64_t>((static_cast<std::uint64_t>(value.second) << 32U) | value.first);
}

// Recursion is bounded: parse() took no more than depth_max levels.
void JsonDocument::append_compact(std::string& out, Index at) const {
  const Node& value = node(at);
  switch (value.kind) {
    case JsonKind::null:
      out += "null";
      return;
    case JsonKind::boolean:
      out += value.first != 0 ? "true" : "false";
      return;
    case JsonKind::integer:
      append_integer(out, integer(at));
      return;
    case JsonKind::number:
      out += text(at);
      return;
    case JsonKind::text:
      append_json_text(out, text(at));
      return;
    case JsonKind::array:
    case JsonKind::object:
      break;
  }
  const bool is_object = value.kind == JsonKind::object;
  out += is_object ? '{' : '[';
  for (Index item = first(at); item < after(at); item = after(item)) {
    if (item != first(at)) {
      out += ',';
    }
    if (is_object) {
      append_json_text(out, text(item));
      out += ':';
      ++item;
    }
    append_compact(out, item);
  }
  out += is_object ? '}' : ']';
}

namespace {

// What a character below 0x20, '"' or '\\' is written as.
void append_escape(std::string& out, char character) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  switch (character) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  const auto byte = static_cast<unsigned char>(character);
  out += "\\u00";
  out += kDigits[byte >> 4U];
  out += kDigits[byte & 0x0FU];
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
  out += '"';
  std::size_t start = 0;
  bool ascii = true;
  const auto flush = [&](std::size_t end) {
    const std::string_view run = text.substr(start, end - start);
    CALLGATE_CHECK(ascii || !first_invalid_utf8(run));
    out += run;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x80U) {
      ascii = false;
    } else if (byte < 0x20U || byte == '"' || byte == '\\') {
      flush(i);
      append_escape(out, text[i]);
      start = i + 1;
      ascii = true;
    }
  }
  flush(text.size());
  out += '"';
}

void append_integer(std::string& out, std::int64_t value) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

JsonWriter& JsonWriter::key(std::string_view name) {
  before_value();
  append_json_text(out_, name);
  out_ += ':';
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
  before_value();
  append_json_text(out_, value);
  return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t value) {
  before_value();
  append_integer(out_, value);
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  before_value();
  out_ += json;
  return *this;
}

JsonWriter& JsonWriter::open(char bracket) {
  before_value();
  out_ += bracket;
  ++depth_;
  CALLGATE_CHECK(depth_ < 64);
  filled_ &= ~(std::uint64_t{1} << depth_);
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  CALLGATE_CHECK(depth_ > 0 && !after_key_);
  --depth_;
  out_ += bracket;
  return *this;
}

// A value after its key needs no comma; any other but the first of its container does.
void JsonWriter::before_value() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  const std::uint64_t bit = std::uint64_t{1} << depth_;
  if ((filled_ & bit) != 0 && depth_ > 0) {
    out_ += ',';
  }
  filled_ |= bit;
}

}  // namespace callgate
