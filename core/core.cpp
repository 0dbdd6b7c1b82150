#include "core/core.hpp"

#include "core/api/control.hpp"
#include "core/api/documents/call_queue.hpp"
#include "core/api/imports.hpp"
#include "core/api/jobs.hpp"
#include "core/api/principals.hpp"
#include "core/api/providers.hpp"
#include "core/api/routes.hpp"
#include "core/api/system.hpp"
#include "core/context.hpp"
#include "core/engine/attempts.hpp"
#include "core/engine/control.hpp"
#include "core/engine/outbox.hpp"
#include "core/engine/provider_health.hpp"
#include "core/engine/recipients.hpp"
#include "core/engine/service.hpp"
#include "core/engine/settle.hpp"
#include "core/store/migrations.hpp"

namespace callgate {

struct Core::State {
  State(Sql& sql_port, Crypto& crypto_port, std::string_view workspace_name, ZoneArchive archive)
      : sql(sql_port),
        crypto(crypto_port),
        workspace(workspace_name),
        store(sql_port),
        zones(std::move(archive)) {}

  void decide(Service& service, const Input& input);
  void on_http(Service& service, const HttpRequest& request, const HostLimits& limits);
  void on_piece(Service& service, const ImportChunk& piece);
  void reply(Service& service, const Input& input);
  void close(Service& service);

  Sql& sql;
  Crypto& crypto;
  std::string workspace;
  Store store;
  Caches caches;
  ZoneTable zones;
  bool migrated = false;
  // Of the Inputs so far that share this transaction and were not the last.
  bool open = false;
  bool woken = false;
};

namespace {

// Reading settles nothing: no dial, no timer, no row.
bool is_read(const Input& input) {
  const auto* http = std::get_if<HttpRequest>(&input.event);
  return http != nullptr && only_reads(http->method, http->target);
}

}  // namespace

Core::Core(Sql& sql, Crypto& crypto, std::string_view workspace, ZoneArchive zones)
    : state_(std::make_unique<State>(sql, crypto, workspace, std::move(zones))) {}

Core::~Core() = default;

void Core::migrate(Instant now, const std::array<std::uint8_t, 32>& entropy) {
  if (!state_->migrated) {
    Rng rng{entropy};
    callgate::migrate(state_->sql, now, rng);
    state_->migrated = true;
  }
}

void Core::drop_caches() {
  state_->store.drop();
  state_->caches.drop();
  state_->migrated = false;
  state_->open = false;
  state_->woken = false;
}

void Core::State::on_http(Service& service, const HttpRequest& request, const HostLimits& limits) {
  try {
    Answer said = callgate::answer(routes(), request, limits, service, recognise);
    std::visit([&service](auto& kind) { service.context.out.answer = std::move(kind); }, said);
  } catch (const NeedsWriting&) {  // HostLimits::may_write
  }
}

void Core::State::on_piece(Service& service, const ImportChunk& piece) {
  const PieceResult result = take_piece(service, piece);
  if (!std::holds_alternative<Taken>(result)) {
    service.context.out.answer = import_answer(service, result);
  }
}

void Core::State::decide(Service& service, const Input& input) {
  if (const auto* http = std::get_if<HttpRequest>(&input.event)) {
    on_http(service, *http, input.limits);
  } else if (const auto* result = std::get_if<EffectResult>(&input.event)) {
    if (result->key.kind == EffectKind::check_provider) {
      const auto* answered = std::get_if<Answered>(&result->result);
      if (answered != nullptr && answered->status >= 200 && answered->status < 300) {
        note_works(service, result->key.attempt);
      }
      service.context.out.replies.push_back({result->key, provider_check_answer(*result)});
    } else {
      on_effect_result(service, *result);
      release_waiter(service, result->key);
    }
  } else if (const auto* piece = std::get_if<ImportChunk>(&input.event)) {
    on_piece(service, *piece);
  } else if (const auto* take = std::get_if<TakeEffects>(&input.event)) {
    take_effects(service, take->keys);
  } else if (const auto* back = std::get_if<GiveBackEffects>(&input.event)) {
    give_back_effects(service, back->keys);
  } else {
    woken = true;
  }
}

// To those whose effect has its result, or whose attempt has ended: nothing more will come of it.
void Core::State::reply(Service& service, const Input& input) {
  const auto* result = std::get_if<EffectResult>(&input.event);
  for (const Released& released : service.released) {
    const EffectKey& effect = released.waiter.effect;
    const bool is_its_own = result != nullptr && result->key == effect;
    const bool known = !is_its_own || std::holds_alternative<Answered>(result->result);
    service.context.out.replies.push_back(
        {effect, released.waiter.by == AwaitedBy::calls
                     ? released_answer(service, released, known)
                     : released_queue_answer(service, released, known)});
  }
}

// The end of a transaction's Inputs: what they made due is done, what they changed is written and
// told.
void Core::State::close(Service& service) {
  const auto next_call = settle(service, woken);
  for (const Job* job : store.flush()) {
    service.context.out.events.push_back(event_of(service, *job));
  }
  service.context.out.wake_at = next_wake(service, next_call);
  open = false;
  woken = false;
}

Output Core::handle(const Input& input) {
  State& state = *state_;
  const bool reads = is_read(input);
  if (!reads) {
    migrate(input.now, input.entropy);
  }
  Context context{state.sql,         state.crypto,       input.now, input.limits,
                  input.environment, Rng{input.entropy}, {}};
  Service service{context, state.store, state.caches, state.zones, state.workspace};
  state.store.workspace.load();
  if (state.open && reads) {
    state.close(service);  // what is read must be written
  }
  state.decide(service, input);
  state.reply(service, input);
  state.open = state.open || !reads;
  if (state.open && !input.more) {
    state.close(service);
  }
  return std::move(context.out);
}

std::optional<Response> answer_without_workspace(const HttpRequest& request,
                                                 const ZoneTable& zones) {
  return answer_early(routes(), request, HostLimits{}, request.principal.has_value(), zones);
}

bool only_reads(std::string_view method, std::string_view target) {
  const Route* route = find_route(routes(), method, target);
  return route != nullptr && reads_only(*route);
}

}  // namespace callgate
