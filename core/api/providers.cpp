#include "core/api/providers.hpp"

#include "core/api/credentials.hpp"
#include "core/engine/attempts.hpp"
#include "core/engine/provider_health.hpp"
#include "core/engine/service.hpp"
#include "core/providers/origin.hpp"

namespace callgate {
namespace {

constexpr std::string_view kVapi = "vapi";
constexpr std::string_view kVapiUrl = "https://api.vapi.ai";
constexpr std::chrono::seconds kCheckWaits{10};

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

void check(const NewProvider& wanted, const std::optional<Provider>& stored,
           std::vector<Issue>& issues) {
  const std::pair<const std::optional<std::string>*, const char*> urls[] = {
      {&wanted.base_url, "/baseUrl"}, {&wanted.public_url, "/publicUrl"}};
  for (const auto& [url, pointer] : urls) {
    if (*url && !is_origin(**url)) {
      add_issue(issues, pointer, "url_invalid", "It must be an http:// or https:// address.");
    }
  }
  if (!wanted.api_key && !stored) {
    add_issue(issues, "/apiKey", "required", "No key is stored yet.");
  }
  for (const auto* secret : {&wanted.api_key, &wanted.webhook_secret}) {
    if (*secret && (*secret)->find_first_of("\r\n") != std::string::npos) {
      add_issue(issues, secret == &wanted.api_key ? "/apiKey" : "/webhookSecret", "secret_invalid",
                "A secret has no line breaks.");
    }
  }
}

}  // namespace

Answer get_providers(Request& request) {
  ProviderList list;
  if (const auto& provider = provider_account(request.service()).provider) {
    list.providers.push_back(view_of(*provider));
  }
  return json_response(200, list);
}

Answer get_vapi(Request& request) {
  const auto& found = provider_account(request.service());
  if (found.sealed_elsewhere) {
    throw ApiError{409, "provider_sealed_elsewhere",
                   "Its secrets were sealed with another signing secret; store them again."};
  }
  if (!found.provider) {
    throw ApiError{404, "provider_not_found", "Vapi is not configured: PUT /api/providers/vapi."};
  }
  return json_response(200, view_of(*found.provider));
}

Answer put_vapi(Request& request) {
  Service& service = request.service();
  NewProvider wanted;
  std::vector<Issue> issues = decode_into(wanted, request.body_text());
  const std::optional<Provider> stored = provider_account(service).provider;
  check(wanted, stored, issues);
  refuse_if_any(issues);

  Provider provider = stored.value_or(Provider{});
  provider.name = kVapi;
  provider.base_url = without_slash(wanted.base_url.value_or(std::string{kVapiUrl}));
  provider.api_key = wanted.api_key.value_or(provider.api_key);
  provider.webhook_secret = wanted.webhook_secret.value_or(provider.webhook_secret);
  provider.webhook_credential_id = wanted.webhook_credential_id.value_or("");
  provider.webhook_url = wanted.public_url
                             ? without_slash(*wanted.public_url) + "/api/webhooks/vapi?key=" +
                                   webhook_key(service.context.crypto, service.workspace)
                             : "";
  provider.lookup_grace = std::chrono::seconds{wanted.lookup_grace_seconds};
  provider.poll_after = std::chrono::seconds{wanted.poll_after_seconds};
  provider.rehearsal = wanted.rehearsal.value_or(is_simulator(provider.base_url));
  providers::save(service.sql(), service.context.crypto, service.context.rng, provider);
  service.caches.provider.reset();
  forget_health(service);
  request.remark = provider.base_url + (provider.rehearsal ? ", a rehearsal" : "") +
                   (wanted.api_key ? ", with another key" : "") +
                   (wanted.webhook_secret ? ", with another webhook secret" : "");
  return json_response(200, view_of(provider));
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

Answer post_vapi_check(Request& request) {
  Service& service = request.service();
  const auto& provider = provider_account(service).provider;
  if (!provider) {
    throw ApiError{404, "provider_not_found", "Vapi is not configured: PUT /api/providers/vapi."};
  }
  // Nothing is stored: a check that is never reported is simply answered as such.
  const EffectKey key{EffectKind::check_provider, service.store.workspace.take_seq(), 0, 1};
  const Instant until = service.now() + kCheckWaits;
  service.context.out.effects.push_back(
      {key, until,
       vapi::check_account({provider->base_url, provider->api_key, provider->webhook_url,
                            provider->webhook_credential_id})});
  return Await{key, until, provider_check_answer({key, NoAnswer{"no answer within 10 s"}})};
}

Answer post_vapi_webhook(Request& request) {
  Service& service = request.service();
  const auto& provider = provider_account(service).provider;
  const bool signed_by_vapi = provider && !provider->webhook_secret.empty() &&
                              vapi::signature_fits(request.http, {provider->webhook_secret},
                                                   service.context.crypto, service.now());
  if (!signed_by_vapi) {
    throw ApiError{401, "signature_invalid",
                   "The signature does not fit this body, or its timestamp is stale."};
  }
  const auto fact = vapi::read_webhook(
      request.http.body, {provider->base_url, provider->api_key, provider->webhook_url,
                          provider->webhook_credential_id});
  if (!fact) {
    throw ApiError{400, "webhook_malformed", fact.error().detail};
  }
  // A call that is not ours, or has ended already, is answered like any other: the provider is
  // done.
  if (*fact) {
    on_fact(service, **fact);
  }
  return Response{200, {{"content-type", "application/json"}}, "{}"};
}

}  // namespace callgate
