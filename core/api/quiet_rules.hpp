// GET /api/quiet-hours/rules: the calling hours and caps that are compiled in, with where each was
// found and how sure it is.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/calendar.hpp"
#include "core/api/jobs.hpp"
#include "core/api/router.hpp"
#include "core/api/schema.hpp"
#include "core/schedule/quiet_hours/rules.hpp"

namespace callgate {

constexpr auto words(HolidayCalls /*calls*/) {
  return std::array{word("allowed", HolidayCalls::allowed),
                    word("unknown", HolidayCalls::unknown, "No source was found"),
                    word("forbidden", HolidayCalls::forbidden)};
}

constexpr auto words(Confidence /*confidence*/) {
  return std::array{
      word("low", Confidence::low, "A vendor's table or a single summary"),
      word("medium", Confidence::medium, "Two summaries that agree, or a regulator's page"),
      word("high", Confidence::high, "The text of the law, or the regulator's own words")};
}

struct CapView {
  std::optional<std::int64_t> max;
  std::optional<std::int64_t> window_hours;
  std::optional<std::int64_t> window_days;
  std::optional<std::int64_t> cooldown_hours;
  std::optional<std::int64_t> cooldown_days;
  std::optional<std::int64_t> ring_seconds_min;
  std::optional<std::string> after;
  std::optional<std::string> per;
  std::optional<bool> any_caller_number;
  std::optional<bool> after_first_contact;
  static constexpr auto fields() {
    return std::array{
        field<&CapView::max>("max", "Calls in the window, which rolls"),
        field<&CapView::window_hours>("windowHours", "Its length"),
        field<&CapView::window_days>("windowDays", "Its length"),
        field<&CapView::cooldown_hours>("cooldownHours", "No call for so long after `after`"),
        field<&CapView::cooldown_days>("cooldownDays", "No call for so long after `after`"),
        field<&CapView::ring_seconds_min>("minRingSeconds", "How long it has to ring at least"),
        field<&CapView::after>("after", "What the cooldown follows", example("conversation")),
        field<&CapView::per>("per", "What is counted", example("person and subject")),
        field<&CapView::any_caller_number>("anyCallerNumber",
                                           "Counted over all numbers of the caller"),
        field<&CapView::after_first_contact>("afterFirstContact",
                                             "Holds from the first contact on")};
  }
};

struct CitationView {
  std::string ref;
  std::string url;
  std::string kind;
  static constexpr auto fields() {
    return std::array{
        field<&CitationView::ref>("ref", "What it is", example("47 CFR 64.1200(c)(1)")),
        field<&CitationView::url>("url", "Where it was read", format("uri")),
        field<&CitationView::kind>("kind", "statute, regulator or summary")};
  }
};

struct QuietRuleView {
  std::string id;
  std::string country;
  std::optional<std::string> subdivision;
  std::string scope;
  std::vector<Purpose> purposes;
  std::optional<AllowedWeek> weekly;
  HolidayCalls holiday_calls = HolidayCalls::unknown;
  std::vector<CapView> caps;
  std::optional<std::string> since;
  Confidence confidence = Confidence::low;
  std::string notes;
  std::vector<CitationView> citations;
  static constexpr auto fields() {
    return std::array{
        field<&QuietRuleView::id>("id", "Its name", example("us-fl")),
        field<&QuietRuleView::country>("country", "ISO 3166 code", example("US")),
        field<&QuietRuleView::subdivision>(
            "subdivision", "The part of the country; left out for the whole of it", example("FL")),
        field<&QuietRuleView::scope>("scope", "What the law speaks of, in words"),
        field<&QuietRuleView::purposes>("purposes", "Which calls that is"),
        field<&QuietRuleView::weekly>(
            "weekly",
            "When calls are allowed, on the clock of the person called; left out where no hours "
            "were found in law"),
        field<&QuietRuleView::holiday_calls>("holidayCalls", "Whether public holidays are open"),
        field<&QuietRuleView::caps>("caps", "How many calls, how often"),
        field<&QuietRuleView::since>("since", "In force from that date", format("date")),
        field<&QuietRuleView::confidence>("confidence", "How sure the row is"),
        field<&QuietRuleView::notes>("notes", "What the row cannot say"),
        field<&QuietRuleView::citations>("citations", "Its sources")};
  }
};

struct QuietRulesQuery {
  std::optional<std::string> country;
  static constexpr auto fields() {
    return std::array{field<&QuietRulesQuery::country>(
        "country", "Only rules that hold there: ISO 3166 code, in capitals", text(2, 2),
        example("US"))};
  }
};

struct QuietRulesView {
  std::string checked;
  std::vector<QuietRuleView> rules;
  static constexpr auto fields() {
    return std::array{
        field<&QuietRulesView::checked>("checked", "When the sources were last looked at",
                                        format("date")),
        field<&QuietRulesView::rules>(
            "rules", "A call has to heed every one that may apply. This is not legal advice.")};
  }
};

Answer get_quiet_rules(Request& request);

}  // namespace callgate
