// What of a job may be changed while it stands where: the one table, beside those of lifecycle.hpp,
// and the record of what was changed. Each change makes the job's next version; an attempt notes
// the version it was dialled under, so what was in force then can be told later. The last few
// changes are kept with who made them; those before are in the audit log alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.hpp"

namespace callgate {

// Numbers are stored: append only.
enum class JobField : std::uint8_t {
  name = 0,
  notes = 1,
  schedule = 2,
  purpose = 3,
  priority = 4,  // by its number or its word
  weight = 5,
  best_time = 6,
  max_attempts = 7,
  retry_delay = 8,
  retry = 9,
  concurrency = 10,
  rate = 11,
  budget = 12,
  subject = 13,
  assistant = 14,
  phone_number = 15,
  providers = 16,
  notifications = 17,
};
inline constexpr std::size_t kJobFields = 18;

// Where a job stands, as far as its settings go.
enum class JobStage : std::uint8_t { importing, pending, running, paused, completed, canceled };
inline constexpr std::size_t kJobStages = 6;

[[nodiscard]] std::string_view to_word(JobField field);  // the API's: "maxAttempts"
[[nodiscard]] std::string_view to_word(JobStage stage);
[[nodiscard]] bool may_change(JobField field, JobStage stage);

// Bits by JobField.
using JobFields = std::uint32_t;
[[nodiscard]] constexpr JobFields bit_of(JobField field) {
  return JobFields{1} << static_cast<unsigned>(field);
}
[[nodiscard]] std::vector<JobField> fields_of(JobFields fields);

struct JobEdit {
  std::int64_t version = 0;  // the one it made
  Instant at{};
  std::string actor;
  JobFields fields = 0;

  friend bool operator==(const JobEdit&, const JobEdit&) = default;
};

struct JobEdits {
  static constexpr std::size_t kKept = 20;
  static constexpr std::size_t kActorBytesMax = 100;

  std::int64_t version = 1;
  std::vector<JobEdit> last;  // oldest first, at most kKept

  // The next version.
  void add(Instant at, std::string_view actor, JobFields fields);
  // Whether one of the fields may have changed after that version.
  [[nodiscard]] bool touched_since(std::int64_t before, JobFields fields) const;

  friend bool operator==(const JobEdits&, const JobEdits&) = default;
};

}  // namespace callgate
