#include "core/api/providers.hpp"

#include <algorithm>

#include "core/api/credentials.hpp"
#include "core/api/limits.hpp"
#include "core/engine/accounts.hpp"
#include "core/engine/attempts.hpp"
#include "core/engine/outbox.hpp"
#include "core/engine/provider_health.hpp"
#include "core/engine/service.hpp"
#include "core/providers/origin.hpp"

namespace callgate {
namespace {

constexpr std::string_view kVapi = "vapi";
constexpr std::string_view kVapiUrl = "https://api.vapi.ai";
constexpr std::chrono::seconds kCheckWaits{10};
constexpr std::int64_t kOrderMax = 1000;

// http or https, a host, no credentials, no query or fragment.
bool is_origin(std::string_view url) {
  const bool https = url.substr(0, 8) == "https://";
  if (!https && url.substr(0, 7) != "http://") {
    return false;
  }
  const std::string_view rest = url.substr(https ? 8 : 7);
  for (const char c : rest) {
    if (c <= ' ' || c > '~' || c == '@' || c == '?' || c == '#' || c == '\\' || c == '"') {
      return false;
    }
  }
  return !rest.empty() && rest.front() != '/' && rest.front() != ':';
}

std::string without_slash(std::string url) {
  while (!url.empty() && url.back() == '/') {
    url.pop_back();
  }
  return url;
}

ProviderView view_of(const Provider& provider) {
  ProviderView view;
  view.name = provider.name;
  view.type = provider.type;
  view.order = provider.order;
  view.overflow = provider.overflow;
  if (!(provider.ids == ProviderIds{})) {
    view.ids = ProviderIdsView{provider.ids.assistants, provider.ids.phone_numbers};
  }
  view.base_url = provider.base_url;
  view.api_key_set = !provider.api_key.empty();
  view.webhook_secret_set = !provider.webhook_secret.empty();
  if (!provider.webhook_url.empty()) {
    view.webhook_url = provider.webhook_url;
  }
  if (!provider.webhook_credential_id.empty()) {
    view.webhook_credential_id = provider.webhook_credential_id;
  }
  view.lookup_grace_seconds =
      std::chrono::duration_cast<std::chrono::seconds>(provider.lookup_grace).count();
  view.poll_after_seconds =
      std::chrono::duration_cast<std::chrono::seconds>(provider.poll_after).count();
  view.rehearsal = provider.rehearsal;
  return view;
}

// A carrier on this very machine rings nobody.
bool is_simulator(const std::string& base_url) {
  const auto origin = origin_of(base_url);
  return origin && is_loopback(*origin);
}

// Lower case letters, digits and dashes, beginning with a letter.
bool is_account_name(std::string_view name) {
  return name.size() <= kProviderNameMax && is_workspace_name(name);
}

void check(const NewProvider& wanted, const Provider* stored, std::vector<Issue>& issues) {
  const std::pair<const std::optional<std::string>*, const char*> urls[] = {
      {&wanted.base_url, "/baseUrl"}, {&wanted.public_url, "/publicUrl"}};
  for (const auto& [url, pointer] : urls) {
    if (*url && !is_origin(**url)) {
      add_issue(issues, pointer, "url_invalid", "It must be an http:// or https:// address.");
    }
  }
  const bool has_key = stored != nullptr && !stored->sealed_elsewhere;
  const std::string base_url = without_slash(wanted.base_url.value_or(std::string{kVapiUrl}));
  if (!wanted.api_key && !has_key) {
    add_issue(issues, "/apiKey", "required", "No key is stored yet.");
  } else if (!wanted.api_key && base_url != stored->base_url) {
    add_issue(issues, "/apiKey", "required",
              "The stored key is for " + stored->base_url + ", and is sent to no other address.");
  }
  for (const auto* secret : {&wanted.api_key, &wanted.webhook_secret}) {
    if (*secret && (*secret)->find_first_of("\r\n") != std::string::npos) {
      add_issue(issues, secret == &wanted.api_key ? "/apiKey" : "/webhookSecret", "secret_invalid",
                "A secret has no line breaks.");
    }
  }
}

const Provider& any_account(Request& request) {
  const std::string name = request.path("name");
  const Provider* account = account_named(request.service(), name);
  if (account == nullptr) {
    throw ApiError{404, "provider_not_found",
                   name == kVapi ? "Vapi is not configured: PUT /api/providers/vapi."
                                 : "There is no provider account of that name."};
  }
  return *account;
}

const Provider& usable_account(Request& request) {
  const Provider& account = any_account(request);
  if (account.sealed_elsewhere) {
    throw ApiError{409, "provider_sealed_elsewhere",
                   "Its secrets were sealed with another signing secret; store them again."};
  }
  return account;
}

void set_ids(const NewProvider& wanted, Provider& provider, Instant now) {
  if (!wanted.ids) {
    return;
  }
  ProviderIds ids{wanted.ids->assistants, wanted.ids->phone_numbers};
  if (!(ids == provider.ids)) {
    provider.ids = std::move(ids);
    provider.ids_changed_at = now;
  }
}

// The first account's address is older than the names.
std::string webhook_url(const Service& service, const std::string& public_url,
                        const std::string& name) {
  return public_url + "/api/webhooks/vapi" + (name == kVapi ? "" : "/" + name) +
         "?key=" + webhook_key(service.context.crypto, service.workspace);
}

// For the audit log.
std::string remark_of(const Provider& provider, const NewProvider& wanted) {
  return provider.base_url + (provider.rehearsal ? ", a rehearsal" : "") +
         (wanted.api_key ? ", with another key" : "") +
         (wanted.webhook_secret ? ", with another webhook secret" : "");
}

// An account that does not exist refuses a report as one does whose secret does not fit.
Answer take_report(Request& request, std::string_view name) {
  Service& service = request.service();
  const Provider* provider = account_named(service, name);
  const bool is_signed = provider != nullptr && !provider->webhook_secret.empty() &&
                         vapi::signature_fits(request.http, {provider->webhook_secret},
                                              service.context.crypto, service.now());
  if (!is_signed) {
    throw ApiError{401, "signature_invalid",
                   "The signature does not fit this body, or its timestamp is stale."};
  }
  const auto fact = vapi::read_webhook(request.http.body, account_of(*provider));
  if (!fact) {
    throw ApiError{400, "webhook_malformed", fact.error().detail};
  }
  // A call that is not ours, or has ended already, is answered like any other: the provider is
  // done.
  if (*fact) {
    on_fact(service, **fact, *provider);
  }
  return Response{200, {{"content-type", "application/json"}}, "{}"};
}

}  // namespace

Answer get_providers(Request& request) {
  ProviderList list;
  for (const Provider& provider : provider_accounts(request.service())) {
    if (!provider.sealed_elsewhere) {
      list.providers.push_back(view_of(provider));
    }
  }
  return json_response(200, list);
}

Answer get_provider(Request& request) {
  return json_response(200, view_of(usable_account(request)));
}

Answer put_provider(Request& request) {
  Service& service = request.service();
  const std::string name = request.path("name");
  NewProvider wanted;
  std::vector<Issue> issues = decode_into(wanted, request.body_text());
  const Provider* stored = account_named(service, name);
  if (!is_account_name(name)) {
    throw ApiError{404, "provider_not_found",
                   "An account's name has lower case letters, digits and dashes, and begins with a "
                   "letter; at most 40 of them."};
  }
  check(wanted, stored, issues);
  refuse_if_any(issues);
  const auto& accounts = provider_accounts(service);
  if (stored == nullptr && accounts.size() >= kAccountsMax) {
    throw ApiError{409, "too_many_providers",
                   "A workspace has at most " + std::to_string(kAccountsMax) +
                       " provider accounts: remove one first."};
  }

  Provider provider = stored == nullptr ? Provider{} : *stored;
  provider.name = name;
  provider.type = wanted.type.value_or(provider.type);
  if (stored == nullptr && !accounts.empty()) {
    provider.order = std::min<std::int64_t>(accounts.back().order + 1, kOrderMax);
  }
  provider.order = wanted.order.value_or(provider.order);
  provider.overflow = wanted.overflow.value_or(provider.overflow);
  set_ids(wanted, provider, service.now());
  provider.base_url = without_slash(wanted.base_url.value_or(std::string{kVapiUrl}));
  provider.api_key = wanted.api_key.value_or(provider.api_key);
  provider.webhook_secret = wanted.webhook_secret.value_or(provider.webhook_secret);
  provider.webhook_credential_id = wanted.webhook_credential_id.value_or("");
  provider.webhook_url =
      wanted.public_url ? webhook_url(service, without_slash(*wanted.public_url), name) : "";
  provider.lookup_grace = std::chrono::seconds{wanted.lookup_grace_seconds};
  provider.poll_after = std::chrono::seconds{wanted.poll_after_seconds};
  provider.rehearsal = wanted.rehearsal.value_or(is_simulator(provider.base_url));
  providers::save(service.sql(), service.context.crypto, service.context.rng, provider);
  service.caches.accounts.reset();
  const Provider& saved = *account_named(service, name);
  forget_health(service, saved.number);
  request.remark = remark_of(saved, wanted);
  return json_response(200, view_of(saved));
}

Answer delete_provider(Request& request) {
  Service& service = request.service();
  const Provider account = any_account(request);
  const std::int64_t live = service.store.attempts.live_through(account.number);
  if (live > 0) {
    throw ApiError{409, "provider_in_use",
                   std::to_string(live) + (live == 1 ? " call is" : " calls are") +
                       " live on it, and nobody else can be asked how they end: remove it when "
                       "they have ended. Jobs that are paused dial nothing more."};
  }
  providers::remove(service.sql(), account.number);
  forget_account(service, account);
  service.caches.accounts.reset();
  request.remark = account.base_url;
  return Response{204, {}, ""};
}

Response provider_check_answer(const EffectResult& result) {
  ProviderCheck check;
  if (const auto* answered = std::get_if<Answered>(&result.result)) {
    const bool refused = answered->status == 401 || answered->status == 403;
    check.reached = true;
    check.key_accepted = answered->status >= 200 && answered->status < 300;
    check.detail =
        check.key_accepted ? "The provider took the key: calls can be placed."
        : refused          ? "The provider refused the key."
                  : "The provider answered with status " + std::to_string(answered->status) + ".";
  } else if (const auto* not_sent = std::get_if<NotSent>(&result.result)) {
    check.detail = "The provider was not reached: " + not_sent->reason;
  } else {
    check.detail = "The provider did not answer: " + std::get<NoAnswer>(result.result).reason;
  }
  return json_response(200, check);
}

Answer post_provider_check(Request& request) {
  Service& service = request.service();
  const Provider& provider = usable_account(request);
  // Nothing is stored: a check that is never reported is simply answered as such.
  const EffectKey key{EffectKind::check_provider, service.store.workspace.take_seq(),
                      provider.number, 1};
  const Instant until = service.now() + kCheckWaits;
  service.context.out.effects.push_back({key, until, vapi::check_account(account_of(provider))});
  return Await{key, until, provider_check_answer({key, NoAnswer{"no answer within 10 s"}})};
}

Answer post_webhook(Request& request) {
  return take_report(request, kVapi);
}

Answer post_named_webhook(Request& request) {
  return take_report(request, request.path("name"));
}

}  // namespace callgate
