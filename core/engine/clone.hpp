// A job made like another: its settings and, if that is asked for, its people, however their calls
// have ended. More people than one Input takes follow as a task; until the last has come the clone
// stands as one whose recipients are still arriving.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/engine/service.hpp"
#include "core/store/tasks.hpp"

namespace callgate {

struct CloneWish {
  std::optional<std::string> name;  // left out: the other's
  std::optional<Instant> start_at;  // left out: it waits for a person
  bool recipients = false;
};

struct Cloned {
  const Job* job = nullptr;
  std::int64_t task = 0;  // what brings the rest of its people; 0: all are there
};

[[nodiscard]] Cloned clone_job(Service& service, std::int64_t seq, const CloneWish& wish);

// One step of such a task. False: it was the last.
bool step_clone(Service& service, Task& task);

}  // namespace callgate
