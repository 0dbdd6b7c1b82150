// When the place that is called lets a telephone ring. A CalleeClass is what that depends on and
// what many calls share: the country and, where its law differs, the parts of it where the number
// may be, and the clocks that may hang on its wall. A CalleePolicy is what a workspace wants. From
// both come CalleeHours: every rule of every place that may apply, the stricter of each; where none
// names hours, the policy's own; less the holidays of places whose law forbids calls on them. Every
// clock has to allow the call, and where no clock is known none does.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/phone.hpp"
#include "core/schedule/calendar.hpp"
#include "core/schedule/interval.hpp"
#include "core/schedule/quiet_hours/rules.hpp"
#include "core/schedule/zone.hpp"

namespace callgate {

struct CalleeClass {
  static constexpr std::size_t kZonesMax = 64;

  std::string country;                    // ISO 3166-1, "US"; "001" for none
  std::vector<std::string> subdivisions;  // those with a rule where the number may be, ascending
  std::vector<std::string> zones;         // IANA names, ascending

  friend bool operator==(const CalleeClass&, const CalleeClass&) = default;
};

// `contact_zone` is the zone in which the contact said they are, or empty: then every zone of the
// number counts, in North America every zone of its area code. A name that no zone can have is
// none. The parts of a country follow from the area code whatever the zone, for they can only
// tighten; of an area code that no part is known for, the country's own rules are left.
[[nodiscard]] CalleeClass callee_class(Phone phone, std::string_view contact_zone);

// "US-FL America/New_York", "US +1" (of a long list of zones: all of that calling code, or of +1
// and an area code), "001 -" (no zone). The same class has the same text, of at most 80 bytes for
// any number, and the text reads as that class.
[[nodiscard]] std::string to_text(const CalleeClass& callee);
// nullopt for what is no such text.
[[nodiscard]] std::optional<CalleeClass> parse_callee_class(std::string_view text);

// Whose rules hold in a country: its own, or those of the one whose law reaches there ("US" for
// Puerto Rico).
[[nodiscard]] std::string_view jurisdiction_of(std::string_view country);

// The rules for a class of callees; empty for a country without any.
[[nodiscard]] std::vector<AppliedRule> rules_for(const CalleeClass& callee, Purpose purpose);

// All of them, whatever they speak of.
[[nodiscard]] std::vector<const QuietRule*> every_rule_for(const CalleeClass& callee);

[[nodiscard]] WeeklyHours every_day(DailyRange range);

struct CalleePolicy {
  Purpose purpose = Purpose::marketing;
  bool law = true;                                       // false: no rule of any place is asked
  WeeklyHours otherwise = every_day({8 * 60, 21 * 60});  // where no rule names hours
  std::optional<WeeklyHours> within;                     // narrows further, wherever it is
  std::vector<LocalDay> closed_days;                     // on the callee's calendar
  bool close_unknown_holidays =
      false;  // close holidays too where it is not known what the law says
};

// What keeps a call from ringing at an instant.
struct CalleeObjection {
  enum class Kind : std::uint8_t {
    rule_hours,      // `rule` names hours, and this is none of them
    default_hours,   // no rule names hours; the policy does
    policy_hours,    // the policy narrows further
    holiday,         // by `rule`; `holiday` is its name
    closed_day,      // the policy's
    unknown_place,   // no clock is known
    no_common_hour,  // and nothing is open within kCommonHour of the instant
  };
  Kind kind = Kind::unknown_place;
  std::string_view zone;            // whose clock says so; empty for the last two
  const QuietRule* rule = nullptr;  // rule_hours and holiday; its citations are the sources
  bool stands_in = false;           // AppliedRule's
  std::string_view holiday;
};
[[nodiscard]] std::string_view word_of(CalleeObjection::Kind kind);

class CalleeHours {
 public:
  static constexpr Millis kCommonHour = std::chrono::hours{24 * 8};

  // Keeps zones of the table; everything else is copied.
  CalleeHours(const CalleeClass& callee, const CalleePolicy& policy, const ZoneTable& zones);

  // The instants at which the telephone may ring. The set looks into this object.
  [[nodiscard]] auto open() const { return on_every_clock(zones_, on_wall_clock()); }

  [[nodiscard]] bool allowed(Instant at) const { return contains(open(), at); }

  // The first instant in [at, at + horizon) that is allowed. A horizon beyond QuietHours::kFarthest
  // is cut there.
  [[nodiscard]] std::optional<Instant> next_allowed(Instant at, Millis horizon) const;

  // What holds here, in the order of quiet-hours.json; none where the policy asks no law.
  [[nodiscard]] std::span<const AppliedRule> rules() const { return rules_; }

  // The zones whose clocks forbid a call at `at`, ascending. They look into this object.
  [[nodiscard]] std::vector<std::string_view> blocked_zones(Instant at) const;

  // Everything that speaks against a call at `at`, zone by zone; empty exactly when it is allowed.
  // The answer looks into this object.
  [[nodiscard]] std::vector<CalleeObjection> why(Instant at) const;

 private:
  using OnWallClock = decltype(LocalHours{}.on_wall_clock());

  [[nodiscard]] Intersection<OnWallClock, OnWallClock> on_wall_clock() const {
    return hours_.on_wall_clock() & within_.on_wall_clock();
  }
  [[nodiscard]] bool closes_holidays(const QuietRule& rule) const;
  [[nodiscard]] std::vector<LocalDay> closed_days() const;
  void add_closed(std::vector<CalleeObjection>& out, LocalDay day, std::string_view zone) const;
  void add_objections(std::vector<CalleeObjection>& out, std::size_t zone, Instant at) const;

  std::vector<std::string> names_;
  std::vector<const Zone*> zones_;  // as many as names, or none when a clock is not known
  std::vector<AppliedRule> rules_;
  std::vector<LocalDay> policy_days_;  // ascending
  bool close_unknown_holidays_ = false;
  bool rules_name_hours_ = false;
  LocalHours hours_;   // of the law, or else the policy's
  LocalHours within_;  // always, unless the policy narrows
};

}  // namespace callgate
