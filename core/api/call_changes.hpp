// PATCH /api/calls/{id}: what one call asks for itself, in place of what its job says: priority,
// who calls, from which number, how often, after which wait, when. The recipients of POST /api/jobs
// and POST /api/jobs/{id}/recipients take the same.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/calendar.hpp"
#include "core/api/jobs.hpp"
#include "core/api/router.hpp"
#include "core/api/schema.hpp"
#include "core/engine/call_changes.hpp"

namespace callgate {

struct CallChangeWish {
  static constexpr std::string_view kSchemaName = "CallChange";
  std::optional<std::int64_t> priority;
  std::optional<Level> level;
  std::optional<std::int64_t> rank;
  std::optional<std::string> assistant_id;
  std::optional<std::string> phone_number_id;
  std::optional<std::int64_t> max_attempts;
  std::optional<std::int64_t> retry_after_seconds;
  std::optional<InstantOrNow> not_before;
  std::optional<bool> record_call;
  std::optional<JsonObject> metadata;
  std::optional<std::string> reason;
  static constexpr auto fields() {
    return std::array{
        field<&CallChangeWish::priority>("priority", "1 is highest, 5 lowest", range(1, 5)),
        field<&CallChangeWish::level>("level", "The word for it"),
        field<&CallChangeWish::rank>("rank", "On the inner scale: higher first",
                                     range(-kOwnRankMax, kOwnRankMax)),
        field<&CallChangeWish::assistant_id>("assistantId", "Who calls; empty: the job's",
                                             text(0, 200)),
        field<&CallChangeWish::phone_number_id>(
            "phoneNumberId", "The number that calls; empty: the job's", text(0, 200)),
        field<&CallChangeWish::max_attempts>(
            "maxAttempts", "Dials in one round, the first included", range(1, kOwnAttemptsMax)),
        field<&CallChangeWish::retry_after_seconds>(
            "retryAfterSeconds", "The wait after each attempt, whatever its outcome",
            range(1, kOwnWaitSecondsMax)),
        field<&CallChangeWish::not_before>("notBefore", "A waiting call waits at least until then"),
        field<&CallChangeWish::record_call>("recordCall",
                                            "Whether the provider is asked to record it"),
        field<&CallChangeWish::metadata>("metadata", "Takes the place of what it has", bytes(8192)),
        field<&CallChangeWish::reason>("reason", "Why, for the call's history", text(0, 200))};
  }
};

// The priority that is named by one of the three; several are an issue below `place`.
[[nodiscard]] std::optional<CallPriority> read_priority(const Service& service,
                                                        const std::optional<std::int64_t>& priority,
                                                        const std::optional<Level>& level,
                                                        const std::optional<std::int64_t>& rank,
                                                        const std::string& place,
                                                        std::vector<Issue>& issues);

// Of a row of a JSON body; the mistakes are issues below `place`.
struct OwnTerms {
  CallTerms terms;
  Instant not_before{};
};
[[nodiscard]] OwnTerms own_terms_of(const Service& service, const NewRecipient& row,
                                    const std::string& place, std::vector<Issue>& issues);

// ApiError 409 or 422 for what cannot be changed.
[[noreturn]] void refuse_change(const CallNotChangeable& refused);

Answer patch_call(Request& request);

}  // namespace callgate
