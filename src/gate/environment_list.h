// EnvironmentList: the variables that a program is started with, as "NAME=value" texts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gate {

class EnvironmentList {
 public:
  /// This process's.
  static EnvironmentList inherited();
  explicit EnvironmentList(std::vector<std::string> entries = {}) : entries_(std::move(entries)) {}

  std::optional<std::string> find(std::string_view name) const;
  /// The value, or "".
  std::string text(std::string_view name) const { return find(name).value_or(std::string()); }
  void set(std::string_view name, std::string_view value);
  void unset(std::string_view name);
  const std::vector<std::string>& entries() const { return entries_; }

 private:
  std::vector<std::string> entries_;
};

}  // namespace weir::gate
