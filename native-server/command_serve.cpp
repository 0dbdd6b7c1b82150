#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>
#include <unistd.h>

#include "native-server/commands.hpp"
#include "native-server/server.hpp"

namespace callgate {
namespace {

constexpr const char* kExamples = R"(
Examples
  callgate serve                                    data in ./data, http://127.0.0.1:8787
  callgate serve --data /var/lib/callgate --public-url https://calls.example.com
  CALLGATE_VAPI_KEY=… callgate serve                places calls with that Vapi account
  callgate serve --vapi-url http://127.0.0.1:8788   places them with `callgate sim-carrier`
  callgate --config callgate.toml serve             settings from a file:
      [serve]
      port = 9000
      vapi-key-file = "/etc/callgate/vapi-key"

Where things are
  The data folder holds one SQLite file a workspace and the secret that all keys come from; a copy
  of the folder, made while the server is stopped, is a whole backup.
  The log goes to standard error.

Signing in
  callgate token --link        a link for the browser     (reads the secret in the data folder)
  callgate token               a token for programs: Authorization: Bearer …
  Tokens of your own identity provider: --jwt-issuer, --jwt-audience and --jwks-url; the claim
  workspace (or tid, or org) says where the token is valid, role or roles what it may do.

SIGTERM and Ctrl-C finish and commit what was accepted, then it exits 0; a second one exits at once.
A setting is a flag, a CALLGATE_* variable or a line in the file; flags win over variables,
variables over the file.)";

struct ServeFlags {
  ServerOptions server;
  std::string data = "./data";
  std::string vapi_key_file;
  std::string jwt_secret_file;
  std::string jwks_file;
  std::string tzdata;
  LogFormat log_format = LogFormat::text;
  LogLevel log_level = LogLevel::info;
  bool print_sign_in = false;
};

std::string read_bytes(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) {
    throw std::runtime_error("cannot read " + path);
  }
  return {std::istreambuf_iterator<char>{file}, {}};
}

ZoneArchive read_zones(const std::string& path) {
  auto archive = ZoneArchive::read(read_bytes(path));
  if (!archive) {
    throw std::runtime_error(path + ": " + archive.error());
  }
  return std::move(*archive);
}

// A secret's file, without the line break that editors leave at its end.
std::string read_file(const std::string& path) {
  std::string text = read_bytes(path);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
    text.pop_back();
  }
  return text;
}

Environment read_environment() {
  Environment environment;
  for (const char* name : kEnvironmentNames) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') {
      environment.emplace_back(name, value);
    }
  }
  return environment;
}

bool is_loopback(const std::string& address) {
  return address == "::1" || address == "localhost" || address.rfind("127.", 0) == 0;
}

// SIGTERM and SIGINT are taken by sigwait; the threads made from here on inherit the mask.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

void print_greeting(const ServeFlags& settings, const Server& server) {
  std::printf("callgate %s listens on %s\n", CALLGATE_VERSION, server.url().c_str());
  std::printf("data in %s\n", settings.data.c_str());
  if (settings.print_sign_in || isatty(STDOUT_FILENO) != 0) {
    std::printf("sign in: %s\n", server.sign_in_link().c_str());
  }
  for (const std::string& warning : server.warnings()) {
    std::printf("warning: %s\n", warning.c_str());
  }
  if (!is_loopback(settings.server.address)) {
    std::printf(
        "warning: %s can be reached from other machines, in clear: put a TLS proxy before it\n",
        settings.server.address.c_str());
  }
  std::fflush(stdout);
}

int serve(ServeFlags settings) {
  if (!settings.vapi_key_file.empty()) {
    settings.server.vapi_key = read_file(settings.vapi_key_file);
  }
  if (!settings.jwt_secret_file.empty()) {
    settings.server.jwt_secret = read_file(settings.jwt_secret_file);
  }
  if (!settings.jwks_file.empty()) {
    settings.server.jwks = read_file(settings.jwks_file);
  }
  if (!settings.tzdata.empty()) {
    settings.server.zones = read_zones(settings.tzdata);
  }
  settings.server.environment = read_environment();
  const sigset_t signals = block_signals();
  Log log{settings.log_format, settings.log_level};
  {
    Server server{settings.server, DataFolder::open(settings.data), log};
    print_greeting(settings, server);
    log.write(LogLevel::info, "started",
              {{"version", CALLGATE_VERSION}, {"port", std::int64_t{server.port()}}});
    int signal = 0;
    sigwait(&signals, &signal);
    log.write(LogLevel::info, "stopping", {{"signal", std::int64_t{signal}}});
    std::thread{[signals] {
      int again = 0;
      sigwait(&signals, &again);
      _exit(1);
    }}.detach();
    server.stop();
  }
  log.write(LogLevel::info, "stopped");
  return 0;
}

void add_provider_options(CLI::App& serve, ServeFlags& settings) {
  ServerOptions& server = settings.server;
  const std::string group = "Provider";
  serve
      .add_option("--vapi-url", server.vapi_url,
                  "Where the provider's API is (default: Vapi's own)")
      ->envname("CALLGATE_VAPI_URL")
      ->group(group);
  serve
      .add_option("--vapi-key", server.vapi_key,
                  "Its private key; better in a file or a variable: others see flags")
      ->envname("CALLGATE_VAPI_KEY")
      ->group(group);
  serve.add_option("--vapi-key-file", settings.vapi_key_file, "File with that key")
      ->envname("CALLGATE_VAPI_KEY_FILE")
      ->group(group);
  serve
      .add_option("--vapi-webhook-secret", server.vapi_webhook_secret,
                  "Signs its reports (HMAC-SHA-256)")
      ->envname("CALLGATE_VAPI_WEBHOOK_SECRET")
      ->group(group);
  serve
      .add_option("--tzdata", settings.tzdata,
                  "A newer release of the time zones than the program's own (docs/when.md makes "
                  "one); /healthz tells which holds")
      ->envname("CALLGATE_TZDATA")
      ->group(group);
  serve
      .add_option("--effects-at-once", server.effects_at_once,
                  "Requests to the provider on the way at once; one that is not answered holds its "
                  "place for 20 s")
      ->envname("CALLGATE_EFFECTS_AT_ONCE")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str()
      ->group(group);
}

void add_token_options(CLI::App& serve, ServeFlags& settings) {
  ServerOptions& server = settings.server;
  const std::string group = "Tokens of others";
  serve.add_option("--jwt-issuer", server.jwt_issuer, "Their iss, exactly")
      ->envname("CALLGATE_JWT_ISSUER")
      ->group(group);
  serve.add_option("--jwt-audience", server.jwt_audience, "Must be among their aud")
      ->envname("CALLGATE_JWT_AUDIENCE")
      ->group(group);
  serve
      .add_option("--jwt-workspace", server.jwt_workspace,
                  "Where tokens that name no workspace are valid (default: nowhere)")
      ->envname("CALLGATE_JWT_WORKSPACE")
      ->group(group);
  serve.add_option("--jwks-url", server.jwks_url, "Their public keys (RS256, ES256, EdDSA)")
      ->envname("CALLGATE_JWKS_URL")
      ->group(group);
  serve.add_option("--jwks-file", settings.jwks_file, "The same from a file")
      ->envname("CALLGATE_JWKS_FILE")
      ->group(group);
  serve
      .add_option("--jwt-secret-file", settings.jwt_secret_file,
                  "Their secret (HS256), at least 32 bytes")
      ->envname("CALLGATE_JWT_SECRET_FILE")
      ->group(group);
}

void add_log_options(CLI::App& serve, ServeFlags& settings) {
  const std::map<std::string, LogFormat> formats{{"text", LogFormat::text},
                                                 {"json", LogFormat::json}};
  const std::map<std::string, LogLevel> levels{{"debug", LogLevel::debug},
                                               {"info", LogLevel::info},
                                               {"warn", LogLevel::warn},
                                               {"error", LogLevel::error},
                                               {"off", LogLevel::off}};
  serve.add_option("--log-format", settings.log_format, "text or json, one line an event")
      ->envname("CALLGATE_LOG_FORMAT")
      ->transform(CLI::CheckedTransformer(formats, CLI::ignore_case).description(""));
  serve.add_option("--log-level", settings.log_level, "debug, info, warn, error or off")
      ->envname("CALLGATE_LOG_LEVEL")
      ->transform(CLI::CheckedTransformer(levels, CLI::ignore_case).description(""));
}

}  // namespace

void add_serve(CLI::App& app, int& exit_code) {
  CLI::App* serve_app = app.add_subcommand("serve", "Start the server");
  auto settings = std::make_shared<ServeFlags>();
  ServerOptions& server = settings->server;
  serve_app->footer(kExamples);
  serve_app->fallthrough();  // --config may stand behind it
  serve_app->add_option("--data", settings->data, "Folder of everything that is kept")
      ->envname("CALLGATE_DATA")
      ->capture_default_str();
  serve_app->add_option("--address", server.address, "Where to listen")
      ->envname("CALLGATE_ADDRESS")
      ->capture_default_str();
  serve_app->add_option("--port", server.port, "0: any free one")
      ->envname("CALLGATE_PORT")
      ->capture_default_str();
  serve_app->add_option("--public-url", server.public_url, "How people and the provider reach it")
      ->envname("CALLGATE_PUBLIC_URL");
  serve_app->add_option("--io-threads", server.io_threads, "Threads that speak HTTP")
      ->envname("CALLGATE_IO_THREADS")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  serve_app
      ->add_option("--cors-origins", server.cors_origins,
                   "Other origins whose pages may ask, comma separated: https://app.example.com")
      ->envname("CALLGATE_CORS_ORIGINS")
      ->check([](const std::string& origins) {
        const std::string_view mistake = mistaken_origin(origins);
        return mistake.empty()
                   ? std::string{}
                   : std::string{mistake} + " is no origin: write https://app.example.com, exactly";
      });
  serve_app
      ->add_option("--requests-max", server.requests_max,
                   "Requests of one principal in a row, and in 10 s after that; 0: any number")
      ->envname("CALLGATE_REQUESTS_MAX")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  serve_app->add_flag("--print-sign-in", settings->print_sign_in,
                      "Print a sign-in link also when nobody watches");
  add_provider_options(*serve_app, *settings);
  add_token_options(*serve_app, *settings);
  add_log_options(*serve_app, *settings);
  serve_app->callback([settings, &exit_code] { exit_code = serve(std::move(*settings)); });
}

}  // namespace callgate
