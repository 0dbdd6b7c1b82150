// A simple series: every n days, weeks or months from a start. Occurrence k is the local date and
// time of the first plus k steps, always counted from the first; the first is the start itself. A
// day the month lacks becomes its last day, and a missing local time is moved, for that occurrence
// only. Any occurrence is found from its number, so years between cost nothing. Refused, with the
// field: an interval or a maximum below 1, an end before the start.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/expected.hpp"
#include "core/schedule/recurrence/occurrence.hpp"

namespace callgate {

enum class SeriesStep : std::uint8_t { daily, weekly, monthly };

// Both bounds may be given.
struct SeriesEnd {
  std::optional<std::int64_t> last_day;  // a local date, included; days since 1970
  std::optional<Instant> last_instant;   // included
};

struct SeriesRule {
  SeriesStep step = SeriesStep::daily;
  std::int64_t interval = 1;
  std::optional<std::int64_t> occurrences_max;  // in all, the first included
  SeriesEnd end;
};

// Of a series that somebody asks for: ten years of days. What was stored before there was this
// bound goes on.
inline constexpr std::int64_t kSeriesIntervalMax = 3650;

enum class SeriesField : std::uint8_t { frequency, interval, occurrences_max, end };

// "frequency", "interval", "maxOccurrences", "endDate".
[[nodiscard]] std::string_view field_name(SeriesField field);
// What is wrong with it, as a sentence.
[[nodiscard]] std::string_view detail_of(SeriesField field);

// "daily", "weekly", "monthly".
[[nodiscard]] std::optional<SeriesStep> parse_series_step(std::string_view text);

// A date "YYYY-MM-DD", or an instant in RFC 3339.
[[nodiscard]] std::optional<SeriesEnd> parse_series_end(std::string_view text);

struct SeriesOccurrence {
  Occurrence occurrence;
  std::int64_t index = 0;  // from 0, of occurrences at instants of their own
};

// A value: copies are independent, and the zone must outlive them.
class Series {
 public:
  [[nodiscard]] static Expected<Series, SeriesField> make(const Zone& zone, Instant start,
                                                          const SeriesRule& rule);

  // The same of one that somebody asks for, whose interval is limited.
  [[nodiscard]] static Expected<Series, SeriesField> make_asked(const Zone& zone, Instant start,
                                                                const SeriesRule& rule);

  // The first occurrence strictly after `after`. Adds to `looked_at` how many were resolved.
  [[nodiscard]] std::optional<SeriesOccurrence> next(Instant after,
                                                     std::int64_t* looked_at = nullptr) const;

  [[nodiscard]] Instant start() const { return start_; }
  [[nodiscard]] const Zone& zone() const { return *zone_; }

 private:
  struct Asked {
    LocalTime local;
    DayShift day = DayShift::none;
  };

  Series(const Zone& zone, Instant start, const SeriesRule& rule);
  void find_doubled();
  [[nodiscard]] std::int64_t first_reading_from(LocalTime local) const;
  [[nodiscard]] Asked asked(std::int64_t k) const;
  [[nodiscard]] Occurrence occurrence(std::int64_t k, const Asked& asked) const;
  [[nodiscard]] std::int64_t index_of(std::int64_t k) const;

  const Zone* zone_ = nullptr;
  Instant start_{};
  SeriesRule rule_;
  LocalTime start_local_{};
  std::vector<std::int64_t> doubled_;  // each k whose instant is that of k + 1 too; nearly always 0
};

}  // namespace callgate
