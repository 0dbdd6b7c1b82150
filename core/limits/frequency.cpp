#include "core/limits/frequency.hpp"

#include <algorithm>
#include <map>

#include "core/base/check.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kMsPerSecond = 1000;

// Seven bits a byte, lowest first; the eighth says that more follow.
void put_number(Blob& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) {
    out.push_back(static_cast<std::uint8_t>(value | 0x80U));
  }
  out.push_back(static_cast<std::uint8_t>(value));
}

std::uint64_t take_number(Bytes& in) {
  std::uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    CALLGATE_CHECK(!in.empty() && shift < 63);
    const std::uint8_t byte = in.front();
    in = in.subspan(1);
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if ((byte & 0x80U) == 0) {
      return value;
    }
  }
}

std::int64_t seconds_of(Instant at) {
  return (to_ms(at) + kMsPerSecond - 1) / kMsPerSecond;
}

bool may_be_same(std::uint32_t left, std::uint32_t right) {
  return left == 0 || right == 0 || left == right;
}

}  // namespace

std::uint32_t subject_number(std::string_view subject) {
  if (subject.empty()) {
    return 0;
  }
  std::uint32_t hash = 2'166'136'261U;  // FNV-1a
  for (const char c : subject) {
    hash = (hash ^ static_cast<std::uint8_t>(c)) * 16'777'619U;
  }
  return hash == 0 ? 1 : hash;
}

NumberHistory NumberHistory::unpack(Bytes packed) {
  NumberHistory history;
  std::int64_t at_s = 0;
  while (!packed.empty()) {
    // What was met and whether a subject follows stand below the time since the entry before.
    const std::uint64_t head = take_number(packed);
    at_s += static_cast<std::int64_t>(head >> 3);
    const bool has_subject = (head & 4U) != 0;
    const auto subject = has_subject ? static_cast<std::uint32_t>(take_number(packed)) : 0U;
    history.entries_.push_back({at_s, static_cast<Met>(head & 3U), subject});
  }
  return history;
}

Blob NumberHistory::pack() const {
  Blob out;
  std::int64_t before = 0;
  for (const Entry& entry : entries_) {
    const auto since = static_cast<std::uint64_t>(entry.at_s - before);
    put_number(out,
               since << 3 | (entry.subject != 0 ? 4U : 0U) | static_cast<std::uint64_t>(entry.met));
    if (entry.subject != 0) {
      put_number(out, entry.subject);
    }
    before = entry.at_s;
  }
  return out;
}

void NumberHistory::add(Met met, Instant at, std::uint32_t subject) {
  // A clock that went back does not reorder what happened.
  const std::int64_t last = entries_.empty() ? 0 : entries_.back().at_s;
  entries_.push_back({std::max(seconds_of(at), last), met, subject});
  const std::int64_t now_s = entries_.back().at_s;
  std::map<std::pair<Met, std::uint32_t>, std::int64_t> newer;
  const auto is_old = [&](const Entry& entry) {
    const bool dial = entry.met == Met::dial;
    const Millis kept = dial ? FrequencyCap::kWindowMax : FrequencyCap::kCoolOffMax;
    const std::int64_t most = dial ? FrequencyCap::kDialsMax : 1;
    return ++newer[{entry.met, entry.subject}] > most ||
           (now_s - entry.at_s) * kMsPerSecond >= kept.count();
  };
  std::vector<Entry> kept;
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    if (!is_old(*entry)) {
      kept.push_back(*entry);
    }
  }
  entries_.assign(kept.rbegin(), kept.rend());
}

std::optional<Instant> NumberHistory::matters_until() const {
  std::optional<Instant> until;
  for (const Entry& entry : entries_) {
    const bool dial = entry.met == Met::dial;
    const Instant end = from_ms(entry.at_s * kMsPerSecond) +
                        (dial ? FrequencyCap::kWindowMax : FrequencyCap::kCoolOffMax);
    until = until ? std::max(*until, end) : end;
  }
  return until;
}

bool NumberHistory::take_back_dial(Instant since) {
  for (std::size_t i = entries_.size(); i > 0; --i) {
    const Entry& entry = entries_[i - 1];
    if (entry.met == Met::dial && from_ms(entry.at_s * kMsPerSecond) >= since) {
      entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(i - 1));
      return true;
    }
  }
  return false;
}

std::optional<Instant> NumberHistory::held_until(const FrequencyCap& cap, std::uint32_t subject,
                                                 Instant now) const {
  std::vector<Instant> dials;  // newest first
  std::optional<Instant> met;
  bool talked = false;
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    if (cap.per_subject && !may_be_same(entry->subject, subject)) {
      continue;
    }
    const Instant at = from_ms(entry->at_s * kMsPerSecond);
    if (entry->met == Met::dial) {
      dials.push_back(at);
    }
    if (entry->met == cap.after && !met) {
      met = at;
    }
    talked = talked || entry->met == Met::conversation;
  }
  if (cap.from_first_conversation && !talked) {
    return std::nullopt;
  }
  Instant until = now;
  if (cap.max > 0 && static_cast<std::int64_t>(dials.size()) >= cap.max) {
    until = std::max(until, dials[static_cast<std::size_t>(cap.max - 1)] + cap.window);
  }
  if (cap.gap > Millis{0} && !dials.empty()) {
    until = std::max(until, dials.front() + cap.gap);
  }
  if (cap.cool_off > Millis{0} && met) {
    until = std::max(until, *met + cap.cool_off);
  }
  return until > now ? std::optional{until} : std::nullopt;
}

std::optional<HeldByCap> held_by(std::span<const FrequencyCap> caps, const NumberHistory& history,
                                 std::uint32_t subject, Instant now) {
  std::optional<HeldByCap> longest;
  for (std::size_t i = 0; i < caps.size(); ++i) {
    const auto until = history.held_until(caps[i], subject, now);
    if (until && (!longest || *until > longest->until)) {
      longest = HeldByCap{i, *until};
    }
  }
  return longest;
}

}  // namespace callgate
