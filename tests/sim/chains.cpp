// Chains of scheduled calls, as the routes of their surface tell them: each occurrence once, each
// at its own instant, counted from the anchor, and none behind the last.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/sim/auditors.hpp"

namespace callgate::sim {
namespace {

using nlohmann::json;

std::vector<json> scheduled_calls_of(Scene& scene) {
  std::vector<json> calls;
  for (int number = 1, pages = 1; number <= pages; ++number) {
    const auto reply = scene.world.read("/api/v1/scheduling/scheduled-calls?userId=test&page=" +
                                        std::to_string(number));
    if (reply.status != 200) {
      scene.find("answers", "scheduled calls are not told: " + reply.body);
      return calls;
    }
    const json page = json::parse(reply.body).at("data");
    pages = page.at("pages").get<int>();
    for (const json& call : page.at("scheduledCalls")) {
      calls.push_back(call);
    }
  }
  return calls;
}

Instant instant_in(const json& call, const char* member) {
  return parse_rfc3339(call.at(member).get<std::string>()).value();
}

int number_of(const json& call) {
  return call.at("metadata").at("occurrenceNumber").get<int>();
}

bool is_at_its_time(const Scene& scene, const ModelChain& chain, const json& call) {
  return scene.model.rescheduled.count(call.at("_id").get<std::string>()) != 0 ||
         call.at("scheduledFor") == format_rfc3339(chain.at(number_of(call)));
}

// It is the first one behind its parent that lay ahead when it was made.
bool follows(const ModelChain& chain, const json& parent, const json& call) {
  const int number = number_of(call);
  const Instant made = instant_in(call, "createdAt");
  return number > number_of(parent) && number <= chain.most && chain.asked(number) > made &&
         (number == number_of(parent) + 1 || chain.asked(number - 1) <= made);
}

// All has ended and nobody took anything away: the next of the chain, if there was one.
void ends_where_it_should(Scene& scene, const ModelChain& chain, const json& last) {
  const bool over = last.at("status") == "cancelled" || !last.at("isRecurring").get<bool>();
  const bool was_any = chain.asked(chain.most) > instant_in(last, "updatedAt") + scene.slack;
  if (!over && number_of(last) < chain.most && was_any) {
    scene.find("chain", "it broke off with " + last.dump());
  }
}

}  // namespace

void audit_chains(Scene& scene, bool at_end) {
  if (scene.model.chains.empty()) {
    return;
  }
  std::map<std::string, json> calls;
  for (const json& call : scheduled_calls_of(scene)) {
    calls.emplace(call.at("_id").get<std::string>(), call);
  }
  std::set<std::string> parents;
  for (const auto& [id, call] : calls) {
    const auto chain = scene.model.chains.find(call.at("agentId").at("_id"));
    if (chain == scene.model.chains.end()) {
      continue;  // nobody was told of it
    }
    if (!is_at_its_time(scene, chain->second, call)) {
      scene.find("chain", "at another time than its own: " + call.dump());
    }
    const std::string parent = call.at("metadata").value("parentScheduledCallId", "");
    if (!parent.empty() && !parents.insert(parent).second) {
      scene.find("chain", "another one follows " + parent + " too: " + call.dump());
    }
    const auto before = calls.find(parent);
    if (before != calls.end() && !follows(chain->second, before->second, call)) {
      scene.find("chain", call.dump() + " does not follow " + before->second.dump());
    }
  }
  const Rows gone =
      scene.world.sql().exec("SELECT count(*) FROM jobs WHERE owner <> '' AND state > 5");
  if (!at_end || scene.removals_seen > 0 || gone.integer(0, 0) > 0) {
    return;
  }
  for (const auto& [id, call] : calls) {
    const auto chain = scene.model.chains.find(call.at("agentId").at("_id"));
    if (chain != scene.model.chains.end() && parents.count(id) == 0) {
      ends_where_it_should(scene, chain->second, call);
    }
  }
}

}  // namespace callgate::sim
