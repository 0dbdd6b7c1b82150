#include "core/api/question.hpp"

#include <algorithm>
#include <array>

namespace callgate {
namespace {

constexpr std::string_view kUnknownTimezone = "unknown_timezone";
constexpr std::string_view kInvalidDatetime = "invalid_datetime";

struct Hint {
  std::string_view field;
  std::string_view detail;
};

constexpr std::array kHints{
    Hint{"daysOfWeek", "At least one day of the week, each from 0 (Sunday) to 6 (Saturday)."},
    Hint{"startTime", "A time of day is HH:mm, from 00:00 to 23:59."},
    Hint{"endTime",
         "An end is HH:mm, up to 24:00, and not the start; a full day is 00:00 to "
         "24:00."},
    Hint{"end", "A blackout ends after it starts."},
    Hint{"holidays", "A holiday is a date of the calendar, YYYY-MM-DD."},
    Hint{"priority", "A priority is from 1 (the highest) to 5."},
    Hint{"defaultPriority", "A priority is from 1 (the highest) to 5."},
    Hint{"maxPriority", "A priority is from 1 (the highest) to 5."},
    Hint{"priorityHours", "An hour is from 0 to 23."},
    Hint{"horizonDays", "At least one day."},
    Hint{"weekly", "A range is two times of day, HH:mm, its end up to 24:00 and not its start."},
};

bool is_number(std::string_view token) {
  return token.find_first_not_of("0123456789") == std::string_view::npos;
}

// The last token that is a name: of "/config/holidays/2" it is "holidays".
std::string_view name_in(std::string_view pointer) {
  for (;;) {
    const std::size_t slash = pointer.rfind('/');
    const std::string_view token =
        slash == std::string_view::npos ? pointer : pointer.substr(slash + 1);
    if (slash == std::string_view::npos || !is_number(token)) {
      return token;
    }
    pointer = pointer.substr(0, slash);
  }
}

std::string_view hint_for(std::string_view pointer) {
  const auto* const found =
      std::find_if(kHints.begin(), kHints.end(),
                   [name = name_in(pointer)](const Hint& hint) { return hint.field == name; });
  return found == kHints.end() ? "This value cannot be taken." : found->detail;
}

// "priorityWindows[0].endTime" is "/priorityWindows/0/endTime".
std::string pointer_of(std::string_view field) {
  std::string out = "/";
  for (const char character : field) {
    if (character == '[' || character == '.') {
      out += '/';
    } else if (character != ']') {
      out += character;
    }
  }
  return out;
}

bool is_within(std::string_view inner, std::string_view outer) {
  return inner.substr(0, outer.size()) == outer &&
         (inner.size() == outer.size() || inner[outer.size()] == '/');
}

bool names_zone(std::string_view pointer) {
  const std::string_view name = name_in(pointer);
  return name == "timezone" || name == "zone" || name == "zones";
}

// Whether the body has another shape than it must have, whatever its values are.
bool is_of_shape(std::string_view code) {
  return code.substr(0, 5) == "json_" || code == "required" || code == "unknown_field" ||
         code == "duplicate_field";
}

}  // namespace

void Question::take(std::vector<Issue> issues) {
  for (Issue& issue : issues) {
    const bool is_moment = issue.code == "not_a_time" && issue.pointer.rfind('/') == 0;
    if (!is_of_shape(issue.code)) {
      issue.code = names_zone(issue.pointer) ? kUnknownTimezone
                   : is_moment               ? kInvalidDatetime
                                             : word_;
    }
  }
  issues_ = std::move(issues);
}

void Question::add(const std::string& pointer, std::string_view code, std::string detail) {
  const bool said = std::any_of(issues_.begin(), issues_.end(), [&](const Issue& issue) {
    return is_within(issue.pointer, pointer) || is_within(pointer, issue.pointer);
  });
  if (!said) {
    add_issue(issues_, pointer, code, std::move(detail));
  }
}

void Question::add(const std::string& place, const std::vector<ConfigIssue>& issues) {
  for (const ConfigIssue& issue : issues) {
    const std::string pointer = place + pointer_of(issue.field);
    const bool of_zone = issue.code == kUnknownTimezone;
    add(pointer, issue.code,
        std::string{of_zone ? "No IANA time zone has this name." : hint_for(pointer)});
  }
}

const Zone* Question::zone(std::string_view name, const std::string& pointer) {
  const Zone* found = zones_.find(name);
  if (found == nullptr) {
    add(pointer, kUnknownTimezone, "No IANA time zone has this name.");
  }
  return found;
}

void Question::check_instant(Instant at, const std::string& pointer) {
  if (at >= kEndOfQuestions) {
    add(pointer, kInvalidDatetime, "Times are from 1970 to 9999-12-29.");
  }
}

void Question::refuse_if_any() const {
  if (issues_.empty()) {
    return;
  }
  const Issue& first = issues_.front();
  const bool same = std::all_of(issues_.begin(), issues_.end(),
                                [&](const Issue& issue) { return issue.code == first.code; });
  if (!same || is_of_shape(first.code)) {
    throw invalid_body(issues_);
  }
  throw ApiError(422, first.code, first.detail, issues_);
}

}  // namespace callgate
