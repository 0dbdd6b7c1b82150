// Routes of document E's surface, and of its settings: a part of the table in routes.cpp.
#pragma once

#include "core/api/documents/daily_calls.hpp"
#include "core/api/route_table.hpp"

namespace callgate {

inline constexpr Route kDailyRoutes[] = {
    {.method = "POST",
     .pattern = "/api/queue/trigger",
     .access = needs("queue:trigger"),
     .handler = post_daily_trigger,
     .summary = "Put in the daily calls whose window is open now",
     .description = "At most three times in a row, then three a minute.",
     .audited = "daily_calls.triggered",
     .dialect = &kDailyDialect,
     .answers = {{200, "How many it were", schema_of<DailyTriggered>()},
                 {409, "Daily calls are off"},
                 {429, "Too often; Retry-After says when again"}}},
    {.method = "GET",
     .pattern = "/api/queue/status",
     .access = needs("calls:read"),
     .handler = get_daily_status,
     .summary = "How the queue of daily calls stands",
     .dialect = &kDailyDialect,
     .answers = {{200, "The queue", schema_of<DailyQueueStatus>()}}},
    {.method = "GET",
     .pattern = "/api/admin/queues",
     .access = needs("admin.queues:read"),
     .handler = get_admin_queues,
     .summary = "The queue of daily calls as Bull Board shows it",
     .dialect = &kDailyDialect,
     .answers = {{200, "The queues", schema_of<QueueBoard>()}}},
    {.method = "GET",
     .pattern = "/api/surfaces/daily-calls",
     .access = needs("calls:read"),
     .handler = get_daily_settings,
     .summary = "Whether and how daily calls are made, and what came of them",
     .answers = {{200, "The settings in force", schema_of<DailyCallsView>()}}},
    {.method = "PUT",
     .pattern = "/api/surfaces/daily-calls",
     .access = needs("workspace:write"),
     .handler = put_daily_settings,
     .summary = "Switch daily calls on or off, and set how they are made, all at once",
     .description = "What is left out goes by the environment or the document, as it is now. "
                    "Switched off, nobody is put in any more; calls that wait are their job's.",
     .body = schema_of<DailyCallsWanted>(),
     .audited = "daily_calls.changed",
     .answers = {{200, "The settings in force", schema_of<DailyCallsView>()},
                 {409, "Their job cannot change so as it stands"}}}};

}  // namespace callgate
