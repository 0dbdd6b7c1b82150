#include "core/imports/json_line.hpp"

#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "core/imports/json_text.hpp"

namespace callgate {
namespace {

using Json = nlohmann::json;

// Collects the members of one object while it is parsed. Every callback answers whether to go on; a
// refusal leaves its sentence in error_.
class LineReader final : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return scalar(JsonKind::null, {}, "null"); }
  bool boolean(bool value) override {
    const std::string word = value ? "true" : "false";
    return scalar(JsonKind::boolean, word, word);
  }
  bool number_integer(number_integer_t value) override { return number(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return number(std::to_string(value)); }
  // The digits as they were written: what they are worth is nobody's business here.
  bool number_float(number_float_t /*value*/, const string_t& digits) override {
    return number(digits);
  }
  bool string(string_t& value) override;
  bool binary(binary_t& /*value*/) override { return fail("The line is not JSON."); }
  bool start_object(std::size_t /*elements*/) override;
  bool key(string_t& name) override;
  bool end_object() override { return end('}'); }
  bool start_array(std::size_t /*elements*/) override { return begin_nested(false); }
  bool end_array() override { return end(']'); }
  bool parse_error(std::size_t position, const std::string& /*last_token*/,
                   const Json::exception& /*error*/) override {
    return fail("The line is not JSON: it goes wrong at byte " + std::to_string(position) + ".");
  }

  std::vector<JsonMember> members;
  std::string error;

 private:
  // An object or array that is open, and its keys so far.
  struct Level {
    bool is_object = true;
    bool is_first = true;
    std::set<std::string, std::less<>> keys;
  };

  bool fail(std::string why) {
    error = std::move(why);
    return false;
  }
  // Whether the innermost open object is the row itself, or its `metadata`: its keys are members.
  [[nodiscard]] bool at_member_level() const {
    return levels_.size() == 1 || (levels_.size() == 2 && in_metadata_);
  }
  bool number(std::string digits) {
    const std::string json = digits;
    return scalar(JsonKind::number, std::move(digits), json);
  }
  bool scalar(JsonKind kind, std::string text, std::string_view json);
  bool begin_nested(bool is_object);
  bool end(char bracket);
  void separate();

  std::vector<Level> levels_;
  bool in_metadata_ = false;
};

// The comma between the elements of an array; between members key() writes it.
void LineReader::separate() {
  Level& level = levels_.back();
  if (!level.is_object && !std::exchange(level.is_first, false)) {
    members.back().json += ',';
  }
}

bool LineReader::scalar(JsonKind kind, std::string text, std::string_view json) {
  if (levels_.empty()) {
    return fail("The line is not a JSON object.");
  }
  separate();
  JsonMember& member = members.back();
  member.json += json;
  if (at_member_level()) {
    member.kind = kind;
    member.text = std::move(text);
  }
  return true;
}

bool LineReader::string(string_t& value) {
  if (value.find('\0') != std::string::npos) {
    return fail("A text in the line has the character U+0000.");
  }
  std::string json;
  append_json_string(json, value);
  return scalar(JsonKind::string, std::move(value), json);
}

bool LineReader::start_object(std::size_t /*elements*/) {
  if (levels_.empty()) {
    levels_.emplace_back();
    return true;
  }
  if (levels_.size() == 1 && members.back().key == "metadata") {
    members.pop_back();  // its members stand in its place
    in_metadata_ = true;
    levels_.emplace_back();
    return true;
  }
  return begin_nested(true);
}

bool LineReader::begin_nested(bool is_object) {
  if (levels_.empty()) {
    return fail("The line is not a JSON object.");
  }
  if (levels_.size() == kJsonDepthMax) {
    return fail("The line is nested deeper than " + std::to_string(kJsonDepthMax) + ".");
  }
  separate();
  JsonMember& member = members.back();
  member.json += is_object ? '{' : '[';
  if (at_member_level()) {
    member.kind = JsonKind::nested;
  }
  levels_.emplace_back();
  levels_.back().is_object = is_object;
  return true;
}

bool LineReader::key(string_t& name) {
  if (name.find('\0') != std::string::npos) {
    return fail("A key in the line has the character U+0000.");
  }
  Level& level = levels_.back();
  if (!level.keys.insert(name).second) {
    return fail("The key \"" + name + "\" is there twice.");
  }
  if (at_member_level()) {
    JsonMember member;
    member.key = std::move(name);
    member.in_metadata = in_metadata_;
    members.push_back(std::move(member));
    return true;
  }
  std::string& json = members.back().json;
  if (!std::exchange(level.is_first, false)) {
    json += ',';
  }
  append_json_string(json, name);
  json += ':';
  return true;
}

bool LineReader::end(char bracket) {
  const bool is_member_object = at_member_level() && levels_.back().is_object;
  levels_.pop_back();
  if (!is_member_object) {
    members.back().json += bracket;
  } else if (levels_.size() == 1) {
    in_metadata_ = false;
  }
  return true;
}

}  // namespace

Expected<std::vector<JsonMember>, std::string> read_json_line(std::string_view line) {
  LineReader reader;
  if (!Json::sax_parse(line.begin(), line.end(), &reader)) {
    return unexpected(std::move(reader.error));
  }
  return std::move(reader.members);
}

}  // namespace callgate
