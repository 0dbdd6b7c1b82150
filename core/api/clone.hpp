// POST /api/jobs/{id}/clone: a job made like another.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "core/api/jobs.hpp"
#include "core/api/router.hpp"
#include "core/api/schema.hpp"

namespace callgate {

struct CloneAsked {
  std::optional<std::string> name;
  std::optional<InstantOrNow> schedule;
  bool recipients = false;
  static constexpr auto fields() {
    return std::array{
        field<&CloneAsked::name>("name", "What people call it; left out: as the other",
                                 text(1, 200)),
        field<&CloneAsked::schedule>("schedule",
                                     "When it starts; left out: when somebody starts it"),
        field<&CloneAsked::recipients>(
            "recipients", "With everybody of the other job whose call is kept", defaulted())};
  }
};

Answer post_job_clone(Request& request);

}  // namespace callgate
