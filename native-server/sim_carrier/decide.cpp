#include "native-server/sim_carrier/decide.hpp"

#include <algorithm>
#include <array>

namespace callgate::sim_carrier {

namespace {

// Voicemail is left in less time than a talk takes.
constexpr std::int64_t kVoicemailMaxMs = 15'000;
constexpr std::int64_t kSetupMinMs = 50;
constexpr std::int64_t kSetupMaxMs = 500;

enum class Question : std::uint64_t {
  request = 1,
  outcome,
  reason,
  setup,
  ring,
  talk,
  lose,
  repeat,
  reorder,
  delayed,
  delay,
  list_late
};

// The finaliser of splitmix64 (Steele, Lea, Flood 2014).
std::uint64_t mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

struct Draw {
  std::uint64_t seed = 0;
  std::uint64_t number_hash = 0;
  std::uint64_t count = 0;

  [[nodiscard]] std::uint64_t bits(Question question, std::uint64_t event = 0) const {
    return mix(mix(mix(mix(seed) ^ number_hash) + count) ^
               (static_cast<std::uint64_t>(question) << 32U) ^ event);
  }
  // In [0, 1).
  [[nodiscard]] double share(Question question, std::uint64_t event = 0) const {
    return static_cast<double>(bits(question, event) >> 11U) * 0x1p-53;
  }
  [[nodiscard]] std::int64_t between(Question question, Range range) const {
    const auto width = static_cast<std::uint64_t>(range.max_ms - range.min_ms) + 1;
    return range.min_ms + static_cast<std::int64_t>(bits(question) % width);
  }
};

std::string_view answered_reason(double share) {
  struct Weighted {
    double up_to;
    std::string_view reason;
  };
  static constexpr std::array<Weighted, 5> kReasons{{{0.60, "customer-ended-call"},
                                                     {0.90, "assistant-ended-call"},
                                                     {0.95, "assistant-said-end-call-phrase"},
                                                     {0.98, "silence-timed-out"},
                                                     {1.00, "exceeded-max-duration"}}};
  for (const auto& one : kReasons) {
    if (share < one.up_to) {
      return one.reason;
    }
  }
  return kReasons.back().reason;
}

Outcome outcome_of(const Config& config, double share) {
  if ((share -= config.answer) < 0) {
    return Outcome::answered;
  }
  if ((share -= config.voicemail) < 0) {
    return Outcome::voicemail;
  }
  if ((share -= config.busy) < 0) {
    return Outcome::busy;
  }
  if ((share -= config.no_answer) < 0) {
    return Outcome::no_answer;
  }
  // Rates like 0.7 + 0.1 + 0.2 add up to a hair less than 1; that hair is not a failure.
  const double left = 1 - config.answer - config.voicemail - config.busy - config.no_answer;
  return left > 1e-9 ? Outcome::failed : Outcome::answered;
}

}  // namespace

const char* to_text(Outcome outcome) {
  switch (outcome) {
    case Outcome::answered:
      return "answered";
    case Outcome::voicemail:
      return "voicemail";
    case Outcome::busy:
      return "busy";
    case Outcome::no_answer:
      return "no_answer";
    case Outcome::failed:
      return "failed";
    case Outcome::canceled:
      break;
  }
  return "canceled";
}

std::uint64_t hash_number(std::string_view number) {
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
  for (const char letter : number) {
    hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3U;
  }
  return hash;
}

RequestFault decide_request(const Config& config, std::uint64_t number_hash, std::uint32_t asked) {
  double share = Draw{config.seed, number_hash, asked}.share(Question::request);
  struct Fault {
    double rate;
    RequestFault fault;
  };
  const std::array<Fault, 6> faults{{{config.fault_refuse, RequestFault::refuse},
                                     {config.fault_429, RequestFault::too_many},
                                     {config.fault_5xx_before, RequestFault::error_before},
                                     {config.fault_5xx_after, RequestFault::error_after},
                                     {config.fault_timeout_after, RequestFault::timeout_after},
                                     {config.fault_drop, RequestFault::drop}}};
  for (const auto& one : faults) {
    if ((share -= one.rate) < 0) {
      return one.fault;
    }
  }
  return RequestFault::none;
}

DialPlan decide_dial(const Config& config, std::uint64_t number_hash, std::uint32_t dialled) {
  const Draw draw{config.seed, number_hash, dialled};
  DialPlan plan;
  plan.outcome = outcome_of(config, draw.share(Question::outcome));
  plan.setup_ms = draw.between(Question::setup, {kSetupMinMs, kSetupMaxMs});
  plan.ring_ms = draw.between(Question::ring, config.ring);
  const auto talk_ms = draw.between(Question::talk, config.talk);
  switch (plan.outcome) {
    case Outcome::answered:
      plan.talk_ms = std::max<std::int64_t>(talk_ms, 1);
      plan.ended_reason = answered_reason(draw.share(Question::reason));
      break;
    case Outcome::voicemail:
      plan.talk_ms = std::clamp<std::int64_t>(talk_ms, 1, kVoicemailMaxMs);
      plan.ended_reason = "voicemail";
      break;
    case Outcome::busy:
      plan.ring_ms /= 4;  // the busy tone comes soon
      plan.ended_reason = "customer-busy";
      break;
    case Outcome::no_answer:
      plan.ring_ms = config.ring.max_ms;
      plan.ended_reason = "customer-did-not-answer";
      break;
    case Outcome::failed:
    case Outcome::canceled:
      plan.ring_ms = 0;
      plan.ended_reason =
          config.failed_reasons[draw.bits(Question::reason) % config.failed_reasons.size()];
      break;
  }
  return plan;
}

DeliveryPlan decide_delivery(const Config& config, std::uint64_t number_hash, std::uint32_t dialled,
                             std::uint32_t event) {
  const Draw draw{config.seed, number_hash, dialled};
  DeliveryPlan plan;
  plan.lose = draw.share(Question::lose, event) < config.fault_webhook_lose;
  plan.repeat = draw.share(Question::repeat, event) < config.fault_webhook_repeat;
  plan.reorder = draw.share(Question::reorder, event) < config.fault_webhook_reorder;
  if (config.fault_webhook_delay_ms > 0 &&
      draw.share(Question::delayed, event) < config.fault_webhook_delay_rate) {
    const auto width = static_cast<std::uint64_t>(config.fault_webhook_delay_ms) + 1;
    plan.delay_ms = static_cast<std::int64_t>(draw.bits(Question::delay, event) % width);
  }
  return plan;
}

std::int64_t decide_list_delay(const Config& config, std::uint64_t number_hash,
                               std::uint32_t dialled) {
  const Draw draw{config.seed, number_hash, dialled};
  return draw.share(Question::list_late) < config.fault_list_late_rate ? config.fault_list_late_ms
                                                                       : 0;
}

}  // namespace callgate::sim_carrier
