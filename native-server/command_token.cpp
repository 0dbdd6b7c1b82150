#include <CLI/CLI.hpp>
#include <array>
#include <chrono>
#include <cstdio>

#include "core/core.hpp"
#include "native-server/client.hpp"
#include "native-server/commands.hpp"
#include "native-server/data_folder.hpp"

namespace callgate {
namespace {

constexpr const char* kTokenExamples = R"text(
Examples
  callgate token                                a token of an owner, for 12 hours
  callgate token --role operator --expires 30d
  callgate token --link                         a link that signs a browser in, valid 15 minutes
  curl -H "authorization: Bearer $(callgate token)" http://127.0.0.1:8787/api/jobs

Roles: owner, admin, operator, agent, analyst, viewer. Whoever can read the data folder can make
tokens; one that was made is valid until it expires.)text";

struct Wanted {
  std::string data = "./data";
  std::string workspace = "default";
  std::string role = "owner";
  std::string expires = "12h";
  std::string url = "http://127.0.0.1:8787";
  bool link = false;
};

std::string workspace_name_problem(const std::string& name) {
  return is_workspace_file_name(name)
             ? std::string{}
             : "a workspace's name has 1 to 40 lower case letters, digits and dashes, and begins "
               "with a letter";
}

int print_token(const Wanted& wanted, std::int64_t lasts_s, bool expires_given) {
  const auto data = DataFolder::find(wanted.data);
  if (!data) {
    throw std::runtime_error(wanted.data +
                             " is no data folder of a server: start one there, or say --data");
  }
  const auto now = std::chrono::system_clock::now();
  if (!wanted.link) {
    const auto now_s =
        std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    std::puts(make_token(*data, wanted.workspace, wanted.role, now_s, lasts_s).c_str());
    return 0;
  }
  OpensslCrypto crypto{data->secret()};
  const auto lasts = expires_given ? std::chrono::seconds{lasts_s} : std::chrono::minutes{15};
  const Instant expires = std::chrono::time_point_cast<Millis>(now + lasts);
  std::printf("%s/sign-in?ticket=%s\n", wanted.url.c_str(),
              make_ticket(crypto, wanted.workspace, wanted.role, expires).c_str());
  return 0;
}

}  // namespace

std::int64_t seconds_of(const std::string& text) {
  constexpr std::array<std::pair<char, std::int64_t>, 4> kUnits{
      {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86'400}}};
  const std::string digits = text.substr(0, text.empty() ? 0 : text.size() - 1);
  const bool number = !digits.empty() && digits.size() <= 6 &&
                      digits.find_first_not_of("0123456789") == std::string::npos;
  for (const auto& [unit, seconds] : kUnits) {
    if (number && text.back() == unit) {
      return std::stoll(digits) * seconds;
    }
  }
  throw CLI::ValidationError("--expires", text + " is no time: write 30m, 12h or 30d");
}

void add_token(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("token", "Make a token, or a sign-in link");
  auto wanted = std::make_shared<Wanted>();
  command->footer(kTokenExamples);
  command->add_option("--data", wanted->data, "The server's data folder")
      ->envname("CALLGATE_DATA")
      ->capture_default_str();
  command->add_option("--workspace", wanted->workspace, "Where it is valid")
      ->envname("CALLGATE_WORKSPACE")
      ->check(workspace_name_problem)
      ->capture_default_str();
  command->add_option("--role", wanted->role, "What it may do")
      ->check(CLI::IsMember({"owner", "admin", "operator", "agent", "analyst", "viewer"}))
      ->capture_default_str();
  auto* expires =
      command->add_option("--expires", wanted->expires, "30m, 12h, 30d …")->capture_default_str();
  command->add_flag("--link", wanted->link, "A sign-in link instead of a token");
  command->add_option("--url", wanted->url, "Where the server is, for the link")
      ->envname("CALLGATE_URL")
      ->capture_default_str();
  command->callback([wanted, expires, &exit_code] {
    const std::int64_t lasts_s = seconds_of(wanted->expires);
    exit_code = guarded([&] { return print_token(*wanted, lasts_s, expires->count() > 0); });
  });
}

void add_workspace(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("workspace", "Make workspaces: one file and one tenant each");
  command->require_subcommand(1);
  CLI::App* create =
      command->add_subcommand("create", "Make one; a running server serves it at once");
  auto wanted = std::make_shared<Wanted>();
  create->add_option("name", wanted->workspace, "1 to 40 lower case letters, digits and dashes")
      ->required()
      ->check(workspace_name_problem);
  create->add_option("--data", wanted->data, "The server's data folder")
      ->envname("CALLGATE_DATA")
      ->capture_default_str();
  create->callback([wanted, &exit_code] {
    exit_code = guarded([&] {
      if (!DataFolder::open(wanted->data).create_workspace(wanted->workspace)) {
        throw std::runtime_error("there is a workspace " + wanted->workspace + " already");
      }
      std::printf("made %s; a token for it: callgate token --workspace %s\n",
                  wanted->workspace.c_str(), wanted->workspace.c_str());
      return 0;
    });
  });
}

}  // namespace callgate
