#include "core/schedule/recurrence/series.hpp"

#include <algorithm>

#include "core/schedule/posix_rule.hpp"
#include "core/schedule/recurrence/civil.hpp"

namespace callgate {
namespace {

constexpr Instant kLastTableInstant = from_ms(4'133'980'800'000);  // 2101: rules only from here on

std::int64_t month_number(const CivilDate& date) {
  return date.year * 12 + date.month - 1;
}

// No step reaches farther than the calendar does, so that its multiples stay in range.
constexpr std::int64_t kIntervalMax = kLastCivilDay;

}  // namespace

std::string_view field_name(SeriesField field) {
  switch (field) {
    case SeriesField::frequency:
      return "frequency";
    case SeriesField::interval:
      return "interval";
    case SeriesField::occurrences_max:
      return "maxOccurrences";
    case SeriesField::end:
      break;
  }
  return "endDate";
}

std::string_view detail_of(SeriesField field) {
  switch (field) {
    case SeriesField::frequency:
      return "It is daily, weekly or monthly.";
    case SeriesField::interval:
      return "It is from 1 to 3650.";
    case SeriesField::occurrences_max:
      return "It is at least 1.";
    case SeriesField::end:
      break;
  }
  return "It lies before the first occurrence.";
}

std::optional<SeriesStep> parse_series_step(std::string_view text) {
  if (text == "daily") {
    return SeriesStep::daily;
  }
  if (text == "weekly") {
    return SeriesStep::weekly;
  }
  if (text == "monthly") {
    return SeriesStep::monthly;
  }
  return std::nullopt;
}

std::optional<SeriesEnd> parse_series_end(std::string_view text) {
  SeriesEnd end;
  end.last_day = parse_local_date(text);
  end.last_instant = parse_rfc3339(text);
  if (!end.last_day && !end.last_instant) {
    return std::nullopt;
  }
  return end;
}

Expected<Series, SeriesField> Series::make(const Zone& zone, Instant start,
                                           const SeriesRule& rule) {
  if (rule.interval < 1) {
    return unexpected(SeriesField::interval);
  }
  if (rule.occurrences_max && *rule.occurrences_max < 1) {
    return unexpected(SeriesField::occurrences_max);
  }
  Series series{zone, start, rule};
  if ((rule.end.last_instant && *rule.end.last_instant < start) ||
      (rule.end.last_day && *rule.end.last_day < day_of_local(series.start_local_))) {
    return unexpected(SeriesField::end);
  }
  return series;
}

Expected<Series, SeriesField> Series::make_asked(const Zone& zone, Instant start,
                                                 const SeriesRule& rule) {
  if (rule.interval > kSeriesIntervalMax) {
    return unexpected(SeriesField::interval);
  }
  return make(zone, start, rule);
}

Series::Series(const Zone& zone, Instant start, const SeriesRule& rule)
    : zone_(&zone), start_(start), rule_(rule), start_local_(to_local(zone, start)) {
  rule_.interval = std::min(rule_.interval, kIntervalMax);
  if (rule_.step == SeriesStep::daily && rule_.interval == 1) {
    find_doubled();
  }
}

// Only a jump over a whole day makes two occurrences of a daily series one, and only the table of a
// zone has such jumps (Samoa had no 30 December 2011): rules move clocks by an hour or so.
void Series::find_doubled() {
  OffsetSpan span = offset_at(*zone_, start_);
  while (span.end < kLastTableInstant) {
    const OffsetSpan next = offset_at(*zone_, span.end);
    const std::int64_t jump_ms = (next.offset_s - span.offset_s) * 1000;
    if (jump_ms == kDayMs) {
      doubled_.push_back(first_reading_from({to_ms(span.end) + span.offset_s * 1000}));
    }
    span = next;
  }
}

std::int64_t Series::first_reading_from(LocalTime local) const {
  if (local.ms <= start_local_.ms) {
    return 0;
  }
  if (rule_.step != SeriesStep::monthly) {
    const std::int64_t days = rule_.step == SeriesStep::daily ? 1 : 7;
    return ceil_div(local.ms - start_local_.ms, rule_.interval * days * kDayMs);
  }
  const std::int64_t months = month_number(date_of_day(day_of_local(local))) -
                              month_number(date_of_day(day_of_local(start_local_)));
  const std::int64_t k = ceil_div(months, rule_.interval);
  return asked(k).local.ms < local.ms ? k + 1 : k;
}

Series::Asked Series::asked(std::int64_t k) const {
  const std::int64_t steps = k * rule_.interval;
  if (rule_.step != SeriesStep::monthly) {
    const std::int64_t days = rule_.step == SeriesStep::daily ? 1 : 7;
    return {{start_local_.ms + steps * days * kDayMs}};
  }
  const std::int64_t start_day = day_of_local(start_local_);
  const CivilDate first = date_of_day(start_day);
  const std::int64_t month = month_number(first) + steps;
  const std::int64_t days = days_in_month(month / 12, month % 12 + 1);
  const std::int64_t day = day_of_date(month / 12, month % 12 + 1, std::min(first.day, days));
  return {{start_local_.ms + (day - start_day) * kDayMs},
          first.day > days ? DayShift::clamped : DayShift::none};
}

Occurrence Series::occurrence(std::int64_t k, const Asked& asked) const {
  const Resolved resolved = to_instant(*zone_, asked.local);
  // The start may be the second reading of a repeated hour.
  return {k == 0 ? start_ : resolved.at, asked.local, resolved.kind, asked.day};
}

std::int64_t Series::index_of(std::int64_t k) const {
  return k - (std::lower_bound(doubled_.begin(), doubled_.end(), k) - doubled_.begin());
}

std::optional<SeriesOccurrence> Series::next(Instant after, std::int64_t* looked_at) const {
  std::int64_t k =
      after < start_
          ? 0
          : std::max<std::int64_t>(1, first_reading_from(earliest_reading_after(*zone_, after)));
  for (;; ++k) {
    const std::int64_t index = index_of(k);
    const Asked ask = asked(k);
    const std::int64_t day = day_of_local(ask.local);
    if (day > kLastCivilDay || (rule_.end.last_day && day > *rule_.end.last_day) ||
        (rule_.occurrences_max && index >= *rule_.occurrences_max)) {
      return std::nullopt;
    }
    const Occurrence found = occurrence(k, ask);
    if (looked_at != nullptr) {
      ++*looked_at;
    }
    if (rule_.end.last_instant && found.at > *rule_.end.last_instant) {
      return std::nullopt;
    }
    if (found.at > after) {
      return SeriesOccurrence{found, index};
    }
  }
}

}  // namespace callgate
