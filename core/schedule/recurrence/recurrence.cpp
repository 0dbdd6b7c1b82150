#include "core/schedule/recurrence/recurrence.hpp"

#include <algorithm>

#include "core/schedule/recurrence/civil.hpp"

namespace callgate {
namespace {

const Zone& zone_of(const Recurrence& recurrence) {
  return std::visit([](const auto& kind) -> const Zone& { return kind.zone(); }, recurrence);
}

PreviewedOccurrence shown(const Zone& zone, const Occurrence& occurrence) {
  PreviewedOccurrence out;
  out.occurrence = occurrence;
  out.offset_s = offset_at(zone, occurrence.at).offset_s;
  out.local = {to_ms(occurrence.at) + out.offset_s * 1000};
  out.gap = occurrence.kind == LocalKind::gap;
  out.fold = occurrence.kind == LocalKind::fold;
  out.second = out.fold && occurrence.at == to_instant(zone, occurrence.asked).later;
  out.clamped = occurrence.day == DayShift::clamped;
  out.skipped = occurrence.day == DayShift::skipped;
  return out;
}

std::string time_of(LocalTime local) {
  return format_local({local.ms - local.ms % 1000}).substr(11, 8);
}

}  // namespace

std::optional<Occurrence> next_occurrence(const Recurrence& recurrence, Instant after,
                                          std::int64_t* looked_at) {
  if (const auto* series = std::get_if<Series>(&recurrence)) {
    const auto next = series->next(after, looked_at);
    return next ? std::optional{next->occurrence} : std::nullopt;
  }
  if (const auto* rules = std::get_if<RuleSet>(&recurrence)) {
    return rules->next(after, looked_at);
  }
  return std::get<CronSchedule>(recurrence).next(after, looked_at);
}

Preview preview(const Recurrence& recurrence, Instant after, std::size_t count) {
  Preview out;
  const Zone& zone = zone_of(recurrence);
  count = std::min(count, kPreviewMax);
  auto next = next_occurrence(recurrence, after);
  while (next && out.occurrences.size() < count) {
    out.occurrences.push_back(shown(zone, *next));
    next = next_occurrence(recurrence, next->at);
  }
  out.complete = !next;
  return out;
}

std::string explain(const PreviewedOccurrence& shown) {
  std::string out;
  const auto add = [&out](const std::string& clause) {
    out += out.empty() ? "" : "; ";
    out += clause;
  };
  if (shown.clamped) {
    add("the month lacks the day: its last day");
  }
  if (shown.skipped) {
    add("the month lacks the day: moved to the nearest");
  }
  if (shown.gap) {
    add("the clock skips " + time_of(shown.occurrence.asked) + ": moved to " +
        time_of(shown.local));
  }
  if (shown.fold) {
    add("the clock reads " + time_of(shown.occurrence.asked) + " twice: the " +
        (shown.second ? "second" : "first") + " time");
  }
  return out;
}

std::string format_local(LocalTime local) {
  std::string out = format_rfc3339(from_ms(local.ms));
  out.pop_back();  // the Z
  if (local.ms % 1000 == 0) {
    out.resize(out.size() - 4);
  }
  return out;
}

}  // namespace callgate
