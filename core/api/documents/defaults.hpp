// What a published surface takes where a request leaves it out: of document D's scheduling surface
// the time zone, the business hours and the retries. The workspace's own word comes first, then the
// host's environment, then the document.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/router.hpp"
#include "core/api/schema.hpp"
#include "core/engine/service.hpp"

namespace callgate {

enum class SchedulingProfile : std::uint8_t { canonical, document_d };
constexpr auto words(SchedulingProfile /*tag*/) {
  return std::array{
      word("canonical", SchedulingProfile::canonical,
           "Completed when the call has ended; business hours end before their end"),
      word("document-d", SchedulingProfile::document_d,
           "To the letter: completed once it is dispatched; the very end of the hours is inside")};
}

struct SchedulingDefaults {
  SchedulingProfile profile = SchedulingProfile::canonical;
  std::optional<std::string> timezone;
  std::optional<std::string> start;
  std::optional<std::string> end;
  std::optional<std::vector<std::int64_t>> days_of_week;
  std::optional<std::string> phone_number_id;
  static constexpr auto fields() {
    return std::array{
        field<&SchedulingDefaults::profile>("profile", "How the document is read", defaulted()),
        field<&SchedulingDefaults::timezone>("timezone", "IANA name", text(1, 64),
                                             format("time-zone")),
        field<&SchedulingDefaults::start>("businessHoursStart", "HH:MM", text(1, 8),
                                          format("time-of-day")),
        field<&SchedulingDefaults::end>("businessHoursEnd", "HH:MM, up to 24:00", text(1, 8),
                                        format("time-of-day")),
        field<&SchedulingDefaults::days_of_week>("daysOfWeek", "0 is Sunday", callgate::items(1, 7),
                                                 range(0, 6)),
        field<&SchedulingDefaults::phone_number_id>(
            "phoneNumberId", "The provider's id of the number that calls", text(1, 200))};
  }
};

struct DefaultsInForce {
  std::string timezone;
  std::string start;
  std::string end;
  std::vector<std::int64_t> days_of_week;
  std::optional<std::string> phone_number_id;
  std::int64_t retry_attempts = 3;
  std::int64_t retry_backoff_ms = 2000;
  static constexpr auto fields() {
    return std::array{
        field<&DefaultsInForce::timezone>("timezone", "IANA name", format("time-zone")),
        field<&DefaultsInForce::start>("businessHoursStart", "HH:MM", format("time-of-day")),
        field<&DefaultsInForce::end>("businessHoursEnd", "HH:MM", format("time-of-day")),
        field<&DefaultsInForce::days_of_week>("daysOfWeek", "0 is Sunday"),
        field<&DefaultsInForce::phone_number_id>(
            "phoneNumberId", "The number that calls, while one is known without being named"),
        field<&DefaultsInForce::retry_attempts>("retryAttempts", "Dials, the first included"),
        field<&DefaultsInForce::retry_backoff_ms>("retryBackoffMs",
                                                  "Before the second; doubled each time")};
  }
};

struct SchedulingDefaultsView {
  SchedulingDefaults own;
  DefaultsInForce in_force;
  static constexpr auto fields() {
    return std::array{
        field<&SchedulingDefaultsView::own>("settings", "The workspace's own"),
        field<&SchedulingDefaultsView::in_force>("inForce", "What holds for the next request")};
  }
};

// Of the host's environment, one of kEnvironmentNames; empty: it is not set.
[[nodiscard]] std::string_view variable(const Service& service, std::string_view name);
// One that says what cannot be taken.
[[nodiscard]] ApiError bad_variable(std::string_view name);
// 1 to `most`, `usual` where it is not set. ApiError 500 where it is no such number.
[[nodiscard]] std::int64_t number_variable(const Service& service, std::string_view name,
                                           std::int64_t most, std::int64_t usual);

// ApiError 500 where the environment's word cannot be taken and would be needed.
[[nodiscard]] DefaultsInForce defaults_in_force(Service& service);

Answer get_scheduling_defaults(Request& request);
Answer put_scheduling_defaults(Request& request);

}  // namespace callgate
