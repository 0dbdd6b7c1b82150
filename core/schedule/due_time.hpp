// When a call may be placed, and what moves it: the one place where its gates meet. A gate is a
// lazy set of instants (business hours, the hours of the person called …); a call may go out where
// all of them are open. The same walk tells dispatch when the next opening is, and a person why it
// is not now.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "core/base/time.hpp"
#include "core/schedule/calendar.hpp"
#include "core/schedule/interval.hpp"

namespace callgate {

// A set behind one virtual call, so that sets of different types can stand in one list.
class Gate {
 public:
  Gate() = default;
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;
  virtual ~Gate() = default;
  [[nodiscard]] virtual Stretch at(std::int64_t ms) const = 0;
};

template <TimeSet S>
  requires(S::kAxis == Axis::utc)
class GateOf final : public Gate {
 public:
  explicit GateOf(const S& set) : set_(set) {}
  [[nodiscard]] Stretch at(std::int64_t ms) const override { return set_.at(ms); }

 private:
  S set_;
};

// The instants that every gate allows. No gates: all.
struct EveryGate {
  static constexpr Axis kAxis = Axis::utc;
  std::span<const Gate* const> gates;

  [[nodiscard]] Stretch at(std::int64_t ms) const {
    Stretch all{true, kEndOfTimeMs};
    for (const Gate* gate : gates) {
      const Stretch one = gate->at(ms);
      if (!one.open) {
        return one;
      }
      all.until_ms = std::min(all.until_ms, one.until_ms);
    }
    return all;
  }
};

// One gate was shut: [from, until) of the wait is its doing.
struct Delay {
  std::size_t gate = 0;  // its place in the list
  Instant from{};
  std::optional<Instant> until;  // nothing: it does not open within the horizon
  friend bool operator==(const Delay&, const Delay&) = default;
};

struct DueTime {
  std::optional<OpenSpan> span;  // the first opening at or after `from`, cut to begin no earlier
  std::vector<Delay> delays;     // what moved it there, in order; at most kDelaysMax
};

inline constexpr std::size_t kDelaysMax = 16;

// Of several gates that are shut at once the one listed first is told. A gate that shuts again and
// again (hours that hardly overlap) is told again each time, up to kDelaysMax.
[[nodiscard]] DueTime due_time(std::span<const Gate* const> gates, Instant from,
                               Millis horizon = kLongestSpan);

}  // namespace callgate
