// TaskGraph: which items of `scatter --needs` may start, and which never will.
//
// Pure: made from the items, asked for ready nodes, told how they ended. Ready
// nodes come in order of their longest remaining path (as many nodes as wait for
// one another behind them), equal ones in item order. Each node is either taken
// once or reported as skipped once.
#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"

namespace weir::scheduler {

class TaskGraph {
 public:
  /// Reads `id` (or `name`) and the list of ids in `field` (absent or null: none; a
  /// scalar: one) of each item. Errors name the item, or the path of a cycle: "a needs b needs a".
  static Result<TaskGraph> read(const List& items, std::string_view field);

  size_t size() const { return nodes_.size(); }
  const std::string& id(size_t node) const { return nodes_[node].id; }
  /// Nodes on the longest chain of needs that begins here, this one included.
  size_t path_length(size_t node) const { return nodes_[node].path; }

  /// The next node that may start; nothing while others must end first or all were taken.
  std::optional<size_t> take_ready();
  /// Neither taken nor skipped yet.
  size_t left() const { return left_; }

  void succeeded(size_t node);
  /// Gives the nodes that will never start now, in item order. Why: `node` failed.
  std::vector<size_t> failed(size_t node);
  /// Gives up all that is left, in item order.
  std::vector<size_t> abandon();

 private:
  struct Node {
    std::string id;
    std::vector<size_t> dependents;
    size_t waits_for = 0;  // needs that have not succeeded
    size_t path = 0;
    bool settled = false;  // taken or skipped
  };
  /// Longest path first, then item order.
  struct Ready {
    size_t path;
    size_t node;
    bool operator<(const Ready& other) const {
      return path != other.path ? path < other.path : node > other.node;
    }
  };

  Result<void> measure_paths(const std::vector<std::vector<size_t>>& needs);
  std::string cycle_text(const std::vector<std::vector<size_t>>& needs,
                         const std::vector<size_t>& waits) const;

  std::vector<Node> nodes_;
  std::priority_queue<Ready> ready_;
  size_t left_ = 0;
};

}  // namespace weir::scheduler
