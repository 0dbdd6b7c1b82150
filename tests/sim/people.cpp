// Contacts and the list of all calls as the public routes show them, against the books of the jobs
// and the operators' memory.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/sim/auditors.hpp"

namespace callgate::sim {
namespace {

using nlohmann::json;

constexpr std::size_t kSearched = 3;
constexpr std::int64_t kListedMost = 10'000;

json ask_people(Scene& scene, const std::string& target) {
  const auto reply = scene.world.read(target);
  if (reply.status != 200) {
    scene.find("answers", "GET " + target + " was answered by " + std::to_string(reply.status));
    return json::object();
  }
  return json::parse(reply.body);
}

using People = std::map<std::string, json>;

// All of them, by id; a number is one contact's alone.
People read_people(Scene& scene) {
  People people;
  std::set<std::string> numbers;
  std::string cursor;
  std::int64_t total = 0;
  do {
    const json page =
        ask_people(scene, "/api/contacts?limit=200" + (cursor.empty() ? "" : "&cursor=" + cursor));
    for (const json& contact : page.value("contacts", json::array())) {
      people[contact.at("id")] = contact;
      for (const json& number : contact.at("phoneNumbers")) {
        if (!numbers.insert(number.get<std::string>()).second) {
          scene.find("contacts", "another contact has a number of " + contact.dump());
        }
      }
    }
    total = page.value("total", std::int64_t{0});
    cursor = page.value("nextCursor", "");
  } while (!cursor.empty());
  if (total != static_cast<std::int64_t>(people.size())) {
    scene.find("contacts",
               std::to_string(total) + " are told of, there are " + std::to_string(people.size()));
  }
  return people;
}

void people_are_as_said(Scene& scene, const People& people) {
  std::size_t searched = 0;
  for (const auto& [id, said] : scene.model.contacts) {
    const auto found = people.find(id);
    if (found == people.end()) {
      scene.find("contacts", id + " is gone");
      continue;
    }
    const json& contact = found->second;
    if (contact.at("phoneNumbers").get<std::set<std::string>>() != said.numbers ||
        contact.value("firstName", "") != said.first_name ||
        contact.value("lastName", "") != said.last_name) {
      scene.find("contacts", "somebody is not as was said last: " + contact.dump());
    }
    const std::string& name = said.last_name.empty() ? said.first_name : said.last_name;
    if (++searched <= kSearched && !name.empty()) {
      const json all = ask_people(scene, "/api/contacts?limit=200&search=" + name)
                           .value("contacts", json::array());
      const bool there = std::any_of(all.begin(), all.end(), [&wanted = id](const json& one) {
        return one.at("id") == wanted;
      });
      if (!there) {
        scene.find("contacts", "nobody finds " + contact.dump() + " by " + name);
      }
      for (const json& one : all) {
        const std::string full = one.value("firstName", "") + " " + one.value("lastName", "");
        if (full.find(name) == std::string::npos) {
          scene.find("contacts", name + " finds " + one.dump());
        }
      }
    }
  }
  for (const std::string& id : scene.model.gone_contacts) {
    if (people.count(id) != 0) {
      scene.find("contacts", id + " came back");
    }
  }
}

// A call's number has its contact, unless somebody took it away.
void calls_have_people(Scene& scene, const std::vector<json>& calls, const People& people) {
  for (const json& call : calls) {
    const std::string number = call.at("phoneNumber");
    const auto contact = people.find(call.value("contactId", ""));
    if (contact == people.end()) {
      if (call.contains("contactId") || scene.model.unowned.count(number) == 0) {
        scene.find("contacts", "nobody has the number of " + call.dump());
      }
      continue;
    }
    const json& numbers = contact->second.at("phoneNumbers");
    if (std::find(numbers.begin(), numbers.end(), json(number)) == numbers.end()) {
      scene.find("contacts", contact->second.dump() + " has not the number of " + call.dump());
    }
  }
}

// The list has every call once, in every order, and finds as many as stand so.
void list_is_whole(Scene& scene, const std::vector<json>& calls) {
  if (static_cast<std::int64_t>(calls.size()) > kListedMost - 100) {
    return;
  }
  std::set<std::string> ids;
  std::map<std::string, std::int64_t> standing;
  for (const json& call : calls) {
    ids.insert(call.at("id").get<std::string>());
    ++standing[call.at("status")];
  }
  static constexpr const char* kOrders[] = {"createdAt", "nextAttemptTime", "priority"};
  const std::string order = kOrders[scene.dice.below(3)];
  const std::string query = "/api/calls?limit=100&sort=" + order +
                            (scene.dice.below(2) == 0 ? "&direction=asc" : "&direction=desc");
  std::set<std::string> listed;
  std::int64_t total = 0;
  for (int number = 1;; ++number) {
    const json page = ask_people(scene, query + "&page=" + std::to_string(number));
    total = page.value("total", std::int64_t{0});
    const json some = page.value("calls", json::array());
    for (const json& call : some) {
      if (!listed.insert(call.at("id").get<std::string>()).second) {
        scene.find("call_list", call.dump() + " stands twice in " + query);
      }
    }
    if (some.size() < 100) {
      break;
    }
  }
  if (listed != ids || total != static_cast<std::int64_t>(ids.size())) {
    scene.find("call_list", query + " has " + std::to_string(listed.size()) +
                                " calls and tells of " + std::to_string(total) +
                                ", the jobs have " + std::to_string(ids.size()));
  }
  for (const char* word :
       {"pending", "scheduled", "retry_scheduled", "paused", "dialing", "ringing", "in_progress",
        "completed", "failed", "blocked", "canceled"}) {
    const json page = ask_people(scene, std::string{"/api/calls?limit=1&status="} + word);
    if (page.value("total", std::int64_t{0}) != standing[word]) {
      scene.find("call_list", std::to_string(standing[word]) + " calls are " + word +
                                  ", the list tells of " + page.value("total", json{}).dump());
    }
  }
}

}  // namespace

void audit_people(Scene& scene, const std::vector<json>& calls, bool importing) {
  const People people = read_people(scene);
  people_are_as_said(scene, people);
  calls_have_people(scene, calls, people);
  if (!importing) {
    list_is_whole(scene, calls);
  }
}

}  // namespace callgate::sim
