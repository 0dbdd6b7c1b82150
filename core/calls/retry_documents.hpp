// The retry parameters of the five documents as one policy (contracts, section 2, rows 5 to 8).
// Where a document counts retries, a call is dialled once more than that. Where it names seconds it
// means the delivery layer: what the provider or the carrier failed at, not what a person did.
#pragma once

#include <cstdint>
#include <vector>

#include "core/calls/retry.hpp"

namespace callgate {

// Document A: "retry up to 3 times"; the waits are those of each outcome.
[[nodiscard]] RetryPolicy policy_of_max_retries(std::int64_t max_retries);

// Document B: maxRetries, and retryDelays in minutes, which grow on past the list's end.
[[nodiscard]] RetryPolicy policy_of_retry_delays(std::int64_t max_retries,
                                                 const std::vector<std::int64_t>& minutes,
                                                 std::int64_t factor = 2);

// Document C: maxAttempts, and retryAfter in minutes.
[[nodiscard]] RetryPolicy policy_of_retry_after(std::int64_t max_attempts, std::int64_t minutes);

// Documents D and E: attempts, and an exponential backoff in milliseconds: 2 s, 4 s, 8 s …
[[nodiscard]] RetryPolicy policy_of_attempts(std::int64_t attempts, std::int64_t backoff_ms);

}  // namespace callgate
