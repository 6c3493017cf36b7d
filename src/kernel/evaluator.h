// The evaluator: walks the tree in a context. Everything that runs, runs through here.
//
// Each function gives a value at once where nothing waits (simple builtins,
// assignments, tests, lists and functions of those) and a task where something
// does; only then is there a coroutine frame. Native recursion is bounded by
// kMaxNativeDepth: deeper calls become tasks, whose frames live on the heap.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel/builtin.h"
#include "kernel/context.h"
#include "loop/task.h"
#include "parser/ast.h"

namespace weir::kernel {

using loop::Task;
using loop::ValueTask;

/// A whole unit: its status is in the result and in ctx.status. The caller has validated it.
Task<int> run_unit(Context& ctx, parser::UnitPtr unit);
ValueTask<int> run_list(Context& ctx, const parser::List& list);
ValueTask<int> run_command(Context& ctx, const parser::Command& command);
/// The pipelines of one list item, without its `&`.
ValueTask<int> run_and_or(Context& ctx, const parser::ListItem& item);
/// A list in a context of its own (subshell, stage, job, worker): runs it and its EXIT trap.
Task<int> run_in_subshell(Context& sub, const parser::List& list);

/// How `run_words` looks a command up.
struct Lookup {
  bool functions = true;
  bool builtins = true;
  bool externals = true;
  bool default_path = false;  // command -p
};
/// A command given as words (of `command`, `timeout`, `builtin`, a trap, a worker):
/// words[0] is the name, typed values stay typed for builtins and functions.
Task<int> run_words(Context& ctx, std::vector<Value> words, Lookup lookup = {});

/// Calls the function with the arguments as $1….
ValueTask<int> call_function(Context& ctx, Function function, std::vector<Value> arguments);

/// Replaces this process by the command. Returns only on failure (126 or 127).
Task<int> exec_words(Context& ctx, std::vector<Value> words);

/// Parses, validates and runs text in the context (source, traps, -c). Errors in
/// the text are reported on stderr and give 2.
Task<int> run_text(Context& ctx, std::string name, std::string text);

/// Runs the EXIT trap of the context, once.
Task<void> run_exit_trap(Context& ctx);

/// Where a command name leads: for type, which, command -v, hash and did-you-mean.
struct Resolution {
  enum class Kind : uint8_t { none, alias, keyword, function, builtin, file } kind = Kind::none;
  std::string path;            // file: absolute or as written
  const Builtin* builtin = nullptr;
  bool not_executable = false; // none: found, but it cannot be executed (126)
};
Resolution resolve(Context& ctx, std::string_view name, Lookup lookup = {});
/// Every place a name leads to, best first (type -a, which -a).
std::vector<Resolution> resolve_all(Context& ctx, std::string_view name);

}  // namespace weir::kernel
