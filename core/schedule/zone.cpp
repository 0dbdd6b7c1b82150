#include "core/schedule/zone.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "core/base/check.hpp"
#include "core/schedule/posix_rule.hpp"
#include "core/schedule/tzdata/archive.hpp"

namespace callgate {

class Zone {
 public:
  std::vector<OffsetChange> changes;  // ascending; the first stands for all time before the second
  PosixRule rule;                     // holds from the last change on
};

namespace {

constexpr std::int64_t kDayS = 86'400;
constexpr std::int64_t kYear2000S = 946'684'800;
constexpr std::int64_t kLastTableYear = 2100;
constexpr std::int64_t kForeverMs = std::int64_t{1} << 53;
constexpr std::int64_t kForeverS = kForeverMs / 1000;
constexpr std::int64_t kWidestJumpMs = 26 * 3'600'000;  // offsets lie between -12 and +14 hours

std::int64_t floor_seconds(std::int64_t ms) {
  return ms / 1000 - (ms % 1000 < 0 ? 1 : 0);
}

// Reads the archive's layout (tzdata/archive.hpp). It is part of the program: a mistake in it is
// ours.
class ArchiveReader {
 public:
  explicit ArchiveReader(Bytes bytes) : rest_(bytes) {}

  std::size_t number() {
    std::size_t value = 0;
    for (int shift = 0;; shift += 7) {
      CALLGATE_CHECK(!rest_.empty() && shift <= 28);
      const std::uint8_t byte = rest_.front();
      rest_ = rest_.subspan(1);
      value |= static_cast<std::size_t>(byte & 127U) << shift;
      if (byte < 128) {
        return value;
      }
    }
  }

  std::int64_t minutes_as_s() { return static_cast<std::int64_t>(number()) * 60; }

  std::int64_t signed_minutes_as_s() {
    const auto coded = static_cast<std::int64_t>(number());
    return (coded % 2 == 0 ? coded / 2 : -(coded + 1) / 2) * 60;
  }

  std::string_view text(std::size_t length) {
    CALLGATE_CHECK(length <= rest_.size());
    const Bytes taken = rest_.first(length);
    rest_ = rest_.subspan(length);
    return text_of(taken);
  }

  [[nodiscard]] bool ended() const { return rest_.empty(); }
  [[nodiscard]] Bytes rest() const { return rest_; }

 private:
  Bytes rest_;
};

// Passes over one body and returns it.
Bytes take_body(ArchiveReader& reader) {
  const Bytes whole = reader.rest();
  reader.text(reader.number());
  reader.signed_minutes_as_s();
  for (std::size_t left = reader.number(); left > 0; --left) {
    reader.minutes_as_s();
    reader.signed_minutes_as_s();
  }
  return whole.first(whole.size() - reader.rest().size());
}

void append_change(std::vector<OffsetChange>& changes, const OffsetChange& change) {
  if (changes.back().offset_s != change.offset_s) {
    changes.push_back(change);
  }
}

// The table as it is stored, continued by its rule to the end of 2100, so that a search is all that
// instants of a working life need.
std::unique_ptr<Zone> unpack(Bytes body) {
  ArchiveReader reader{body};
  auto zone = std::make_unique<Zone>();
  const auto rule = parse_posix_rule(reader.text(reader.number()));
  CALLGATE_CHECK(rule.has_value());
  zone->rule = *rule;
  zone->changes.push_back({-kForeverS, reader.signed_minutes_as_s()});
  std::int64_t at_s = kYear2000S;
  for (std::size_t left = reader.number(); left > 0; --left) {
    at_s += reader.minutes_as_s();
    append_change(zone->changes, {at_s, reader.signed_minutes_as_s()});
  }
  CALLGATE_CHECK(reader.ended());
  const std::int64_t first_year = year_of_day(at_s / kDayS);
  for (const OffsetChange& change : changes_of_years(zone->rule, first_year, kLastTableYear)) {
    if (change.at_s > at_s) {
      append_change(zone->changes, change);
    }
  }
  return zone;
}

OffsetSpan make_span(const OffsetChange& change, std::int64_t end_s) {
  return {change.offset_s, from_ms(change.at_s * 1000), from_ms(end_s * 1000)};
}

// For an instant after every change of the table: the rule's own years around it.
OffsetSpan span_by_rule(const Zone& zone, std::int64_t at_s) {
  const std::int64_t year = year_of_day(at_s / kDayS);
  OffsetChange now = zone.changes.back();
  for (const OffsetChange& change : changes_of_years(zone.rule, year - 1, year + 1)) {
    if (change.at_s > at_s && change.offset_s != now.offset_s) {
      return make_span(now, change.at_s);
    }
    if (change.at_s > now.at_s && change.offset_s != now.offset_s) {
      now = change;
    }
  }
  return make_span(now, kForeverS);
}

}  // namespace

struct ZoneTable::State {
  struct Name {
    std::string text;
    std::size_t body = 0;
  };
  std::string release;
  std::vector<Bytes> bodies;                 // still packed, in the archive
  std::vector<std::unique_ptr<Zone>> zones;  // by body, unpacked when first asked for
  std::vector<Name> names;                   // ascending
};

ZoneTable::ZoneTable() : state_(std::make_unique<State>()) {
  constexpr std::string_view kMagic = "CGTZ1\n";
  ArchiveReader reader{tzdata_archive()};
  CALLGATE_CHECK(reader.text(kMagic.size()) == kMagic);
  state_->release = reader.text(reader.number());
  for (std::size_t left = reader.number(); left > 0; --left) {
    state_->bodies.push_back(take_body(reader));
  }
  state_->zones.resize(state_->bodies.size());
  std::string name;
  for (std::size_t left = reader.number(); left > 0; --left) {
    name.resize(reader.number());
    name.append(reader.text(reader.number()));
    const std::size_t body = reader.number();
    CALLGATE_CHECK(body < state_->bodies.size());
    state_->names.push_back({name, body});
  }
  CALLGATE_CHECK(reader.ended());
}

ZoneTable::~ZoneTable() = default;

const Zone* ZoneTable::find(std::string_view iana_name) const {
  const auto found = std::lower_bound(
      state_->names.begin(), state_->names.end(), iana_name,
      [](const State::Name& name, std::string_view want) { return name.text < want; });
  if (found == state_->names.end() || found->text != iana_name) {
    return nullptr;
  }
  std::unique_ptr<Zone>& zone = state_->zones[found->body];
  if (zone == nullptr) {
    zone = unpack(state_->bodies[found->body]);
  }
  return zone.get();
}

std::string_view ZoneTable::release() const {
  return state_->release;
}

OffsetSpan offset_at(const Zone& zone, Instant at) {
  CALLGATE_CHECK(to_ms(at) >= -kForeverMs && to_ms(at) <= kForeverMs);
  const std::int64_t at_s = std::max(floor_seconds(to_ms(at)), -kForeverS);
  const auto after = std::upper_bound(
      zone.changes.begin(), zone.changes.end(), at_s,
      [](std::int64_t want, const OffsetChange& change) { return want < change.at_s; });
  if (after == zone.changes.end()) {
    return span_by_rule(zone, at_s);
  }
  return make_span(*std::prev(after), after->at_s);
}

LocalTime to_local(const Zone& zone, Instant at) {
  return {to_ms(at) + offset_at(zone, at).offset_s * 1000};
}

Resolved to_instant(const Zone& zone, LocalTime local) {
  // Every offset that holds within a jump's reach gives a reading; it counts if it holds at that
  // instant.
  Resolved out;
  int readings = 0;
  std::optional<OffsetSpan> before;
  std::optional<Resolved> gap;
  OffsetSpan span = offset_at(zone, from_ms(local.ms - kWidestJumpMs));
  for (;;) {
    const Instant reading = from_ms(local.ms - span.offset_s * 1000);
    if (reading >= span.begin && reading < span.end) {
      out.earlier = readings == 0 ? reading : out.earlier;
      out.later = reading;
      ++readings;
    }
    if (before && reading < span.begin) {
      const Instant by_before = from_ms(local.ms - before->offset_s * 1000);
      if (by_before >= span.begin && !gap) {
        gap = Resolved{LocalKind::gap, by_before, reading, by_before};
      }
    }
    if (to_ms(span.end) > local.ms + kWidestJumpMs) {
      break;
    }
    before = span;
    span = offset_at(zone, span.end);
  }
  if (readings == 0) {
    CALLGATE_CHECK(gap.has_value());
    return *gap;
  }
  out.kind = readings == 1 ? LocalKind::unique : LocalKind::fold;
  out.at = out.earlier;
  return out;
}

}  // namespace callgate
