// Reads JSON (RFC 8259) as a stream of events, in the document's order. Nothing recurses, so depth
// costs no stack; how deep and how much is the receiver's to limit, who may stop at any event. No
// floating point: a number is given with the characters it was written with, and only refused when
// every double is smaller (1.797693134862315808e308 and more, which readers round to infinity). A
// byte order mark before the document is skipped. Refused: text that is not JSON or not UTF-8,
// bytes after the document, an escaped surrogate without its other half.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace callgate {

// Every event answers whether to go on.
class JsonEvents {
 public:
  JsonEvents() = default;
  JsonEvents(const JsonEvents&) = delete;
  JsonEvents& operator=(const JsonEvents&) = delete;
  virtual ~JsonEvents() = default;

  virtual bool null() = 0;
  virtual bool boolean(bool value) = 0;
  virtual bool number(std::string_view as_written) = 0;
  // Without quotes and escapes; the receiver may take the string.
  virtual bool text(std::string& value) = 0;
  virtual bool begin_object() = 0;
  virtual bool name(std::string& value) = 0;  // before each member's value
  virtual bool end_object() = 0;
  virtual bool begin_array() = 0;
  virtual bool end_array() = 0;
};

struct JsonStop {
  enum class Why : std::uint8_t { syntax, number_too_large, receiver };
  Why why = Why::syntax;
  // The byte that could not be taken, the text's size when it ends too early; behind the number.
  std::size_t offset = 0;
};

// nullopt: the whole text was read.
[[nodiscard]] std::optional<JsonStop> parse_json(std::string_view text, JsonEvents& events);

}  // namespace callgate
