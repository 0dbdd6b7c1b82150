#include "core/calls/job_edits.hpp"

#include <algorithm>
#include <array>

#include "core/base/bytes.hpp"

namespace callgate {
namespace {

constexpr std::uint32_t stage_bit(JobStage stage) {
  return 1U << static_cast<unsigned>(stage);
}

constexpr std::uint32_t kBeforeItStarts =
    stage_bit(JobStage::importing) | stage_bit(JobStage::pending);
// A job that has completed goes on when somebody is added or called again.
constexpr std::uint32_t kWhileItLives = kBeforeItStarts | stage_bit(JobStage::running) |
                                        stage_bit(JobStage::paused) |
                                        stage_bit(JobStage::completed);
constexpr std::uint32_t kAlways = kWhileItLives | stage_bit(JobStage::canceled);

struct FieldRow {
  std::string_view word;
  std::uint32_t stages = 0;
};

// By JobField. What calls were made for cannot become another purpose afterwards.
constexpr std::array<FieldRow, kJobFields> kFieldTable{{
    {"name", kAlways},
    {"notes", kAlways},
    {"schedule", kBeforeItStarts},
    {"purpose", kBeforeItStarts},
    {"priority", kWhileItLives},
    {"weight", kWhileItLives},
    {"bestTime", kWhileItLives},
    {"maxAttempts", kWhileItLives},
    {"retryDelaySeconds", kWhileItLives},
    {"retry", kWhileItLives},
    {"concurrency", kWhileItLives},
    {"rate", kWhileItLives},
    {"budget", kWhileItLives},
    {"subject", kWhileItLives},
    {"assistantId", kWhileItLives},
    {"phoneNumberId", kWhileItLives},
    {"providers", kWhileItLives},
    {"notifications", kAlways},
}};

constexpr std::array<std::string_view, kJobStages> kStageWords{
    "importing", "pending", "running", "paused", "completed", "canceled"};

}  // namespace

std::string_view to_word(JobField field) {
  return kFieldTable.at(static_cast<std::size_t>(field)).word;
}

std::string_view to_word(JobStage stage) {
  return kStageWords.at(static_cast<std::size_t>(stage));
}

bool may_change(JobField field, JobStage stage) {
  return (kFieldTable.at(static_cast<std::size_t>(field)).stages & stage_bit(stage)) != 0;
}

std::vector<JobField> fields_of(JobFields fields) {
  std::vector<JobField> out;
  for (std::size_t i = 0; i < kJobFields; ++i) {
    const auto field = static_cast<JobField>(i);
    if ((fields & bit_of(field)) != 0) {
      out.push_back(field);
    }
  }
  return out;
}

void JobEdits::add(Instant at, std::string_view actor, JobFields fields) {
  ++version;
  if (last.size() == kKept) {
    last.erase(last.begin());
  }
  last.push_back({version, at, std::string{cut_text(actor, kActorBytesMax)}, fields});
}

bool JobEdits::touched_since(std::int64_t before, JobFields fields) const {
  if (before >= version) {
    return false;
  }
  if (last.empty() || last.front().version > before + 1) {
    return true;  // it is not known any more
  }
  return std::any_of(last.begin(), last.end(), [before, fields](const JobEdit& edit) {
    return edit.version > before && (edit.fields & fields) != 0;
  });
}

}  // namespace callgate
