#include <catch2/catch_test_macros.hpp>
#include <string>

#include "core/base/rng.hpp"
#include "core/providers/vapi.hpp"

using namespace callgate;

namespace {

struct Row {
  const char* reason;
  Outcome outcome;
};

constexpr Row kReasons[] = {
    Row{"customer-ended-call", Outcome::answered},
    Row{"customer-ended-call-before-warm-transfer", Outcome::answered},
    Row{"customer-ended-call-during-transfer", Outcome::answered},
    Row{"assistant-ended-call", Outcome::answered},
    Row{"assistant-ended-call-with-hangup-task", Outcome::answered},
    Row{"assistant-ended-call-after-message-spoken", Outcome::answered},
    Row{"assistant-said-end-call-phrase", Outcome::answered},
    Row{"assistant-forwarded-call", Outcome::answered},
    Row{"exceeded-max-duration", Outcome::answered},
    Row{"silence-timed-out", Outcome::answered},
    Row{"vonage-completed", Outcome::answered},
    Row{"call.in-progress.twilio-completed-call", Outcome::answered},
    Row{"call.in-progress.error-warm-transfer-silence-timeout", Outcome::answered},
    Row{"call.in-progress.error-assistant-did-not-receive-customer-audio", Outcome::answered},
    Row{"call.ending.hook-executed-say", Outcome::answered},
    Row{"call.forwarding.operator-busy", Outcome::answered},
    Row{"voicemail", Outcome::voicemail},
    Row{"customer-did-not-answer", Outcome::no_answer},
    Row{"call.in-progress.error-providerfault-outbound-sip-408-request-timeout",
        Outcome::no_answer},
    Row{"call.in-progress.error-providerfault-outbound-sip-480-temporarily-unavailable",
        Outcome::no_answer},
    Row{"customer-busy", Outcome::busy},
    Row{"vonage-rejected", Outcome::declined},
    Row{"twilio-reported-customer-misdialed", Outcome::invalid_number},
    Row{"twilio-failed-to-connect-call", Outcome::carrier_failed},
    Row{"vonage-failed-to-connect-call", Outcome::carrier_failed},
    Row{"vonage-disconnected", Outcome::carrier_failed},
    Row{"call.in-progress.error-sip-outbound-call-failed-to-connect", Outcome::carrier_failed},
    Row{"call.in-progress.error-providerfault-outbound-sip-403-forbidden", Outcome::carrier_failed},
    Row{"call.in-progress.error-providerfault-outbound-sip-407-proxy-authentication-required",
        Outcome::carrier_failed},
    Row{"call.in-progress.error-providerfault-outbound-sip-503-service-unavailable",
        Outcome::carrier_failed},
    Row{"call.start.error-subscription-concurrency-limit-reached", Outcome::capacity},
    Row{"call.start.error-vapi-number-outbound-daily-limit", Outcome::capacity},
    Row{"call.start.error-subscription-frozen", Outcome::billing},
    Row{"call.start.error-subscription-insufficient-credits", Outcome::billing},
    Row{"call.start.error-subscription-wallet-does-not-exist", Outcome::billing},
    Row{"call.start.error-get-assistant", Outcome::config},
    Row{"call.start.error-get-phone-number", Outcome::config},
    Row{"call.start.error-get-resources-validation", Outcome::config},
    Row{"call.start.error-fraud-check-failed", Outcome::config},
    Row{"call.start.error-vapi-number-international", Outcome::config},
    Row{"call.start.assistant-version-error-validation", Outcome::config},
    Row{"call.in-progress.error-configfault-model-unsupported-in-squad", Outcome::config},
    Row{"call-start-error-neither-assistant-nor-server-set", Outcome::config},
    Row{"assistant-not-found", Outcome::config},
    Row{"assistant-not-valid", Outcome::config},
    Row{"assistant-request-returned-no-assistant", Outcome::config},
    Row{"manually-canceled", Outcome::canceled},
    Row{"scheduled-call-deleted", Outcome::canceled},
    Row{"call-deleted", Outcome::canceled},
    Row{"call.start.error-vapifault-get-org", Outcome::provider_error},
    Row{"call.in-progress.error-vapifault-worker-died", Outcome::provider_error},
    Row{"call.in-progress.error-providerfault-openai-503-server-overloaded-error",
        Outcome::provider_error},
    Row{"pipeline-error-openai-429-rate-limit-reached", Outcome::provider_error},
    Row{"pipeline-error-vapi-403-model-access-denied", Outcome::provider_error},
    Row{"pipeline-no-available-llm-model", Outcome::provider_error},
    Row{"worker-shutdown", Outcome::provider_error},
    Row{"assistant-join-timed-out", Outcome::provider_error},
    Row{"phone-call-provider-closed-websocket", Outcome::provider_error},
    Row{"unknown-error", Outcome::provider_error},
};

}  // namespace

TEST_CASE("An ended reason has its class") {
  for (const Row& row : kReasons) {
    CAPTURE(row.reason);
    CHECK(to_word(vapi::classify_ended_reason(row.reason)) == to_word(row.outcome));
  }
}

TEST_CASE("A reason that nobody has seen is the provider's fault") {
  for (const char* reason : {"", "-", "Voicemail", "voicemail-2031", "customer", "customer-busy ",
                             "call.start.error-something-new", "assistant"}) {
    CAPTURE(reason);
    CHECK(vapi::classify_ended_reason(reason) == Outcome::provider_error);
  }
}

TEST_CASE("Every text has a class, and one that providers can cause") {
  constexpr std::string_view kParts[] = {"call.",     "start.", "error-",    "customer-", "sip-",
                                         "outbound-", "408-",   "vapifault", "limit",     "-",
                                         ".",         "\xff",   "get-",      "\n"};
  Rng rng{std::array<std::uint8_t, 32>{5}};
  for (int round = 0; round < 20'000; ++round) {
    std::string reason;
    const auto parts = rng.below(8);
    for (std::uint64_t i = 0; i < parts; ++i) {
      reason += kParts[rng.below(std::size(kParts))];
    }
    const Outcome outcome = vapi::classify_ended_reason(reason);
    CHECK(outcome_from_word(to_word(outcome)) == outcome);
    CHECK(outcome != Outcome::not_placed);
  }
}
