#include "core/schedule/zone.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "core/base/check.hpp"
#include "core/schedule/posix_rule.hpp"

namespace callgate {

class Zone {
 public:
  std::vector<OffsetChange> changes;  // ascending; the first stands for all time before the second
  PosixRule rule;                     // holds from the last change on
};

namespace {

constexpr std::int64_t kYear2000S = 946'684'800;
constexpr std::int64_t kLastTableYear = 2100;
constexpr std::int64_t kLastTableS = 4'102'444'800;  // 2100-01-01
constexpr std::int64_t kForeverMs = std::int64_t{1} << 53;
constexpr std::int64_t kForeverS = kForeverMs / 1000;
constexpr std::int64_t kWidestJumpMs = 26 * kHourMs;  // offsets lie between -12 and +14 hours

std::int64_t floor_seconds(std::int64_t ms) {
  return ms / 1000 - (ms % 1000 < 0 ? 1 : 0);
}

// Reads the archive's layout (tzdata/archive.hpp). Behind the first byte that is not as it must be,
// everything reads as nothing.
class ArchiveReader {
 public:
  explicit ArchiveReader(Bytes bytes) : rest_(bytes) {}

  std::size_t number() {
    std::size_t value = 0;
    for (int shift = 0; shift <= 28 && !rest_.empty(); shift += 7) {
      const std::uint8_t byte = rest_.front();
      rest_ = rest_.subspan(1);
      value |= static_cast<std::size_t>(byte & 127U) << shift;
      if (byte < 128) {
        return value;
      }
    }
    return fail();
  }

  // How many things follow, each of at least one byte.
  std::size_t count() {
    const std::size_t value = number();
    return value <= rest_.size() ? value : fail();
  }

  std::int64_t minutes_as_s() { return static_cast<std::int64_t>(number()) * 60; }

  std::int64_t signed_minutes_as_s() {
    const auto coded = static_cast<std::int64_t>(number());
    return (coded % 2 == 0 ? coded / 2 : -(coded + 1) / 2) * 60;
  }

  std::string_view text(std::size_t length) {
    if (length > rest_.size()) {
      fail();
      return {};
    }
    const Bytes taken = rest_.first(length);
    rest_ = rest_.subspan(length);
    return text_of(taken);
  }

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool ended() const { return ok_ && rest_.empty(); }
  [[nodiscard]] Bytes rest() const { return rest_; }

 private:
  std::size_t fail() {
    ok_ = false;
    rest_ = {};
    return 0;
  }

  Bytes rest_;
  bool ok_ = true;
};

// Passes over one body and returns it.
Bytes take_body(ArchiveReader& reader) {
  const Bytes whole = reader.rest();
  reader.text(reader.number());
  reader.signed_minutes_as_s();
  for (std::size_t left = reader.count(); left > 0 && reader.ok(); --left) {
    reader.minutes_as_s();
    reader.signed_minutes_as_s();
  }
  return whole.first(whole.size() - reader.rest().size());
}

struct ZoneName {
  std::string text;
  std::size_t body = 0;
};

struct Contents {
  std::string release;
  std::vector<Bytes> bodies;  // still packed
  std::vector<ZoneName> names;
};

// nullopt: it is no such archive, or is cut, or says things that cannot be.
std::optional<Contents> read_contents(Bytes archive) {
  constexpr std::string_view kMagic = "CGTZ1\n";
  ArchiveReader reader{archive};
  if (reader.text(kMagic.size()) != kMagic) {
    return std::nullopt;
  }
  Contents out;
  out.release = reader.text(reader.number());
  for (std::size_t left = reader.count(); left > 0 && reader.ok(); --left) {
    out.bodies.push_back(take_body(reader));
  }
  std::string name;
  for (std::size_t left = reader.count(); left > 0 && reader.ok(); --left) {
    const std::size_t shared = reader.number();
    if (shared > name.size()) {
      return std::nullopt;
    }
    const std::string before = name;
    name.resize(shared);
    name.append(reader.text(reader.number()));
    const std::size_t body = reader.number();
    if (body >= out.bodies.size() || name <= before) {
      return std::nullopt;
    }
    out.names.push_back({name, body});
  }
  return reader.ended() ? std::optional{std::move(out)} : std::nullopt;
}

bool is_offset(std::int64_t offset_s) {
  return offset_s >= -12 * 3600 && offset_s <= 14 * 3600;
}

void append_change(std::vector<OffsetChange>& changes, const OffsetChange& change) {
  if (changes.back().offset_s != change.offset_s) {
    changes.push_back(change);
  }
}

// The table as it is stored, continued by its rule to the end of 2100, so that a search is all that
// instants of a working life need. nullptr: it says things that cannot be.
std::unique_ptr<Zone> unpack(Bytes body) {
  ArchiveReader reader{body};
  auto zone = std::make_unique<Zone>();
  const auto rule = parse_posix_rule(reader.text(reader.number()));
  if (!rule) {
    return nullptr;
  }
  zone->rule = *rule;
  zone->changes.push_back({-kForeverS, reader.signed_minutes_as_s()});
  std::int64_t at_s = kYear2000S;
  for (std::size_t left = reader.number(); left > 0; --left) {
    const std::int64_t step_s = reader.minutes_as_s();
    const std::int64_t offset_s = reader.signed_minutes_as_s();
    at_s += step_s;
    if (step_s <= 0 || at_s > kLastTableS || !is_offset(offset_s)) {
      return nullptr;
    }
    append_change(zone->changes, {at_s, offset_s});
  }
  if (!reader.ended() || !is_offset(zone->changes.front().offset_s)) {
    return nullptr;
  }
  const std::int64_t first_year = year_of_day(at_s / kDayS);
  for (const OffsetChange& change : changes_of_years(zone->rule, first_year, kLastTableYear)) {
    if (!is_offset(change.offset_s)) {
      return nullptr;
    }
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
  explicit State(ZoneArchive of) : archive(std::move(of)) {}

  const Contents& read() {
    if (!contents) {
      contents = read_contents(archive.bytes());
      CALLGATE_CHECK(contents.has_value());
      zones.resize(contents->bodies.size());
    }
    return *contents;
  }

  ZoneArchive archive;
  std::optional<Contents> contents;
  std::vector<std::unique_ptr<Zone>> zones;  // by body, unpacked when first asked for
};

ZoneTable::ZoneTable(ZoneArchive archive) : state_(std::make_unique<State>(std::move(archive))) {}

Expected<ZoneArchive, std::string> ZoneArchive::read(std::string bytes) {
  ZoneArchive out;
  out.owned_ = std::make_shared<const std::string>(std::move(bytes));
  out.bytes_ = bytes_of(*out.owned_);
  const auto contents = read_contents(out.bytes_);
  if (!contents || contents->names.empty()) {
    return unexpected(std::string{"It is no archive of time zones, or is cut short."});
  }
  for (const ZoneName& name : contents->names) {
    if (unpack(contents->bodies[name.body]) == nullptr) {
      return unexpected("The zone " + name.text + " cannot be read.");
    }
  }
  return out;
}

ZoneTable::~ZoneTable() = default;

const Zone* ZoneTable::find(std::string_view iana_name) const {
  const Contents& contents = state_->read();
  const auto& names = contents.names;
  const auto found = std::lower_bound(
      names.begin(), names.end(), iana_name,
      [](const ZoneName& name, std::string_view want) { return name.text < want; });
  if (found == names.end() || found->text != iana_name) {
    return nullptr;
  }
  std::unique_ptr<Zone>& zone = state_->zones[found->body];
  if (zone == nullptr) {
    zone = unpack(contents.bodies[found->body]);
    CALLGATE_CHECK(zone != nullptr);
  }
  return zone.get();
}

std::string_view ZoneTable::release() const {
  return state_->read().release;
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
