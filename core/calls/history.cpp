#include "core/calls/history.hpp"

#include <algorithm>

namespace callgate {
namespace {

constexpr std::size_t kTextBytesMax = 200;

// Provider texts come from outside: what is not plain ASCII becomes '?', so the row is always JSON.
void append_text(std::string& out, std::string_view name, std::string_view value) {
  out += ",\"";
  out += name;
  out += "\":\"";
  for (const char c : value.substr(0, kTextBytesMax)) {
    const bool plain = c >= ' ' && c <= '~' && c != '"' && c != '\\';
    out += plain ? c : '?';
  }
  out += '"';
}

std::string outcome_member(Outcome outcome) {
  return "\"outcome\":\"" + std::string{to_word(outcome)} + "\"";
}

}  // namespace

std::string append_attempt(std::string_view history, const EndedAttempt& attempt) {
  std::string out{history.empty() ? "[" : history.substr(0, history.size() - 1)};
  if (!history.empty()) {
    out += ',';
  }
  out += "{\"attempt\":" + std::to_string(attempt.number) + "," + outcome_member(attempt.outcome);
  append_text(out, "endedReason", attempt.reason);
  if (!attempt.provider_call_id.empty()) {
    append_text(out, "providerCallId", attempt.provider_call_id);
  }
  append_text(out, "dialedAt", format_rfc3339(attempt.dialed_at));
  if (attempt.started_at) {
    append_text(out, "startedAt", format_rfc3339(*attempt.started_at));
  }
  append_text(out, "endedAt", format_rfc3339(attempt.ended_at));
  if (attempt.cost_micros != 0) {
    out += ",\"costMicros\":" + std::to_string(attempt.cost_micros);
  }
  out += "}]";
  return out;
}

// The texts in the array hold no quote, so the member's own text is found nowhere else.
std::int64_t count_outcome(std::string_view history, Outcome outcome) {
  const std::string member = outcome_member(outcome);
  std::int64_t count = 0;
  for (std::size_t at = history.find(member); at != std::string_view::npos;
       at = history.find(member, at + member.size())) {
    ++count;
  }
  return count;
}

}  // namespace callgate
