#include <array>
#include <string_view>

#include "core/providers/vapi.hpp"

namespace callgate::vapi {
namespace {

enum class Match : std::uint8_t { whole, prefix, anywhere };

struct Rule {
  Match match;
  std::string_view text;
  Outcome outcome;
};

// The first rule that fits decides. About 570 reasons exist and new ones come every month: a rule
// names what a family of them has in common, and what fits none is the provider's fault.
constexpr std::array kRules{
    // Somebody or something took the call, however it went on.
    Rule{Match::prefix, "customer-ended-call", Outcome::answered},
    Rule{Match::prefix, "assistant-ended-call", Outcome::answered},
    Rule{Match::whole, "assistant-said-end-call-phrase", Outcome::answered},
    Rule{Match::whole, "assistant-forwarded-call", Outcome::answered},
    Rule{Match::whole, "exceeded-max-duration", Outcome::answered},
    Rule{Match::whole, "silence-timed-out", Outcome::answered},
    Rule{Match::whole, "vonage-completed", Outcome::answered},
    Rule{Match::whole, "call.in-progress.twilio-completed-call", Outcome::answered},
    Rule{Match::whole, "call.in-progress.sip-completed-call", Outcome::answered},
    Rule{Match::whole, "call.in-progress.error-assistant-did-not-receive-customer-audio",
         Outcome::answered},
    Rule{Match::prefix, "call.in-progress.error-warm-transfer-", Outcome::answered},
    Rule{Match::whole, "call.in-progress.error-transfer-failed", Outcome::answered},
    Rule{Match::prefix, "call.forwarding.", Outcome::answered},
    Rule{Match::anywhere, ".hook-executed-", Outcome::answered},
    Rule{Match::whole, "voicemail", Outcome::voicemail},

    Rule{Match::whole, "customer-did-not-answer", Outcome::no_answer},
    Rule{Match::whole, "customer-busy", Outcome::busy},
    Rule{Match::whole, "vonage-rejected", Outcome::declined},
    Rule{Match::whole, "twilio-reported-customer-misdialed", Outcome::invalid_number},

    // SIP answers of the carrier (RFC 3261, 8197, 8688). The name says providerfault, so they stand
    // first.
    Rule{Match::anywhere, "outbound-sip-408-", Outcome::no_answer},
    Rule{Match::anywhere, "outbound-sip-480-", Outcome::no_answer},
    Rule{Match::anywhere, "outbound-sip-486-", Outcome::busy},
    Rule{Match::anywhere, "outbound-sip-600-", Outcome::busy},
    Rule{Match::anywhere, "outbound-sip-603-", Outcome::declined},
    Rule{Match::anywhere, "outbound-sip-607-", Outcome::screened_or_spam},
    Rule{Match::anywhere, "outbound-sip-608-", Outcome::screened_or_spam},
    Rule{Match::anywhere, "outbound-sip-404-", Outcome::invalid_number},
    Rule{Match::anywhere, "outbound-sip-484-", Outcome::invalid_number},
    Rule{Match::anywhere, "outbound-sip-", Outcome::carrier_failed},
    Rule{Match::anywhere, "outbound-call-failed-to-connect", Outcome::carrier_failed},
    Rule{Match::anywhere, "-failed-to-connect-call", Outcome::carrier_failed},
    Rule{Match::whole, "vonage-disconnected", Outcome::carrier_failed},

    // Faults of the platform, before the families whose words they share ("vapifault-get-org").
    Rule{Match::anywhere, "vapifault", Outcome::provider_error},
    Rule{Match::anywhere, "providerfault", Outcome::provider_error},
    Rule{Match::prefix, "pipeline-", Outcome::provider_error},

    Rule{Match::anywhere, "concurrency-limit", Outcome::capacity},
    Rule{Match::anywhere, "outbound-daily-limit", Outcome::capacity},
    Rule{Match::prefix, "call.start.error-subscription-", Outcome::billing},
    Rule{Match::anywhere, "insufficient-credits", Outcome::billing},

    // What a person has to put right before any call of this kind can work.
    Rule{Match::prefix, "call.start.error-get-", Outcome::config},
    Rule{Match::prefix, "call.start.error-enterprise-feature-", Outcome::config},
    Rule{Match::whole, "call.start.error-fraud-check-failed", Outcome::config},
    Rule{Match::whole, "call.start.error-vapi-number-international", Outcome::config},
    Rule{Match::anywhere, "-version-error-validation", Outcome::config},
    Rule{Match::anywhere, "configfault", Outcome::config},
    Rule{Match::prefix, "call-start-error-neither-", Outcome::config},
    Rule{Match::prefix, "assistant-not-", Outcome::config},
    Rule{Match::prefix, "assistant-request-", Outcome::config},
    Rule{Match::whole, "license-check-failed", Outcome::config},
    Rule{Match::prefix, "phone-call-provider-bypass-", Outcome::config},

    Rule{Match::whole, "manually-canceled", Outcome::canceled},
    Rule{Match::whole, "scheduled-call-deleted", Outcome::canceled},
    Rule{Match::whole, "call-deleted", Outcome::canceled},
};

bool fits(const Rule& rule, std::string_view reason) {
  switch (rule.match) {
    case Match::whole:
      return reason == rule.text;
    case Match::prefix:
      return reason.substr(0, rule.text.size()) == rule.text;
    case Match::anywhere:
      return reason.find(rule.text) != std::string_view::npos;
  }
  return false;
}

}  // namespace

Outcome classify_ended_reason(std::string_view ended_reason) {
  for (const Rule& rule : kRules) {
    if (fits(rule, ended_reason)) {
      return rule.outcome;
    }
  }
  return Outcome::provider_error;
}

}  // namespace callgate::vapi
