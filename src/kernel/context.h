// Context: one thread of evaluation. The shell has one; every subshell,
// pipeline stage, job, substitution and scatter worker has its own.
//
// Holds the scope (its own copy), the descriptors, the status and the control
// flow in progress. Created by the evaluator, outlives everything run in it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/stage_result.h"
#include "kernel/fd_table.h"
#include "kernel/scope.h"
#include "loop/cancel.h"
#include "scheduler/job_manager.h"
#include "scheduler/process_group.h"

namespace weir::kernel {

class ScopeSignals;
struct Shell;

/// What is on its way out of nested commands. Not an error and not a status.
enum class FlowKind : uint8_t { none, break_, continue_, return_, exit };
struct Flow {
  FlowKind kind = FlowKind::none;
  int levels = 0;  // break n, continue n
};

struct Context {
  explicit Context(Shell& s) : shell(s) {}

  /// A subshell's context: copies of scope and descriptors, the same job, group
  /// and token, traps reset as POSIX says, the loop and function depth of its own.
  Context subshell() const;

  Shell& shell;
  uint64_t id = 0;  // 0: the shell's own context; each subshell has another
  Scope scope;
  FdTable fds;
  parser::UnitPtr unit;  // shared: the text being evaluated, for messages and LINENO
  uint32_t position = 0;  // offset in it of the command being run

  int status = 0;               // $?
  int substitution_status = 0;  // of the last $(…) in the command being expanded
  Flow flow;
  std::vector<int> pipe_status;
  const parser::Pipeline* last_pipeline =
      nullptr;  // the last that ended; of a text that may be gone
  std::vector<StageResult> stages;  // of the last pipeline of the last whole text
  scheduler::JobPtr last_background;  // shared: what $! names, ended or not; null: there was none

  loop::CancelToken token;
  /// Of a subshell that signals come to. Shared: copies of the context. Null for others; those of
  /// the shell's own context are in Shell.
  std::shared_ptr<ScopeSignals> signals;
  scheduler::PauseSwitch* pause = nullptr;  // of the job; outlives the context
  scheduler::ProcessGroupPtr group;  // shared: contexts of one job; null: the shell's own
  scheduler::JobPtr job;  // shared: null in the foreground

  int loop_depth = 0;
  int function_depth = 0;
  int source_depth = 0;
  int recursion = 0;  // calls and substitutions around this one, over all contexts
  int condition_depth = 0;  // > 0: errexit and ERR do not act here (POSIX set -e)
  int subshell_depth = 0;
  bool is_last_command =
      false;  // nothing follows in this context: its descriptors may go to the child
  bool is_job_command = false;  // with it: the command is the whole of a background job
  /// The `( … )` that is the whole of a job, whose context is this one already; else null.
  const parser::Command* own_subshell = nullptr;
  bool in_trap = false;
  int status_before_trap = 0;  // what `exit` alone leaves with in it
  parser::UnitPtr trap_text;  // LINENO in it is the line that it interrupted; null outside of one
  int64_t interrupted_line = 0;
  bool in_not_found_hook = false;  // what is not found in the hook is not the hook's again
  bool in_worker = false;  // of a scatter, which takes the signals for all in it
  bool broken_pipe = false;  // left because nobody reads what it writes

  /// Saved values of `local` names of the function calls in progress, innermost last.
  struct SavedLocal {
    std::string name;
    std::optional<Variable> before;  // nothing: there was none
    int depth = 0;  // function_depth that it belongs to
  };
  std::vector<SavedLocal> locals;
  /// What prefix assignments (A=1 cmd) in progress have covered, innermost last.
  std::vector<SavedLocal> prefixes;

  /// This context was stopped and goes on by itself, as a subshell would after a fork; `other`
  /// goes on with what was assigned so far, but without what belongs to calls in progress
  /// (local variables, prefix assignments, parameters, redirections).
  void part_from(Context& other);
  /// The same context again after an entry has run in a copy of it.
  void take_over(Context&& entry);

  /// A subshell's, which signals come to from now on (kernel/scope_signals.h), until `around` ends
  /// it.
  void hear_signals(const scheduler::JobPtr& of_job, const loop::CancelToken& around);

  /// Of the job in the background that it is in; 0: none.
  int job_id() const { return job && !job->is_entry ? job->id : 0; }
  /// All of it: a signal that has ended a command alone does not count.
  bool is_cancelled() const;
  bool unwinding() const { return flow.kind != FlowKind::none; }
  bool errexit_acts() const { return scope.options.errexit && condition_depth == 0; }

  /// Descriptor 0, 1 or 2; a file that answers "Bad file descriptor" when it is closed.
  scheduler::OpenFile& in() const;
  scheduler::OpenFile& out() const;
  scheduler::OpenFile& err() const;

  // ---- variables, with the rules of the language ----
  /// The value of a name or special parameter; null when unset.
  std::optional<Value> lookup(std::string_view name, uint32_t hash) const;
  std::optional<Value> lookup(std::string_view name) const {
    return lookup(name, parser::hash_name(name));
  }
  /// Its text; empty when unset.
  std::string text_of(std::string_view name) const;
  /// A plain assignment; refuses read-only names and lists for exported ones.
  Result<void> assign(std::string_view name, uint32_t hash, Value value);
  Result<void> assign(std::string_view name, Value value) {
    return assign(name, parser::hash_name(name), std::move(value));
  }
  Result<void> unset(std::string_view name);

  /// LINENO: of the command being run; in the text of a trap, of the one that it interrupted.
  int64_t line() const;
  /// "file:line:col" of `position`, for messages.
  std::string place() const;
};

}  // namespace weir::kernel
