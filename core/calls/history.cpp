#include "core/calls/history.hpp"

#include <algorithm>
#include <charconv>

#include "core/calls/retry.hpp"

namespace callgate {
namespace {

constexpr std::size_t kTextBytesMax = 200;
constexpr std::size_t kEntryAbout = 384;  // bytes of most entries

// Provider texts come from outside: what is not plain ASCII becomes '?', so the row is always JSON.
void append_text(std::string& out, std::string_view name, std::string_view value) {
  out += ",\"";
  out += name;
  out += "\":\"";
  const std::size_t begin = out.size();
  out += value.substr(0, kTextBytesMax);
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
      [](char c) { return c < ' ' || c > '~' || c == '"' || c == '\\'; }, '?');
  out += '"';
}

std::string outcome_member(Outcome outcome) {
  return "\"outcome\":\"" + std::string{to_word(outcome)} + "\"";
}

std::string round_member(std::int64_t round) {
  return ",\"round\":" + std::to_string(round);
}

constexpr std::string_view kEntryStart = "{\"attempt\":";
constexpr std::string_view kCost = ",\"costMicros\":";
constexpr std::string_view kTimes = ",\"times\":";
constexpr std::string_view kProvider = "provider";

std::string cost_member(std::int64_t cost_micros) {
  return std::string{kCost} + std::to_string(cost_micros);
}

// With its braces; empty: there is none. The texts in the array hold no quote, so the start of an
// attempt and a member's name are found nowhere else.
std::string_view entry_of(std::string_view history, std::int64_t number) {
  const std::size_t start = history.find(std::string{kEntryStart} + std::to_string(number) + ",");
  if (start == std::string_view::npos) {
    return {};
  }
  const std::size_t next = history.find("," + std::string{kEntryStart}, start);
  const std::size_t end = next == std::string_view::npos ? history.size() - 1 : next;
  return history.substr(start, end - start);
}

// The first text of that name; empty: there is none.
std::string_view text_in(std::string_view entry, std::string_view name) {
  const std::string member = ",\"" + std::string{name} + "\":\"";
  const std::size_t at = entry.find(member);
  if (at == std::string_view::npos) {
    return {};
  }
  entry.remove_prefix(at + member.size());
  return entry.substr(0, entry.find('"'));
}

std::string_view last_entry(std::string_view history) {
  const std::size_t last = history.rfind(kEntryStart);
  return last == std::string_view::npos ? std::string_view{} : history.substr(last);
}

// Takes the entry of earlier put-offs by the same outcome out of the history, unless an attempt was
// used since. Returns for how many it stood, 0 when there is none.
std::int64_t take_put_offs(std::string& history, Outcome outcome) {
  const std::string member = outcome_member(outcome) + std::string{kTimes};
  std::size_t end = history.empty() ? 0 : history.size() - 1;  // behind the entry, at ',' or ']'
  while (end > 1) {
    const std::size_t start = history.rfind(kEntryStart, end);
    const std::string_view entry = std::string_view{history}.substr(start, end - start);
    const std::size_t at = entry.find(member);
    if (at != std::string_view::npos) {
      std::int64_t times = 0;
      const std::string_view digits = entry.substr(at + member.size());
      std::from_chars(digits.data(), digits.data() + digits.size(), times);
      if (start > 1) {
        history.erase(start - 1, end - start + 1);  // with the comma before it
      } else {
        history.erase(start, end - start + (history[end] == ',' ? 1 : 0));
      }
      return times;
    }
    if (entry.find(kTimes) == std::string_view::npos) {
      return 0;
    }
    end = start - 1;
  }
  return 0;
}

}  // namespace

std::string append_attempt(std::string_view history, const EndedAttempt& attempt) {
  std::string out;
  out.reserve(history.size() + kEntryAbout);
  out += history;
  const std::int64_t times =
      uses_attempt(attempt.outcome) ? 0 : take_put_offs(out, attempt.outcome) + 1;
  if (out.empty()) {
    out = "[]";
  }
  out.pop_back();
  if (out.size() > 1) {
    out += ',';
  }
  out += std::string{kEntryStart} + std::to_string(attempt.number) + "," +
         outcome_member(attempt.outcome);
  if (times > 0) {
    out += std::string{kTimes} + std::to_string(times);
  }
  append_text(out, "endedReason", attempt.reason);
  if (!attempt.provider_call_id.empty()) {
    append_text(out, "providerCallId", attempt.provider_call_id);
  }
  append_text(out, "dialedAt", format_rfc3339(attempt.dialed_at));
  if (attempt.started_at) {
    append_text(out, "startedAt", format_rfc3339(*attempt.started_at));
  }
  append_text(out, "endedAt", format_rfc3339(attempt.ended_at));
  if (attempt.round > 1) {
    out += round_member(attempt.round);
  }
  if (attempt.job_version > 0) {
    out += ",\"version\":" + std::to_string(attempt.job_version);
  }
  if (!attempt.provider.empty()) {
    append_text(out, kProvider, attempt.provider);
  }
  if (!attempt.evidence.empty()) {
    append_text(out, "evidence", attempt.evidence);
  }
  if (attempt.cost_micros != 0) {
    out += cost_member(attempt.cost_micros);
  }
  out += "}]";
  return out;
}

bool awaits_price(std::string_view history, std::int64_t number) {
  const std::string_view entry = entry_of(history, number);
  return !entry.empty() && entry.find(kCost) == std::string_view::npos;
}

std::optional<std::string> with_cost(std::string_view history, std::int64_t number,
                                     std::int64_t cost_micros, std::string_view provider) {
  const std::string_view entry = entry_of(history, number);
  const std::string_view by = text_in(entry, kProvider);
  if (!awaits_price(history, number) || (!by.empty() && by != provider)) {
    return std::nullopt;
  }
  const auto end = static_cast<std::size_t>(entry.data() - history.data()) + entry.size() - 1;
  std::string out{history.substr(0, end)};
  out += cost_member(cost_micros);
  out += history.substr(end);
  return out;
}

std::optional<Instant> ended_at(std::string_view history, std::int64_t number) {
  return parse_rfc3339(text_in(entry_of(history, number), "endedAt"));
}

std::string_view last_provider(std::string_view history) {
  return text_in(last_entry(history), kProvider);
}

std::string_view last_ended_reason(std::string_view history) {
  return text_in(last_entry(history), "endedReason");
}

std::optional<Instant> first_dialed_at(std::string_view history) {
  return parse_rfc3339(text_in(history, "dialedAt"));
}

std::int64_t count_outcome(std::string_view history, Outcome outcome, std::int64_t round) {
  if (round > 1) {
    const std::size_t first = history.find(round_member(round));
    if (first == std::string_view::npos) {
      return 0;
    }
    history.remove_prefix(history.rfind(kEntryStart, first));
  }
  const std::string member = outcome_member(outcome);
  std::int64_t count = 0;
  for (std::size_t at = history.find(member); at != std::string_view::npos;
       at = history.find(member, at + member.size())) {
    ++count;
  }
  return count;
}

}  // namespace callgate
