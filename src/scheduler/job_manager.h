// JobManager: every background job of this shell, from start to collection.
//
// A job is a coroutine with a cancel source, a pause switch, a process group
// and two kept streams; it need not have a process. Its record outlives it, so
// `wait` and `jobs` answer after the end. Knows nothing of the language: the
// kernel gives it a Task and a text.
#pragma once

#include <chrono>
#include <csignal>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "loop/loop.h"
#include "scheduler/bounded_stream.h"
#include "scheduler/process_group.h"
#include "scheduler/signal_takers.h"

namespace weir::scheduler {

class Collector;
class TerminalControl;
struct TerminalModes;

enum class JobState : uint8_t { running, stopped, waiting, done, failed, killed, lost };
inline constexpr size_t kKeptRecords = 100;  // of jobs that ended and were waited for
inline constexpr size_t kKeptStatuses = 4096;  // of those, beyond that, whose handle was given out
inline constexpr uint64_t kKeptOutput = 256 * 1024 * 1024;  // bytes, of all that have ended

std::string_view to_string(JobState state);  // "running", "stopped", "waiting-for-gate", …

/// Lets a coroutine be stopped and continued (Ctrl-Z, fg, bg) between steps.
class PauseSwitch {
 public:
  explicit PauseSwitch(loop::Loop& loop) : resumed_(loop) { resumed_.set(); }
  void pause() { resumed_.reset(); }
  void resume() { resumed_.set(); }
  bool is_paused() const { return !resumed_.is_set(); }
  loop::Event& resumed() { return resumed_; }

 private:
  loop::Event resumed_;
};

/// A signal that processes may live on with; it ends no coroutine.
bool is_message(int signal);

/// A time that a job has spent in one state.
struct JobPhase {
  std::chrono::system_clock::time_point from;
  JobState state = JobState::running;
};

/// How long a job that nobody has collected is listed after its end.
inline constexpr std::chrono::minutes kListedAfterEnd{10};

struct Job {
  Job(loop::Loop& loop, int id, std::string command, const loop::CancelToken& parent);
  ~Job();

  int id;  // 0: an entry in the foreground, which is not listed
  const std::string command;
  std::string directory;
  JobState state = JobState::running;
  int code = 0;  // once ended
  std::chrono::system_clock::time_point started;
  std::optional<std::chrono::system_clock::time_point> finished;
  std::vector<JobPhase> phases;  // in order; a job that changes very often has its first ones
  std::string where = "local";
  std::string waits_for;  // why it waits; empty when it does not
  bool is_entry = false;  // began in the foreground
  /// Where it is one pipeline of simple commands: how many. Its programs all begin at once, there
  /// are no later ones. 0: it may be more.
  size_t stages = 0;
  size_t program_stages = 0;  // those of them that have become programs, so far
  int depth = 0;  // kernel::Context::recursion of its last stage
  int stopped_by = 0;  // the signal that is the reason for JobState::stopped
  bool disowned = false;
  bool is_hung_up = false;  // the terminal is gone, and a program that ignores that goes on
  bool is_detached = false;  // goes on without a terminal; what it writes is in files:
  std::string out_file;
  std::string err_file;
  int within = 0;  // the job that started it; 0: the shell
  uint64_t owner = 0;  // who started it (kernel::Context::id): a bare `wait` is for its own
  uint64_t recency = 0;  // set by the manager: what %+ and %- go by
  bool collected = false;  // `wait` or `fg` has told its end
  bool end_told = false;  // a notice has: it is listed for a while, and keeps its number
  bool stop_told = false;  // a notice has told that it is stopped
  bool awaited =
      false;  // a bare `wait`, which tells no end, has waited for it: it may be forgotten
  pid_t only_process = 0;  // where the job is one external command; else 0
  /// What $! is: this process id, or %id where it is 0.
  pid_t handle = 0;
  bool is_held = false;  // JobManager::hold()
  pid_t leader = 0;  // what leader_of() has given (job_leader.h)
  /// The builtin `sleep` in it waits until then; where several do, the last that began.
  std::optional<loop::Clock::time_point> sleeps_until;
  bool only_sleeps = false;  // the builtin is all of it: nothing is lost when it ends early

  loop::CancelSource cancel;
  /// Of what runs although it is cancelled: EXIT traps. What begins then has another one.
  loop::CancelSource last;
  /// Cancels it, or where it is cancelled what still runs.
  void end(int signal);
  /// Parts of it that end in good order at the first Ctrl-C, while all else goes on. Each says
  /// whether it is that one for it.
  std::list<std::function<bool()>> drains;
  SignalTakers takers;
  /// Ctrl-C, Ctrl-\: one takes it, or (Ctrl-C) they drain, or all is cancelled.
  void interrupt(int signal);
  PauseSwitch pause;
  ProcessGroupPtr group;
  std::shared_ptr<BoundedStream> out;  // shared: the collectors that write them
  std::shared_ptr<BoundedStream> err;
  /// What takes its stdout and stderr while it runs. Shared: the body's descriptors.
  std::vector<std::shared_ptr<Collector>> passing_on;
  loop::Event changed;  // pulsed at each change of state; set at the end

  // The terminal (terminal_control.h).
  std::unique_ptr<TerminalModes> modes;  // that it was stopped with
  loop::Event foreground;  // set while it has the terminal
  loop::CancelSource to_background;  // cancelled when it has no longer
  void begin_foreground();
  void end_foreground();

  bool ended() const { return state >= JobState::done; }
  /// Sets the state, and remembers since when.
  void enter(JobState now);
  /// Ended, and nobody is going to ask for it.
  bool settled() const { return ended() && (collected || end_told || awaited || disowned); }
  /// Ended, and neither listed nor holding its number any more.
  bool is_past() const;
};
using JobPtr = std::shared_ptr<Job>;  // shared: the manager, the coroutine, who waits

class JobManager {
 public:
  explicit JobManager(loop::Loop& loop);
  ~JobManager();

  /// A new record with the next free id: one more than the highest that is not past
  /// (Job::is_past) or is held.
  JobPtr create(std::string command, std::string directory, const loop::CancelToken& parent);
  /// The same, but not listed and without an id: what was entered at the prompt, as long as it
  /// is in the foreground.
  JobPtr create_entry(std::string command, std::string directory, const loop::CancelToken& parent);
  /// Such a one was stopped: it gets the next free id.
  void enlist(const JobPtr& job);
  /// Somebody has got its handle ($!), and may come back with it at any time. Where that is its id,
  /// it is never another job's. The status outlives the record and the output, for the newest
  /// kKeptStatuses; the job is found by its handle.
  void hold(const JobPtr& job);
  /// Is told when processes of jobs end or want the terminal. Must outlive the use of this.
  void use_terminal(TerminalControl* terminal);

  /// Runs the body until it ends with the job's exit code. Begins it at once,
  /// up to its first wait. The state becomes done, failed or killed (it was cancelled,
  /// or its code stands for a signal), unless the body itself has set one that ends.
  void start(JobPtr job, loop::Task<int> body);

  /// These two find also those of which the status alone is left.
  JobPtr find(int id) const;
  JobPtr find_pid(pid_t pid) const;  // by only_process or leader; a live one before others
  /// %n %% %+ %- %name %?text, also without the percent sign; errors say "no such job" or
  /// "ambiguous". `within`: the job that asks, as in Job; with %+ and %- its own come first.
  Result<JobPtr> resolve(std::string_view spec, int within) const;
  /// %+: the last that was stopped, else the last started; null: none.
  JobPtr current(int within) const;
  /// %-: the next in that order; where there is but one, that one.
  JobPtr previous(int within) const;
  std::vector<JobPtr> all() const;  // by id
  std::vector<JobPtr> live() const;  // not ended, not disowned

  /// Hears of each job that has ended or was stopped, at once. One; an empty one hears nothing.
  void watch(std::function<void(const JobPtr&)> watcher);

  /// Is told of each change of a job that has an id: its begin, stop, continuation and end. One,
  /// too.
  void observe(std::function<void(const JobPtr&)> observer);

  /// Stops or continues the whole job: its processes and its coroutine.
  void pause(Job& job);
  /// The same as the terminal does it: programs are asked (TSTP) and have a moment to leave the
  /// terminal in order; only then the job is stopped. `signal` is the reason; `told` is a process
  /// group that has it already.
  void stop(JobPtr job, int signal, pid_t told = 0);
  void resume(Job& job);

  /// TERM (or `signal`) to coroutine and processes, KILL after the grace, waits for the end
  /// of the job and of all processes that were reached. A signal that stops or continues
  /// pauses or resumes the job; one that processes may live on with goes to them alone, so does HUP
  /// where one of its programs does not end by that. What the job takes itself (Job::takers) ends
  /// programs but not the job, and but for TERM no KILL follows; a message is for the job alone.
  loop::Task<void> kill(JobPtr job, int signal, loop::Duration grace);
  /// The same with a signal that ends the job whatever its programs do with it.
  loop::Task<void> end(JobPtr job, int signal, loop::Duration grace);
  /// Waits until the job has ended (or stopped when `or_stopped`).
  loop::Task<Result<void>> wait(JobPtr job, loop::CancelToken token, bool or_stopped = false);
  /// The next job that ends and was not collected (it is then); among all where the list is
  /// empty. A null pointer when none of them is live.
  loop::Task<Result<JobPtr>> wait_any(std::vector<JobPtr> among, loop::CancelToken token);

  /// Forgets a record whose job has ended. Those that were waited for are forgotten
  /// by themselves beyond the newest kKeptRecords.
  void forget(int id);
  /// Every job has been cancelled and joined. Must be awaited before destruction.
  loop::Task<void> shut_down(int signal);
  /// Waits for all live jobs that are not disowned. All that have ended count as awaited.
  loop::Task<Result<void>> wait_all(loop::CancelToken token);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weir::scheduler
