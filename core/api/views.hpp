// /api/views: queries of the lists of jobs and calls, saved under a name, for oneself or for the
// workspace. A query is what the list itself takes, but for where a page begins, and is refused
// where the list would refuse it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/router.hpp"
#include "core/api/schema.hpp"
#include "core/store/views.hpp"

namespace callgate {

inline constexpr std::int64_t kViewsOfOneMax = 100;
inline constexpr std::int64_t kViewsMax = 1000;

constexpr auto words(ViewOf /*tag*/) {
  return std::array{word("jobs", ViewOf::jobs, "GET /api/jobs"),
                    word("calls", ViewOf::calls, "GET /api/calls")};
}

struct NewView {
  std::string name;
  ViewOf of = ViewOf::jobs;
  JsonObject query;
  bool shared = false;
  static constexpr auto fields() {
    return std::array{
        field<&NewView::name>("name", "What people call it", text(1, 100)),
        field<&NewView::of>("of", "Which list"),
        field<&NewView::query>("query",
                               "What the list is asked for, by the names of its parameters; lists "
                               "as JSON lists; without cursor and page",
                               callgate::bytes(4096)),
        field<&NewView::shared>("shared", "For everybody in the workspace", defaulted())};
  }
};

struct ViewChange {
  std::optional<std::string> name;
  std::optional<JsonObject> query;
  std::optional<bool> shared;
  static constexpr auto fields() {
    return std::array{
        field<&ViewChange::name>("name", "What people call it", text(1, 100)),
        field<&ViewChange::query>("query", "Instead of the one before", callgate::bytes(4096)),
        field<&ViewChange::shared>("shared", "For everybody in the workspace")};
  }
};

struct ViewsQuery {
  std::optional<ViewOf> of;
  static constexpr auto fields() {
    return std::array{field<&ViewsQuery::of>("of", "Only of this list")};
  }
};

struct SavedView {
  std::string id;
  std::string name;
  ViewOf of = ViewOf::jobs;
  JsonObject query;
  bool shared = false;
  bool own = true;
  std::string saved_by;
  Instant created_at{};
  Instant updated_at{};
  static constexpr auto fields() {
    return std::array{field<&SavedView::id>("id", "view_…"),
                      field<&SavedView::name>("name", "What people call it"),
                      field<&SavedView::of>("of", "Which list"),
                      field<&SavedView::query>("query", "What the list is asked for"),
                      field<&SavedView::shared>("shared", "For everybody in the workspace"),
                      field<&SavedView::own>("own", "Whether who asks may change it"),
                      field<&SavedView::saved_by>("savedBy", "The subject of the credential"),
                      field<&SavedView::created_at>("createdAt", "When it was saved"),
                      field<&SavedView::updated_at>("updatedAt", "When it was last changed")};
  }
};

struct ViewList {
  std::vector<SavedView> views;
  static constexpr auto fields() {
    return std::array{field<&ViewList::views>("views", "By name", callgate::items(0, kViewsMax))};
  }
};

Answer get_views(Request& request);
Answer post_view(Request& request);
Answer get_view(Request& request);
Answer patch_view(Request& request);
Answer delete_view(Request& request);

}  // namespace callgate
