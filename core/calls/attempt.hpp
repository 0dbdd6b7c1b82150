// An attempt is one dial of a call, numbered from 1. Its states only ever go forward; `unknown`
// means that the provider may or may not have dialled, which is looked up before anything else
// happens. Outcomes say how an attempt ended; they are the classes that retry rules are written
// for.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace callgate {

// Numbers are stored: append only.
enum class AttemptState : std::uint8_t {
  intent = 1,  // the row stands, the request may be on its way
  placed = 2,  // the provider took it
  ringing = 3,
  in_progress = 4,  // answered
  unknown = 5,      // sent, no answer: may have been dialled
  ended = 6,
};

enum class Outcome : std::uint8_t {
  answered = 1,
  voicemail = 2,
  ivr = 3,
  no_answer = 4,
  busy = 5,
  declined = 6,
  screened_or_spam = 7,
  invalid_number = 8,
  carrier_failed = 9,
  capacity = 10,  // a concurrency or rate limit; uses no attempt
  provider_error = 11,
  billing = 12,
  config = 13,
  canceled = 14,
  not_placed = 15,  // looked up twice after the grace: the provider never had it; uses no attempt
};

[[nodiscard]] std::string_view to_word(AttemptState state);
[[nodiscard]] std::string_view to_word(Outcome outcome);
// Whether a person answered; nullopt where the telephone did not ring, or nobody knows.
[[nodiscard]] std::optional<bool> was_answered(Outcome outcome);
[[nodiscard]] std::optional<Outcome> outcome_from_word(std::string_view word);

}  // namespace callgate
