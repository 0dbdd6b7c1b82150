// Jobs as a list shows them: those that a filter finds, in an order, page by page. The rows are
// walked: there are few jobs beside calls.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.hpp"
#include "core/store/sql.hpp"

namespace callgate::job_list {

inline constexpr Instant kNoEnd = from_ms(std::int64_t{1} << 53);

struct Filter {
  std::int64_t stages = -1;  // bits by JobStage
  Instant from{};            // made at or after …
  Instant before = kNoEnd;   // … and before
  std::optional<std::string> assistant;
  std::optional<std::string> search;  // in name or notes, ASCII in lower case

  [[nodiscard]] bool any() const;
};

enum class Order : std::uint8_t {
  newest,
  name,      // ASCII in either case; ties as they were made
  progress,  // ended calls in percent, the furthest first; ties the newest
};

// Numbers of visible jobs behind the job `after` (0: from the first on), at most `limit`.
[[nodiscard]] std::vector<std::int64_t> page(Sql& sql, const Filter& filter, Order order,
                                             std::int64_t after, std::int64_t limit);
// All of them, in order of their numbers.
[[nodiscard]] std::vector<std::int64_t> all(Sql& sql, const Filter& filter);
[[nodiscard]] std::int64_t count(Sql& sql, const Filter& filter);

// Who calls for the job made last, as far as jobs are written; empty: there is none.
struct Callers {
  std::string assistant_id;
  std::string phone_number_id;
};
[[nodiscard]] Callers last_callers(Sql& sql);

}  // namespace callgate::job_list
