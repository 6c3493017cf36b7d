#include "kernel/trap_condition.h"

#include <fmt/format.h>

#include <csignal>

#include "base/signal_names.h"
#include "base/text.h"
#include "kernel/scope.h"

namespace weir::kernel {

namespace {

std::unexpected<Error> refused(std::string message) {
  return fail(ErrorKind::refused, std::move(message));
}

}  // namespace

Result<int> parse_trap_condition(std::string_view text) {
  const std::string name = upper_all(text);
  if (name == "EXIT") return Scope::kTrapExit;
  if (name == "ERR") return Scope::kTrapErr;
  if (name == "DEBUG")
    return refused("weir has no DEBUG trap; set -x prints each command before it runs");
  if (name == "RETURN") {
    return refused(
        "weir has no RETURN trap; EXIT of a function in ( ) runs at its end: "
        "f() ( trap … EXIT; … )");
  }
  return parse_signal(text);
}

Result<int> parse_settable_condition(std::string_view text) {
  auto condition = parse_trap_condition(text);
  if (!condition) return condition;
  if (*condition == SIGKILL || *condition == SIGSTOP)
    return refused(fmt::format("{} cannot be trapped or ignored", signal_name(*condition)));
  if (*condition == SIGCHLD)
    return refused("the shell itself needs CHLD; `wait -n` tells of the next job that ends");
  return condition;
}

}  // namespace weir::kernel
