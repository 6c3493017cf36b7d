// `.` and `source`: runs a file in the current shell, parsed and validated whole first (D4).
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/text.h"
#include "builtins/reports_support.h"
#include "builtins/text_source_support.h"
#include "kernel/evaluator.h"
#include "kernel/unit_check.h"

namespace weir::builtins {

namespace {

constexpr ExampleSchema kExamples[] = {
    {"source ./lib.ksh", "its functions and variables stay"},
    {". ./setup.ksh a b", "with its own $1 and $2"},
    {"source <(tool completion)", "commands that a program prints"},
};
constexpr std::string_view kDetails =
    "A FILE without a slash is searched in PATH. The whole file is checked first; when it has an "
    "error,\n"
    "none of it runs. With ARGs they are the positional parameters until the end of the file.";
constexpr CommandSchema kDot = {.name = ".",
                                .summary = "run the commands of a file in this shell",
                                .synopsis = "FILE [ARG…]",
                                .min_operands = 1,
                                .examples = kExamples,
                                .details = kDetails,
                                .group = "commands"};
constexpr CommandSchema kSource = {.name = "source",
                                   .summary = "run the commands of a file in this shell",
                                   .synopsis = "FILE [ARG…]",
                                   .min_operands = 1,
                                   .examples = kExamples,
                                   .details = kDetails,
                                   .group = "commands"};

bool is_readable_file(const Context& ctx, const std::string& path) {
  struct stat info;
  const int at = ctx.scope.directory->fd.get();
  return ::fstatat(at, path.c_str(), &info, 0) == 0 && !S_ISDIR(info.st_mode) &&
         ::faccessat(at, path.c_str(), R_OK, AT_EACCESS) == 0;
}

/// POSIX: a name without a slash is searched in PATH; it need not be executable.
Result<std::string> find_file(const Context& ctx, const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  const auto variable = ctx.lookup("PATH");
  const std::string path = variable ? variable->to_text() : std::string();
  for (size_t from = 0; from <= path.size();) {
    const size_t end = std::min(path.find(':', from), path.size());
    const std::string directory = end == from ? "." : path.substr(from, end - from);
    from = end + 1;
    std::string candidate = directory + "/" + name;
    if (is_readable_file(ctx, candidate)) return candidate;
  }
  if (is_readable_file(ctx, name)) {
    return fail(ErrorKind::not_found,
                fmt::format("{}: not in PATH; for the file here write ./{}", name, name));
  }
  return fail(ErrorKind::not_found, fmt::format("{}: no such file in PATH", name));
}

/// Runs the unit as a sourced file: its own parameters, `return`, and loops of its own.
Task<int> run_sourced(Context& ctx, parser::UnitPtr unit, List arguments) {
  const auto parameters = ctx.scope.parameters;
  const int loop_depth = std::exchange(ctx.loop_depth, 0);
  const bool is_last_command = std::exchange(ctx.is_last_command, false);
  const bool has_arguments = !arguments.empty();
  if (has_arguments) ctx.scope.parameters = std::make_shared<const List>(std::move(arguments));
  ++ctx.source_depth;
  ++ctx.recursion;
  ctx.status = 0;  // of a file without commands
  int status = co_await kernel::run_unit(ctx, std::move(unit));
  --ctx.recursion;
  --ctx.source_depth;
  // `set --` in the file stays only where the file had no parameters of its own.
  if (has_arguments) ctx.scope.parameters = parameters;
  ctx.loop_depth = loop_depth;
  ctx.is_last_command = is_last_command;
  if (ctx.flow.kind == kernel::FlowKind::return_) ctx.flow = {};
  co_return status;
}

Task<int> report_unit(Context& ctx, std::string messages) {
  co_await kernel::warn(ctx, std::move(messages));
  co_return 2;
}

Task<int> source(Invocation call) {
  Context& ctx = call.ctx;
  if (ctx.recursion >= ctx.scope.options.recursion_limit) {
    ctx.flow = {kernel::FlowKind::exit, 0};
    co_return co_await complain(
        call, fmt::format("over {} nested files and calls (set -o recursion-limit=N)",
                          ctx.scope.options.recursion_limit));
  }
  auto path = find_file(ctx, call.operands()[0].to_text());
  if (!path) co_return co_await complain(call, std::move(path.error().message));
  auto text = co_await read_whole_file(ctx, *path);
  if (!text) co_return co_await stream_failed(call, std::move(text.error()));
  auto checked =
      kernel::check_unit(ctx, *path, std::move(*text), {.role = kernel::TextRole::sourced});
  if (!checked.unit) co_return co_await report_unit(ctx, std::move(checked.messages));
  List arguments(call.operands().begin() + 1, call.operands().end());
  co_return co_await run_sourced(ctx, std::move(checked.unit), std::move(arguments));
}

ValueTask<int> run_source(Invocation call) { return source(std::move(call)); }

}  // namespace

void register_source(BuiltinRegistry& registry) {
  registry.add({&kDot, run_source, true});
  registry.add({&kSource, run_source});
}

}  // namespace weir::builtins
