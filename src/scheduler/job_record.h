// JobRecord: what is known of a job outside of its shell, and the files that tell it.
//
// An interactive shell keeps one file of lines for its jobs, PID-START.jobs in the directory of
// records: what the shell is, then a line for each change of a job, of which the last counts. Each
// addition is one write. Beside it are PID-START.ctl, a FIFO that the shell takes requests from,
// and what detached jobs write, PID-START.ID.out and .err. Private to the user. A record of a shell
// that lives no longer, whose job had not ended, is `lost`. What ended a day ago is removed by who
// reads. Reader and writer share this file; everything here may block: for the thread pool.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/unique_fd.h"
#include "scheduler/job_manager.h"

namespace weir::scheduler {

struct JobRecord {
  int id = 0;
  std::string command;
  std::string directory;
  JobState state = JobState::running;
  int code = 0;  // once ended
  int64_t started_ms = 0;  // since the epoch
  int64_t finished_ms = 0;  // 0: it lives
  bool is_detached = false;
  std::string out;  // files with what it writes; empty: it is with the shell
  std::string err;

  bool ended() const { return state >= JobState::done; }
};

JobRecord record_of(const Job& job);

/// A shell is told from all others by its pid, when it began, and the boot.
struct ShellRecord {
  pid_t pid = 0;
  uint64_t start = 0;  // clock ticks since boot
  std::string boot;
  std::string terminal;  // empty: none
  bool is_live = false;  // when it was read
  std::string prefix;  // of its files: DIRECTORY/PID-START
  std::vector<JobRecord> jobs;  // by id, then by their begin
};

/// This process, with its terminal on `fd`.
ShellRecord this_shell(const std::string& directory, int fd);

std::string shell_line(const ShellRecord& shell);
std::string job_line_of(const JobRecord& job);

/// The shells of the directory, by pid. Removes what is a day old.
std::vector<ShellRecord> read_shell_records(const std::string& directory);

/// Asks a live shell to end a job, or to send it another signal.
Result<void> request_kill(const ShellRecord& shell, int id, int signal,
                          std::chrono::milliseconds grace);
struct KillRequest {
  int id = 0;
  int signal = 0;
  std::chrono::milliseconds grace{0};
};
/// The requests in what came through the FIFO; others are dropped.
std::vector<KillRequest> parse_requests(std::string_view text);

}  // namespace weir::scheduler
