// A person at work on one core, and the provider's side of each dial, played by hand.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/sim/home.hpp"

namespace callgate::sim {

class Desk : public Home {
 public:
  explicit Desk(bool rings = false) { use_provider({{"rehearsal", !rings}}); }

  // Performs nothing: what it dials stands in `dialled`.
  Output send(const char* method, const std::string& path, const nlohmann::json& body = nullptr) {
    Output output = request(method, path, body.is_null() ? "" : body.dump());
    take(output);
    return output;
  }
  nlohmann::json must(const char* method, const std::string& path,
                      const nlohmann::json& body = nullptr) {
    const Output output = send(method, path, body);
    const auto& said = std::get<Response>(output.answer);
    INFO(method << " " << path << " " << said.body);
    REQUIRE(said.status < 300);
    return said.body.empty() ? nlohmann::json{} : nlohmann::json::parse(said.body);
  }
  std::pair<std::int64_t, std::string> refused(const std::string& path,
                                               const nlohmann::json& body = nullptr) {
    const auto [status, said] = answer("POST", path, body);
    return {status, said.value("code", "")};
  }
  std::pair<std::int64_t, nlohmann::json> answer(const char* method, const std::string& path,
                                                 const nlohmann::json& body = nullptr) {
    const Output output = send(method, path, body);
    const auto& said = std::get<Response>(output.answer);
    return {said.status, nlohmann::json::parse(said.body)};
  }
  std::string make_job(const std::vector<std::string>& numbers,
                       nlohmann::json more = nlohmann::json::object()) {
    more["name"] = "Job";
    more["assistantId"] = "a";
    more["phoneNumberId"] = "p";
    more["phoneNumbers"] = numbers;
    if (!more.contains("schedule")) {
      more["schedule"] = "now";
    }
    return must("POST", "/api/jobs", more).at("id");
  }
  nlohmann::json job(const std::string& id) { return must("GET", "/api/jobs/" + id); }
  nlohmann::json call(const std::string& job, std::size_t index) {
    return must("GET", "/api/jobs/" + job + "/calls").at("calls").at(index);
  }
  std::string path_of(const std::string& job, std::size_t index) {
    return "/api/calls/" + call(job, index).at("id").get<std::string>();
  }
  void wake() { take(give(Wake{})); }
  void wait(Millis time) {
    now += time;
    wake();
  }

  // The provider took the last dial, and tells where it can be hung up.
  Output placed() {
    const nlohmann::json answer{
        {"id", "provider-" + std::to_string(dialled.size())},
        {"status", "queued"},
        {"customer", {{"number", dialled.back().number}, {"externalId", name()}}},
        {"monitor", {{"controlUrl", "http://127.0.0.1:1/control/1"}}}};
    Output output = give(EffectResult{dialled.back().key, Answered{201, -1, answer.dump()}});
    take(output);
    return output;
  }
  Output report(const char* ended_reason) {
    const nlohmann::json message{
        {"type", "end-of-call-report"},
        {"status", "ended"},
        {"endedReason", ended_reason},
        {"call", {{"id", "provider-" + std::to_string(dialled.size())}, {"name", name()}}}};
    Output output = give(webhook(message));
    take(output);
    return output;
  }

  struct Dialled {
    EffectKey key;
    std::string number;
    std::string name;
    std::string assistant;
    std::string phone_number;
  };
  std::vector<Dialled> dialled;
  std::vector<EffectKey> hung_up;
  std::vector<std::string> looked_up;

 private:
  const std::string& name() const { return dialled.back().name; }
  void take(const Output& output) {
    for (const Effect& effect : output.effects) {
      if (effect.key.kind == EffectKind::place_call) {
        const nlohmann::json body = nlohmann::json::parse(effect.request.value().body);
        dialled.push_back({effect.key, body.at("customer").at("number"), body.at("name"),
                           body.at("assistantId"), body.at("phoneNumberId")});
      } else if (effect.key.kind == EffectKind::end_call) {
        hung_up.push_back(effect.key);
      } else if (effect.key.kind == EffectKind::look_up_call) {
        looked_up.push_back(effect.request.value().url);
      }
    }
  }
};

}  // namespace callgate::sim
