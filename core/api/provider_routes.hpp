// Routes of the accounts that place the calls, and of what they report: a part of the table in
// routes.cpp.
#pragma once

#include "core/api/providers.hpp"
#include "core/api/route_table.hpp"
#include "core/api/system.hpp"

namespace callgate {

inline constexpr std::int64_t kWebhookBytesMax = 4 * 1024 * 1024;

inline constexpr Route kProviderRoutes[] = {
    {.method = "GET",
     .pattern = "/api/providers",
     .access = needs("providers:read"),
     .handler = get_providers,
     .summary = "Provider accounts, without their secrets",
     .answers = {{200, "The accounts", schema_of<ProviderList>()}}},
    {.method = "GET",
     .pattern = "/api/providers/{name}",
     .access = needs("providers:read"),
     .handler = get_provider,
     .summary = "One provider account, without its secrets",
     .answers = {{200, "The account", schema_of<ProviderView>()}}},
    {.method = "PUT",
     .pattern = "/api/providers/{name}",
     .access = needs("providers:write"),
     .handler = put_provider,
     .summary = "Set an account that places the calls, or make another",
     .description = "Calls go by the first account that takes them: the others stand in for one "
                    "that is away.",
     .body = schema_of<NewProvider>(),
     .audited = "provider.changed",
     .answers = {{200, "The account", schema_of<ProviderView>()},
                 {409, "There are as many as there may be"}}},
    {.method = "DELETE",
     .pattern = "/api/providers/{name}",
     .access = needs("providers:write"),
     .handler = delete_provider,
     .summary = "Remove an account that no call is live on, with its secrets and limits",
     .audited = "provider.removed",
     .answers = {{204, "It is gone"}, {409, "Calls are live on it"}}},
    {.method = "POST",
     .pattern = "/api/providers/{name}/check",
     .access = needs("providers:write"),
     .handler = post_provider_check,
     .summary = "Ask the provider whether the stored account works; places no call",
     .answers = {{200, "What it said", schema_of<ProviderCheck>()}}},
    {.method = "POST",
     .pattern = "/api/webhooks/vapi",
     .access = kSignedByProvider,
     .handler = post_webhook,
     .summary = "Where Vapi reports: server messages, signed with the webhook secret",
     .query = schema_of<WebhookQuery>(),
     .media_types = {"*/*"},
     .body_bytes_max = kWebhookBytesMax,
     .answers = {{200, "Taken", nullptr, "application/json"}}},
    {.method = "POST",
     .pattern = "/api/webhooks/vapi/{name}",
     .access = kSignedByProvider,
     .handler = post_named_webhook,
     .summary = "Where another account at Vapi reports, signed with its own webhook secret",
     .query = schema_of<WebhookQuery>(),
     .media_types = {"*/*"},
     .body_bytes_max = kWebhookBytesMax,
     .answers = {{200, "Taken", nullptr, "application/json"}}}};

}  // namespace callgate
