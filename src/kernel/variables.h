// Variables: names to values, in layers that copies share.
//
// Copying is a pointer: both copies then write into a layer of their own on top
// of the shared ones. A layer that nobody else shares any more is written in
// place or folded into the one above, so loops full of `$(…)` stay flat.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/value.h"
#include "parser/ast.h"

namespace weir::kernel {

struct Variable {
  Value value;
  bool is_set = true;  // false: declared (local x, export x) without a value, or hidden by unset
  bool exported = false;
  bool readonly = false;
};

class Variables {
 public:
  Variables();
  Variables(const Variables&) = default;
  Variables& operator=(const Variables&) = default;
  Variables(Variables&&) noexcept = default;
  Variables& operator=(Variables&&) noexcept = default;

  /// Null when there is no such name; check is_set.
  const Variable* find(std::string_view name, uint32_t hash) const;
  const Variable* find(std::string_view name) const { return find(name, parser::hash_name(name)); }
  /// The variable for writing, made (unset) when it is not there. Good until the next call.
  Variable& edit(std::string_view name, uint32_t hash);
  Variable& edit(std::string_view name) { return edit(name, parser::hash_name(name)); }
  void erase(std::string_view name);
  /// Every variable that is there (set or declared), in no order.
  void for_each(const std::function<void(const std::string&, const Variable&)>& visit) const;

  /// Changes with every edit of an exported variable: the key for a cached environment.
  uint64_t export_generation() const { return export_generation_; }
  void touch_exports();

 private:
  struct Layer;
  Layer& own_layer();
  std::shared_ptr<Layer> top_;  // shared: copies of these Variables
  uint64_t export_generation_ = 0;
};

}  // namespace weir::kernel
