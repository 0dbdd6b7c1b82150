// What happens to a dial, decided from (seed, number, how many times) alone. Arrival order, the
// clock and other numbers have no say, so the same seed tells the same story whatever the client's
// timing. Each question draws its own number: changing one rate leaves the answers to the other
// questions as they were.
#pragma once

#include <cstdint>
#include <string_view>

#include "native-server/sim_carrier/config.hpp"

namespace callgate::sim_carrier {

enum class RequestFault : std::uint8_t {
  none,
  refuse,
  too_many,
  error_before,
  error_after,
  timeout_after,
  drop
};

enum class Outcome : std::uint8_t { answered, voicemail, busy, no_answer, failed, canceled };
[[nodiscard]] const char* to_text(Outcome outcome);

// A dial from acceptance to its end, in simulated milliseconds.
struct DialPlan {
  Outcome outcome = Outcome::failed;
  std::string_view ended_reason;  // into the Config, or static
  std::int64_t setup_ms = 0;      // until it rings; a failed dial ends here
  std::int64_t ring_ms = 0;
  std::int64_t talk_ms = 0;  // 0: nobody and nothing picked up
};

struct DeliveryPlan {
  bool lose = false;
  bool repeat = false;
  bool reorder = false;
  std::int64_t delay_ms = 0;
};

[[nodiscard]] std::uint64_t hash_number(std::string_view number);

// `asked`: accepted or refused create requests for this number before this one; a request that met
// the concurrency limit does not count.
[[nodiscard]] RequestFault decide_request(const Config& config, std::uint64_t number_hash,
                                          std::uint32_t asked);

// `dialled`: dials of this number before this one.
[[nodiscard]] DialPlan decide_dial(const Config& config, std::uint64_t number_hash,
                                   std::uint32_t dialled);

// `event` counts the webhooks of one call.
[[nodiscard]] DeliveryPlan decide_delivery(const Config& config, std::uint64_t number_hash,
                                           std::uint32_t dialled, std::uint32_t event);

// How long the call stays out of lists.
[[nodiscard]] std::int64_t decide_list_delay(const Config& config, std::uint64_t number_hash,
                                             std::uint32_t dialled);

}  // namespace callgate::sim_carrier
