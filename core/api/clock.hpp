// POST /api/time/convert: between UTC and what a zone's clock reads, with what is special about the
// reading: a time that the clock skips (gap) or reads twice (fold).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "core/api/router.hpp"
#include "core/api/schema.hpp"
#include "core/schedule/zone.hpp"

namespace callgate {

constexpr auto words(LocalKind /*kind*/) {
  return std::array{word("unique", LocalKind::unique, "The clock reads it once"),
                    word("gap", LocalKind::gap, "The clock skips it"),
                    word("fold", LocalKind::fold, "The clock reads it twice")};
}

// "YYYY-MM-DDTHH:MM:SS", with or without a fraction of the second, of which milliseconds are kept:
// a date and time of day that are on the calendar and the clock of somewhere.
[[nodiscard]] std::optional<LocalTime> parse_local(std::string_view text);

struct TimeToConvert {
  std::string zone;
  std::optional<Instant> utc;
  std::optional<std::string> local;
  static constexpr auto fields() {
    return std::array{
        field<&TimeToConvert::zone>("zone", "IANA name", format("time-zone"),
                                    example("America/New_York")),
        field<&TimeToConvert::utc>("utc", "An instant; it or local, not both"),
        field<&TimeToConvert::local>("local", "A local time, YYYY-MM-DDTHH:MM:SS, without a suffix",
                                     format("local-date-time"), example("2026-03-08T02:30:00"))};
  }
};

struct ConvertedTime {
  std::string zone;
  Instant utc{};
  std::string local;
  std::int64_t offset_s = 0;
  LocalKind kind = LocalKind::unique;
  Instant earlier{};
  Instant later{};
  static constexpr auto fields() {
    return std::array{
        field<&ConvertedTime::zone>("zone", "As asked", format("time-zone")),
        field<&ConvertedTime::utc>(
            "utc",
            "The instant. Of a local time in a gap the one by the offset before the jump, of one "
            "in a fold the first"),
        field<&ConvertedTime::local>("local", "What the clock reads at that instant",
                                     format("local-date-time")),
        field<&ConvertedTime::offset_s>("offsetSeconds", "Added to UTC gives local"),
        field<&ConvertedTime::kind>("kind",
                                    "How the clock reads the local time that was asked for"),
        field<&ConvertedTime::earlier>(
            "earlier", "Fold: the first reading. Gap: by the offset after the jump"),
        field<&ConvertedTime::later>(
            "later", "Fold: the second reading. Gap: by the offset before the jump")};
  }
};

Answer post_time_convert(Request& request);

}  // namespace callgate
