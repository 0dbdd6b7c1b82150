// Routes of document D's surface, and of what it takes by default: a part of the table in
// routes.cpp.
#pragma once

#include "core/api/documents/defaults.hpp"
#include "core/api/documents/scheduling.hpp"
#include "core/api/route_table.hpp"

namespace callgate {

inline constexpr Route kSchedulingRoutes[] = {
    {.method = "POST",
     .pattern = "/api/v1/scheduling/schedule",
     .access = needs("calls:write"),
     .handler = post_scheduling_schedule,
     .summary = "Schedule a call of one's own",
     .description = "It is moved into the business hours first, where it keeps to them; then it "
                    "must lie ahead.",
     .body = schema_of<CallToSchedule>(),
     .audited = "call.scheduled",
     .dialect = &kSchedulingDialect,
     .answers = {{201, "When it will be", schema_of<Succeeded<ScheduledMessage>>()}}},
    {.method = "GET",
     .pattern = "/api/v1/scheduling/scheduled-calls",
     .access = needs("calls:read"),
     .handler = get_scheduling_calls,
     .summary = "Scheduled calls of a user, in the order of their times",
     .query = schema_of<ScheduledCallsQuery>(),
     .dialect = &kSchedulingDialect,
     .answers = {{200, "A page of them", schema_of<Succeeded<ScheduledCallsPage>>()}}},
    {.method = "POST",
     .pattern = "/api/v1/scheduling/{scheduledCallId}/cancel",
     .access = needs("calls:write"),
     .handler = post_scheduling_cancel,
     .summary = "Cancel a scheduled call that is pending; it is the last of its chain",
     .body = schema_of<OwnerOfCall>(),
     .audited = "call.canceled",
     .dialect = &kSchedulingDialect,
     .answers = {{200, "It is canceled", schema_of<Succeeded<CancelledMessage>>()}}},
    {.method = "POST",
     .pattern = "/api/v1/scheduling/{scheduledCallId}/reschedule",
     .access = needs("calls:write"),
     .handler = post_scheduling_reschedule,
     .summary = "Move a scheduled call that is pending to another time",
     .description = "Of a chain this occurrence alone moves.",
     .body = schema_of<OtherTime>(),
     .audited = "call.rescheduled",
     .dialect = &kSchedulingDialect,
     .answers = {{200, "When it will be", schema_of<Succeeded<ScheduledMessage>>()}}},
    {.method = "GET",
     .pattern = "/api/v1/scheduling/stats",
     .access = needs("calls:read"),
     .handler = get_scheduling_stats,
     .summary = "How many scheduled calls stand how, and the whole queue as Bull counts it",
     .dialect = &kSchedulingDialect,
     .answers = {{200, "The counts", schema_of<Succeeded<SchedulingStats>>()}}},
    {.method = "GET",
     .pattern = "/api/surfaces/scheduling",
     .access = needs("calls:read"),
     .handler = get_scheduling_defaults,
     .summary = "What /api/v1/scheduling takes where a request leaves it out",
     .answers = {{200, "The defaults", schema_of<SchedulingDefaultsView>()}}},
    {.method = "PUT",
     .pattern = "/api/surfaces/scheduling",
     .access = needs("workspace:write"),
     .handler = put_scheduling_defaults,
     .summary = "Set them, all at once: what is left out goes by the environment or the document",
     .body = schema_of<SchedulingDefaults>(),
     .audited = "scheduling.changed",
     .answers = {{200, "The defaults", schema_of<SchedulingDefaultsView>()}}}};

}  // namespace callgate
