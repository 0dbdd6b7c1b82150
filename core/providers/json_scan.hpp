// Reads a provider's JSON as a stream of scalars, each with its path ("message.call.id",
// "[].status"), so that an adapter takes the fields it knows and nothing else is kept: a report
// with a long transcript costs no tree. Numbers keep the digits they were sent with. Refused: what
// is not JSON (RFC 8259), text that is not UTF-8, and nesting deeper than kJsonDepthMax, however
// deep it goes (nothing here recurses).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace callgate {

inline constexpr std::size_t kJsonDepthMax = 128;

struct JsonScalar {
  enum class Kind : std::uint8_t { null, boolean, number, text };
  Kind kind = Kind::null;
  std::string_view
      text;  // decoded text, the number's digits, "true" or "false"; borrowed for the call
};

// Called in the document's order. An element of an array has the array's path and "[]"; a member
// whose key has a dot or a bracket is called "?", so that no key can pass for a path.
class JsonVisitor {
 public:
  JsonVisitor() = default;
  JsonVisitor(const JsonVisitor&) = delete;
  JsonVisitor& operator=(const JsonVisitor&) = delete;
  virtual ~JsonVisitor() = default;

  virtual void scalar(std::string_view path, const JsonScalar& value) = 0;
  virtual void open_object(std::string_view /*path*/) {}
  virtual void close_object(std::string_view /*path*/) {}
  virtual void open_array(std::string_view /*path*/) {}
};

// False when the text is refused; the visitor may have seen a part of it by then.
[[nodiscard]] bool scan_json(std::string_view text, JsonVisitor& visitor);

// Whether the text is one well-formed JSON object.
[[nodiscard]] bool is_json_object(std::string_view text);

// Appends the text as a JSON string, quotes included. The text is UTF-8.
void append_quoted(std::string& out, std::string_view text);

}  // namespace callgate
