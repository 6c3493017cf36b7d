// TerminalControl: the terminal of an interactive shell, and who has it.
//
// The shell has a process group of its own and owns the terminal between entries. While a
// job is in the foreground it holds a TerminalLoan: the groups of its programs get the
// terminal one after the other, and the shell has it again as soon as a group has no
// process left, so that Ctrl-C and Ctrl-Z reach somebody at all times. Jobs of the
// background never get it. Nothing here waits but wait_for_foreground(), which stops the
// whole shell, as a shell that was started in the background must.
#pragma once

#include <sys/ioctl.h>
#include <sys/types.h>
#include <termios.h>

#include <csignal>
#include <memory>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/unique_fd.h"
#include "scheduler/job_manager.h"

namespace weir::scheduler {

/// The modes of a terminal (stty) and its size at some time.
struct TerminalModes {
  termios value{};
  winsize size{};
};

class TerminalControl;

/// The terminal, lent to one job. When it goes, the shell has the terminal again, with its own
/// modes; those of a job that was stopped are kept for its next loan.
class [[nodiscard]] TerminalLoan {
 public:
  TerminalLoan() = default;
  TerminalLoan(TerminalLoan&& other) noexcept
      : control_(std::exchange(other.control_, nullptr)), job_(std::move(other.job_)) {}
  TerminalLoan& operator=(TerminalLoan&& other) noexcept;
  ~TerminalLoan() { end(); }
  /// Before the end of its life.
  void end();

 private:
  friend class TerminalControl;
  TerminalLoan(TerminalControl& control, JobPtr job) : control_(&control), job_(std::move(job)) {}
  TerminalControl* control_ = nullptr;
  JobPtr job_;
};

class TerminalControl {
 public:
  /// Takes the terminal behind `fd`: waits until this process is in its foreground, then makes a
  /// process group of its own, which gets the terminal. From then on the signals of job control
  /// do not stop this process. An error says why there is no job control here. `has_front`: a
  /// FrontProcess in the group that this process begins in stops that group when this one stops.
  static Result<std::unique_ptr<TerminalControl>> acquire(int fd, bool has_front = false);
  /// As release().
  ~TerminalControl();
  TerminalControl(const TerminalControl&) = delete;
  TerminalControl& operator=(const TerminalControl&) = delete;

  /// The job is in the foreground from now on; if it has processes, they get the terminal with the
  /// modes it was stopped with. Loans may be nested (`fg` in an entry): the last one counts.
  TerminalLoan lend(JobPtr job);
  /// The job of the last loan; null between entries.
  JobPtr foreground() const { return loans_.empty() ? nullptr : loans_.back(); }
  bool is_in_foreground(const Job& job) const { return foreground().get() == &job; }

  /// For SpawnSpec::terminal_fd: the terminal where the next program of the job is to have it.
  int terminal_for(const Job* job) const;
  /// Call after a spawn with it. `before`: modes() from before the spawn, since others may set them
  /// as soon as the program runs.
  void was_handed_to(pid_t group, std::optional<TerminalModes> before);
  /// Nothing where the terminal is gone.
  std::optional<TerminalModes> modes() const;
  /// A process of a job has ended.
  void process_ended(Job& job, const Process& process);
  /// A process of the foreground was stopped because it has not got the terminal. True when it
  /// has it now and goes on.
  bool satisfies(Job& job, Process& process);
  /// The shell itself wants to read.
  void take_back();

  /// Its width; 0 where it does not know.
  size_t columns() const;

  /// For a shell that goes on without it: the group that had the terminal before gets it back, and
  /// nobody gets it from here.
  void release();
  bool is_released() const { return !fd_; }

  /// False when it was hung up.
  bool is_there() const;
  bool is_ours() const;
  /// Stops this process until it is in the foreground. False: nobody is going to bring it there
  /// (an orphaned process group), or the terminal is gone.
  bool wait_for_foreground() const;
  /// Stops this process and its group until somebody lets it go on, then takes the terminal again.
  /// An error when nobody could.
  Result<void> suspend(bool by_force);

 private:
  friend class TerminalLoan;
  TerminalControl(UniqueFd fd, bool has_front);
  void take_over();
  bool is_orphaned() const;
  void stop_by(int signal) const;
  void ignore_job_signals();
  void restore_job_signals();
  void keeper_ended(Job& job, const Process& process);
  void was_interrupted(Job& job, pid_t group);
  void end_loan(const JobPtr& job);
  bool has_resized_since(const TerminalModes& modes) const;
  void mend_modes();
  void give_to(pid_t group) const;
  void set_modes(const TerminalModes& modes) const;

  UniqueFd fd_;
  const bool has_front_;
  pid_t own_group_ = 0;
  const pid_t first_group_;  // had the terminal when the shell was started
  pid_t holder_ = 0;  // the group of a job that has the terminal; 0: the shell
  pid_t interrupted_group_ = 0;  // whose end by Ctrl-C was told
  std::optional<TerminalModes> before_holder_;  // that the holder got it with
  bool is_spoiled_ = false;  // a program that did not have the terminal may have set its modes
  bool was_held_ = false;  // by a program, in the loan in progress
  std::optional<TerminalModes> shell_modes_;
  std::vector<JobPtr> loans_;  // shared: the manager
  struct sigaction before_[3] = {};  // TSTP, TTIN, TTOU
};

}  // namespace weir::scheduler
