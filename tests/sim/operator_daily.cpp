// People who are called each day, at a time that they chose: they come, change their mind, are
// forgotten and come back; the calls are switched off and on, and triggered.
#include <iterator>
#include <nlohmann/json.hpp>

#include "tests/sim/operator.hpp"

namespace callgate::sim {
namespace {

using nlohmann::json;
using std::chrono::minutes;

constexpr const char* kDailySettings = "/api/surfaces/daily-calls";
constexpr int kDailyPeople = 12;
constexpr int kDailyHoursAhead = 40;

}  // namespace

void Operator::put_daily() {
  put_daily(dice_.below(3) != 0);
}

void Operator::put_daily(bool enabled) {
  std::vector<DailyEra>& eras = model_.daily.eras;
  DailyEra era;
  era.enabled = enabled;
  era.window = minutes{dice_.below(2) == 0 ? 5 : dice_.size(40)};
  era.from = world_.steps();
  eras.push_back(era);
  const json body{{"enabled", enabled},
                  {"assistantId", kDailyAgent},
                  {"phoneNumberId", "p1"},
                  {"concurrency", dice_.size(6)},
                  {"maxAttempts", 2},
                  {"windowMinutes", std::chrono::duration_cast<minutes>(era.window).count()}};
  const auto reply = ask("PUT", kDailySettings, body.dump());
  if (reply.status != 200) {
    return complain_("answers", "good daily calls were refused: " + reply.body);
  }
  for (std::size_t i = 0; i + 1 < eras.size(); ++i) {
    eras[i].to = std::min(eras[i].to, world_.steps());
  }
  eras.back().confirmed_at = holds_from();
}

// A time of the hours to come, or of those in which clocks change.
DailyWish Operator::some_wish(const Person& one, json& body) {
  DailyWish wish;
  wish.from = world_.steps();
  wish.enabled = dice_.below(5) != 0;
  wish.clock = kClocks[one.place->clock];
  if (*one.place->zone != '\0' || dice_.below(2) == 0) {
    // Where telephones ring the zone that is said counts for the calling hours too.
    wish.clock =
        plan_.law ? wish.clock : kClocks[dice_.below(static_cast<int>(std::size(kClocks)))];
    body["timezone"] = wish.clock.zone;
  } else {
    body["timezone"] = "";  // the number's own
  }
  wish.minute =
      dice_.below(3) == 0
          ? dice_.between(60, 180)
          : shown_on(wish.clock, now() + minutes{dice_.below(kDailyHoursAhead * 60)}).minute;
  body["preferences"] = {{"callEnabled", wish.enabled}, {"callTime", clock_text(wish.minute)}};
  return wish;
}

void Operator::confirm_wish(const std::string& number) {
  std::vector<DailyWish>& wishes = model_.daily.wishes[number];
  for (std::size_t i = 0; i + 1 < wishes.size(); ++i) {
    wishes[i].to = std::min(wishes[i].to, world_.steps());
  }
  wishes.back().confirmed_at = holds_from();
}

void Operator::wish_daily_call() {
  const Person one = person(kDailyFrom + dice_.below(kDailyPeople));
  const auto known = model_.daily.ids.find(one.number);
  if (known == model_.daily.ids.end()) {
    add_daily_contact(one);
  } else if (dice_.below(5) == 0) {
    forget_daily_contact(one.number, std::string{known->second});
  } else {
    change_daily_contact(one.number, known->second);
  }
}

void Operator::add_daily_contact(const Person& one) {
  const std::string name = "Daily" + std::to_string(++made_);
  json body{{"phoneNumbers", {one.number}}, {"firstName", name}};
  std::vector<DailyWish>& wishes = model_.daily.wishes[one.number];
  const DailyWish wish = some_wish(one, body);
  wishes.push_back(wish);
  auto reply = ask("POST", "/api/contacts", body.dump());
  json told = json::parse(reply.body);
  if (reply.status == 409) {  // it was made by a request whose answer was lost
    reply = ask("GET", "/api/contacts?search=" + name);
    const json found = json::parse(reply.body).at("contacts");
    told = found.empty() ? json::object() : found.front();
  }
  if (told.value("firstName", "") != name) {
    wishes.pop_back();
    return complain_("answers", "a good contact was refused: " + reply.body);
  }
  confirm_wish(one.number);
  model_.daily.ids[one.number] = told.at("id");
  note_contact(told);
}

void Operator::change_daily_contact(const std::string& number, const std::string& id) {
  json body;
  model_.daily.wishes[number].push_back(some_wish({number, &place_of(number)}, body));
  const auto reply = ask("PATCH", "/api/contacts/" + id, body.dump());
  if (reply.status != 200) {
    model_.daily.wishes[number].pop_back();
    return complain_("answers", "a good wish was refused: " + reply.body);
  }
  confirm_wish(number);
}

void Operator::forget_daily_contact(const std::string& number, const std::string& id) {
  std::vector<DailyWish>& wishes = model_.daily.wishes[number];
  DailyWish none;
  none.enabled = false;
  none.from = world_.steps();
  wishes.push_back(none);
  const auto reply = ask("DELETE", "/api/contacts/" + id);
  if (reply.status == 409) {  // a call to them is under way
    wishes.pop_back();
    return;
  }
  if (reply.status != 204 && reply.status != 404) {
    return complain_("answers", "a contact was not forgotten: " + reply.body);
  }
  confirm_wish(number);
  model_.daily.came_back.insert(number);
  model_.unowned.insert(number);
  model_.contacts.erase(id);
  model_.gone_contacts.insert(id);
  model_.daily.ids.erase(number);
}

void Operator::trigger_daily_calls() {
  const auto reply = ask("POST", "/api/queue/trigger");
  const bool on = model_.daily.eras.back().enabled;
  if (reply.status != 429 && reply.status != (on ? 200 : 409)) {
    complain_("answers", "a trigger was answered by " + reply.body);
  }
}

}  // namespace callgate::sim
