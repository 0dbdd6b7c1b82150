#include "core/schedule/recurrence/spec.hpp"

#include "core/schedule/recurrence/ical_lines.hpp"

namespace callgate {

std::optional<Recurrence> make_recurrence(const RecurrenceSpec& spec, const ZoneTable& zones) {
  const Zone* zone = zones.find(spec.zone);
  if (zone == nullptr) {
    return std::nullopt;
  }
  switch (spec.kind) {
    case RecurrenceSpec::Kind::series: {
      auto made = Series::make(*zone, spec.start, spec.series);
      return made ? std::optional{Recurrence{std::move(*made)}} : std::nullopt;
    }
    case RecurrenceSpec::Kind::rules: {
      const auto lines = parse_ical_lines(spec.text);
      return lines
                 ? std::optional{Recurrence{RuleSet{*zone, spec.start, lines->rule, lines->dates}}}
                 : std::nullopt;
    }
    case RecurrenceSpec::Kind::cron: {
      const auto cron = parse_cron(spec.text);
      return cron ? std::optional{Recurrence{CronSchedule{*zone, *cron}}} : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace callgate
