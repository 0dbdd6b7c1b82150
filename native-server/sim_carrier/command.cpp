#include "native-server/sim_carrier/command.hpp"

#include <CLI/CLI.hpp>
#include <array>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <curl/curl.h>
#include <malloc.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <sys/resource.h>

#include "native-server/http_server.hpp"
#include "native-server/sim_carrier/api.hpp"
#include "native-server/sim_carrier/carrier.hpp"

namespace callgate {

namespace {

using Json = nlohmann::json;

constexpr const char* kCarrierExamples = R"(
Examples
  A carrier with the provider's default of 10 slots, ten times as fast as life:
    callgate sim-carrier --time-scale 10
  Everybody answers at once, no limit, for a benchmark:
    callgate sim-carrier --answer 1 --time-scale 0 --concurrency 0
  A bad day: 2 % of every fault, and webhooks up to 3 s late:
    callgate sim-carrier --faults all --seed 7
  Webhooks signed as the provider's HMAC credential signs them:
    callgate sim-carrier --webhook-secret s3cret --webhook-url http://127.0.0.1:8787/hook

Look inside, and change the weather, while it runs (PORT as printed)
  curl localhost:PORT/sim/stats              dials, outcomes, anything dialled twice
  curl localhost:PORT/sim/ledger             one line a dial (?all=1: refused requests too)
  curl localhost:PORT/sim/config             the settings now
  curl -X PUT localhost:PORT/sim/config -d '{"busy": 1}'        from now on busy
  curl -X PUT localhost:PORT/sim/config -d '{"faults": "none"}'
  curl -X POST localhost:PORT/sim/pause-webhooks    and /sim/resume-webhooks, /sim/reset

What happens to a dial follows from the seed, the number and how often it was dialled: the same
seed tells the same story. Outcome rates given together should add up to 1; those left out beside a
given one are 0, and what is missing fails at the carrier. Times are like 250ms, 2s, 1.5m.
)";

struct CarrierFlags {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8'788;
  int threads = 1;
  std::string public_url;
  std::string key;
  bool strict_ids = false;
  std::string webhook_secret;
  int webhook_connections = 64;
  std::string webhook_timeout = "20s";
  Json change = Json::object();  // of the Config, in the words of PUT /sim/config
};

double read_rate(const std::string& text) {
  std::size_t used = 0;
  double rate = NAN;
  try {
    rate = std::stod(text, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  const bool percent = used > 0 && text.substr(used) == "%";
  if (used == 0 || (used != text.size() && !percent)) {
    throw CLI::ValidationError(text + " is no rate: write 0.02 or 2%");
  }
  return percent ? rate / 100 : rate;
}

std::int64_t read_time(const std::string& text) {
  std::int64_t ms = 0;
  if (!sim_carrier::read_duration(text, ms)) {
    throw CLI::ValidationError(text + " is no time: write 250ms, 2s or 1.5m");
  }
  return ms;
}

std::string shown(double rate) {
  std::array<char, 32> text{};
  static_cast<void>(std::snprintf(text.data(), text.size(), "%g", rate));
  return text.data();
}

void add_tabled(CLI::App& app, const std::shared_ptr<CarrierFlags>& settings) {
  const sim_carrier::Config standard;
  for (const auto& field : sim_carrier::rate_fields()) {
    app.add_option_function<std::string>(
           sim_carrier::flag_of(field.name),
           [settings, name = field.name](const std::string& text) {
             settings->change[name] = read_rate(text);
           },
           field.help)
        ->type_name("RATE")
        ->default_str(shown(standard.*field.member))
        ->group(field.group);
  }
  for (const auto& field : sim_carrier::count_fields()) {
    const bool is_time = std::string(field.name).find("_ms") != std::string::npos;
    const auto flag = sim_carrier::flag_of(field.name);
    if (is_time) {
      app.add_option_function<std::string>(
             flag,
             [settings, name = field.name](const std::string& text) {
               settings->change[name] = read_time(text);
             },
             field.help)
          ->type_name("TIME")
          ->default_str(std::to_string(standard.*field.member) + "ms")
          ->group(field.group);
    } else {
      app.add_option_function<std::int64_t>(
             flag,
             [settings, name = field.name](const std::int64_t& count) {
               settings->change[name] = count;
             },
             field.help)
          ->type_name("N")
          ->default_str(std::to_string(standard.*field.member))
          ->group(field.group);
    }
  }
}

void add_story(CLI::App& app, const std::shared_ptr<CarrierFlags>& settings) {
  const auto text_option = [&](const char* flag, const char* name, const char* type,
                               const char* group, const char* help) {
    app.add_option_function<std::string>(
           flag, [settings, name](const std::string& text) { settings->change[name] = text; }, help)
        ->type_name(type)
        ->group(group);
  };
  app.add_option_function<std::uint64_t>(
         "--seed", [settings](const std::uint64_t& seed) { settings->change["seed"] = seed; },
         "the same seed tells the same story (1)")
      ->type_name("N")
      ->group("Who picks up");
  text_option("--ring", "ring_ms", "MIN..MAX", "How long", "rings for (2s..20s)");
  text_option("--talk", "talk_ms", "MIN..MAX", "How long", "talks for (10s..120s)");
  app.add_option_function<double>(
         "--time-scale",
         [settings](const double& scale) { settings->change["time_scale"] = scale; },
         "2: twice as fast as life; 0: all at once (1)")
      ->type_name("X")
      ->group("How long");
  text_option("--limit-style", "limit_style", "STYLE", "Limits",
              "beyond the limit: blocked (201 that says so), error (400), both in turn");
  text_option("--faults", "faults", "all|none", "Request faults", "2 % of every fault, or none");
  text_option("--webhook-url", "webhook_url", "URL", "Webhooks",
              "for calls that name no server of their own");
  const auto list_option = [&](const char* flag, const char* name, const char* group,
                               const char* help) {
    app.add_option_function<std::vector<std::string>>(
           flag,
           [settings, name](const std::vector<std::string>& words) {
             settings->change[name] = words;
           },
           help)
        ->delimiter(',')
        ->type_name("A,B")
        ->group(group);
  };
  list_option("--failed-reasons", "failed_reasons", "Who picks up",
              "ended reasons of the dials that fail at the carrier");
  list_option("--events", "events", "Webhooks",
              "of queued, ringing, in-progress, ended, report (all but queued)");
}

void add_service(CLI::App& app, const std::shared_ptr<CarrierFlags>& settings) {
  app.add_option("--address", settings->address, "listen here")->capture_default_str();
  app.add_option("--port", settings->port, "0: any free one")->capture_default_str();
  app.add_option("--threads", settings->threads, "of the HTTP front")->capture_default_str();
  app.add_option("--public-url", settings->public_url,
                 "how clients reach it, for monitor.controlUrl")
      ->check([](const std::string& url) {
        const bool fits = url.rfind("http://", 0) == 0 || url.rfind("https://", 0) == 0;
        return fits && url.back() != '/' ? "" : "write it as http://HOST:PORT, without a path";
      });
  app.add_option("--key", settings->key, "the API key that clients must send")
      ->envname("CALLGATE_SIM_KEY");
  app.add_flag("--strict-ids", settings->strict_ids,
               "assistantId and phoneNumberId must be UUIDs, as at the real service");
  app.add_option("--webhook-secret", settings->webhook_secret, "sign webhooks with it")
      ->envname("CALLGATE_SIM_WEBHOOK_SECRET")
      ->group("Webhooks");
  app.add_option("--webhook-connections", settings->webhook_connections, "at once")
      ->capture_default_str()
      ->group("Webhooks");
  app.add_option("--webhook-timeout", settings->webhook_timeout, "of one webhook")
      ->capture_default_str()
      ->group("Webhooks");
}

sim_carrier::Config read_config(const CarrierFlags& settings) {
  sim_carrier::Config config;
  std::string all;
  for (const auto& issue : sim_carrier::apply(config, settings.change)) {
    all += all.empty() ? issue : "; " + issue;
  }
  if (!all.empty()) {
    throw CLI::ValidationError(all);
  }
  return config;
}

// A webhook and a silent request need a descriptor each.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    static_cast<void>(setrlimit(RLIMIT_NOFILE, &limit));
  }
}

int run(const CarrierFlags& settings) {
  const bool loopback = settings.address.rfind("127.", 0) == 0 || settings.address == "::1";
  sim_carrier::CarrierOptions options;
  options.config = read_config(settings);
  options.webhook_secret = settings.webhook_secret;
  options.webhook_connections = settings.webhook_connections;
  options.webhook_timeout_ms = read_time(settings.webhook_timeout);
  raise_descriptor_limit();
  // Thousands of requests a second are made and freed: keep their memory instead of giving it back.
  mallopt(M_TOP_PAD, 4 << 20);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
  // Threads inherit the mask: only sigwait() below sees these.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  curl_global_init(CURL_GLOBAL_DEFAULT);

  const auto config_text = sim_carrier::to_json(options.config).dump();
  sim_carrier::Carrier carrier(std::move(options));
  sim_carrier::Api api(carrier, {settings.key, settings.strict_ids, !loopback});
  HttpServerOptions listen;
  listen.address = settings.address;
  listen.port = settings.port;
  listen.threads = settings.threads;
  HttpServer server(listen,
                    [&api](const std::shared_ptr<Exchange>& exchange) { api.handle(exchange); });
  const auto host = settings.address.find(':') == std::string::npos ? settings.address
                                                                    : '[' + settings.address + ']';
  const auto url = "http://" + host + ':' + std::to_string(server.port());
  carrier.set_public_url(settings.public_url.empty() ? url : settings.public_url);
  std::printf("sim-carrier listening on %s\nconfig %s\n", url.c_str(), config_text.c_str());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  api.let_go();
  server.stop(std::chrono::milliseconds(500));
  return 0;
}

}  // namespace

CLI::App* add_sim_carrier(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand(
      "sim-carrier", "A simulated telephone provider (Vapi's HTTP surface) for trying things out");
  const auto settings = std::make_shared<CarrierFlags>();
  add_service(*command, settings);
  add_story(*command, settings);
  add_tabled(*command, settings);
  command->footer(kCarrierExamples);
  command->callback([settings, &exit_code] {
    try {
      exit_code = run(*settings);
    } catch (const CLI::Error&) {
      throw;
    } catch (const std::exception& error) {
      std::fprintf(stderr, "sim-carrier: %s\n", error.what());
      exit_code = 1;
    }
  });
  return command;
}

}  // namespace callgate
