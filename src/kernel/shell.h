// Shell: what all contexts of one shell share: the loop, children, jobs, builtins.
#pragma once

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "kernel/builtin.h"
#include "kernel/history_port.h"
#include "kernel/interactive_port.h"
#include "kernel/pending_signals.h"
#include "kernel/typing_aids.h"
#include "loop/loop.h"
#include "scheduler/collector.h"
#include "scheduler/front_process.h"
#include "scheduler/job_manager.h"
#include "scheduler/job_recorder.h"
#include "scheduler/reaper.h"
#include "scheduler/terminal_control.h"

namespace weir::kernel {

class BottomDisplay;

struct Shell {
  Shell(loop::Loop& l, BuiltinRegistry b)
      : loop(l), reaper(l), jobs(l), builtins(std::move(b)), background(l), signals(l) {}

  loop::Loop& loop;
  scheduler::Reaper reaper;
  scheduler::JobManager jobs;
  BuiltinRegistry builtins;
  /// Process substitutions and other helpers of commands; joined when the shell ends.
  loop::TaskGroup background;

  PendingSignals signals;  // of its own context
  std::map<int, std::unique_ptr<loop::SignalWatcher>> signal_watchers;
  std::set<int> ignored_by_trap;
  /// In a script: of Ctrl-C and Ctrl-\, before they are for all of it.
  scheduler::SignalTakers takers;
  /// Cancels the shell's own context: what a fatal signal does when an EXIT trap must still run.
  loop::CancelSource cancel;
  /// As in Job.
  loop::CancelSource last;
  void end(int signal) { (cancel.cancelled() ? last : cancel).cancel(signal); }

  /// Where commands were found, for the PATH that `path` holds.
  struct CommandCache {
    std::string path;
    std::unordered_map<std::string, std::string> found;
  } command_cache;
  /// The exported variables as execve takes them, for one export generation.
  struct Environment {
    uint64_t generation = UINT64_MAX;
    std::vector<std::string> texts;
    std::vector<char*> pointers;  // ends with a null pointer
  } environment;

  /// $PS4 as it was read last; null where it cannot be.
  struct TracePrefix {
    std::string text;
    parser::UnitPtr unit;
  } trace_prefix;

  TypingAids typing_aids;

  /// Ways out that messages named, each once, for the result of --json: the first ones.
  std::vector<std::string> hints;
  void add_hint(std::string hint) {
    constexpr size_t kMaxHints = 8;
    if (!hint.empty() && hints.size() < kMaxHints &&
        std::ranges::find(hints, hint) == hints.end()) {
      hints.push_back(std::move(hint));
    }
  }

  bool interactive = false;
  InteractivePort* interactive_port = nullptr;  // null where no editor reads the lines
  HistoryPort* history_port = nullptr;          // null where nobody types
  bool ends_in_order = false;  // by a signal, too: a subshell has an EXIT trap
  bool reports_its_end = false;   // whoever ends it by a signal gets its result first (--json)
  bool confined = false;          // KernelOptions::confined
  bool is_hung_up = false;  // the terminal went away: the shell ends as SIGHUP would end it
  /// Of the environment: "a.b=1", which no variable can hold; programs get it as it is.
  std::vector<std::string> unnamed_environment;
  sigset_t inherited_ignored{};  // signals that were ignored when weir was started stay so
  bool raised_files = false;  // weir raised its own RLIMIT_NOFILE; children get inherited_files
  rlimit inherited_files{};
  std::string executable;  // what `weir` re-executes itself as
  pid_t pid = 0;  // $$
  pid_t parent_pid = 0;  // $PPID
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();  // SECONDS
  uint32_t random_state = 0;  // RANDOM
  /// The terminal, where there is job control; null elsewhere.
  std::unique_ptr<scheduler::TerminalControl> terminal;
  /// What lets this shell go on after its end, for its jobs; null where it cannot.
  std::unique_ptr<scheduler::FrontProcess> front;
  std::unique_ptr<scheduler::JobRecorder> recorder;  // of an interactive shell with a terminal
  BottomDisplay* bottom_display = nullptr;  // on the terminal now
  int programs_on_terminal = 0;  // in the foreground, that write to it past the shell
  /// Of a detached shell, once the terminal is released. Shared: who writes to it at that moment.
  std::shared_ptr<scheduler::Collector> output_without_terminal;
};

}  // namespace weir::kernel
