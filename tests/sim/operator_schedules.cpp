// Jobs that recur.
#include <iterator>
#include <nlohmann/json.hpp>

#include "tests/sim/operator.hpp"

namespace callgate::sim {
namespace {

using nlohmann::json;

}  // namespace

void Operator::make_schedule() {
  if (!plan_.schedules) {
    return;
  }
  static constexpr const char* kOverlaps[] = {"skip", "buffer_one", "allow"};
  static constexpr const char* kCrons[] = {"0 */6 * * *", "30 9 * * *", "*/45 8-18 * * MON-FRI"};
  const std::string name = "s" + std::to_string(++made_);
  json body{{"name", name},
            {"timezone", kClocks[dice_.below(static_cast<int>(std::size(kClocks)))].zone},
            {"cron", kCrons[dice_.below(3)]},
            {"overlap", kOverlaps[dice_.below(3)]},
            {"onClosedDay", dice_.below(2) == 0 ? "skip" : "next"},
            {"catchUpSeconds", dice_.size(86'400)},
            {"job", {{"name", name}, {"assistantId", name}, {"phoneNumberId", "p1"}}}};
  const int count = dice_.size(5);
  const int first = dice_.below(plan_.people);
  for (int i = 0; i < count; ++i) {
    const Person one = person((first + i) % plan_.people);
    if (*one.place->zone == '\0') {
      body["job"]["phoneNumbers"].push_back(one.number);
    }
  }
  if (!body["job"].contains("phoneNumbers")) {
    return;
  }
  const auto reply = ask("POST", "/api/schedules", body.dump());
  if (reply.status != 201) {
    return complain_("answers", "a good schedule was refused: " + reply.body);
  }
  model_.schedules.push_back(json::parse(reply.body).at("id"));
}

void Operator::handle_schedule() {
  if (model_.schedules.empty()) {
    return;
  }
  const auto which =
      static_cast<std::size_t>(dice_.below(static_cast<int>(model_.schedules.size())));
  const std::string path = "/api/schedules/" + model_.schedules[which];
  static constexpr const char* kVerbs[] = {"/pause", "/resume", "/trigger"};
  if (dice_.below(6) == 0) {
    ask("DELETE", path);
  } else {
    ask("POST", path + kVerbs[dice_.below(3)]);
  }
}

}  // namespace callgate::sim
