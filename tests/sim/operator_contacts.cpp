// Commands about contacts. Every name that is said is said once, so that a contact is known by it.
#include <nlohmann/json.hpp>

#include "tests/sim/operator.hpp"

namespace callgate::sim {
namespace {

using nlohmann::json;

constexpr std::int64_t kFreshNumbers = 13'125'550'000;  // nobody's of the people

}  // namespace

std::string Operator::fresh_number() {
  return "+" + std::to_string(kFreshNumbers + (++made_) % 10'000);
}

// Not of those who are called each day: what they have said is kept elsewhere.
json Operator::some_contact() {
  const auto listed = ask("GET", "/api/contacts?limit=50");
  json all = json::array();
  if (listed.status == 200) {
    json page = json::parse(listed.body);
    for (json& one : page.at("contacts")) {
      if (!is_daily(one.at("phoneNumbers").front().get<std::string>())) {
        all.push_back(std::move(one));
      }
    }
  }
  return all.empty() ? json{}
                     : all[static_cast<std::size_t>(dice_.below(static_cast<int>(all.size())))];
}

void Operator::note_contact(const json& contact) {
  ModelContact& known = model_.contacts[contact.at("id")];
  known.numbers = contact.at("phoneNumbers").get<std::set<std::string>>();
  known.first_name = contact.value("firstName", "");
  known.last_name = contact.value("lastName", "");
}

void Operator::add_contact() {
  const std::string name = "Made" + std::to_string(++made_);
  json numbers = json::array();
  for (int i = dice_.size(3); i > 0; --i) {
    numbers.push_back(dice_.below(2) == 0 ? person(dice_.below(plan_.people)).number
                                          : fresh_number());
  }
  const json body{{"phoneNumbers", numbers}, {"firstName", name}, {"notes", "by hand"}};
  const auto reply = ask("POST", "/api/contacts", body.dump());
  if (reply.status == 201) {
    const json told = json::parse(reply.body);
    if (told.at("firstName") != name || told.at("notes") != "by hand") {
      complain_("contacts", "was told " + body.dump() + " and made " + reply.body);
    }
    return note_contact(told);
  }
  if (reply.status != 409) {
    return complain_("answers", "a good contact was refused: " + reply.body);
  }
  // A number is somebody's; or it was made by a request whose answer was lost.
  const auto found = ask("GET", "/api/contacts?search=" + name);
  const json contacts = json::parse(found.body).at("contacts");
  if (contacts.size() == 1 && contacts[0].at("firstName") == name) {
    note_contact(contacts[0]);
  }
}

void Operator::change_contact() {
  const json contact = some_contact();
  if (contact.is_null()) {
    return;
  }
  const std::string id = contact.at("id");
  json body{{"lastName", "Said" + std::to_string(++made_)}};
  if (dice_.below(2) == 0) {
    body["firstName"] = "First" + std::to_string(made_);
  }
  std::set<std::string> numbers = contact.at("phoneNumbers").get<std::set<std::string>>();
  const std::set<std::string> before = numbers;
  if (dice_.below(4) == 0) {
    numbers.insert(fresh_number());
    if (dice_.below(2) == 0) {
      numbers.erase(numbers.begin());
    }
    body["phoneNumbers"] = numbers;
  }
  const auto reply = ask("PATCH", "/api/contacts/" + id, body.dump());
  if (reply.status == 404 || reply.status == 409) {
    return;  // an import that was taken back had made it, or the number is somebody's
  }
  if (reply.status != 200) {
    return complain_("answers", "a good change was refused: " + reply.body);
  }
  const json told = json::parse(reply.body);
  for (const char* member : {"firstName", "lastName"}) {
    const json wanted = body.contains(member) ? body.at(member) : contact.value(member, json{});
    if (told.value(member, json{}) != wanted) {
      complain_("contacts", "was told " + body.dump() + " and is " + reply.body);
    }
  }
  if (told.at("phoneNumbers").get<std::set<std::string>>() != numbers) {
    complain_("contacts", "was told " + body.dump() + " and is " + reply.body);
  }
  for (const std::string& number : before) {
    if (numbers.count(number) == 0) {
      model_.unowned.insert(number);
    }
  }
  note_contact(told);
}

void Operator::merge_contacts() {
  const json one = some_contact();
  const json other = some_contact();
  if (one.is_null() || other.is_null() || one.at("id") == other.at("id")) {
    return;
  }
  const std::string id = one.at("id");
  const std::string from = other.at("id");
  const auto reply = ask("POST", "/api/contacts/" + id + "/merge", json{{"from", from}}.dump());
  if (reply.status == 409) {
    return;
  }
  if (reply.status != 200 && reply.status != 422 && reply.status != 404) {
    return complain_("answers", "a good merge was refused: " + reply.body);
  }
  // Where the request was repeated, what it had done is told by the contact itself.
  const auto now = ask("GET", "/api/contacts/" + id);
  if (now.status != 200) {
    return;
  }
  const json told = json::parse(now.body);
  auto numbers = one.at("phoneNumbers").get<std::set<std::string>>();
  for (const json& number : other.at("phoneNumbers")) {
    numbers.insert(number.get<std::string>());
  }
  if (told.at("phoneNumbers").get<std::set<std::string>>() != numbers) {
    if (reply.status == 200) {
      complain_("contacts", one.dump() + " and " + other.dump() + " became " + now.body);
    }
    return;
  }
  note_contact(told);
  model_.contacts.erase(from);
  model_.gone_contacts.insert(from);
}

void Operator::forget_contact() {
  const json contact = some_contact();
  if (contact.is_null()) {
    return;
  }
  const std::string id = contact.at("id");
  const auto reply = ask("DELETE", "/api/contacts/" + id);
  if (reply.status == 409) {
    return;
  }
  if (reply.status != 204 && reply.status != 404) {
    return complain_("answers", "a contact was not forgotten: " + reply.body);
  }
  for (const json& number : contact.at("phoneNumbers")) {
    model_.unowned.insert(number.get<std::string>());
  }
  model_.contacts.erase(id);
  model_.gone_contacts.insert(id);
}

// A list says another name of each of its people, known or not.
void Operator::list_contacts() {
  const std::string name = "Listed" + std::to_string(++made_);
  json rows = json::array();
  std::map<std::string, std::string> said;
  for (const Person& one : some_people()) {
    const std::string last = name + "x" + std::to_string(rows.size());
    rows.push_back({{"phoneNumber", one.number}, {"firstName", name}, {"lastName", last}});
    said[one.number] = last;
  }
  const auto reply = ask("POST", "/api/contacts/import", json{{"contacts", rows}}.dump());
  if (reply.status != 200) {
    return complain_("answers", "a good list of contacts was refused: " + reply.body);
  }
  for (auto& [id, contact] : model_.contacts) {
    bool named = false;
    for (const std::string& number : contact.numbers) {
      named = named || said.count(number) != 0;
    }
    if (named) {  // of several numbers in the list the last row counts
      const auto now = ask("GET", "/api/contacts/" + id);
      const json told = now.status == 200 ? json::parse(now.body) : json::object();
      if (told.value("firstName", "") != name) {
        complain_("contacts", "a list said " + name + " of " + id + ", which is " + now.body);
      } else {
        note_contact(told);
      }
    }
  }
}

}  // namespace callgate::sim
