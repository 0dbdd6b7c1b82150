// Any bytes as a provider's answer or webhook: read, refused or unclear, never a crash; a control
// URL is followed to the provider's own hosts only.
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/providers/vapi.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace callgate;
  const std::string body{reinterpret_cast<const char*>(data), size};
  const vapi::Account account{"https://carrier.example", "key", "", ""};
  const auto check = [&account](const vapi::Fact& fact) {
    const bool ended = fact.state == AttemptState::ended;
    const bool own = fact.control_url.empty() ||
                     fact.control_url.rfind("https://carrier.example/", 0) == 0 ||
                     fact.control_url.rfind("https://", 0) == 0;
    if (ended != fact.outcome.has_value() || !own) {
      std::abort();
    }
    (void)vapi::end_call(account, fact.control_url);
  };
  if (const auto fact = vapi::read_webhook(body, account); fact && *fact) {
    check(**fact);
  }
  for (const std::int64_t status : {200, 201, 400, 404, 429, 500}) {
    const Answered answer{status, -1, body};
    const auto created = vapi::read_create_call(answer, account);
    if (const auto* fact = std::get_if<vapi::Fact>(&created)) {
      check(*fact);
    }
    const auto listed = vapi::read_list_calls(answer, "call_x-1", account);
    if (const auto* fact = std::get_if<vapi::Fact>(&listed)) {
      check(*fact);
    }
  }
  (void)vapi::classify_ended_reason(body);
  return 0;
}
