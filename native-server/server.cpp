#include "native-server/server.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <sys/resource.h>

#include "native-server/clock.hpp"
#include "native-server/http_server.hpp"
#include "native-server/jwt.hpp"
#include "native-server/key_set_fetcher.hpp"
#include "native-server/page.hpp"
#include "native-server/visit.hpp"
#include "native-server/workspace.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kOtherFiles = 200;  // databases, logs, what libraries open
constexpr std::string_view kDefaultWorkspace = "default";
constexpr std::size_t kWebhookSecretMin = 8;  // signatures with a shorter one are refused
constexpr std::uint64_t kPieceBytes = 64 * 1024;
constexpr std::chrono::milliseconds kHttpGrace{4000};
constexpr std::chrono::milliseconds kEffectsGrace{2000};
constexpr std::chrono::minutes kSignInLinkLasts{15};
constexpr std::string_view kFixedHeaders =
    "x-content-type-options: nosniff\r\nreferrer-policy: no-referrer\r\n"
    "x-frame-options: DENY\r\n";

std::string_view path_of(std::string_view target) {
  return target.substr(0, target.find('?'));
}

bool has_body(const HttpRequest& request) {
  const std::string_view length = request.header("content-length");
  return !request.header("transfer-encoding").empty() || (!length.empty() && length != "0");
}

std::int64_t open_files_max() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return 1024;
  }
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<std::int64_t>(std::min<rlim_t>(limit.rlim_cur, 1'000'000));
}

// Every request to a provider holds a connection: at most half of the files may be such.
int effects_at_once(int wanted) {
  const std::int64_t half = (open_files_max() - kOtherFiles) / 2;
  return static_cast<int>(std::clamp<std::int64_t>(half, 1, wanted));
}

}  // namespace

struct Server::State {
  State(ServerOptions chosen, DataFolder folder, Log& process_log)
      : options(std::move(chosen)),
        data(std::move(folder)),
        log(process_log),
        hub(metrics),
        effects({.at_once = effects_at_once(options.effects_at_once)}),
        crypto(data.secret()) {
    limits.requests_max = options.requests_max;
  }

  void trust_tokens();
  void configure_provider(const std::string& public_url);
  std::shared_ptr<Workspace> workspace(const std::string& name);

  void on_exchange(std::shared_ptr<Exchange> exchange);
  // Puts the principal into the request, or answers for it.
  [[nodiscard]] std::optional<ApiError> judge_credential(HttpRequest& request);
  [[nodiscard]] std::optional<ApiError> judge_token(HttpRequest& request, const JwtCredential& jwt);
  [[nodiscard]] Response refused(const Exchange& exchange, const HttpRequest& request,
                                 const ApiError& error);
  void read_body_and_handle(std::shared_ptr<Visit> visit, HttpRequest request);
  void handle(std::shared_ptr<Visit> visit, HttpRequest request);
  void on_reply(const std::shared_ptr<Visit>& visit, Workspace::Reply reply);
  void read_next_piece(std::shared_ptr<Visit> visit, Ingest at);
  void count_import(const Response& response);
  void take_piece(const std::shared_ptr<Visit>& visit, Ingest at, ImportChunk piece);

  const ServerOptions options;
  const DataFolder data;
  Log& log;
  Metrics metrics;
  EventHub hub;
  CurlEffects effects;
  JwtVerifier verifier;
  std::unique_ptr<KeySetFetcher> key_sets;
  HostLimits limits;

  std::vector<std::string> warnings;

  std::mutex refusals_mutex;
  RequestRates refusals;  // by address

  std::mutex crypto_mutex;
  OpensslCrypto crypto;

  std::mutex workspaces_mutex;
  std::map<std::string, std::shared_ptr<Workspace>> workspaces;
  bool stopped = false;
  std::atomic<std::uint64_t> requests{0};  // begins somewhere random: ids differ between runs

  std::unique_ptr<HttpServer> http;  // last: its handlers use everything above
};

void Server::State::trust_tokens() {
  const DeploymentKey own = derive_key(data.secret(), kTokenPurpose);
  verifier.add_secret(own_trust(), own);
  const JwtTrust trust{options.jwt_issuer, options.jwt_audience, options.jwt_workspace};
  const bool foreign =
      !options.jwt_secret.empty() || !options.jwks.empty() || !options.jwks_url.empty();
  if (foreign && (trust.issuer.empty() || trust.audience.empty())) {
    throw std::runtime_error(
        "with keys for tokens of others, --jwt-issuer and --jwt-audience are needed");
  }
  if (!options.jwt_secret.empty()) {
    verifier.add_secret(trust, bytes_of(options.jwt_secret));
  }
  if (!options.jwks.empty()) {
    verifier.set_public_keys(trust, options.jwks);
  }
  if (!options.jwks_url.empty()) {
    key_sets = std::make_unique<KeySetFetcher>(options.jwks_url, trust, verifier, log);
  }
}

// nullptr: there is no such workspace here.
std::shared_ptr<Workspace> Server::State::workspace(const std::string& name) {
  const std::lock_guard lock{workspaces_mutex};
  const auto found = workspaces.find(name);
  if (found != workspaces.end()) {
    return found->second;
  }
  if (stopped || !data.has_workspace(name)) {
    return nullptr;
  }
  WorkspaceServices services{data.secret(), limits, effects, hub, metrics, log, options.zones};
  services.environment = options.environment;
  auto opened = std::make_shared<Workspace>(name, data.workspace_file(name).string(), services);
  workspaces.emplace(name, opened);
  return opened;
}

// As an owner would by hand; the key never shows in a process list or a log.
void Server::State::configure_provider(const std::string& public_url) {
  if (options.vapi_key.empty()) {
    return;
  }
  nlohmann::json body{{"apiKey", options.vapi_key}};
  if (!options.vapi_url.empty()) {
    body["baseUrl"] = options.vapi_url;
  }
  if (!options.vapi_webhook_secret.empty()) {
    body["webhookSecret"] = options.vapi_webhook_secret;
  }
  // Vapi cannot reach a loopback address, a carrier on this machine can. Without an address results
  // are polled.
  if (!options.public_url.empty() || options.vapi_url.find("//127.0.0.1") != std::string::npos) {
    body["publicUrl"] = public_url;
    if (options.vapi_webhook_secret.size() < kWebhookSecretMin) {
      warnings.emplace_back(
          "the provider's webhooks will be refused, and results only polled: --vapi-webhook-secret "
          "is " +
          std::string{options.vapi_webhook_secret.empty() ? "missing"
                                                          : "shorter than 8 characters"});
      log.write(LogLevel::warn, "webhooks_refused", {{"why", warnings.back()}});
    }
  }
  HttpRequest request;
  request.method = "PUT";
  request.target = "/api/providers/vapi";
  request.headers = {{"content-type", "application/json"}};
  request.body = body.dump();
  request.principal = Principal{std::string{kDefaultWorkspace}, "command-line", {"owner"}, {}};
  workspace(std::string{kDefaultWorkspace})->handle(std::move(request), [this](auto reply) {
    const auto* response = std::get_if<Response>(&reply);
    if (response == nullptr || response->status >= 300) {
      log.write(LogLevel::error, "provider_not_configured",
                {{"answer", response == nullptr ? std::string_view{} : response->body}});
    }
  });
}

std::optional<ApiError> Server::State::judge_token(HttpRequest& request, const JwtCredential& jwt) {
  auto verified = verifier.verify(jwt, host_now());
  if (auto* refused = std::get_if<JwtRefused>(&verified)) {
    if (key_sets && verifier.take_unknown_key()) {
      key_sets->ask_again();
    }
    return unauthorized(refused->reason);
  }
  request.principal = std::get<Principal>(std::move(verified));
  return std::nullopt;
}

std::optional<ApiError> Server::State::judge_credential(HttpRequest& request) {
  auto found = [&] {
    const std::lock_guard lock{crypto_mutex};
    return authenticate(request, crypto, host_now(), options.cors_origins);
  }();
  if (auto* denied = std::get_if<Denied>(&found)) {
    return std::move(denied->error);
  }
  if (auto* principal = std::get_if<Principal>(&found)) {
    request.principal = std::move(*principal);
    return std::nullopt;
  }
  return judge_token(request, std::get<JwtCredential>(found));
}

void Server::State::on_exchange(std::shared_ptr<Exchange> exchange) {
  HttpRequest request = exchange->take_request();
  request.over_tls =
      options.public_url.rfind("https://", 0) == 0 ||
      came_over_tls(exchange->is_from_loopback(), request.header("x-forwarded-proto"));
  Headers headers = cors_headers(request, options.cors_origins);
  auto visit = std::make_shared<Visit>(
      std::move(exchange), request, requests.fetch_add(1, std::memory_order_relaxed), metrics, log);
  visit->headers = std::move(headers);
  if (auto page = page_at(request.method, path_of(request.target))) {
    visit->respond(std::move(*page));
    return;
  }
  if (auto answer = answer_without_workspace(request, ZoneTable{options.zones})) {
    visit->respond(std::move(*answer));
    return;
  }
  if (auto refusal = judge_credential(request)) {
    visit->respond(refused(visit->exchange(), request, *refusal));
    return;
  }
  visit->subject = request.principal->subject;
  visit->workspace_name = request.principal->workspace;
  try {
    visit->workspace = workspace(request.principal->workspace);
  } catch (const std::exception& error) {
    log.write(LogLevel::error, "workspace_not_opened",
              {{"workspace", request.principal->workspace}, {"error", error.what()}});
    visit->respond(host_problem("workspace_unavailable"));
    return;
  }
  if (visit->workspace == nullptr) {
    visit->respond(refuse(request, unauthorized("There is no such workspace here.")));
    return;
  }
  if (!has_body(request)) {
    handle(std::move(visit), std::move(request));
  } else if (is_list(request)) {
    request.body_is_stream = true;
    handle(std::move(visit), std::move(request));
  } else {
    read_body_and_handle(std::move(visit), std::move(request));
  }
}

// Who is refused again and again may be guessing. Nobody on this machine is counted but a proxy,
// for whom it speaks.
Response Server::State::refused(const Exchange& exchange, const HttpRequest& request,
                                const ApiError& error) {
  std::string address = exchange.address();
  if (exchange.is_from_loopback()) {
    const std::string_view forwarded = request.header("x-forwarded-for");
    address = forwarded.substr(forwarded.find_last_of(", ") + 1);  // npos + 1: all of it
  }
  if (!address.empty()) {
    const std::lock_guard lock{refusals_mutex};
    if (!refusals.count(kRefusals, address, host_now()).allowed) {
      return host_problem("too_many_requests");
    }
  }
  return refuse(request, error);
}

void Server::State::read_body_and_handle(std::shared_ptr<Visit> visit, HttpRequest request) {
  Exchange& exchange = visit->exchange();
  exchange.read_body(static_cast<std::uint64_t>(limits.body_bytes_max),
                     [this, visit = std::move(visit), request = std::move(request)](
                         BodyEnd end, std::string body) mutable {
                       if (end == BodyEnd::too_large) {
                         visit->respond(refuse(request, host_error("body_too_large")));
                       } else if (end == BodyEnd::broken) {
                         visit->respond(refuse(request, host_error("body_broken")));
                       } else {
                         request.body = std::move(body);
                         handle(std::move(visit), std::move(request));
                       }
                     });
}

void Server::State::handle(std::shared_ptr<Visit> visit, HttpRequest request) {
  Workspace& workspace = *visit->workspace;
  const bool metrics_asked = path_of(request.target) == "/metrics";
  workspace.handle(std::move(request),
                   [this, visit = std::move(visit), metrics_asked](Workspace::Reply reply) {
                     auto* response = std::get_if<Response>(&reply);
                     if (metrics_asked && response != nullptr && response->status == 200) {
                       response->body += prometheus(metrics, visit->workspace->wal_bytes());
                     }
                     on_reply(visit, std::move(reply));
                   });
}

void Server::State::on_reply(const std::shared_ptr<Visit>& visit, Workspace::Reply reply) {
  if (auto* response = std::get_if<Response>(&reply)) {
    visit->respond(std::move(*response));
  } else if (auto* stream = std::get_if<Stream>(&reply)) {
    visit->log_answer(200);
    Headers headers = visit->headers;
    headers.emplace_back("x-request-id", visit->id());
    hub.subscribe(visit->workspace_name, visit->take_exchange(), std::move(headers),
                  std::move(*stream));
  } else if (const auto* ingest = std::get_if<Ingest>(&reply)) {
    read_next_piece(visit, *ingest);
  } else {
    visit->respond(host_problem("unanswered"));
  }
}

// One piece at a time: the next is read when the one before it is on the disk.
void Server::State::read_next_piece(std::shared_ptr<Visit> visit, Ingest at) {
  Exchange& exchange = visit->exchange();
  exchange.read_piece(
      kPieceBytes, [this, visit = std::move(visit), at](BodyEnd end, std::string bytes, bool last) {
        ImportChunk piece;
        piece.import = at.import;
        piece.seq = at.next_seq;
        piece.broken = end != BodyEnd::complete;
        piece.last = last && !piece.broken;
        piece.bytes = std::move(bytes);
        count(metrics.import_bytes, static_cast<std::int64_t>(piece.bytes.size()));
        count(metrics.import_pieces);
        take_piece(visit, at, std::move(piece));
      });
}

void Server::State::take_piece(const std::shared_ptr<Visit>& visit, Ingest at, ImportChunk piece) {
  const bool final_piece = piece.last || piece.broken;
  visit->workspace->take_piece(std::move(piece),
                               [this, visit, at, final_piece](Workspace::Reply reply) {
                                 if (auto* response = std::get_if<Response>(&reply)) {
                                   count_import(*response);
                                   visit->respond(std::move(*response));
                                 } else if (final_piece) {
                                   visit->respond(host_problem("list_broken"));
                                 } else {
                                   read_next_piece(visit, {at.import, at.next_seq + 1});
                                 }
                               });
}

// What became of the rows of a list, as its answer says.
void Server::State::count_import(const Response& response) {
  if (response.status != 201) {
    count(metrics.imports_refused);
    return;
  }
  count(metrics.imports_taken);
  const nlohmann::json answer = nlohmann::json::parse(response.body, nullptr, false);
  const auto summary = answer.find("import");
  if (summary != answer.end() && summary->is_object()) {
    count(metrics.import_rows_accepted, summary->value("accepted", std::int64_t{0}));
    count(metrics.import_rows_rejected, summary->value("rejected", std::int64_t{0}));
    count(metrics.import_rows_duplicate, summary->value("duplicates", std::int64_t{0}));
  }
}

Server::Server(ServerOptions options, DataFolder data, Log& log)
    : state_(std::make_unique<State>(std::move(options), std::move(data), log)) {
  State& state = *state_;
  std::array<std::uint8_t, 4> start{};
  fill_random(start);
  for (const std::uint8_t byte : start) {
    state.requests = state.requests << 8U | byte;
  }
  state.requests = state.requests << 16U;
  state.data.lock();
  state.trust_tokens();
  state.data.create_workspace(kDefaultWorkspace);
  HttpServerOptions http;
  http.address = state.options.address;
  http.port = state.options.port;
  http.threads = state.options.io_threads;
  http.connections_max = std::max<std::int64_t>(
      open_files_max() - kOtherFiles - effects_at_once(state.options.effects_at_once), 100);
  http.fixed_headers = kFixedHeaders;
  // Before the first request: every workspace here may have calls to place.
  for (const auto& entry : std::filesystem::directory_iterator(state.data.path() / "workspaces")) {
    if (entry.path().extension() == ".sqlite") {
      static_cast<void>(state.workspace(entry.path().stem().string()));
    }
  }
  state.http = std::make_unique<HttpServer>(http, [&state](std::shared_ptr<Exchange> exchange) {
    state.on_exchange(std::move(exchange));
  });
  state.configure_provider(url());
}

Server::~Server() {
  stop();
}

std::uint16_t Server::port() const {
  return state_->http->port();
}

std::string Server::url() const {
  if (!state_->options.public_url.empty()) {
    return state_->options.public_url;
  }
  const std::string& address = state_->options.address;
  const bool any = address == "0.0.0.0" || address == "::";
  const std::string host = any                                      ? "127.0.0.1"
                           : address.find(':') == std::string::npos ? address
                                                                    : "[" + address + "]";
  return "http://" + host + ":" + std::to_string(port());
}

const std::vector<std::string>& Server::warnings() const {
  return state_->warnings;
}

std::string Server::sign_in_link() const {
  const std::lock_guard lock{state_->crypto_mutex};
  return url() + "/sign-in?ticket=" +
         make_ticket(state_->crypto, kDefaultWorkspace, "owner", host_now() + kSignInLinkLasts);
}

void Server::stop() {
  State& state = *state_;
  if (state.http == nullptr || std::exchange(state.stopped, true)) {
    return;
  }
  state.http->stop(kHttpGrace);
  state.effects.stop(kEffectsGrace);
  state.hub.stop();
  for (const auto& [name, workspace] : state.workspaces) {
    workspace->stop();
  }
}

}  // namespace callgate
