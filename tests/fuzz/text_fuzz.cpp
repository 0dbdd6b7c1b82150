// Short texts that people and programs write: times of day, dates, instants, names of zones, rules
// of clocks, telephone numbers. Each is read or refused, never a crash; what is read is written in
// one form, which reads as the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/base/numbering/number_facts.hpp"
#include "core/base/phone.hpp"
#include "core/schedule/calendar.hpp"
#include "core/schedule/daily_call.hpp"
#include "core/schedule/posix_rule.hpp"
#include "core/schedule/recurrence/civil.hpp"
#include "core/schedule/recurrence/series.hpp"

namespace {

using namespace callgate;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

void check_times(std::string_view text) {
  for (const bool is_end : {false, true}) {
    const auto minutes = parse_time_of_day(text, is_end);
    require(!minutes || (*minutes >= 0 && *minutes <= (is_end ? 1440 : 1439) &&
                         format_time_of_day(*minutes) == text));
  }
  const auto call_s = parse_call_time(text);
  require(!call_s || (*call_s >= 0 && *call_s < 86'400));
  const auto day = parse_local_date(text);
  require(!day || format_local_date(*day) == text);
  if (const auto at = parse_rfc3339(text)) {
    require(parse_rfc3339(format_rfc3339(*at)) == at);
  }
  if (const auto end = parse_series_end(text)) {
    require(end->last_day.has_value() != end->last_instant.has_value());
  }
}

void check_rule(std::string_view text) {
  const auto rule = parse_posix_rule(text);
  if (!rule) {
    return;
  }
  std::int64_t before_s = INT64_MIN;
  for (const OffsetChange& change : changes_of_years(*rule, 2000, 2004)) {
    require(change.at_s > before_s);
    before_s = change.at_s;
  }
}

void check_zone(const ZoneTable& zones, std::string_view text) {
  if (const Zone* zone = zones.find(text)) {
    const Instant at = from_ms(1'800'000'000'000);
    require(to_instant(*zone, to_local(*zone, at)).earlier <= at);
  }
}

void check_number(std::string_view raw, std::string_view region) {
  const auto phone = parse_phone(raw, region);
  if (!phone) {
    require(!to_word(phone.error()).empty());
    return;
  }
  const std::string text = format_e164(*phone);
  require(text.size() <= 16 && parse_phone(text, "") == *phone);
  const NumberFacts facts = facts_of(*phone);
  require(text.rfind('+' + std::to_string(facts.calling_code), 0) == 0);
  require(facts.region.size() == 2 || facts.region == "001");
  require(!word_of(facts.type).empty());
  for (const std::uint16_t zone : facts.zones) {
    require(!zone_name(zone).empty());
  }
}

}  // namespace

// A line, and perhaps a region before it: "US\n415 555 0132".
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ZoneTable kZones;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const std::size_t line = text.find('\n');
  const bool two = line != std::string_view::npos;
  check_number(two ? text.substr(line + 1) : text, two ? text.substr(0, line) : "");
  check_times(text);
  check_rule(text);
  check_zone(kZones, text);
  return 0;
}
