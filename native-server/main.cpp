// `callgate`: the server and the commands that talk to one.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <curl/curl.h>

#include "native-server/commands.hpp"
#include "native-server/sim_carrier/command.hpp"

namespace {

constexpr const char* kAbout =
    "callgate, the outbound-call queue: who is called next, when that is lawful and wanted, and "
    "how\n"
    "many calls run at once.\n\n"
    "  callgate serve                       start a server; data in ./data\n"
    "  callgate token --link                a link that signs you in with a browser\n"
    "  callgate import people.csv --name Spring --assistant-id A --phone-number-id P --schedule "
    "now\n"
    "  callgate watch job_…                 follow it\n"
    "  callgate next --config office.json   when the next call may be placed; needs no server\n\n"
    "`callgate COMMAND --help` says more about each.";

// A settings file whose lines give way to variables: what the library reads from a file would win.
class SettingsFile final : public CLI::ConfigTOML {
 public:
  explicit SettingsFile(const CLI::App& app) : app_(app) {}

  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    std::vector<CLI::ConfigItem> lines = CLI::ConfigTOML::from_config(input);
    lines.erase(std::remove_if(lines.begin(), lines.end(),
                               [this](const CLI::ConfigItem& item) { return in_a_variable(item); }),
                lines.end());
    return lines;
  }

 private:
  [[nodiscard]] bool in_a_variable(const CLI::ConfigItem& item) const {
    const CLI::App* app = &app_;
    for (const std::string& parent : item.parents) {
      const auto named = app->get_subcommands(
          [&parent](const CLI::App* command) { return command->get_name() == parent; });
      if (named.empty()) {
        return false;  // the library says so itself
      }
      app = named.front();
    }
    const CLI::Option* option = app->get_option_no_throw("--" + item.name);
    return option != nullptr && !option->get_envname().empty() &&
           std::getenv(option->get_envname().c_str()) != nullptr;
  }

  const CLI::App& app_;
};

int run(int argc, char** argv) {
  CLI::App app{kAbout, "callgate"};
  app.set_version_flag("--version", "callgate " CALLGATE_VERSION);
  app.require_subcommand(1);
  // Settings of `serve` in a file: a section [serve] with the flags' names.
  app.set_config("--config", "", "Settings from this file (TOML), in a section [serve]")
      ->envname("CALLGATE_CONFIG");
  app.config_formatter(std::make_shared<SettingsFile>(app));
  app.allow_config_extras(CLI::config_extras_mode::error);
  int exit_code = 0;
  callgate::add_serve(app, exit_code);
  callgate::add_import(app, exit_code);
  callgate::add_jobs(app, exit_code);
  callgate::add_watch(app, exit_code);
  callgate::add_export(app, exit_code);
  callgate::add_next(app, exit_code);
  callgate::add_validate(app, exit_code);
  callgate::add_recur(app, exit_code);
  callgate::add_number(app, exit_code);
  callgate::add_audit(app, exit_code);
  callgate::add_keys(app, exit_code);
  callgate::add_token(app, exit_code);
  callgate::add_workspace(app, exit_code);
  callgate::add_sim_carrier(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    return app.exit(asked);
  } catch (const CLI::ParseError& error) {
    const bool no_command = app.get_subcommands().empty() && argc > 1 && argv[1][0] != '-';
    if (no_command) {
      std::fprintf(stderr, "callgate: there is no command '%s'; callgate --help lists them\n",
                   argv[1]);
    } else {
      app.exit(error);
    }
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "callgate: %s\n", error.what());
    return 1;
  }
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  const int exit_code = run(argc, argv);
  curl_global_cleanup();
  return exit_code;
}
