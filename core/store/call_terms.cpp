#include "core/store/call_terms.hpp"

#include <algorithm>
#include <array>

#include "core/store/pack.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kTermsVersion = 1;

constexpr std::int64_t kPriority = 1;
constexpr std::int64_t kMaxAttempts = 2;
constexpr std::int64_t kRetryAfter = 4;
constexpr std::int64_t kCallback = 8;
constexpr std::int64_t kRecordSaid = 16;
constexpr std::int64_t kRecord = 32;
constexpr std::int64_t kRemoved = 64;

std::int64_t flags_of(const CallTerms& terms) {
  return (terms.priority ? kPriority : 0) | (terms.max_attempts ? kMaxAttempts : 0) |
         (terms.retry_after ? kRetryAfter : 0) | (terms.callback_at ? kCallback : 0) |
         (terms.record ? kRecordSaid : 0) | (terms.record.value_or(false) ? kRecord : 0) |
         (terms.removed ? kRemoved : 0);
}

}  // namespace

std::int64_t rank_of_number(std::int64_t priority) {
  constexpr std::array<std::int64_t, 5> kRanks{100, 75, 50, 25, 10};
  return kRanks.at(static_cast<std::size_t>(priority - 1));
}

std::string_view to_word(CallEventKind kind) {
  switch (kind) {
    case CallEventKind::priority_updated:
      return "priority_updated";
    case CallEventKind::rescheduled:
      return "rescheduled";
    case CallEventKind::callback_scheduled:
      return "callback_scheduled";
    case CallEventKind::canceled:
      return "canceled";
    case CallEventKind::redriven:
      return "redriven";
    case CallEventKind::updated:
      break;
  }
  return "updated";
}

std::string_view to_word(CallField field) {
  constexpr std::array<std::string_view, 8> kWords{
      "priority",          "assistantId", "phoneNumberId", "maxAttempts",
      "retryAfterSeconds", "notBefore",   "metadata",      "recordCall"};
  return kWords.at(static_cast<std::size_t>(field));
}

void CallTerms::add(CallEvent event) {
  if (events.size() >= kEventsKept) {
    events.erase(events.begin());
  }
  events.push_back(std::move(event));
}

Blob pack_terms(const CallTerms& terms) {
  Blob packed;
  if (terms == CallTerms{}) {
    return packed;
  }
  Packer out{packed};
  out.small(kTermsVersion);
  out.small(flags_of(terms));
  if (terms.priority) {
    out.small(static_cast<std::int64_t>(terms.priority->scheme));
    out.integer(terms.priority->raw);
    out.integer(terms.priority->rank);
  }
  out.text(terms.assistant_id);
  out.text(terms.phone_number_id);
  if (terms.max_attempts) {
    out.small(*terms.max_attempts);
  }
  if (terms.retry_after) {
    out.integer(terms.retry_after->count());
  }
  if (terms.callback_at) {
    out.instant(*terms.callback_at);
  }
  out.small(static_cast<std::int64_t>(terms.events.size()));
  for (const CallEvent& event : terms.events) {
    out.instant(event.at);
    out.small(static_cast<std::int64_t>(event.kind));
    out.integer(event.before);
    out.integer(event.after);
    out.text(event.reason);
    out.text(event.note);
  }
  return packed;
}

CallTerms unpack_terms(Bytes packed) {
  CallTerms terms;
  if (packed.empty()) {
    return terms;
  }
  Unpacker in{packed};
  CALLGATE_CHECK(in.small() == kTermsVersion);
  const std::int64_t flags = in.small();
  if ((flags & kPriority) != 0) {
    CallPriority& priority = terms.priority.emplace();
    priority.scheme = static_cast<PriorityScheme>(in.small());
    priority.raw = in.integer();
    priority.rank = in.integer();
  }
  terms.assistant_id = in.text();
  terms.phone_number_id = in.text();
  if ((flags & kMaxAttempts) != 0) {
    terms.max_attempts = in.small();
  }
  if ((flags & kRetryAfter) != 0) {
    terms.retry_after = Millis{in.integer()};
  }
  if ((flags & kCallback) != 0) {
    terms.callback_at = in.instant();
  }
  if ((flags & kRecordSaid) != 0) {
    terms.record = (flags & kRecord) != 0;
  }
  terms.removed = (flags & kRemoved) != 0;
  for (std::int64_t left = in.small(); left > 0; --left) {
    CallEvent& event = terms.events.emplace_back();
    event.at = in.instant();
    event.kind = static_cast<CallEventKind>(in.small());
    event.before = in.integer();
    event.after = in.integer();
    event.reason = in.text();
    event.note = in.text();
  }
  return terms;
}

RetryPolicy with_terms(RetryPolicy policy, const CallTerms& terms) {
  policy.max_attempts = terms.max_attempts.value_or(policy.max_attempts);
  if (terms.retry_after) {
    policy.fixed_delay.reset();
    policy.rules.backoff = Backoff{
        BackoffKind::fixed, {*terms.retry_after}, 1, std::max(Backoff{}.cap, *terms.retry_after)};
    for (OutcomeRule& rule : policy.rules.outcomes) {
      rule.backoff.reset();
    }
  }
  return policy;
}

}  // namespace callgate
