// External commands: a child process from words, and what became of it.
#pragma once

#include <string>
#include <vector>

#include "kernel/context.h"
#include "loop/task.h"

namespace weir::kernel {

/// A prefix assignment for one command: `A=1 cmd`.
struct EnvironmentEntry {
  std::string name;
  std::string value;
};

/// Runs the file at `path` (as resolve() found it) and gives its exit code.
/// Failures to start are reported and give 126 or 127. `called`: how messages name it, when that is
/// not its first word.
loop::Task<int> run_external(Context& ctx, std::string path, std::vector<Value> words,
                             std::vector<EnvironmentEntry> extra, std::string called = {});

/// Replaces this process; returns only on failure, with why: errno is `sys`, and the message begins
/// with the first word.
Error replace_process(Context& ctx, const std::string& path, const std::vector<Value>& words);

/// Names like `name` among builtins, functions, aliases and the files of PATH.
std::vector<std::string> near_command_names(Context& ctx, const std::string& name);

/// Reports "NAME: command not found" with near names; 127, or 126 when it is there but not
/// executable.
loop::Task<int> report_not_found(Context& ctx, std::string name, bool not_executable);

}  // namespace weir::kernel
