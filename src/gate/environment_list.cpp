#include "gate/environment_list.h"

#include <unistd.h>

#include <algorithm>

namespace weir::gate {

namespace {

bool is_of(const std::string& entry, std::string_view name) {
  return entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=';
}

}  // namespace

EnvironmentList EnvironmentList::inherited() {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry; ++entry) entries.emplace_back(*entry);
  return EnvironmentList(std::move(entries));
}

std::optional<std::string> EnvironmentList::find(std::string_view name) const {
  const auto found =
      std::ranges::find_if(entries_, [&](const std::string& entry) { return is_of(entry, name); });
  if (found == entries_.end()) return {};
  return found->substr(name.size() + 1);
}

void EnvironmentList::set(std::string_view name, std::string_view value) {
  std::string text(name);
  text += '=';
  text += value;
  const auto found =
      std::ranges::find_if(entries_, [&](const std::string& entry) { return is_of(entry, name); });
  if (found == entries_.end())
    entries_.push_back(std::move(text));
  else
    *found = std::move(text);
}

void EnvironmentList::unset(std::string_view name) {
  std::erase_if(entries_, [&](const std::string& entry) { return is_of(entry, name); });
}

}  // namespace weir::gate
