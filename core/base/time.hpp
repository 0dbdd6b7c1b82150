// Instants and their text. An Instant is UTC milliseconds since 1970 (no leap seconds), the only
// time the core stores. Text is RFC 3339; what we write is always UTC with three decimals and a
// 'Z', so equal instants have equal text. Refused when read: local time without an offset, a 24th
// hour, a day that is on no calendar, an instant outside 1970 to 9999. A leap second (:60, only
// before a midnight of UTC) reads as the next second.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace callgate {

using Millis = std::chrono::milliseconds;
using Instant = std::chrono::time_point<std::chrono::system_clock, Millis>;

inline constexpr Instant kEpoch{};

inline constexpr std::int32_t kDayMinutes = 1440;
inline constexpr std::int64_t kDayS = 86'400;
inline constexpr std::int64_t kMinuteMs = 60'000;
inline constexpr std::int64_t kHourMs = 60 * kMinuteMs;
inline constexpr std::int64_t kDayMs = 24 * kHourMs;

// Milliseconds since 1970, the form in which SQL and the wire carry an instant.
[[nodiscard]] constexpr std::int64_t to_ms(Instant instant) {
  return static_cast<std::int64_t>(instant.time_since_epoch().count());
}

[[nodiscard]] constexpr Instant from_ms(std::int64_t ms_since_epoch) {
  return Instant{Millis{ms_since_epoch}};
}

// "2026-11-21T09:30:00.000Z". The instant lies in the years 0 to 9999 (CHECK).
[[nodiscard]] std::string format_rfc3339(Instant instant);

// Reads RFC 3339 section 5.6 with any offset; fractions beyond milliseconds are cut. nullopt when
// refused.
[[nodiscard]] std::optional<Instant> parse_rfc3339(std::string_view text);

}  // namespace callgate
