#include "core/imports/json_line.hpp"

#include <set>
#include <utility>

#include "core/base/json_parse.hpp"
#include "core/imports/json_text.hpp"

namespace callgate {
namespace {

// Collects the members of one object while it is parsed. Every event answers whether to go on; a
// refusal leaves its sentence in `error`.
class LineReader final : public JsonEvents {
 public:
  bool null() override { return scalar(MemberKind::null, {}, "null"); }
  bool boolean(bool value) override {
    const std::string word = value ? "true" : "false";
    return scalar(MemberKind::boolean, word, word);
  }
  // What the digits are worth is nobody's business here.
  bool number(std::string_view as_written) override {
    return scalar(MemberKind::number, std::string{as_written}, as_written);
  }
  bool text(std::string& value) override;
  bool begin_object() override;
  bool name(std::string& value) override;
  bool end_object() override { return end('}'); }
  bool begin_array() override { return begin_nested(false); }
  bool end_array() override { return end(']'); }

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
  bool scalar(MemberKind kind, std::string text, std::string_view json);
  bool begin_nested(bool is_object);
  bool end(char bracket);
  void separate();

  std::vector<Level> levels_;
  bool in_metadata_ = false;
};

// The comma between the elements of an array; between members name() writes it.
void LineReader::separate() {
  Level& level = levels_.back();
  if (!level.is_object && !std::exchange(level.is_first, false)) {
    members.back().json += ',';
  }
}

bool LineReader::scalar(MemberKind kind, std::string text, std::string_view json) {
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

bool LineReader::text(std::string& value) {
  if (value.find('\0') != std::string::npos) {
    return fail("A text in the line has the character U+0000.");
  }
  std::string json;
  append_json_string(json, value);
  return scalar(MemberKind::string, std::move(value), json);
}

bool LineReader::begin_object() {
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
  if (levels_.size() == kLineDepthMax) {
    return fail("The line is nested deeper than " + std::to_string(kLineDepthMax) + ".");
  }
  separate();
  JsonMember& member = members.back();
  member.json += is_object ? '{' : '[';
  if (at_member_level()) {
    member.kind = MemberKind::nested;
  }
  levels_.emplace_back();
  levels_.back().is_object = is_object;
  return true;
}

bool LineReader::name(std::string& value) {
  if (value.find('\0') != std::string::npos) {
    return fail("A key in the line has the character U+0000.");
  }
  Level& level = levels_.back();
  if (!level.keys.insert(value).second) {
    return fail("The key \"" + value + "\" is there twice.");
  }
  if (at_member_level()) {
    JsonMember member;
    member.key = std::move(value);
    member.in_metadata = in_metadata_;
    members.push_back(std::move(member));
    return true;
  }
  std::string& json = members.back().json;
  if (!std::exchange(level.is_first, false)) {
    json += ',';
  }
  append_json_string(json, value);
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
  const auto stop = parse_json(line, reader);
  if (stop && stop->why == JsonStop::Why::receiver) {
    return unexpected(std::move(reader.error));
  }
  if (stop) {
    return unexpected("The line is not JSON: it goes wrong at byte " +
                      std::to_string(stop->offset + 1) + ".");
  }
  return std::move(reader.members);
}

}  // namespace callgate
