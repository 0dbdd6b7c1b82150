// Lets go of what has ended, by the workspace's rule (core/calls/retention.hpp). When something is
// due a round begins: where an end keeps only its newest calls it finds out when those begin, then
// it walks through the calls of each job of which some are old enough, removes the jobs of which
// nothing is left, and what stands beside them. A wake advances it by one step of at most
// limits.task_rows_max rows, after which others have their turn; how far it has come stands in its
// row. Nothing is read or written while nothing is due.
#pragma once

#include <optional>

#include "core/engine/service.hpp"

namespace callgate {

// One step of the round that is under way or due. False: there is none.
bool step_retention(Service& service);

// When step_retention has something to do.
[[nodiscard]] std::optional<Instant> next_retention(Service& service);

// A call that had ended is no longer one: what a round has counted is not true any more.
void note_reopened(Service& service);
// The rule is another; what it lets go is removed soon.
void note_rule_changed(Service& service);

}  // namespace callgate
