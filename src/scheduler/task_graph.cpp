#include "scheduler/task_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/text.h"

namespace weir::scheduler {

namespace {

using Needs = std::vector<std::vector<size_t>>;  // by node
using Ids = std::unordered_map<std::string_view, size_t>;

std::string quoted(std::string_view id) { return quote_word(id); }

Result<std::string> read_id(const Value& item, size_t number) {
  if (!item.is_record()) {
    return fail(ErrorKind::invalid,
                fmt::format("item {} is a {}, not a record with an id", number, item.type_name()));
  }
  const Value* id = item.as_record().find("id");
  if (!id) id = item.as_record().find("name");
  if (!id) return fail(ErrorKind::invalid, fmt::format("item {} has no id and no name", number));
  if (!id->is_scalar() || id->is_null()) {
    return fail(ErrorKind::invalid,
                fmt::format("the id of item {} is a {}", number, id->type_name()));
  }
  std::string text = id->to_text();
  if (text.empty())
    return fail(ErrorKind::invalid, fmt::format("the id of item {} is empty", number));
  return text;
}

Result<std::vector<std::string>> read_needs(const Value& item, std::string_view field,
                                            std::string_view id) {
  std::vector<std::string> needs;
  const Value* value = item.as_record().find(field);
  if (!value || value->is_null()) return needs;
  if (value->is_scalar()) {
    needs.push_back(value->to_text());
    return needs;
  }
  const bool is_list = value->is_list();
  if (is_list) {
    for (const Value& need : value->as_list()) {
      if (need.is_scalar()) needs.push_back(need.to_text());
    }
  }
  if (!is_list || needs.size() != value->as_list().size()) {
    return fail(ErrorKind::invalid,
                fmt::format("{} of {} is not a list of ids", field, quoted(id)));
  }
  return needs;
}

Error unknown_need(std::string_view id, std::string_view need, const Ids& ids) {
  std::vector<std::string_view> known;
  for (const auto& [name, node] : ids) known.push_back(name);
  std::ranges::sort(known);
  return Error{ErrorKind::invalid,
               fmt::format("{} needs {}, and no item has that id{}", quoted(id), quoted(need),
                           did_you_mean(need, known)),
               {},
               0};
}

}  // namespace

Result<TaskGraph> TaskGraph::read(const List& items, std::string_view field) {
  TaskGraph graph;
  graph.nodes_.resize(items.size());
  for (size_t i = 0; i < items.size(); ++i) {
    auto id = read_id(items[i], i);
    if (!id) return fail(std::move(id.error()));
    graph.nodes_[i].id = std::move(*id);
  }
  Ids ids;
  for (size_t i = 0; i < items.size(); ++i) {
    auto [at, is_new] = ids.emplace(graph.nodes_[i].id, i);
    if (!is_new) {
      return fail(ErrorKind::invalid, fmt::format("items {} and {} have the same id {}", at->second,
                                                  i, quoted(graph.nodes_[i].id)));
    }
  }
  Needs needs(items.size());
  // By need: the last item that named it. A need that is named twice is one.
  std::vector<size_t> named_by(items.size(), items.size());
  for (size_t i = 0; i < items.size(); ++i) {
    auto names = read_needs(items[i], field, graph.nodes_[i].id);
    if (!names) return fail(std::move(names.error()));
    for (const std::string& name : *names) {
      const auto found = ids.find(name);
      if (found == ids.end()) return fail(unknown_need(graph.nodes_[i].id, name, ids));
      if (std::exchange(named_by[found->second], i) != i) needs[i].push_back(found->second);
    }
    graph.nodes_[i].waits_for = needs[i].size();
    for (size_t need : needs[i]) graph.nodes_[need].dependents.push_back(i);
  }
  if (auto measured = graph.measure_paths(needs); !measured)
    return fail(std::move(measured.error()));
  graph.left_ = items.size();
  for (size_t i = 0; i < items.size(); ++i) {
    if (needs[i].empty()) graph.ready_.push({graph.nodes_[i].path, i});
  }
  return graph;
}

/// Kahn's order, needs first; what it cannot reach is on a cycle or behind one.
Result<void> TaskGraph::measure_paths(const std::vector<std::vector<size_t>>& needs) {
  std::vector<size_t> order;
  std::vector<size_t> waits(nodes_.size());
  for (size_t i = 0; i < nodes_.size(); ++i) {
    waits[i] = needs[i].size();
    if (waits[i] == 0) order.push_back(i);
  }
  for (size_t at = 0; at < order.size(); ++at) {
    for (size_t dependent : nodes_[order[at]].dependents) {
      if (--waits[dependent] == 0) order.push_back(dependent);
    }
  }
  if (order.size() < nodes_.size()) return fail(ErrorKind::invalid, cycle_text(needs, waits));
  for (size_t at = order.size(); at-- > 0;) {
    Node& node = nodes_[order[at]];
    node.path = 1;
    for (size_t dependent : node.dependents) {
      node.path = std::max(node.path, nodes_[dependent].path + 1);
    }
  }
  return {};
}

/// Walks from need to need among the nodes that still wait until one comes again.
std::string TaskGraph::cycle_text(const std::vector<std::vector<size_t>>& needs,
                                  const std::vector<size_t>& waits) const {
  const auto next = [&](size_t node) {
    return *std::ranges::find_if(needs[node], [&](size_t need) { return waits[need] > 0; });
  };
  auto at = static_cast<size_t>(std::ranges::find_if(waits, [](size_t n) { return n > 0; }) -
                                waits.begin());
  std::vector<bool> seen(nodes_.size());
  for (; !seen[at]; at = next(at)) seen[at] = true;
  // `at` is on the cycle. It is told from its first item on, so that the text is the same each
  // time.
  size_t first = at;
  for (size_t node = next(at); node != at; node = next(node)) first = std::min(first, node);
  std::string text = "a cycle: " + quoted(nodes_[first].id);
  for (size_t node = next(first);; node = next(node)) {
    text += " needs " + quoted(nodes_[node].id);
    if (node == first) return text;
  }
}

std::optional<size_t> TaskGraph::take_ready() {
  while (!ready_.empty()) {
    const size_t node = ready_.top().node;
    ready_.pop();
    if (nodes_[node].settled) continue;
    nodes_[node].settled = true;
    --left_;
    return node;
  }
  return std::nullopt;
}

void TaskGraph::succeeded(size_t node) {
  for (size_t dependent : nodes_[node].dependents) {
    if (--nodes_[dependent].waits_for == 0 && !nodes_[dependent].settled) {
      ready_.push({nodes_[dependent].path, dependent});
    }
  }
}

std::vector<size_t> TaskGraph::failed(size_t node) {
  std::vector<size_t> skipped;
  std::vector<size_t> front = {node};
  while (!front.empty()) {
    const size_t at = front.back();
    front.pop_back();
    for (size_t dependent : nodes_[at].dependents) {
      if (nodes_[dependent].settled) continue;
      nodes_[dependent].settled = true;
      skipped.push_back(dependent);
      front.push_back(dependent);
    }
  }
  left_ -= skipped.size();
  std::ranges::sort(skipped);
  return skipped;
}

std::vector<size_t> TaskGraph::abandon() {
  std::vector<size_t> skipped;
  for (size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].settled) continue;
    nodes_[i].settled = true;
    skipped.push_back(i);
  }
  left_ = 0;
  return skipped;
}

}  // namespace weir::scheduler
