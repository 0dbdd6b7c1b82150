// What is kept of a job beside its settings and counters: the last errors of its calls, each with
// when and how often, and which news of it go to whom.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.hpp"
#include "core/calls/attempt.hpp"

namespace callgate {

struct JobError {
  Outcome outcome = Outcome::provider_error;
  std::string reason;  // the provider's own word, or ours
  std::int64_t times = 0;
  Instant first_at{};
  Instant last_at{};

  friend bool operator==(const JobError&, const JobError&) = default;
};

// Whether an attempt that ended so is an error; that nobody answered is none, nor is a limit.
[[nodiscard]] bool is_error(Outcome outcome);

struct JobErrors {
  static constexpr std::size_t kKept = 10;
  static constexpr std::size_t kReasonBytesMax = 120;

  std::vector<JobError> last;  // by when they last came, oldest first, at most kKept

  void add(Outcome outcome, std::string_view reason, Instant at);
  friend bool operator==(const JobErrors&, const JobErrors&) = default;
};

// News of a job that somebody wants to be told.
struct Notifications {
  std::vector<std::string> channels;
  bool start = false;
  bool completion = false;
  bool failure = false;
  bool progress = false;

  friend bool operator==(const Notifications&, const Notifications&) = default;
};

}  // namespace callgate
