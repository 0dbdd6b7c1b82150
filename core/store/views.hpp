// Saved views: a query of a list under a name, somebody's own or shared by the workspace.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.hpp"
#include "core/store/sql.hpp"

namespace callgate {

// Numbers are stored: append only.
enum class ViewOf : std::uint8_t { jobs = 1, calls = 2 };

struct View {
  std::int64_t seq = 0;
  Instant created_at{};
  Instant updated_at{};
  std::string owner;  // the subject who saved it
  bool shared = false;
  ViewOf of = ViewOf::jobs;
  std::string name;
  std::string query;  // a JSON object's text
};

namespace views {

void add(Sql& sql, const View& view);
void save(Sql& sql, const View& view);
void erase(Sql& sql, std::int64_t seq);
[[nodiscard]] std::optional<View> find(Sql& sql, std::int64_t seq);
// Those of the subject and those that are shared, by name.
[[nodiscard]] std::vector<View> seen_by(Sql& sql, std::string_view subject);

struct Count {
  std::int64_t all = 0;
  std::int64_t own = 0;
};
[[nodiscard]] Count count(Sql& sql, std::string_view subject);

}  // namespace views
}  // namespace callgate
