// keys: API keys of a workspace, made, listed, rotated and revoked at a running server.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/time.hpp"
#include "native-server/client.hpp"
#include "native-server/clock.hpp"
#include "native-server/commands.hpp"

namespace callgate {
namespace {

using nlohmann::json;

constexpr const char* kKeysExamples = R"text(
Examples
  callgate keys create "CRM import" --scope campaigns:write --scope imports:read
  callgate keys create Dashboard --role viewer --expires 90d
  callgate keys list
  callgate keys rotate key_06DF…          another secret, at once
  callgate keys revoke key_06DF…
  curl -H "x-api-key: cg_live_…" http://127.0.0.1:8787/api/jobs

A key is printed once; nobody can read it again. docs/access.md has the roles and scopes.)text";

struct KeySettings {
  Client client;
  std::string name;
  std::string id;
  std::string role;
  std::vector<std::string> scopes;
  std::string expires;
};

json ask_keys(Client& client, const std::string& method, const std::string& path,
              const json& body = nullptr) {
  ClientRequest request;
  request.method = method;
  request.url = path;
  if (!body.is_null()) {
    request.headers = {{"content-type", "application/json"}};
    request.body = body.dump();
  }
  const ClientResponse response = client.send(std::move(request));
  return response.body.empty() ? json{} : json::parse(response.body);
}

int create_key(KeySettings& settings) {
  json body{{"name", settings.name}};
  if (!settings.role.empty()) {
    body["role"] = settings.role;
  }
  if (!settings.scopes.empty()) {
    body["scopes"] = settings.scopes;
  }
  if (!settings.expires.empty()) {
    const std::chrono::seconds lasts{seconds_of(settings.expires)};
    body["expiresAt"] = format_rfc3339(host_now() + lasts);
  }
  std::puts(
      ask_keys(settings.client, "POST", "/api/keys", body).at("key").get<std::string>().c_str());
  return 0;
}

int list_keys(KeySettings& settings) {
  const json all = settings.client.get("/api/keys");
  for (const json& key : all.at("keys")) {
    std::string may = key.value("role", "");
    for (const json& scope : key.value("scopes", json::array())) {
      may += (may.empty() ? "" : " ") + scope.get<std::string>();
    }
    std::printf("%s  %s…  %s  %s\n    used %s, expires %s\n",
                key.at("id").get<std::string>().c_str(),
                key.at("prefix").get<std::string>().c_str(),
                key.at("name").get<std::string>().c_str(), may.c_str(),
                key.value("lastUsedAt", "never").c_str(), key.value("expiresAt", "never").c_str());
  }
  return 0;
}

int rotate_key(KeySettings& settings) {
  const std::string path = "/api/keys/" + percent_encoded(settings.id) + "/rotate";
  std::puts(ask_keys(settings.client, "POST", path).at("key").get<std::string>().c_str());
  return 0;
}

int revoke_key(KeySettings& settings) {
  ask_keys(settings.client, "DELETE", "/api/keys/" + percent_encoded(settings.id));
  std::printf("revoked %s\n", settings.id.c_str());
  return 0;
}

}  // namespace

void add_keys(CLI::App& app, int& exit_code) {
  CLI::App* keys = app.add_subcommand("keys", "API keys: make, list, rotate, revoke");
  keys->require_subcommand(1);
  keys->footer(kKeysExamples);
  const auto add = [&](const char* name, const char* about, int (*run)(KeySettings&)) {
    CLI::App* command = keys->add_subcommand(name, about);
    auto settings = std::make_shared<KeySettings>();
    settings->client.add_options(*command);
    command->callback(
        [settings, run, &exit_code] { exit_code = guarded([&] { return run(*settings); }); });
    return std::pair{command, settings};
  };
  const auto [made, wanted] = add("create", "Make a key, and print it", create_key);
  made->add_option("name", wanted->name, "What it is for")->required();
  made->add_option("--role", wanted->role, "What it may do")
      ->check(CLI::IsMember({"owner", "admin", "operator", "agent", "analyst", "viewer"}));
  made->add_option("--scope", wanted->scopes, "Or a permission, or resource:*; more than once")
      ->excludes("--role");
  made->add_option("--expires", wanted->expires, "30m, 12h, 30d …; left out: never");
  add("list", "Those that hold", list_keys);
  const auto [rotated, which] = add("rotate", "Give one another secret, and print it", rotate_key);
  rotated->add_option("id", which->id, "key_…")->required();
  const auto [revoked, gone] = add("revoke", "Refuse one from now on", revoke_key);
  revoked->add_option("id", gone->id, "key_…")->required();
}

}  // namespace callgate
