#include "core/calls/job_notes.hpp"

#include <algorithm>

namespace callgate {

bool is_error(Outcome outcome) {
  switch (outcome) {
    case Outcome::invalid_number:
    case Outcome::carrier_failed:
    case Outcome::provider_error:
    case Outcome::billing:
    case Outcome::config:
    case Outcome::not_placed:
      return true;
    case Outcome::answered:
    case Outcome::voicemail:
    case Outcome::ivr:
    case Outcome::no_answer:
    case Outcome::busy:
    case Outcome::declined:
    case Outcome::screened_or_spam:
    case Outcome::capacity:
    case Outcome::canceled:
      break;
  }
  return false;
}

void JobErrors::add(Outcome outcome, std::string_view reason, Instant at) {
  JobError error{outcome, std::string{reason.substr(0, kReasonBytesMax)}, 0, at, at};
  // Texts come from outside: what is not plain ASCII becomes '?'.
  std::replace_if(
      error.reason.begin(), error.reason.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  const auto known = std::find_if(last.begin(), last.end(), [&error](const JobError& one) {
    return one.outcome == error.outcome && one.reason == error.reason;
  });
  if (known != last.end()) {
    error.times = known->times;
    error.first_at = known->first_at;
    last.erase(known);
  } else if (last.size() == kKept) {
    last.erase(last.begin());
  }
  ++error.times;
  last.push_back(std::move(error));
}

}  // namespace callgate
