// `times`: processor time of the shell and of its children (POSIX).
#include <fmt/format.h>
#include <sys/resource.h>

#include "builtins/reports_support.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {kJsonFlag};
constexpr CommandSchema kTimes = {
    .name = "times",
    .summary = "print the processor time used by the shell and by its children",
    .synopsis = "[--json]",
    .flags = kFlags,
    .max_operands = 0,
    .details =
        "Two lines, the shell and its children: the time in programs and in the system for them.",
    .group = "shell"};

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

std::string minutes(const timeval& time) {
  const double total = seconds(time);
  const auto whole = static_cast<int64_t>(total) / 60;
  return fmt::format("{}m{:.3f}s", whole, total - static_cast<double>(whole * 60));
}

ValueTask<int> run_times(Invocation call) {
  Report report(call);
  for (auto [who, name] :
       {std::pair(RUSAGE_SELF, "shell"), std::pair(RUSAGE_CHILDREN, "children")}) {
    rusage usage{};
    ::getrusage(who, &usage);
    report.out += fmt::format("{} {}\n", minutes(usage.ru_utime), minutes(usage.ru_stime));
    report.rows.emplace_back(Record{{"of", Value(name)},
                                    {"user", Value(seconds(usage.ru_utime))},
                                    {"system", Value(seconds(usage.ru_stime))}});
  }
  return std::move(report).finish();
}

}  // namespace

void register_times(BuiltinRegistry& registry) { registry.add({&kTimes, run_times, true}); }

}  // namespace weir::builtins
