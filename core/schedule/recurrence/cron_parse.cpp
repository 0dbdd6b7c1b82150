#include <algorithm>
#include <array>

#include "core/base/ascii.hpp"
#include "core/schedule/recurrence/cron.hpp"

namespace callgate {
namespace {

struct Field {
  std::string_view name;
  std::int64_t min = 0;
  std::int64_t max = 0;
};

enum FieldIndex : std::size_t { minute, hour, month_day, month, weekday, kFields };

constexpr std::array<Field, kFields> kFieldsOfCron = {{{"minute", 0, 59},
                                                       {"hour", 0, 23},
                                                       {"day of month", 1, 31},
                                                       {"month", 1, 12},
                                                       {"day of week", 0, 7}}};

constexpr std::array<std::string_view, 12> kMonths = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                      "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::array<std::string_view, 7> kDayNames = {"SUN", "MON", "TUE", "WED",
                                                       "THU", "FRI", "SAT"};

struct Nickname {
  std::string_view name;
  std::string_view fields;
};

constexpr std::array<Nickname, 7> kNicknames = {{{"@YEARLY", "0 0 1 1 *"},
                                                 {"@ANNUALLY", "0 0 1 1 *"},
                                                 {"@MONTHLY", "0 0 1 * *"},
                                                 {"@WEEKLY", "0 0 * * 0"},
                                                 {"@DAILY", "0 0 * * *"},
                                                 {"@MIDNIGHT", "0 0 * * *"},
                                                 {"@HOURLY", "0 * * * *"}}};

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

std::optional<std::int64_t> parse_number(std::string_view text) {
  if (text.empty() || text.size() > 4) {
    return std::nullopt;
  }
  std::int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') {
      return std::nullopt;
    }
    value = value * 10 + (c - '0');
  }
  return value;
}

class CronParser {
 public:
  explicit CronParser(std::string_view text) : given_(text), text_(upper(text)) {}

  Expected<Cron, std::vector<TextIssue>> parse() {
    split();
    if (words_.size() == 1 && text_[words_[0].begin] == '@') {
      return parse_nickname();
    }
    for (std::size_t i = 0; i < words_.size() && i < kFields; ++i) {
      read_field(static_cast<FieldIndex>(i), words_[i]);
    }
    if (words_.size() < kFields) {
      issues_.push_back({text_.size(),
                         {},
                         "the " + std::string{kFieldsOfCron[words_.size()].name} +
                             " is missing: the fields are minute, hour, day of month, month, day "
                             "of week"});
    } else if (words_.size() > kFields) {
      refuse(words_[kFields],
             "is a sixth field: the five are minute, hour, day of month, month, day of week");
    }
    if (!issues_.empty()) {
      return unexpected(std::move(issues_));
    }
    const auto star = [this](FieldIndex index) { return text_[words_[index].begin] == '*'; };
    cron_.needs_both_days = star(month_day) || star(weekday);
    cron_.follows_clock = star(minute) || star(hour);
    return cron_;
  }

 private:
  struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  void split() {
    for (std::size_t i = 0; i < text_.size();) {
      if (is_blank(text_[i])) {
        ++i;
        continue;
      }
      const std::size_t begin = i;
      while (i < text_.size() && !is_blank(text_[i])) {
        ++i;
      }
      words_.push_back({begin, i});
    }
  }

  [[nodiscard]] std::string_view word(Range range) const {
    return std::string_view{text_}.substr(range.begin, range.end - range.begin);
  }

  void refuse(Range range, std::string reason) {
    issues_.push_back(
        {range.begin,
         given_.substr(range.begin, std::min<std::size_t>(range.end - range.begin, 40)),
         std::move(reason)});
  }

  Expected<Cron, std::vector<TextIssue>> parse_nickname() {
    const auto* found =
        std::find_if(kNicknames.begin(), kNicknames.end(),
                     [this](const Nickname& nickname) { return nickname.name == word(words_[0]); });
    if (found == kNicknames.end()) {
      refuse(words_[0],
             "is not @hourly, @daily, @midnight, @weekly, @monthly, @yearly or @annually");
      return unexpected(std::move(issues_));
    }
    return CronParser{found->fields}.parse();
  }

  void read_field(FieldIndex index, Range field) {
    for (std::size_t begin = field.begin; begin <= field.end;) {
      const std::size_t end = std::min(text_.find(',', begin), field.end);
      read_item(index, {begin, end});
      begin = end + 1;
    }
  }

  // "*", "*/n", "v", "v-v", "v-v/n".
  void read_item(FieldIndex index, Range item) {
    const Field& field = kFieldsOfCron[index];
    const std::size_t slash = std::min(text_.find('/', item.begin), item.end);
    const Range range{item.begin, slash};
    const std::size_t dash = std::min(text_.find('-', item.begin), slash);
    std::int64_t first = field.min;
    std::int64_t last = index == weekday ? 6 : field.max;
    if (word(range) != "*") {
      const auto begin = read_value(index, {item.begin, dash});
      const auto end = dash < slash ? read_value(index, {dash + 1, slash}) : begin;
      if (!begin || !end) {
        return;
      }
      first = *begin;
      // A week that ends on Sunday: "FRI-SUN".
      last = index == weekday && dash < slash && *end == 0 && first > 0 ? 7 : *end;
    }
    if (first > last) {
      refuse(range, "ends before it begins");
      return;
    }
    std::int64_t step = 1;
    if (slash < item.end) {
      const auto given = parse_number(word({slash + 1, item.end}));
      if (dash == slash && word(range) != "*") {
        refuse(item, "has a step without a range: write " + std::string{word(range)} + "-" +
                         std::to_string(last == first ? field.max : last) +
                         std::string{word({slash, item.end})});
        return;
      }
      if (!given || *given < 1 || *given > field.max) {
        refuse({slash + 1, item.end}, "is not a step from 1 to " + std::to_string(field.max));
        return;
      }
      step = *given;
    }
    for (std::int64_t value = first; value <= last; value += step) {
      set(index, static_cast<std::size_t>(value));
    }
  }

  std::optional<std::int64_t> read_value(FieldIndex index, Range range) {
    const Field& field = kFieldsOfCron[index];
    const std::string_view text = word(range);
    if (text.find_first_of("?LW#") != std::string_view::npos && !name_value(index, text)) {
      refuse(range, "is of another cron: here are values, ranges and steps only");
      return std::nullopt;
    }
    const auto value = name_value(index, text) ? name_value(index, text) : parse_number(text);
    if (!value || *value < field.min || *value > field.max) {
      refuse(range, "is no " + std::string{field.name} + " (" + std::to_string(field.min) + " to " +
                        std::to_string(field.max) + ")");
      return std::nullopt;
    }
    return value;
  }

  static std::optional<std::int64_t> name_value(FieldIndex index, std::string_view text) {
    if (index == month) {
      const auto* found = std::find(kMonths.begin(), kMonths.end(), text);
      if (found != kMonths.end()) {
        return found - kMonths.begin() + 1;
      }
    }
    if (index == weekday) {
      const auto* found = std::find(kDayNames.begin(), kDayNames.end(), text);
      if (found != kDayNames.end()) {
        return found - kDayNames.begin();
      }
    }
    return std::nullopt;
  }

  void set(FieldIndex index, std::size_t value) {
    switch (index) {
      case minute:
        cron_.minutes.set(value);
        break;
      case hour:
        cron_.hours.set(value);
        break;
      case month_day:
        cron_.month_days.set(value);
        break;
      case month:
        cron_.months.set(value);
        break;
      default:
        cron_.weekdays.set(value % 7);
        break;
    }
  }

  std::string given_;
  std::string text_;
  std::vector<Range> words_;
  Cron cron_;
  std::vector<TextIssue> issues_;
};

}  // namespace

Expected<Cron, std::vector<TextIssue>> parse_cron(std::string_view text) {
  if (text.size() > kCronTextMax) {
    return unexpected(std::vector<TextIssue>{
        {kCronTextMax, {}, "the text is longer than " + std::to_string(kCronTextMax) + " bytes"}});
  }
  return CronParser{text}.parse();
}

}  // namespace callgate
