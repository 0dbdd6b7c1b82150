#include "core/schedule/holidays/holidays.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "core/schedule/quiet_hours/rules.hpp"
#include "core/schedule/recurrence/civil.hpp"

namespace callgate {
namespace {

std::string on(std::string_view country, std::string_view subdivision, std::string_view date) {
  INFO(date);
  const auto day = parse_local_date(date);
  REQUIRE(day.has_value());
  return std::string{holiday_on(country, subdivision, *day)};
}

TEST_CASE("holidays are those of their place, by their names") {
  CHECK(on("FR", "", "2026-07-14") == "Bastille Day");
  CHECK(on("FR", "", "2026-05-14") == "Ascension Day");
  CHECK(on("DE", "", "2030-10-03") == "National Holiday");
  CHECK(on("DE", "", "2026-07-14").empty());
  CHECK(on("AU", "", "2026-04-25") == "Anzac Day");
  CHECK(on("ZA", "", "2027-03-22") == "Public Holiday");  // the 21st is a Sunday
  CHECK(on("ES", "", "2026-12-06") == "Día de la Constitución Española");
  CHECK(on("IT", "", "2026-04-05") == "Easter Sunday");
  CHECK(on("BR", "", "2026-11-20") == "Black Awareness Day");
  CHECK(on("CO", "", "2026-11-16") == "Independence of Cartagena");
}

TEST_CASE("a state has its own, and what it does not keep of the country's is not there") {
  CHECK(on("US", "", "2026-11-26") == "Thanksgiving Day");
  CHECK(on("US", "UT", "2026-11-26") == "Thanksgiving Day");
  CHECK(on("US", "UT", "2026-07-24") == "Pioneer Day");
  CHECK(on("US", "", "2026-07-24").empty());
  CHECK(on("US", "FL", "2026-10-12").empty());
  CHECK(on("US", "", "2026-10-12") == "Columbus Day");
  CHECK(on("US", "LA", "2026-02-17") == "Mardi Gras");
  CHECK(on("US", "RI", "2026-08-10") == "Victory Day");
  CHECK(on("US", "PA", "2026-06-14") == "Flag Day");
  CHECK(on("US", "PA", "2026-04-03") == "Good Friday");
  CHECK(on("US", "PA", "2026-11-03") == "Election Day");
}

TEST_CASE("one that falls on a weekend is closed on both days") {
  CHECK(on("US", "", "2026-07-04") == "Independence Day");
  CHECK(on("US", "", "2026-07-03") == "Independence Day, observed");
  CHECK(on("US", "", "2027-12-31") == "New Year's Day, observed");  // of the year after
  CHECK(on("GB", "", "2026-12-28") == "Boxing Day, observed");
}

TEST_CASE("nothing is known of other places and years") {
  CHECK(on("NZ", "", "2026-12-25").empty());
  CHECK(on("US", "CA", "2026-12-25").empty());
  CHECK(on("FR", "", "2023-12-25").empty());
  CHECK(on("FR", "", "2041-12-25").empty());
  CHECK(on("FR", "", "2040-12-25") == "Christmas Day");
  CHECK(on("FR", "", "2024-01-01") == "New Year's Day");
  CHECK(holidays_of("NZ", "").empty());
  CHECK(holidays_of("US", "CA").empty());
  CHECK(holidays_of("", "").empty());
  CHECK(holiday_on("FR", "", -1'000'000).empty());
}

TEST_CASE("every place with a rule has holidays in every year, each with a name") {
  const auto first = parse_local_date("2024-01-01");
  const auto after = parse_local_date("2041-01-01");
  REQUIRE((first && after));
  for (const QuietRule& rule : quiet_rules()) {
    INFO(rule.id);
    const auto days = holidays_of(rule.country, rule.subdivision);
    std::vector<LocalDay> named;
    for (LocalDay day = *first - 400; day < *after + 400; ++day) {
      if (!holiday_on(rule.country, rule.subdivision, day).empty()) {
        named.push_back(day);
      }
    }
    CHECK(days == named);
    REQUIRE_FALSE(days.empty());
    CHECK(days.front() >= *first);
    CHECK(days.back() < *after);
    for (std::int64_t year = 2024; year <= 2040; ++year) {
      INFO(year);
      const auto in_year = std::count_if(
          days.begin(), days.end(), [year](LocalDay day) { return date_of_day(day).year == year; });
      CHECK(in_year >= 5);
      CHECK(in_year <= 22);
    }
  }
}

}  // namespace
}  // namespace callgate
