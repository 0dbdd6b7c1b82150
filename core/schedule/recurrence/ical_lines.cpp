#include "core/schedule/recurrence/ical_lines.hpp"

#include <algorithm>

#include "core/base/ascii.hpp"

namespace callgate {
namespace {

class LinesParser {
 public:
  explicit LinesParser(std::string_view text) : text_(text) {}

  Expected<IcalRecurrence, std::vector<TextIssue>> parse() {
    for (std::size_t begin = 0; begin < text_.size();) {
      const std::size_t end = std::min(text_.find('\n', begin), text_.size());
      std::string_view line = text_.substr(begin, end - begin);
      if (!line.empty() && line.back() == '\r') {
        line.remove_suffix(1);
      }
      if (!line.empty()) {
        read_line(begin, line);
      }
      begin = end + 1;
    }
    if (issues_.empty() && !has_rule_) {
      issues_.push_back({text_.size(), {}, "RRULE is missing"});
    }
    if (out_.dates.more.size() + out_.dates.less.size() > kIcalTimesMax) {
      issues_.push_back({text_.size(), {}, "there are more than 1000 dates"});
    }
    check_zones();
    if (!issues_.empty()) {
      return unexpected(std::move(issues_));
    }
    return out_;
  }

 private:
  struct Zone {
    std::size_t position = 0;
    std::string_view name;
  };

  void refuse(std::size_t position, std::string_view word, std::string reason) {
    issues_.push_back({position, std::string{word.substr(0, 40)}, std::move(reason)});
  }

  void refuse_all(std::size_t position, std::vector<TextIssue> issues) {
    for (TextIssue& issue : issues) {
      issue.position += position;
      issues_.push_back(std::move(issue));
    }
  }

  // NAME;PARAMETER=VALUE:VALUE
  void read_line(std::size_t begin, std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
      read_rule(begin, line);
      return;
    }
    const std::size_t name_end = std::min(line.find(';'), colon);
    const std::string name = upper(line.substr(0, name_end));
    const std::string_view value = line.substr(colon + 1);
    const bool has_dates = name == "DTSTART" || name == "RDATE" || name == "EXDATE";
    if (!has_dates && name != "RRULE") {
      refuse(begin, line.substr(0, name_end),
             name == "EXRULE" ? "is obsolete: write its dates as EXDATE"
                              : "is not DTSTART, RRULE, RDATE or EXDATE");
      return;
    }
    if (name_end < colon) {
      read_parameters(begin + name_end, line.substr(name_end, colon - name_end), has_dates);
    }
    if (name == "RRULE") {
      read_rule(begin + colon + 1, value);
    } else if (name == "DTSTART") {
      read_start(begin, colon, line);
    } else {
      auto times = parse_ical_times(value);
      if (!times) {
        refuse_all(begin + colon + 1, std::move(times.error()));
        return;
      }
      auto& dates = name == "RDATE" ? out_.dates.more : out_.dates.less;
      dates.insert(dates.end(), times->begin(), times->end());
    }
  }

  // ";TZID=Europe/Berlin;VALUE=DATE": begins with the first semicolon.
  void read_parameters(std::size_t begin, std::string_view text, bool has_dates) {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find(';', at + 1), text.size());
      const std::string_view parameter = text.substr(at + 1, end - at - 1);
      const std::string known = upper(parameter);
      if (has_dates && known.substr(0, 5) == "TZID=" && parameter.size() > 5) {
        zones_.push_back({begin + at + 6, parameter.substr(5)});
      } else if (!has_dates || (known != "VALUE=DATE" && known != "VALUE=DATE-TIME")) {
        refuse(begin + at + 1, parameter, "is no parameter known here");
      }
      at = end;
    }
  }

  void read_rule(std::size_t begin, std::string_view text) {
    if (has_rule_) {
      refuse(begin, text, "is a second rule: there is one");
      return;
    }
    has_rule_ = true;
    auto rule = parse_rrule(text);
    if (!rule) {
      refuse_all(begin, std::move(rule.error()));
      return;
    }
    out_.rule = *rule;
  }

  void read_start(std::size_t begin, std::size_t colon, std::string_view line) {
    if (has_start_) {
      refuse(begin, line.substr(0, colon), "is a second start: there is one");
      return;
    }
    has_start_ = true;
    out_.start = parse_ical_time(line.substr(colon + 1));
    if (!out_.start) {
      refuse(begin + colon + 1, line.substr(colon + 1),
             "is not a date or time such as 20261121T093000");
    } else if (!can_occur(*out_.start)) {
      refuse(begin + colon + 1, line.substr(colon + 1), "is not between 1970-01-02 and 9999-12-30");
    }
  }

  void check_zones() {
    for (const Zone& zone : zones_) {
      if (zone.name != zones_.front().name) {
        refuse(zone.position, zone.name, "is a second zone: a recurrence has one");
      }
    }
    if (!zones_.empty()) {
      out_.zone = zones_.front().name;
    }
  }

  std::string_view text_;
  IcalRecurrence out_;
  bool has_rule_ = false;
  bool has_start_ = false;
  std::vector<Zone> zones_;
  std::vector<TextIssue> issues_;
};

}  // namespace

Expected<IcalRecurrence, std::vector<TextIssue>> parse_ical_lines(std::string_view text) {
  if (text.size() > kIcalLinesMax) {
    return unexpected(std::vector<TextIssue>{
        {kIcalLinesMax,
         {},
         "the recurrence is longer than " + std::to_string(kIcalLinesMax) + " bytes"}});
  }
  return LinesParser{text}.parse();
}

}  // namespace callgate
