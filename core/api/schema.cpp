#include "core/api/schema.hpp"

#include <algorithm>
#include <charconv>

#include "core/api/json.hpp"
#include "core/api/spelling.hpp"
#include "core/base/check.hpp"

namespace callgate {

namespace {

using Index = JsonDocument::Index;

struct Complaint {
  std::string_view code;
  std::string detail;
};
using Stored = std::optional<Complaint>;  // nullopt: all is well

std::int64_t characters_in(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char character) {
    return (static_cast<unsigned char>(character) & 0xC0U) != 0x80U;
  });
}

// "at least 1", "at most 20" or "from 1 to 20"; `lowest` and `highest` go without saying.
std::string bounds(std::int64_t min, std::int64_t max, std::int64_t lowest, std::int64_t highest) {
  if (max == highest && min != lowest) {
    return "at least " + std::to_string(min);
  }
  if (min == lowest && max != highest) {
    return "at most " + std::to_string(max);
  }
  return "from " + std::to_string(min) + " to " + std::to_string(max);
}

Stored check_size(std::int64_t size, std::int64_t min, std::int64_t max, std::string_view noun,
                  std::string_view too_small, std::string_view too_large) {
  if (size >= min && size <= max) {
    return std::nullopt;
  }
  const std::string allowed = bounds(min, max, 0, INT64_MAX);
  return Complaint{
      size < min ? too_small : too_large,
      "Must have " + allowed + " " + std::string(noun) + ", has " + std::to_string(size) + "."};
}

Stored check_text(const Rules& rules, std::string_view text) {
  return check_size(characters_in(text), rules.text_min, rules.text_max, "characters", "too_short",
                    "too_long");
}

Stored check_items(const Rules& rules, std::size_t count) {
  return check_size(static_cast<std::int64_t>(count), rules.items_min, rules.items_max, "items",
                    "too_few_items", "too_many_items");
}

Complaint out_of_range(const Rules& rules) {
  return {"out_of_range", "Must be an integer " +
                              bounds(rules.range_min, rules.range_max, -kIntegerMax, kIntegerMax) +
                              "."};
}

Stored store_integer(const Rules& rules, std::int64_t value, void* target) {
  if (value < rules.range_min || value > rules.range_max) {
    return out_of_range(rules);
  }
  *static_cast<std::int64_t*>(target) = value;
  return std::nullopt;
}

// What JavaScript's Date.now() gives; of 12 or 13 digits, so that seconds are not taken for it.
std::optional<Instant> parse_epoch_ms(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = error == std::errc{} && end == text.data() + text.size();
  return is_number && (text.size() == 12 || text.size() == 13) && value > 0
             ? std::optional{from_ms(value)}
             : std::nullopt;
}

Stored store_instant(std::string_view text, Instant& target) {
  auto instant = parse_rfc3339(text);
  if (!instant) {
    instant = parse_epoch_ms(text);
  }
  if (!instant) {
    return Complaint{"not_a_time",
                     "Must be an RFC 3339 time with its offset, like 2026-11-21T09:30:00Z."};
  }
  target = *instant;
  return std::nullopt;
}

Stored store_instant_or_now(std::string_view text, InstantOrNow& target) {
  if (text == "now") {
    target.at.reset();
    return std::nullopt;
  }
  Instant instant{};
  Stored stored = store_instant(text, instant);
  if (stored) {
    stored->detail = "Must be \"now\" or an RFC 3339 time, like 2026-11-21T09:30:00Z.";
  } else {
    target.at = instant;
  }
  return stored;
}

Stored store_word(const TypeInfo& type, std::string_view text, void* target) {
  for (std::size_t i = 0; i < type.words.size(); ++i) {
    if (type.words[i].text == text) {
      type.set_word(target, i);
      return std::nullopt;
    }
  }
  std::string detail = "Must be one of ";
  for (std::size_t i = 0; i < type.words.size(); ++i) {
    detail += i == 0 ? "" : ", ";
    detail += type.words[i].text;
  }
  return Complaint{"not_one_of", detail + "."};
}

// Every type whose JSON is a string.
Stored store_text(const TypeInfo& type, const Rules& rules, std::string_view text, void* target) {
  switch (type.kind) {
    case TypeKind::text: {
      const auto at = rules.is_time ? parse_epoch_ms(text) : std::nullopt;
      Stored stored = check_text(rules, text);
      if (!stored) {
        *static_cast<std::string*>(target) = at ? format_rfc3339(*at) : std::string{text};
      }
      return stored;
    }
    case TypeKind::instant:
      return store_instant(text, *static_cast<Instant*>(target));
    case TypeKind::instant_or_now:
      return store_instant_or_now(text, *static_cast<InstantOrNow*>(target));
    default:
      CALLGATE_CHECK(type.kind == TypeKind::word);
      return store_word(type, text, target);
  }
}

std::string_view noun_of(TypeKind kind) {
  switch (kind) {
    case TypeKind::boolean:
      return "true or false";
    case TypeKind::integer:
      return "an integer";
    case TypeKind::json_object:
    case TypeKind::text_map:
    case TypeKind::record:
      return "an object";
    case TypeKind::list:
      return "an array";
    default:
      return "a string";
  }
}

std::string_view noun_of(JsonKind kind) {
  switch (kind) {
    case JsonKind::null:
      return "null";
    case JsonKind::boolean:
      return "a boolean";
    case JsonKind::integer:
    case JsonKind::number:
      return "a number";
    case JsonKind::text:
      return "a string";
    case JsonKind::array:
      return "an array";
    case JsonKind::object:
      return "an object";
  }
  return "something else";
}

// The described field that a wrong name was probably meant to be.
std::string_view closest_field(const TypeInfo& type, std::string_view name) {
  std::vector<std::string_view> names;
  for (const FieldInfo& field : type.fields) {
    names.push_back(field.name);
  }
  return closest_name(name, names);
}

std::string unknown_field_detail(const TypeInfo& type, std::string_view name) {
  std::string detail = "There is no such field.";
  const std::string_view meant = closest_field(type, name);
  if (!meant.empty()) {
    detail = "There is no such field; did you mean \"" + std::string(meant) + "\"?";
  }
  return detail;
}

std::size_t field_index(const TypeInfo& type, std::string_view name) {
  std::size_t index = 0;
  while (index < type.fields.size() && type.fields[index].name != name) {
    ++index;
  }
  return index;
}

// Decodes a document. Recursion follows the described types, whose nesting is finite.

class Decoder {
 public:
  Decoder(const JsonDocument& document, std::vector<Issue>& issues)
      : document_(document), issues_(issues) {}

  void value(const TypeInfo& type, const Rules& rules, Index at, void* target) {
    const JsonKind kind = document_.kind(at);
    switch (type.kind) {
      case TypeKind::optional:
        return optional(type, rules, at, target);
      case TypeKind::list:
        return kind == JsonKind::array ? list(type, rules, at, target) : wrong_type(type, kind);
      case TypeKind::record:
        return kind == JsonKind::object ? record(type, at, target) : wrong_type(type, kind);
      case TypeKind::text_map:
        return kind == JsonKind::object ? text_map(rules, at, target) : wrong_type(type, kind);
      case TypeKind::json_object:
        return kind == JsonKind::object ? json_object(rules, at, target) : wrong_type(type, kind);
      case TypeKind::boolean:
        if (kind != JsonKind::boolean) {
          return wrong_type(type, kind);
        }
        *static_cast<bool*>(target) = document_.boolean(at);
        return;
      case TypeKind::integer:
        return integer(type, rules, at, target);
      case TypeKind::text:
      case TypeKind::instant:
      case TypeKind::instant_or_now:
        if ((type.kind != TypeKind::text || rules.is_time) && kind == JsonKind::integer &&
            parse_epoch_ms(std::to_string(document_.integer(at)))) {
          return report(store_text(type, rules, std::to_string(document_.integer(at)), target));
        }
        [[fallthrough]];
      case TypeKind::word:
        return kind == JsonKind::text ? report(store_text(type, rules, document_.text(at), target))
                                      : wrong_type(type, kind);
    }
  }

 private:
  struct Step {
    std::string_view name;
    std::size_t index = 0;
    bool is_index = false;
  };

  // An optional of an optional tells null (engaged, inner empty) from absent.
  void optional(const TypeInfo& type, const Rules& rules, Index at, void* target) {
    const bool is_null = document_.kind(at) == JsonKind::null;
    if (is_null && type.inner->kind != TypeKind::optional) {
      return;
    }
    value(*type.inner, rules, at, type.emplace(target));
  }

  void list(const TypeInfo& type, const Rules& rules, Index at, void* target) {
    Stored wrong = check_items(rules, document_.count(at));
    if (wrong) {
      return report(std::move(wrong));
    }
    std::size_t index = 0;
    for (Index item = document_.first(at); item < document_.after(at) && !full();
         item = document_.after(item)) {
      path_.push_back({{}, index, true});
      value(*type.inner, rules, item, type.emplace(target));
      path_.pop_back();
      ++index;
    }
  }

  void record(const TypeInfo& type, Index at, void* target) {
    CALLGATE_CHECK(type.fields.size() <= 64);
    std::uint64_t seen = 0;
    for (Index name = document_.first(at); name < document_.after(at) && !full();) {
      const Index item = name + 1;
      path_.push_back({document_.text(name), 0, false});
      const std::size_t index = field_index(type, document_.text(name));
      if (index == type.fields.size()) {
        report(Complaint{"unknown_field", unknown_field_detail(type, document_.text(name))});
      } else {
        seen |= std::uint64_t{1} << index;
        const FieldInfo& field = type.fields[index];
        if (!(field.rules.defaulted && document_.kind(item) == JsonKind::null)) {
          value(*field.type, field.rules, item, field.member(target));
        }
      }
      path_.pop_back();
      name = document_.after(item);
    }
    for (std::size_t i = 0; i < type.fields.size(); ++i) {
      if (type.fields[i].required && (seen >> i & 1U) == 0) {
        path_.push_back({type.fields[i].name, 0, false});
        report(Complaint{"required", "This field is required."});
        path_.pop_back();
      }
    }
  }

  void text_map(const Rules& rules, Index at, void* target) {
    auto& map = *static_cast<schema_detail::TextMap*>(target);
    Stored wrong = check_items(rules, document_.count(at));
    if (wrong) {
      return report(std::move(wrong));
    }
    for (Index name = document_.first(at); name < document_.after(at) && !full();) {
      const Index item = name + 1;
      path_.push_back({document_.text(name), 0, false});
      const std::int64_t length = characters_in(document_.text(name));
      if (length < 1 || length > kNameMax) {
        report(check_size(length, 1, kNameMax, "characters in its name", "too_short", "too_long"));
      } else if (document_.kind(item) != JsonKind::text) {
        report(Complaint{"wrong_type", "Must be a string, not " +
                                           std::string(noun_of(document_.kind(item))) + "."});
      } else {
        Stored stored = check_text(rules, document_.text(item));
        if (!stored) {
          map.insert_or_assign(std::string(document_.text(name)),
                               std::string(document_.text(item)));
        }
        report(std::move(stored));
      }
      path_.pop_back();
      name = document_.after(item);
    }
  }

  void json_object(const Rules& rules, Index at, void* target) {
    std::string text;
    document_.append_compact(text, at);
    if (static_cast<std::int64_t>(text.size()) > rules.bytes_max) {
      return report(Complaint{"too_long", "Must have at most " + std::to_string(rules.bytes_max) +
                                              " bytes as compact JSON."});
    }
    static_cast<JsonObject*>(target)->text = std::move(text);
  }

  void integer(const TypeInfo& type, const Rules& rules, Index at, void* target) {
    const JsonKind kind = document_.kind(at);
    if (kind == JsonKind::integer) {
      return report(store_integer(rules, document_.integer(at), target));
    }
    if (kind != JsonKind::number) {
      return wrong_type(type, kind);
    }
    if (document_.text(at).find_first_of(".eE") == std::string_view::npos) {
      return report(out_of_range(rules));
    }
    report(Complaint{"not_an_integer", "Must be an integer, without fraction or exponent."});
  }

  void wrong_type(const TypeInfo& type, JsonKind found) {
    report(Complaint{"wrong_type", "Must be " + std::string(noun_of(type.kind)) + ", not " +
                                       std::string(noun_of(found)) + "."});
  }

  void report(Stored complaint) {
    if (!complaint || full()) {
      return;
    }
    std::string pointer;
    for (const Step& step : path_) {
      append_pointer_token(pointer, step.is_index ? std::to_string(step.index) : step.name);
    }
    add_issue(issues_, std::move(pointer), complaint->code, std::move(complaint->detail));
  }

  [[nodiscard]] bool full() const { return issues_.size() >= kIssuesMax; }

  const JsonDocument& document_;
  std::vector<Issue>& issues_;
  std::vector<Step> path_;
};

// Reads one parameter of a query string.
Stored store_parameter(const TypeInfo& type, const Rules& rules, std::string_view text,
                       void* target);

Stored store_list(const TypeInfo& type, const Rules& rules, std::string_view text, void* target) {
  const auto commas = static_cast<std::size_t>(std::count(text.begin(), text.end(), ','));
  Stored wrong = check_items(rules, text.empty() ? 0 : commas + 1);
  while (!wrong && !text.empty()) {
    const std::size_t comma = text.find(',');
    wrong = store_parameter(*type.inner, rules, text.substr(0, comma), type.emplace(target));
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return wrong;
}

Stored store_parameter(const TypeInfo& type, const Rules& rules, std::string_view text,
                       void* target) {
  switch (type.kind) {
    case TypeKind::optional:
      return store_parameter(*type.inner, rules, text, type.emplace(target));
    case TypeKind::list:
      return store_list(type, rules, text, target);
    case TypeKind::boolean:
      if (text != "true" && text != "false") {
        return Complaint{"wrong_type", "Must be true or false."};
      }
      *static_cast<bool*>(target) = text == "true";
      return std::nullopt;
    case TypeKind::integer: {
      std::int64_t value = 0;
      const char* const end = text.data() + text.size();
      const auto read = std::from_chars(text.data(), end, value);
      if (read.ec == std::errc::result_out_of_range && read.ptr == end) {
        return out_of_range(rules);
      }
      if (read.ec != std::errc{} || read.ptr != end) {
        return Complaint{"not_an_integer", "Must be an integer in decimal digits."};
      }
      return store_integer(rules, value, target);
    }
    default:
      return store_text(type, rules, text, target);
  }
}

}  // namespace

namespace schema_detail {

std::vector<Issue> decode_body(std::string_view body, const TypeInfo& type, void* object) {
  auto document = JsonDocument::parse(body);
  if (!document) {
    return {std::move(document.error())};
  }
  std::vector<Issue> issues = document->issues();
  Decoder(*document, issues).value(type, Rules{}, 0, object);
  return issues;
}

std::vector<Issue> decode_query(std::span<const std::pair<std::string, std::string>> parameters,
                                const TypeInfo& type, void* object) {
  CALLGATE_CHECK(type.kind == TypeKind::record && type.fields.size() <= 64);
  std::vector<Issue> issues;
  std::uint64_t seen = 0;
  for (const auto& [name, value] : parameters) {
    std::string token;
    append_pointer_token(token, name);
    const std::string pointer = "?" + token.substr(1);
    const std::size_t index = field_index(type, name);
    if (index == type.fields.size()) {
      std::string detail = "There is no such parameter.";
      const std::string_view meant = closest_field(type, name);
      if (!meant.empty()) {
        detail = "There is no such parameter; did you mean \"" + std::string(meant) + "\"?";
      }
      add_issue(issues, pointer, "unknown_parameter", std::move(detail));
      continue;
    }
    const std::uint64_t bit = std::uint64_t{1} << index;
    if ((seen & bit) != 0) {
      add_issue(issues, pointer, "duplicate_parameter", "This parameter is given twice.");
      continue;
    }
    seen |= bit;
    const FieldInfo& field = type.fields[index];
    Stored wrong = store_parameter(*field.type, field.rules, value, field.member(object));
    if (wrong) {
      add_issue(issues, pointer, wrong->code, std::move(wrong->detail));
    }
  }
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    if (type.fields[i].required && (seen >> i & 1U) == 0) {
      add_issue(issues, "?" + std::string(type.fields[i].name), "required",
                "This parameter is required.");
    }
  }
  return issues;
}

namespace {

void append_list(std::string& out, const TypeInfo& type, const void* object) {
  out += '[';
  const std::size_t size = type.size(object);
  for (std::size_t i = 0; i < size; ++i) {
    if (i > 0) {
      out += ',';
    }
    append_value(out, *type.inner, type.item(object, i));
  }
  out += ']';
}

void append_map(std::string& out, const TextMap& map) {
  char before = '{';
  for (const auto& [name, value] : map) {
    out += before;
    append_json_text(out, name);
    out += ':';
    append_json_text(out, value);
    before = ',';
  }
  out += map.empty() ? "{}" : "}";
}

void append_record(std::string& out, const TypeInfo& type, const void* object) {
  char before = '{';
  for (const FieldInfo& field : type.fields) {
    // The tables hand out members of a mutable object; nothing is written through this one.
    const void* const member = field.member(const_cast<void*>(object));
    if (field.type->kind == TypeKind::optional && field.type->size(member) == 0) {
      continue;
    }
    out += before;
    append_json_text(out, field.name);
    out += ':';
    append_value(out, *field.type, member);
    before = ',';
  }
  out += before == '{' ? "{}" : "}";
}

}  // namespace

void append_value(std::string& out, const TypeInfo& type, const void* object) {
  switch (type.kind) {
    case TypeKind::boolean:
      out += *static_cast<const bool*>(object) ? "true" : "false";
      return;
    case TypeKind::integer:
      return append_integer(out, *static_cast<const std::int64_t*>(object));
    case TypeKind::text:
      return append_json_text(out, *static_cast<const std::string*>(object));
    case TypeKind::instant:
      return append_json_text(out, format_rfc3339(*static_cast<const Instant*>(object)));
    case TypeKind::instant_or_now: {
      const auto& at = static_cast<const InstantOrNow*>(object)->at;
      return append_json_text(out, at ? format_rfc3339(*at) : "now");
    }
    case TypeKind::word: {
      const std::size_t index = type.word_index(object);
      CALLGATE_CHECK(index < type.words.size());
      return append_json_text(out, type.words[index].text);
    }
    case TypeKind::json_object: {
      const std::string& text = static_cast<const JsonObject*>(object)->text;
      CALLGATE_CHECK(!text.empty() && text.front() == '{' && text.back() == '}');
      out += text;
      return;
    }
    case TypeKind::optional:
      if (type.size(object) == 0) {
        out += "null";
        return;
      }
      return append_value(out, *type.inner, type.item(object, 0));
    case TypeKind::text_map:
      return append_map(out, *static_cast<const TextMap*>(object));
    case TypeKind::list:
      return append_list(out, type, object);
    case TypeKind::record:
      return append_record(out, type, object);
  }
}

}  // namespace schema_detail

// Drops namespaces and joins template arguments: "callgate::Page<callgate::Job>" is "PageOfJob".
std::string schema_name(const TypeInfo& type) {
  std::string out;
  std::string word;
  for (const char character : type.name) {
    const bool letter = (character >= 'a' && character <= 'z') ||
                        (character >= 'A' && character <= 'Z') ||
                        (character >= '0' && character <= '9') || character == '_';
    if (letter) {
      word += character;
    } else if (character == '<' || character == ',') {
      out += word + (character == '<' ? "Of" : "And");
      word.clear();
    } else if (character != '>') {
      word.clear();  // "::", or what stands for an unnamed namespace
    }
  }
  return out + word;
}

}  // namespace callgate
