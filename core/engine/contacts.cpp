#include "core/engine/contacts.hpp"

#include <algorithm>

#include "core/engine/daily_calls.hpp"
#include "core/imports/json_line.hpp"
#include "core/imports/json_text.hpp"
#include "core/imports/judge.hpp"
#include "core/schedule/calendar.hpp"

namespace callgate {
namespace {

constexpr std::size_t kEmailMax = 254;

// "Call enabled", "call_enabled" and "callEnabled" are one word.
std::string plain_word(std::string_view header) {
  std::string word;
  for (const char c : header) {
    if (c >= 'A' && c <= 'Z') {
      word += static_cast<char>(c - 'A' + 'a');
    } else if (c >= 'a' && c <= 'z') {
      word += c;
    }
  }
  return word;
}

std::optional<bool> yes_or_no(std::string_view text) {
  const std::string word = plain_word(text);
  if (word == "true" || word == "yes" || text == "1") {
    return true;
  }
  if (word == "false" || word == "no" || text == "0") {
    return false;
  }
  return std::nullopt;
}

using Refused = std::optional<Reject>;

Refused take_text(std::string& into, const JsonMember& member, std::string_view text,
                  std::size_t longest) {
  if (text.size() > longest) {
    return make_reject("row_invalid", member.key, "It is too long.", text);
  }
  into = text;
  return std::nullopt;
}

// What the contact's own words say; `is_own` tells whether it was one.
Refused take_member(Contact& contact, const JsonMember& member, bool& is_own) {
  const std::string word = plain_word(member.key);
  const std::string_view text = trim(member.text);
  is_own = !member.in_metadata;
  if (is_own && (word == "email" || word == "emailaddress" || word == "mail")) {
    if (!text.empty() && !is_email(text)) {
      return make_reject("email_invalid", member.key, "This is not an address of e-mail.", text);
    }
    return text.empty() ? std::nullopt : take_text(contact.email, member, text, kEmailMax);
  }
  if (is_own && (word == "company" || word == "notes")) {
    const bool notes = word == "notes";
    return text.empty() ? std::nullopt
                        : take_text(notes ? contact.notes : contact.company, member, text,
                                    notes ? kContactNotesMax : kContactTextMax);
  }
  if (is_own && word == "callenabled") {
    const auto enabled = yes_or_no(text);
    if (!enabled && !text.empty()) {
      return make_reject("row_invalid", member.key, "This is true or false.", text);
    }
    contact.call_enabled = enabled.value_or(contact.call_enabled);
    return std::nullopt;
  }
  if (is_own && word == "calltime") {
    const auto time = parse_time_of_day(text.substr(0, 5), false);
    const bool with_seconds = text.size() == 8 && text.substr(5) == ":00";
    if (!text.empty() && (!time || (text.size() != 5 && !with_seconds))) {
      return make_reject("row_invalid", member.key, "A time of day is HH:mm.", text);
    }
    contact.call_time_min = text.empty() ? contact.call_time_min : time;
    return std::nullopt;
  }
  is_own = false;
  return std::nullopt;
}

std::vector<JsonMember> members_of(std::string_view metadata) {
  if (metadata.empty()) {
    return {};
  }
  auto members = read_json_line(metadata);
  CALLGATE_CHECK(members.has_value());
  return std::move(*members);
}

// The old keys with their new values, then the new ones.
std::string merged_metadata(std::string_view before, const std::vector<JsonMember>& said) {
  std::string json;
  const auto append = [&json](const JsonMember& member) {
    json += json.empty() ? '{' : ',';
    append_json_string(json, member.key);
    json += ':';
    json += member.json;
  };
  const auto of_key = [](const std::vector<JsonMember>& list, const std::string& key) {
    return std::find_if(list.begin(), list.end(),
                        [&key](const JsonMember& member) { return member.key == key; });
  };
  const std::vector<JsonMember> old = members_of(before);
  for (const JsonMember& member : old) {
    const auto newer = of_key(said, member.key);
    append(newer == said.end() ? member : *newer);
  }
  for (const JsonMember& member : said) {
    if (of_key(old, member.key) == old.end()) {
      append(member);
    }
  }
  return json.empty() ? json : json + '}';
}

// What of the row is said of the contact.
Refused take_row(Contact& contact, const Recipient& row) {
  if (!row.first_name.empty() || !row.last_name.empty()) {
    contact.first_name = row.first_name;
    contact.last_name = row.last_name;
  }
  if (!row.timezone.empty()) {
    contact.timezone = row.timezone;
  }
  std::vector<JsonMember> rest;
  for (JsonMember& member : members_of(row.metadata)) {
    bool is_own = false;
    if (auto refused = take_member(contact, member, is_own)) {
      return refused;
    }
    if (!is_own) {
      rest.push_back(std::move(member));
    }
  }
  contact.metadata = merged_metadata(contact.metadata, rest);
  if (contact.metadata.size() > kMetadataBytesMax) {
    return reject_metadata({});
  }
  return std::nullopt;
}

void fill(std::string& blank, const std::string& from) {
  if (blank.empty()) {
    blank = from;
  }
}

}  // namespace

bool is_email(std::string_view text) {
  const std::size_t at = text.find('@');
  return text.size() <= kEmailMax && at != std::string_view::npos && at > 0 &&
         at + 1 < text.size() && text.find('@', at + 1) == std::string_view::npos &&
         text.find_first_of(" \t\r\n") == std::string_view::npos;
}

std::optional<NumberTaken> taken_number(Service& service, const std::vector<Phone>& numbers,
                                        std::int64_t owner) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::int64_t other = service.store.contacts.owner_of(numbers[i].digits);
    if (other != 0 && other != owner) {
      return NumberTaken{i, other};
    }
  }
  return std::nullopt;
}

Contact make_contact(Service& service, Contact contact, const std::vector<Phone>& numbers) {
  contact.seq = service.store.workspace.take_seq();
  contact.created_at = contact.updated_at = service.now();
  contact.phone = numbers.front();
  plan_daily_call(service, contact);
  service.store.contacts.add(contact, std::span{numbers}.subspan(1));
  return contact;
}

bool change_contact(Service& service, const Contact& before, Contact after,
                    const std::optional<std::vector<Phone>>& numbers) {
  Contacts& contacts = service.store.contacts;
  const bool renumbered = numbers && *numbers != contacts.numbers_of(before);
  if (after == before && !renumbered) {
    return false;
  }
  // Later than it was made, so that it is known to have been changed by somebody.
  after.updated_at = std::max(service.now(), before.created_at + Millis{1});
  if (renumbered) {
    after.phone = numbers->front();
    contacts.set_others(after.seq, {});
  }
  if (before.call_enabled != after.call_enabled || before.call_time_min != after.call_time_min ||
      before.timezone != after.timezone || before.phone != after.phone) {
    plan_daily_call(service, after);
  }
  contacts.save(before, after);
  if (renumbered) {
    contacts.set_others(after.seq, std::span{*numbers}.subspan(1));
  }
  return true;
}

bool merge_contacts(Service& service, Contact& contact, const Contact& from) {
  std::vector<Phone> numbers = service.store.contacts.numbers_of(contact);
  const std::vector<Phone> others = service.store.contacts.numbers_of(from);
  numbers.insert(numbers.end(), others.begin(), others.end());
  if (numbers.size() > kContactNumbersMax) {
    return false;
  }
  const Contact before = contact;
  if (contact.first_name.empty() && contact.last_name.empty()) {
    contact.first_name = from.first_name;
    contact.last_name = from.last_name;
  }
  fill(contact.timezone, from.timezone);
  fill(contact.email, from.email);
  fill(contact.company, from.company);
  fill(contact.notes, from.notes);
  fill(contact.metadata, from.metadata);
  contact.call_enabled = contact.call_enabled && from.call_enabled;
  contact.call_time_min = contact.call_time_min ? contact.call_time_min : from.call_time_min;
  contact.daily_day = std::max(contact.daily_day, from.daily_day);
  service.store.contacts.remove(from);
  change_contact(service, before, contact, numbers);
  contact = *service.store.contacts.find(contact.seq);
  return true;
}

bool has_open_calls(Service& service, const std::vector<Phone>& numbers) {
  return std::any_of(numbers.begin(), numbers.end(), [&service](Phone phone) {
    return calls::is_open(service.sql(), phone.digits);
  });
}

Expected<ContactTaken, Reject> take_contact(Service& service, const Recipient& row) {
  const std::int64_t owner = service.store.contacts.owner_of(row.phone.digits);
  const Contact before = owner == 0 ? Contact{} : *service.store.contacts.find(owner);
  Contact contact = before;
  if (auto refused = take_row(contact, row)) {
    return unexpected(std::move(*refused));
  }
  if (owner == 0) {
    make_contact(service, std::move(contact), {row.phone});
    return ContactTaken::made;
  }
  return change_contact(service, before, std::move(contact), std::nullopt) ? ContactTaken::changed
                                                                           : ContactTaken::known;
}

}  // namespace callgate
