// Changing a job that exists: PATCH /api/jobs/{id}. Which of its settings may change while it
// stands where is the core's table (core/calls/job_edits.hpp).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/jobs.hpp"
#include "core/api/router.hpp"
#include "core/api/schema.hpp"

namespace callgate {

struct JobChange {
  std::optional<std::string> name;
  std::optional<std::string> notes;
  std::optional<InstantOrNow> schedule;
  std::optional<Purpose> purpose;
  std::optional<std::int64_t> priority;
  std::optional<Level> level;
  std::optional<std::int64_t> weight;
  std::optional<BestTimeWish> best_time;
  std::optional<std::string> assistant_id;
  std::optional<std::string> phone_number_id;
  std::optional<std::int64_t> max_attempts;
  std::optional<std::int64_t> retry_delay_seconds;
  std::optional<RetryAsked> retry;
  std::optional<std::int64_t> concurrency;
  std::optional<JobRate> rate;
  std::optional<JobBudget> budget;
  std::optional<std::string> subject;
  std::optional<std::vector<std::string>> providers;
  std::optional<NotificationWish> notifications;
  static constexpr auto fields() {
    return std::array{
        field<&JobChange::name>("name", "What people call the job", text(1, 200)),
        field<&JobChange::notes>("notes", "For people", text(0, 1000)),
        field<&JobChange::schedule>("schedule", "When it starts, before it has started"),
        field<&JobChange::purpose>("purpose", "What the calls are for, before it has started"),
        field<&JobChange::priority>("priority", "1 is highest, 5 lowest; the level goes",
                                    range(1, 5)),
        field<&JobChange::level>("level", "Instead of priority"),
        field<&JobChange::weight>("weight", "Dials of a turn beside jobs of the same rank",
                                  range(1, kWeightMax)),
        field<&JobChange::best_time>("bestTime", "Keep to these hours; 24 a day: any lawful hour"),
        field<&JobChange::assistant_id>("assistantId", "Who calls from now on", text(1, 200)),
        field<&JobChange::phone_number_id>("phoneNumberId", "The number that calls from now on",
                                           text(1, 200)),
        field<&JobChange::max_attempts>(
            "maxAttempts",
            "Dials per person; whoever has had as many is not called again in this round",
            range(1, 20)),
        field<&JobChange::retry_delay_seconds>(
            "retryDelaySeconds", "Wait between two dials, instead of retry's", range(0, 604'800)),
        field<&JobChange::retry>(
            "retry", "Instead of all rules before and retryDelaySeconds; {}: none of its own"),
        field<&JobChange::concurrency>("concurrency", "Calls at once", range(1, 10'000)),
        field<&JobChange::rate>("rate", "How fast its calls start"),
        field<&JobChange::budget>("budget", "What its calls may cost"),
        field<&JobChange::subject>("subject", "What its calls are about", text(1, 200)),
        field<&JobChange::providers>(
            "providers",
            "Provider accounts that may place its calls from now on, first choice first; []: all, "
            "in their order",
            text(1, kProviderNameMax), callgate::items(0, kProvidersMax)),
        field<&JobChange::notifications>("notifications", "Instead of all that were wanted")};
  }
};

// Makes the change and answers the job; ApiError 409 that names each field that cannot change now.
[[nodiscard]] JobView changed_job(Request& request, Job wanted);

Answer patch_job(Request& request);

}  // namespace callgate
