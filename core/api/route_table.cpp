#include "core/api/route_table.hpp"

namespace callgate {

// The first match is the best: static segments stand before the parameter. No deeper than a
// pattern.
std::uint16_t RouteTable::find_below(std::uint16_t node,
                                     std::span<const std::string_view> segments) const {
  if (segments.empty()) {
    return nodes_[node].routes == kNone ? kNone : node;
  }
  for (std::uint16_t at = nodes_[node].child; at != kNone; at = nodes_[at].sibling) {
    const bool fits = nodes_[at].segment.empty() || nodes_[at].segment == segments.front();
    const std::uint16_t found = fits ? find_below(at, segments.subspan(1)) : kNone;
    if (found != kNone) {
      return found;
    }
  }
  return kNone;
}

std::optional<RouteTable::Path> RouteTable::find(std::span<const std::string_view> segments) const {
  const std::uint16_t found = find_below(0, segments);
  return found == kNone ? std::nullopt : std::optional{Path{found}};
}

const Route* RouteTable::route(Path path, std::string_view method) const {
  for (const Route* route = first(path); route != nullptr; route = next(*route)) {
    if (route->method == method) {
      return route;
    }
  }
  return nullptr;
}

}  // namespace callgate
