#include "gate/nested_lease.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "gate/process_identity.h"

namespace weir::gate {

namespace {

constexpr std::string_view kLocalTag = "local";  // a lease without the daemon

}  // namespace

std::string mark_inside_lease(EnvironmentList& environment, std::string_view tag) {
  environment.set("GATE_LEASE", tag.empty() ? kLocalTag : tag);
  const auto self = identify_process(::getpid());
  const std::string holder = fmt::format("{}.{}", ::getpid(), self ? self->start : 0);
  environment.set("GATE_HOLDER", holder);
  return "GATE_HOLDER=" + holder;
}

bool is_inside_lease(const EnvironmentList& environment) {
  if (environment.text("GATE_LEASE").empty()) return false;
  const auto holder = environment.find("GATE_HOLDER");
  if (!holder) return true;
  int pid = 0;
  unsigned long long start = 0;
  if (std::sscanf(holder->c_str(), "%d.%llu", &pid, &start) != 2) return true;
  const auto found = identify_process(pid);
  return found && found->start == start;
}

}  // namespace weir::gate
