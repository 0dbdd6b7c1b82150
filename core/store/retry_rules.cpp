#include "core/store/retry_rules.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kRetryVersion = 1;

void pack(Packer& out, const std::optional<Backoff>& backoff) {
  out.integer(backoff ? static_cast<std::int64_t>(backoff->kind) : kPackedNone);
  if (!backoff) {
    return;
  }
  out.integer(static_cast<std::int64_t>(backoff->delays.size()));
  for (const Millis delay : backoff->delays) {
    out.integer(delay.count());
  }
  out.integer(backoff->factor);
  out.integer(backoff->cap.count());
  out.integer(backoff->jitter_percent);
}

std::optional<Backoff> unpack_backoff(Unpacker& in) {
  const std::int64_t kind = in.integer();
  if (kind == kPackedNone) {
    return std::nullopt;
  }
  Backoff backoff;
  backoff.kind = static_cast<BackoffKind>(kind);
  for (std::int64_t left = in.integer(); left > 0; --left) {
    backoff.delays.emplace_back(in.integer());
  }
  backoff.factor = in.integer();
  backoff.cap = Millis{in.integer()};
  backoff.jitter_percent = in.integer();
  return backoff;
}

}  // namespace

void pack(Packer& out, const RetryRules& rules) {
  out.integer(kRetryVersion);
  pack(out, rules.backoff);
  out.integer(static_cast<std::int64_t>(rules.outcomes.size()));
  for (const OutcomeRule& rule : rules.outcomes) {
    out.integer(static_cast<std::int64_t>(rule.outcome));
    out.integer(rule.retries.value_or(kPackedNone));
    pack(out, rule.backoff);
  }
  out.integer(static_cast<std::int64_t>(rules.on_unknown));
}

RetryRules unpack_retry_rules(Unpacker& in) {
  CALLGATE_CHECK(in.integer() == kRetryVersion);
  RetryRules rules;
  rules.backoff = unpack_backoff(in);
  for (std::int64_t left = in.integer(); left > 0; --left) {
    OutcomeRule& rule = rules.outcomes.emplace_back();
    rule.outcome = static_cast<Outcome>(in.integer());
    const std::int64_t retries = in.integer();
    if (retries != kPackedNone) {
      rule.retries = retries;
    }
    rule.backoff = unpack_backoff(in);
  }
  rules.on_unknown = static_cast<OnUnknown>(in.integer());
  return rules;
}

Blob pack_retry_rules(const RetryRules& rules) {
  Blob packed;
  if (!(rules == RetryRules{})) {
    Packer out{packed};
    pack(out, rules);
  }
  return packed;
}

RetryRules unpack_retry_rules(Bytes packed) {
  if (packed.empty()) {
    return {};
  }
  Unpacker in{packed};
  return unpack_retry_rules(in);
}

}  // namespace callgate
