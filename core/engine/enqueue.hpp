// A person who is known is put into a job, with terms of their own: somebody new to it becomes a
// call of it, somebody whose call there has ended begins its next round. A job that had run out of
// calls goes on.
#pragma once

#include <string>
#include <string_view>

#include "core/base/expected.hpp"
#include "core/engine/call_changes.hpp"
#include "core/engine/service.hpp"

namespace callgate {

struct NotQueued {
  std::string_view code;  // already_queued, wrong_state, contradiction
  std::string detail;
};

// nullopt: the job takes calls of such terms.
[[nodiscard]] std::optional<NotQueued> check_enqueue(const Job& job, const CallTerms& terms);

// The call, by the contact's first number. `metadata`: empty, or a JSON object's text.
[[nodiscard]] Expected<Call, NotQueued> enqueue(Service& service, std::int64_t job,
                                                const Contact& contact, const CallTerms& terms,
                                                Instant not_before, const std::string& metadata);

}  // namespace callgate
