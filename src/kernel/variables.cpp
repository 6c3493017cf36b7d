#include "kernel/variables.h"

#include <vector>

namespace weir::kernel {

namespace {

constexpr int kMaxDepth = 8;  // deeper chains are flattened

uint64_t next_generation() {
  static uint64_t generation = 0;
  return ++generation;
}

}  // namespace

/// An open-addressing table over entries in order of first assignment. A hidden
/// entry stands for "not here, and do not look below".
struct Variables::Layer {
  struct Entry {
    std::string name;
    uint32_t hash = 0;
    bool hidden = false;
    Variable variable;
  };

  std::vector<Entry> entries;
  std::vector<uint32_t> table;   // index into entries + 1; 0 is free
  std::shared_ptr<Layer> below;  // shared: other Variables stand on it, too
  int depth = 0;

  Entry* find(std::string_view name, uint32_t hash) {
    if (table.empty()) return nullptr;
    const size_t mask = table.size() - 1;
    for (size_t at = hash & mask;; at = (at + 1) & mask) {
      if (table[at] == 0) return nullptr;
      Entry& entry = entries[table[at] - 1];
      if (entry.hash == hash && entry.name == name) return &entry;
    }
  }

  Entry& add(std::string_view name, uint32_t hash) {
    if ((entries.size() + 1) * 2 > table.size()) grow();
    entries.push_back({std::string(name), hash, false, {}});
    place(hash, static_cast<uint32_t>(entries.size()));
    return entries.back();
  }

 private:
  void place(uint32_t hash, uint32_t number) {
    const size_t mask = table.size() - 1;
    size_t at = hash & mask;
    while (table[at] != 0) at = (at + 1) & mask;
    table[at] = number;
  }
  void grow() {
    table.assign(table.empty() ? 8 : table.size() * 2, 0);
    for (size_t i = 0; i < entries.size(); ++i) {
      place(entries[i].hash, static_cast<uint32_t>(i + 1));
    }
  }
};

Variables::Variables() : top_(std::make_shared<Layer>()) {}

const Variable* Variables::find(std::string_view name, uint32_t hash) const {
  for (Layer* layer = top_.get(); layer != nullptr; layer = layer->below.get()) {
    if (auto* entry = layer->find(name, hash)) return entry->hidden ? nullptr : &entry->variable;
  }
  return nullptr;
}

Variables::Layer& Variables::own_layer() {
  if (top_.use_count() > 1) {
    auto layer = std::make_shared<Layer>();
    if (top_->depth + 1 < kMaxDepth) {
      layer->depth = top_->depth + 1;
      layer->below = top_;
      top_ = std::move(layer);
      return *top_;
    }
    for_each([&](const std::string& name, const Variable& variable) {
      layer->add(name, parser::hash_name(name)).variable = variable;
    });
    top_ = std::move(layer);
    return *top_;
  }
  // What only this copy still stands on becomes part of it.
  while (top_->below && top_->below.use_count() == 1) {
    auto below = std::move(top_->below);
    for (auto& entry : top_->entries) {
      auto* lower = below->find(entry.name, entry.hash);
      if (!lower) lower = &below->add(entry.name, entry.hash);
      lower->hidden = entry.hidden;
      lower->variable = std::move(entry.variable);
    }
    top_ = std::move(below);
  }
  return *top_;
}

Variable& Variables::edit(std::string_view name, uint32_t hash) {
  Layer& layer = own_layer();
  if (auto* entry = layer.find(name, hash)) {
    if (entry->hidden) {
      entry->hidden = false;
      entry->variable = Variable{};
      entry->variable.is_set = false;
    }
    return entry->variable;
  }
  const Variable* below = nullptr;
  for (Layer* l = layer.below.get(); l != nullptr; l = l->below.get()) {
    if (auto* entry = l->find(name, hash)) {
      below = entry->hidden ? nullptr : &entry->variable;
      break;
    }
  }
  Variable& made = layer.add(name, hash).variable;
  if (below)
    made = *below;
  else
    made.is_set = false;
  return made;
}

void Variables::erase(std::string_view name) {
  const uint32_t hash = parser::hash_name(name);
  const Variable* there = find(name, hash);
  if (!there) return;
  if (there->exported) touch_exports();
  Layer& layer = own_layer();
  auto* entry = layer.find(name, hash);
  if (!entry) entry = &layer.add(name, hash);
  entry->hidden = true;
  entry->variable = Variable{};
}

void Variables::for_each(
    const std::function<void(const std::string&, const Variable&)>& visit) const {
  for (Layer* layer = top_.get(); layer != nullptr; layer = layer->below.get()) {
    for (const auto& entry : layer->entries) {
      if (entry.hidden) continue;
      bool covered = false;
      for (Layer* above = top_.get(); above != layer && !covered; above = above->below.get()) {
        covered = above->find(entry.name, entry.hash) != nullptr;
      }
      if (!covered) visit(entry.name, entry.variable);
    }
  }
}

void Variables::touch_exports() { export_generation_ = next_generation(); }

}  // namespace weir::kernel
