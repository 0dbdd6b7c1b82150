// What one call asks for itself is changed: checked as a whole, then written at once, with a line
// in the call's own history. A waiting call moves to the lane of its rank; what a dial that is live
// was placed with stays as it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/expected.hpp"
#include "core/engine/service.hpp"
#include "core/store/call_terms.hpp"

namespace callgate {

// Why, in the words of whoever asked for it; both may be empty.
struct Remark {
  std::string reason;
  std::string note;

  [[nodiscard]] bool any() const { return !reason.empty() || !note.empty(); }
};

// Nothing: it stays. An empty text: what the job says.
struct CallChange {
  std::optional<CallPriority> priority;
  std::optional<std::string> assistant_id;
  std::optional<std::string> phone_number_id;
  std::optional<std::int64_t> max_attempts;
  std::optional<Millis> retry_after;
  std::optional<Instant> not_before;
  std::optional<std::string> metadata;  // a JSON object's text
  std::optional<bool> record;

  [[nodiscard]] bool any() const;
};

// `fields` cannot be changed as the call stands.
struct CallNotChangeable {
  std::vector<CallField> fields;
  std::string detail;
};

// nullopt: change_call would do it.
[[nodiscard]] std::optional<CallNotChangeable> check_change(Service& service, const Call& call,
                                                            const CallChange& change);
[[nodiscard]] Expected<std::monostate, CallNotChangeable> change_call(
    Service& service, Call& call, const CallChange& change, const Remark& remark = Remark());

// The terms with the change.
[[nodiscard]] CallTerms changed_terms(CallTerms terms, const CallChange& change);
// The rank that counts: its own, or its job's.
[[nodiscard]] std::int64_t rank_of(const Call& call, const Job& job);
// Where a call of these terms waits.
[[nodiscard]] std::int64_t lane_of(Service& service, const Call& call, bool callback);
[[nodiscard]] CallEvent event_now(const Service& service, CallEventKind kind, std::int64_t before,
                                  std::int64_t after, const Remark& remark);

}  // namespace callgate
