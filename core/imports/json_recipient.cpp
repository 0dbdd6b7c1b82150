#include "core/imports/json_recipient.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/imports/header_words.hpp"
#include "core/imports/json_line.hpp"
#include "core/imports/json_text.hpp"

namespace callgate {
namespace {

// The metadata of a line: every member that is not a field of the recipient and not null.
Expected<std::string, Reject> metadata_of(const std::vector<JsonMember>& members,
                                          const std::vector<bool>& is_field) {
  std::set<std::string_view> keys;
  std::string json;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const JsonMember& member = members[i];
    if (is_field[i] || member.kind == MemberKind::null) {
      continue;
    }
    if (!keys.insert(member.key).second) {
      return unexpected(make_reject("row_invalid", member.key,
                                    "The key is there twice: beside \"metadata\" and in it.",
                                    member.json));
    }
    json += json.empty() ? '{' : ',';
    append_json_string(json, member.key);
    json += ':';
    json += member.json;
    if (json.size() >= kMetadataBytesMax) {
      return unexpected(reject_metadata(member.json));
    }
  }
  if (!json.empty()) {
    json += '}';
  }
  return json;
}

void set_text(RecipientTexts& texts, RecipientField field, const JsonMember& member) {
  switch (field) {
    case RecipientField::phone:
      texts.phone = member.text;
      texts.phone_field = member.key;
      return;
    case RecipientField::first_name:
      texts.first_name = member.text;
      return;
    case RecipientField::last_name:
      texts.last_name = member.text;
      return;
    case RecipientField::full_name:
      texts.full_name = member.text;
      return;
    case RecipientField::timezone:
      texts.timezone = member.text;
      texts.timezone_field = member.key;
      return;
  }
}

}  // namespace

Expected<Recipient, Reject> judge_json_line(std::string_view line, std::string_view default_region,
                                            const ZoneNames& zones) {
  const auto members = read_json_line(line);
  if (!members) {
    return unexpected(make_reject("row_invalid", "", members.error(), trim(line)));
  }
  std::vector<std::string_view> keys;
  for (const JsonMember& member : *members) {
    // A member of `metadata` is never a field, nor is a list or an object.
    const bool may_be_field = !member.in_metadata && member.kind != MemberKind::nested;
    keys.push_back(may_be_field ? std::string_view{member.key} : std::string_view{});
  }
  const auto fields = assign_fields(keys);
  RecipientTexts texts;
  texts.phone_field = "phoneNumber";
  std::vector<bool> is_field(members->size());
  for (std::size_t i = 0; i < members->size(); ++i) {
    if (fields[i]) {
      is_field[i] = true;
      set_text(texts, *fields[i], (*members)[i]);
    }
  }
  auto judged = judge_recipient(texts, default_region, zones);
  if (judged) {
    auto metadata = metadata_of(*members, is_field);
    if (!metadata) {
      return unexpected(std::move(metadata.error()));
    }
    judged->metadata = *std::move(metadata);
  }
  return judged;
}

}  // namespace callgate
