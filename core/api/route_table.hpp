// What a route is, and the table of them, indexed once: a tree of the patterns' segments, so that
// finding a request's route costs its own length and not the table's. A static segment wins over a
// parameter, from the left; parameters of different names in the same place are the same place. It
// can be made while compiling, and it refuses (CHECK) a table that is too large for it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "core/api/schema.hpp"
#include "core/base/check.hpp"
#include "core/output.hpp"

namespace callgate {

class Request;
class ApiError;

using Answer = std::variant<Response, Await, Stream, Ingest>;

// Who may use a route.
struct Access {
  enum class Kind : std::uint8_t {
    anyone,
    provider,   // signed by a provider: the handler verifies the signature over the raw body
    signed_in,  // any principal
    permission,
  };
  Kind kind = Kind::signed_in;
  std::string_view permission;

  // Nobody has to be signed in.
  [[nodiscard]] constexpr bool is_open() const {
    return kind == Kind::anyone || kind == Kind::provider;
  }
};

inline constexpr Access kAnyone{Access::Kind::anyone, {}};
inline constexpr Access kSignedByProvider{Access::Kind::provider, {}};
inline constexpr Access kSignedIn{Access::Kind::signed_in, {}};
constexpr Access needs(std::string_view permission) {
  return {Access::Kind::permission, permission};
}

// What a route may answer, for the documentation. The problems that follow from the route itself
// (400, 401, 403, 404, 413, 415, 422) are added by openapi().
struct Documented {
  std::int64_t status = 0;
  std::string_view description;
  const TypeInfo* schema = nullptr;  // nullptr: no body, or not JSON
  std::string_view media_type = {};  // empty: application/json when there is a schema
};

// How a published surface says that a request is refused, in its own envelope; the headers and the
// meaning are those of the ApiError.
struct Dialect {
  Response (*refusal)(const ApiError& error) = nullptr;
  const TypeInfo* schema = nullptr;  // of its body, JSON
};

// `method` is upper case, `pattern` like "/api/jobs/{id}".
struct Route {
  std::string_view method;
  std::string_view pattern;
  Access access = kSignedIn;
  Answer (*handler)(Request&) = nullptr;
  std::string_view summary = {};         // one line
  std::string_view description = {};     // more, if there is more
  const TypeInfo* query = nullptr;       // a flat struct; nullptr: no query parameter is known
  const TypeInfo* body = nullptr;        // JSON; nullptr: no body, unless media_types names one
  std::string_view media_types[4] = {};  // accepted besides JSON for `body`; "*/*" accepts any
  std::int64_t body_bytes_max = 0;       // 0: the host's limit
  bool body_optional = false;
  bool takes_stream = false;  // the handler may answer Ingest
  bool reads_only = false;    // a POST that changes nothing
  bool writes = false;        // a GET that changes something after all
  // The audit log's word for what was done ("job.paused"); empty: it is not recorded.
  std::string_view audited = {};
  // Answered without storage, the same at every home, unless the handler throws NeedsWorkspace.
  bool without_workspace = false;
  bool knows_repeats = false;        // looks after the Idempotency-Key itself
  bool shows_once = false;           // its answer has a secret: it is kept nowhere
  const Dialect* dialect = nullptr;  // nullptr: refusals are RFC 9457 problems
  Documented answers[4] = {};
};

[[nodiscard]] constexpr bool is_parameter(std::string_view segment) {
  return !segment.empty() && segment.front() == '{';
}

// Takes the next segment off a pattern's front: "/api/jobs" gives "api" and leaves "/jobs".
[[nodiscard]] constexpr std::string_view next_segment(std::string_view& pattern) {
  if (pattern.empty() || pattern == "/") {
    pattern = {};
    return {};
  }
  pattern.remove_prefix(1);
  const std::size_t found = pattern.find('/');
  const std::size_t slash = found == std::string_view::npos ? pattern.size() : found;
  const std::string_view segment = pattern.substr(0, slash);
  pattern.remove_prefix(slash);
  return segment;
}

// One list of all.
template <std::size_t... N>
constexpr std::array<Route, (N + ...)> joined(const Route (&... lists)[N]) {
  std::array<Route, (N + ...)> all;
  auto end = all.begin();
  ((end = std::copy(lists, lists + N, end)), ...);
  return all;
}

class RouteTable {
 public:
  static constexpr std::size_t kRoutesMax = 256;
  static constexpr std::size_t kNodesMax = 512;

  // Where a request's path leads: at least one route has it.
  struct Path {
    std::uint16_t node = 0;
  };

  // The routes outlive the table.
  template <std::size_t N>
  constexpr RouteTable(const Route (&routes)[N]) : routes_(routes) {
    static_assert(N <= kRoutesMax);
    add_all();
  }
  template <std::size_t N>
  constexpr RouteTable(const std::array<Route, N>& routes) : routes_(routes) {
    static_assert(N <= kRoutesMax);
    add_all();
  }

  // Static segments are compared as received, so an encoded spelling of one is just a parameter's
  // value.
  [[nodiscard]] std::optional<Path> find(std::span<const std::string_view> segments) const;
  // nullptr: the path takes other methods only.
  [[nodiscard]] const Route* route(Path path, std::string_view method) const;
  // The routes of a path, one after the other.
  [[nodiscard]] const Route* first(Path path) const { return at(nodes_[path.node].routes); }
  [[nodiscard]] const Route* next(const Route& route) const {
    return at(next_[static_cast<std::size_t>(&route - routes_.data())]);
  }

  [[nodiscard]] constexpr std::span<const Route> routes() const { return routes_; }
  constexpr operator std::span<const Route>() const { return routes_; }
  [[nodiscard]] constexpr auto begin() const { return routes_.begin(); }
  [[nodiscard]] constexpr auto end() const { return routes_.end(); }

 private:
  static constexpr std::uint16_t kNone = 0xFFFF;

  struct Node {
    std::string_view segment;  // empty: a parameter
    std::uint16_t child = kNone;
    std::uint16_t sibling = kNone;  // static ones first
    std::uint16_t routes = kNone;
  };

  [[nodiscard]] const Route* at(std::uint16_t index) const {
    return index == kNone ? nullptr : &routes_[index];
  }
  [[nodiscard]] std::uint16_t find_below(std::uint16_t node,
                                         std::span<const std::string_view> segments) const;

  constexpr std::uint16_t child_of(std::uint16_t node, std::string_view segment) {
    const std::string_view name = is_parameter(segment) ? std::string_view{} : segment;
    std::uint16_t* link = &nodes_[node].child;
    while (*link != kNone && nodes_[*link].segment != name) {
      if (nodes_[*link].segment.empty()) {
        break;  // before the parameter
      }
      link = &nodes_[*link].sibling;
    }
    if (*link == kNone || nodes_[*link].segment != name) {
      CALLGATE_CHECK(count_ < kNodesMax);
      const auto made = static_cast<std::uint16_t>(count_++);
      nodes_[made].segment = name;
      nodes_[made].sibling = *link;
      *link = made;
    }
    return *link;
  }

  constexpr void add_all() {
    for (std::size_t i = 0; i < routes_.size(); ++i) {
      add(static_cast<std::uint16_t>(i));
    }
  }

  constexpr void add(std::uint16_t index) {
    std::string_view pattern = routes_[index].pattern;
    std::uint16_t node = 0;
    for (auto segment = next_segment(pattern); !segment.empty(); segment = next_segment(pattern)) {
      node = child_of(node, segment);
    }
    std::uint16_t* link = &nodes_[node].routes;
    while (*link != kNone) {
      link = &next_[*link];
    }
    *link = index;
    next_[index] = kNone;
  }

  std::span<const Route> routes_;
  std::array<Node, kNodesMax> nodes_{};  // the first is the root
  std::array<std::uint16_t, kRoutesMax> next_{};
  std::size_t count_ = 1;
};

}  // namespace callgate
