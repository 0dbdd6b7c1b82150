// Slots: how many calls run at once. Each call touches a path of nodes: workspace, client, provider
// account, job, agent, caller id, destination; it takes a slot of every one of them or of none, so
// a full node never holds what the others could use. A node is a value made from the attempts that
// are under way; nothing is counted twice and nothing can leak.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace callgate {

// In the order in which a path names them.
enum class SlotLevel : std::uint8_t {
  workspace,
  client,
  provider,
  job,
  agent,
  caller_id,
  destination
};

struct SlotNode {
  SlotLevel level = SlotLevel::workspace;
  std::int64_t live = 0;
  std::int64_t limit = 0;  // at once; a limit below what is live lets nothing new in

  [[nodiscard]] std::int64_t free() const { return live < limit ? limit - live : 0; }
  friend bool operator==(const SlotNode&, const SlotNode&) = default;
};

class Slots {
 public:
  using Index = std::size_t;

  Index add(const SlotNode& node) {
    nodes_.push_back(node);
    return nodes_.size() - 1;
  }
  [[nodiscard]] const SlotNode& at(Index node) const { return nodes_[node]; }
  [[nodiscard]] bool empty() const { return nodes_.empty(); }

  // The first node of the path that is full; nothing: a slot of each may be taken.
  [[nodiscard]] std::optional<Index> full(std::span<const Index> path) const {
    for (const Index node : path) {
      if (nodes_[node].free() == 0) {
        return node;
      }
    }
    return std::nullopt;
  }

  // Takes one of each, or, naming the node that is full, none.
  std::optional<Index> take(std::span<const Index> path) {
    const auto stopped = full(path);
    for (const Index node : stopped ? std::span<const Index>{} : path) {
      ++nodes_[node].live;
    }
    return stopped;
  }

  // Gives back what take() took.
  void give_back(std::span<const Index> path) {
    for (const Index node : path) {
      --nodes_[node].live;
    }
  }

 private:
  std::vector<SlotNode> nodes_;
};

}  // namespace callgate
