#include "kernel/start_files.h"

#include <fmt/format.h>
#include <unistd.h>

#include "kernel/evaluator.h"
#include "kernel/shell.h"

namespace weir::kernel {

namespace {

constexpr std::string_view kSystemProfile = "/etc/weir/profile.ksh";

/// Where a person's own files are; empty where there is no place (XDG Base Directory).
std::string config_directory(const Context& ctx) {
  const std::string config = ctx.text_of("XDG_CONFIG_HOME");
  if (config.starts_with('/')) return config + "/weir";
  const std::string home = ctx.text_of("HOME");
  return home.starts_with('/') ? home + "/.config/weir" : std::string();
}

}  // namespace

std::vector<std::string> start_files(const Context& ctx, const CommandLine& line,
                                     bool is_interactive) {
  std::vector<std::string> files;
  if (line.norc) return files;
  const std::string directory = config_directory(ctx);
  const auto add_if_there = [&](std::string path) {
    if (::access(path.c_str(), F_OK) == 0) files.push_back(std::move(path));
  };
  if (line.login) {
    add_if_there(std::string(kSystemProfile));
    if (!directory.empty()) add_if_there(directory + "/profile.ksh");
  }
  if (!is_interactive) return files;
  if (line.rcfile) {
    // `source` searches a name without a slash in PATH.
    const bool has_slash = line.rcfile->find('/') != std::string::npos;
    files.push_back(has_slash ? *line.rcfile : "./" + *line.rcfile);
  } else if (!directory.empty()) {
    add_if_there(directory + "/init.ksh");
  }
  return files;
}

loop::Task<std::string> run_start_file(Context& ctx, std::string path) {
  const bool errexit = ctx.scope.options.errexit;
  std::vector<Value> words = {Value("source"), Value(path)};
  (void)co_await run_words(ctx, std::move(words), {.functions = false, .externals = false});
  if (ctx.shell.cancel.cancelled()) co_return std::string();  // a signal ends the shell itself
  std::string complaint;
  if (ctx.token.cancelled())
    complaint = fmt::format("weir: {}: interrupted", path);
  else if (ctx.flow.kind == FlowKind::exit)
    complaint = fmt::format("weir: {}: ended with status {}; the shell goes on", path, ctx.status);
  ctx.flow = {};
  ctx.scope.options.errexit = errexit;
  ctx.status = 0;
  co_return complaint;
}

}  // namespace weir::kernel
