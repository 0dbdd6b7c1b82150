#include "core/engine/service.hpp"

#include <algorithm>
#include <charconv>

namespace callgate {
namespace {

constexpr std::int64_t kAttemptMax = 1'000'000;

}  // namespace

Turn turn_of(Service& service, const Job& job) {
  return std::max(job.turn, service.store.attempts.turn_of(job.seq));
}

Instant last_turn(Service& service) {
  return std::max(service.store.jobs.last_turn(), service.store.attempts.last_turn());
}

std::string call_id(const Service& service, std::int64_t seq, Instant created_at) {
  return format_id("call", {created_at, seq, service.store.workspace.tag()});
}

std::string job_id(const Service& service, const Job& job) {
  return format_id("job", {job.created_at, job.seq, service.store.workspace.tag()});
}

std::string attempt_id(const Service& service, const Call& call, std::int64_t number) {
  return call_id(service, call.seq, call.created_at) + "-" + std::to_string(number);
}

std::optional<AttemptName> parse_attempt_id(std::string_view text) {
  const std::size_t dash = text.rfind('-');
  if (dash == std::string_view::npos) {
    return std::nullopt;
  }
  const auto id = parse_id("call", text.substr(0, dash));
  const std::string_view digits = text.substr(dash + 1);
  std::int64_t number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (!id || read.ec != std::errc{} || read.ptr != digits.data() + digits.size() || number < 1 ||
      number > kAttemptMax) {
    return std::nullopt;
  }
  return AttemptName{*id, number};
}

}  // namespace callgate
