// What one call asks for itself, where its job would say something else, and what was done with it
// by hand: packed in the call's own row, no bytes for a call without. Its rank is that of its lane
// (core/dispatch/turn.hpp), its retries follow core/calls/retry.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/time.hpp"
#include "core/calls/retry.hpp"
#include "core/dispatch/turn.hpp"
#include "core/schedule/schedule_config.hpp"

namespace callgate {

// How a priority was written (contracts, section 2, row 1). Numbers are stored: append only.
enum class PriorityScheme : std::uint8_t {
  rank = 1,    // our own scale, as it is
  document_a,  // 1 to 5, 1 is highest
  level,       // document B's words, by the workspace's weights
  document_c,  // any integer, higher first: ten ranks each
};

struct CallPriority {
  PriorityScheme scheme = PriorityScheme::rank;
  std::int64_t raw = 0;  // as written; a level by its number
  std::int64_t rank = 0;

  [[nodiscard]] OwnRank own() const {
    const bool word = scheme == PriorityScheme::level;
    return {rank, word ? raw : static_cast<std::int64_t>(Level::normal)};
  }
  friend bool operator==(const CallPriority&, const CallPriority&) = default;
};

// Document A's number, or document C's, on the one scale.
[[nodiscard]] std::int64_t rank_of_number(std::int64_t priority);
inline constexpr std::int64_t kDocumentCRanks = 10;
inline constexpr std::int64_t kDocumentCMax = kOwnRankMax / kDocumentCRanks;

// Numbers are stored: append only.
enum class CallEventKind : std::uint8_t {
  priority_updated = 1,  // the rank, before and after
  rescheduled = 2,       // to that time, ms
  callback_scheduled = 3,
  canceled = 4,
  redriven = 5,
  updated = 6,  // other terms; `after` has bits by CallField
};
[[nodiscard]] std::string_view to_word(CallEventKind kind);

// What of a call can be changed, by number; bits in an event.
enum class CallField : std::uint8_t {
  priority,
  assistant,
  phone_number,
  max_attempts,
  retry_after,
  not_before,
  metadata,
  record,
};
[[nodiscard]] std::string_view to_word(CallField field);  // the API's: "maxAttempts"

struct CallEvent {
  Instant at{};
  CallEventKind kind = CallEventKind::updated;
  std::int64_t before = 0;
  std::int64_t after = 0;
  std::string reason;
  std::string note;

  friend bool operator==(const CallEvent&, const CallEvent&) = default;
};

inline constexpr std::int64_t kOwnAttemptsMax = 20;
inline constexpr std::int64_t kOwnWaitSecondsMax = 30LL * 24 * 60 * 60;

struct CallTerms {
  static constexpr std::size_t kEventsKept = 20;

  std::optional<CallPriority> priority;
  std::string assistant_id;     // empty: the job's
  std::string phone_number_id;  // empty: the job's
  std::optional<std::int64_t> max_attempts;
  std::optional<Millis> retry_after;  // the wait after each attempt that was not the last
  std::optional<Instant> callback_at;
  std::optional<bool> record;  // what the provider is asked for; nothing: what its assistant says
  bool removed = false;        // goes from sight as soon as it has ended
  std::vector<CallEvent> events;  // oldest first, the last ones

  void add(CallEvent event);
  // Somebody or something of its own calls.
  [[nodiscard]] bool has_caller() const {
    return !assistant_id.empty() || !phone_number_id.empty();
  }
  friend bool operator==(const CallTerms&, const CallTerms&) = default;
};

[[nodiscard]] Blob pack_terms(const CallTerms& terms);
[[nodiscard]] CallTerms unpack_terms(Bytes packed);

// The job's rules as this call has them: its own maximum; one wait of its own in place of all
// others, while an outcome stays worth as many retries as the job says.
[[nodiscard]] RetryPolicy with_terms(RetryPolicy policy, const CallTerms& terms);

}  // namespace callgate
