#include "gate/cause.h"

#include <algorithm>
#include <array>

namespace weir::gate {
namespace {

constexpr std::array<std::string_view, 11> kNames = {
    "lane",       "tokens",  "cpu",    "memory", "io_pressure", "after",
    "not_before", "backoff", "paused", "remote", "lock"};

}  // namespace

std::string_view cause_name(Cause cause) { return kNames[static_cast<std::size_t>(cause)]; }

std::optional<Cause> find_cause(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Cause>(found - kNames.begin());
}

}  // namespace weir::gate
