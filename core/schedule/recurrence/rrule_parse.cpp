#include <algorithm>

#include "core/base/ascii.hpp"
#include "core/schedule/recurrence/rrule.hpp"

namespace callgate {
namespace {

enum Part : std::size_t {
  freq,
  until,
  count,
  interval,
  bysecond,
  byminute,
  byhour,
  byday,
  bymonthday,
  byyearday,
  byweekno,
  bymonth,
  bysetpos,
  wkst,
  rscale,
  skip,
  kParts,
};

constexpr std::array<std::string_view, kParts> kPartNames = {
    "FREQ",       "UNTIL",     "COUNT",    "INTERVAL", "BYSECOND", "BYMINUTE", "BYHOUR", "BYDAY",
    "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH",  "BYSETPOS", "WKST",     "RSCALE", "SKIP"};

constexpr std::array<std::string_view, 7> kDayCodes = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};

constexpr std::int64_t kTimesADayMax = 1440;

// A whole number with at most seven digits; a sign only where `is_signed`.
std::optional<std::int64_t> parse_number(std::string_view text, bool is_signed) {
  const bool has_sign = is_signed && !text.empty() && (text[0] == '+' || text[0] == '-');
  const std::string_view digits = text.substr(has_sign ? 1 : 0);
  if (digits.empty() || digits.size() > 7) {
    return std::nullopt;
  }
  std::int64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') {
      return std::nullopt;
    }
    value = value * 10 + (c - '0');
  }
  return has_sign && text[0] == '-' ? -value : value;
}

std::optional<std::uint8_t> parse_weekday(std::string_view text) {
  const auto* found = std::find(kDayCodes.begin(), kDayCodes.end(), text);
  if (found == kDayCodes.end()) {
    return std::nullopt;
  }
  return static_cast<std::uint8_t>(found - kDayCodes.begin());
}

class RRuleParser {
 public:
  explicit RRuleParser(std::string_view text) : given_(text), text_(upper(text)) {}

  Expected<RRule, std::vector<TextIssue>> parse() {
    constexpr std::string_view kProperty = "RRULE:";
    const bool named = std::string_view{text_}.substr(0, kProperty.size()) == kProperty;
    each_item({named ? kProperty.size() : 0, text_.size()}, ';',
              [this](Range range) { read_part(range); });
    if (issues_.empty() && !where_[freq]) {
      issues_.push_back({0, {}, "FREQ is missing"});
    }
    if (issues_.empty()) {
      check_together();
    }
    if (!issues_.empty()) {
      return unexpected(std::move(issues_));
    }
    return rule_;
  }

 private:
  struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  template <class Take>
  void each_item(Range range, char separator, Take take) {
    for (std::size_t begin = range.begin; begin <= range.end;) {
      const std::size_t end = std::min(text_.find(separator, begin), range.end);
      take(Range{begin, end});
      begin = end + 1;
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

  void refuse_part(Part part, std::string reason) {
    refuse({*where_[part], *where_[part] + kPartNames[part].size()}, std::move(reason));
  }

  void read_part(Range range) {
    const std::size_t equals = std::min(text_.find('=', range.begin), range.end);
    const Range name{range.begin, equals};
    const auto* found = std::find(kPartNames.begin(), kPartNames.end(), word(name));
    if (found == kPartNames.end()) {
      refuse(name, range.begin == range.end ? "a part is missing here" : "is no part of a rule");
      return;
    }
    const auto part = static_cast<Part>(found - kPartNames.begin());
    if (where_[part]) {
      refuse(name, "is given twice");
      return;
    }
    where_[part] = range.begin;
    if (equals + 1 >= range.end) {
      refuse(name, "has no value");
      return;
    }
    read_value(part, {equals + 1, range.end});
  }

  void read_value(Part part, Range value) {
    switch (part) {
      case freq:
        read_frequency(value);
        break;
      case until:
        rule_.until = parse_ical_time(word(value));
        if (!rule_.until) {
          refuse(value, "is not a date or time such as 20261121 or 20261121T093000Z");
        }
        break;
      case count:
        read_whole(value, kRRuleCountMax, [this](std::int64_t number) { rule_.count = number; });
        break;
      case interval:
        read_whole(value, kRRuleIntervalMax,
                   [this](std::int64_t number) { rule_.interval = number; });
        break;
      case wkst:
        read_week_start(value);
        break;
      case rscale:
        if (word(value) != "GREGORIAN") {
          refuse(value, "is not the GREGORIAN calendar, the only one here");
        }
        break;
      case skip:
        read_skip(value);
        break;
      default:
        each_item(value, ',', [this, part](Range item) { read_item(part, item); });
        break;
    }
  }

  void read_frequency(Range value) {
    const std::string_view name = word(value);
    if (name == "DAILY") {
      rule_.frequency = RRuleFrequency::daily;
    } else if (name == "WEEKLY") {
      rule_.frequency = RRuleFrequency::weekly;
    } else if (name == "MONTHLY") {
      rule_.frequency = RRuleFrequency::monthly;
    } else if (name == "YEARLY") {
      rule_.frequency = RRuleFrequency::yearly;
    } else if (name == "SECONDLY" || name == "MINUTELY" || name == "HOURLY") {
      refuse(value,
             "is more often than daily, which is the most there is; BYHOUR and BYMINUTE "
             "name several times of a day");
    } else {
      refuse(value, "is not DAILY, WEEKLY, MONTHLY or YEARLY");
    }
  }

  void read_week_start(Range value) {
    const auto weekday = parse_weekday(word(value));
    if (!weekday) {
      refuse(value, "is not a weekday (MO to SU)");
      return;
    }
    rule_.week_start = *weekday;
  }

  void read_skip(Range value) {
    const std::string_view name = word(value);
    if (name == "BACKWARD") {
      rule_.skip = RRuleSkip::backward;
    } else if (name == "FORWARD") {
      rule_.skip = RRuleSkip::forward;
    } else if (name != "OMIT") {
      refuse(value, "is not OMIT, BACKWARD or FORWARD");
    }
  }

  template <class Take>
  void read_whole(Range value, std::int64_t max, Take take) {
    const auto number = parse_number(word(value), false);
    if (!number || *number < 1 || *number > max) {
      refuse(value, "is not a number from 1 to " + std::to_string(max));
      return;
    }
    take(*number);
  }

  template <class Take>
  void read_unsigned(Range item, std::int64_t min, std::int64_t max, Take take) {
    const auto number = parse_number(word(item), false);
    if (!number || *number < min || *number > max) {
      refuse(item, "is not a number from " + std::to_string(min) + " to " + std::to_string(max));
      return;
    }
    take(static_cast<std::size_t>(*number));
  }

  template <std::size_t kMax>
  void read_signed(Range item, SignedSet<kMax>& set) {
    const auto number = parse_number(word(item), true);
    const auto max = static_cast<std::int64_t>(kMax);
    if (!number || *number == 0 || *number < -max || *number > max) {
      refuse(item, "is not a number from 1 to " + std::to_string(max) + " or -" +
                       std::to_string(max) + " to -1");
      return;
    }
    set.add(*number);
  }

  void read_item(Part part, Range item) {
    switch (part) {
      case bysecond:
        read_unsigned(item, 0, 59, [this](std::size_t number) { rule_.seconds.set(number); });
        break;
      case byminute:
        read_unsigned(item, 0, 59, [this](std::size_t number) { rule_.minutes.set(number); });
        break;
      case byhour:
        read_unsigned(item, 0, 23, [this](std::size_t number) { rule_.hours.set(number); });
        break;
      case bymonth:
        read_unsigned(item, 1, 12, [this](std::size_t number) { rule_.months.set(number); });
        break;
      case byday:
        read_weekday_item(item);
        break;
      case bymonthday:
        read_signed(item, rule_.month_days);
        break;
      case byyearday:
        read_signed(item, rule_.year_days);
        break;
      case byweekno:
        read_signed(item, rule_.weeks);
        break;
      default:
        read_signed(item, rule_.set_positions);
        break;
    }
  }

  // "MO", "2MO", "+2MO", "-1FR".
  void read_weekday_item(Range item) {
    const std::string_view text = word(item);
    const std::size_t letters = text.size() < 2 ? 0 : text.size() - 2;
    const auto weekday = parse_weekday(text.substr(letters));
    if (!weekday) {
      refuse(item, "is not a weekday (MO to SU), with a number before it or without");
      return;
    }
    if (letters == 0) {
      rule_.weekdays.set(*weekday);
      return;
    }
    read_signed({item.begin, item.begin + letters}, rule_.nth_weekdays[*weekday]);
  }

  // What RFC 5545 does not allow together.
  void check_together() {
    const bool numbered = std::any_of(rule_.nth_weekdays.begin(), rule_.nth_weekdays.end(),
                                      [](const auto& set) { return set.any(); });
    const bool daily = rule_.frequency == RRuleFrequency::daily;
    const bool weekly = rule_.frequency == RRuleFrequency::weekly;
    const bool yearly = rule_.frequency == RRuleFrequency::yearly;
    if (rule_.count && rule_.until) {
      refuse_part(std::max(*where_[count], *where_[until]) == *where_[count] ? count : until,
                  "may not stand beside UNTIL or COUNT: a rule has one end");
    }
    if (numbered && (daily || weekly)) {
      refuse_part(byday, "has numbered weekdays, which only MONTHLY and YEARLY rules have");
    }
    if (numbered && where_[byweekno]) {
      refuse_part(byday, "has numbered weekdays, which may not stand beside BYWEEKNO");
    }
    if (where_[bymonthday] && weekly) {
      refuse_part(bymonthday, "may not stand in a WEEKLY rule");
    }
    if (where_[byyearday] && !yearly) {
      refuse_part(byyearday, "stands in YEARLY rules only");
    }
    if (where_[byweekno] && !yearly) {
      refuse_part(byweekno, "stands in YEARLY rules only");
    }
    const auto is_by = [this](Part part) { return where_[part].has_value(); };
    if (where_[bysetpos] && !is_by(bysecond) && !is_by(byminute) && !is_by(byhour) &&
        !is_by(byday) && !is_by(bymonthday) && !is_by(byyearday) && !is_by(byweekno) &&
        !is_by(bymonth)) {
      refuse_part(bysetpos, "chooses from what another BY part names, and there is none");
    }
    if (rule_.skip != RRuleSkip::omit &&
        (rule_.year_days.front[366] || rule_.year_days.back[366])) {
      refuse_part(byyearday, "has day 366, and SKIP moves days of a month only");
    }
    const std::size_t times = std::max<std::size_t>(rule_.hours.count(), 1) *
                              std::max<std::size_t>(rule_.minutes.count(), 1) *
                              std::max<std::size_t>(rule_.seconds.count(), 1);
    if (times > kTimesADayMax) {
      refuse_part(bysecond, "makes more than 1440 times a day");
    }
  }

  std::string given_;
  std::string text_;
  RRule rule_;
  std::array<std::optional<std::size_t>, kParts> where_;
  std::vector<TextIssue> issues_;
};

class RRuleWriter {
 public:
  void part(std::string_view name, std::string_view value) {
    out_ += out_.empty() ? "" : ";";
    out_ += name;
    out_ += '=';
    out_ += value;
  }

  template <std::size_t kSize>
  void part(std::string_view name, const std::bitset<kSize>& set) {
    std::string list;
    append(list, set, "", "");
    optional_part(name, list);
  }

  template <std::size_t kMax>
  void part(std::string_view name, const SignedSet<kMax>& set) {
    std::string list;
    append(list, set.front, "", "");
    append(list, set.back, "-", "");
    optional_part(name, list);
  }

  void weekdays(const RRule& rule) {
    std::string list;
    for (std::size_t day = 0; day < kDayCodes.size(); ++day) {
      if (rule.weekdays[day]) {
        list += list.empty() ? "" : ",";
        list += kDayCodes[day];
      }
      append(list, rule.nth_weekdays[day].front, "", kDayCodes[day]);
      append(list, rule.nth_weekdays[day].back, "-", kDayCodes[day]);
    }
    optional_part("BYDAY", list);
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  template <std::size_t kSize>
  static void append(std::string& list, const std::bitset<kSize>& set, std::string_view before,
                     std::string_view behind) {
    for (std::size_t i = 0; i < kSize; ++i) {
      if (set[i]) {
        list += list.empty() ? "" : ",";
        list += before;
        list += std::to_string(i);
        list += behind;
      }
    }
  }

  void optional_part(std::string_view name, const std::string& list) {
    if (!list.empty()) {
      part(name, std::string_view{list});
    }
  }

  std::string out_;
};

}  // namespace

Expected<RRule, std::vector<TextIssue>> parse_rrule(std::string_view text) {
  if (text.size() > kRRuleTextMax) {
    return unexpected(std::vector<TextIssue>{
        {kRRuleTextMax,
         {},
         "the rule is longer than " + std::to_string(kRRuleTextMax) + " bytes"}});
  }
  return RRuleParser{text}.parse();
}

std::string format_rrule(const RRule& rule) {
  constexpr std::array<std::string_view, 4> kFrequencies = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
  RRuleWriter writer;
  if (rule.skip != RRuleSkip::omit) {
    writer.part("RSCALE", "GREGORIAN");
  }
  writer.part("FREQ", kFrequencies[static_cast<std::size_t>(rule.frequency)]);
  if (rule.interval != 1) {
    writer.part("INTERVAL", std::string_view{std::to_string(rule.interval)});
  }
  if (rule.count) {
    writer.part("COUNT", std::string_view{std::to_string(*rule.count)});
  }
  if (rule.until) {
    writer.part("UNTIL", std::string_view{format_ical_time(*rule.until)});
  }
  writer.part("BYMONTH", rule.months);
  writer.part("BYWEEKNO", rule.weeks);
  writer.part("BYYEARDAY", rule.year_days);
  writer.part("BYMONTHDAY", rule.month_days);
  writer.weekdays(rule);
  writer.part("BYHOUR", rule.hours);
  writer.part("BYMINUTE", rule.minutes);
  writer.part("BYSECOND", rule.seconds);
  writer.part("BYSETPOS", rule.set_positions);
  if (rule.week_start != 1) {
    writer.part("WKST", kDayCodes[rule.week_start]);
  }
  if (rule.skip != RRuleSkip::omit) {
    writer.part("SKIP", rule.skip == RRuleSkip::backward ? "BACKWARD" : "FORWARD");
  }
  return writer.take();
}

}  // namespace callgate
