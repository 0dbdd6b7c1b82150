#include "core/calls/attempt.hpp"

#include <array>
#include <utility>

namespace callgate {
namespace {

constexpr std::array<std::pair<Outcome, std::string_view>, 15> kOutcomeWords{{
    {Outcome::answered, "answered"},
    {Outcome::voicemail, "voicemail"},
    {Outcome::ivr, "ivr"},
    {Outcome::no_answer, "no_answer"},
    {Outcome::busy, "busy"},
    {Outcome::declined, "declined"},
    {Outcome::screened_or_spam, "screened_or_spam"},
    {Outcome::invalid_number, "invalid_number"},
    {Outcome::carrier_failed, "carrier_failed"},
    {Outcome::capacity, "capacity"},
    {Outcome::provider_error, "provider_error"},
    {Outcome::billing, "billing"},
    {Outcome::config, "config"},
    {Outcome::canceled, "canceled"},
    {Outcome::not_placed, "not_placed"},
}};

}  // namespace

std::string_view to_word(AttemptState state) {
  switch (state) {
    case AttemptState::intent:
      return "intent";
    case AttemptState::placed:
      return "placed";
    case AttemptState::ringing:
      return "ringing";
    case AttemptState::in_progress:
      return "in_progress";
    case AttemptState::unknown:
      return "unknown";
    case AttemptState::ended:
      return "ended";
  }
  return "unknown";
}

std::string_view to_word(Outcome outcome) {
  for (const auto& [value, word] : kOutcomeWords) {
    if (value == outcome) {
      return word;
    }
  }
  return "provider_error";
}

std::optional<Outcome> outcome_from_word(std::string_view word) {
  for (const auto& [value, known] : kOutcomeWords) {
    if (known == word) {
      return value;
    }
  }
  return std::nullopt;
}

std::optional<bool> was_answered(Outcome outcome) {
  switch (outcome) {
    case Outcome::answered:
      return true;
    case Outcome::voicemail:
    case Outcome::ivr:
    case Outcome::no_answer:
    case Outcome::busy:
    case Outcome::declined:
    case Outcome::screened_or_spam:
      return false;
    case Outcome::invalid_number:
    case Outcome::carrier_failed:
    case Outcome::capacity:
    case Outcome::provider_error:
    case Outcome::billing:
    case Outcome::config:
    case Outcome::canceled:
    case Outcome::not_placed:
      break;
  }
  return std::nullopt;
}

}  // namespace callgate
