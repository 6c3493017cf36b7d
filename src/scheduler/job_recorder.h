// JobRecorder: writes the records of a shell's jobs (job_record.h), and takes requests of others.
//
// A job is recorded once it has lived for a second, so that short ones cost nothing; from then on
// at each change of its state, not at what it writes. Files are written on the thread pool, one
// write for what has changed meanwhile, and nothing waits for that but end(). Interactive shells
// have one; it wakes up while there are young jobs only.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "loop/loop.h"
#include "scheduler/job_manager.h"
#include "scheduler/job_record.h"

namespace weir::scheduler {

class JobRecorder {
 public:
  /// `shell`: as this_shell() gives it. The manager must outlive it.
  JobRecorder(loop::Loop& loop, JobManager& jobs, ShellRecord shell);
  ~JobRecorder();

  const ShellRecord& shell() const { return shell_; }
  /// Records all that live, whatever their age, and waits until that is written.
  loop::Task<Result<void>> record_all();
  /// The last changes are written. Must be awaited before the end.
  loop::Task<void> end();

 private:
  void changed(const JobPtr& job);
  void add(const JobPtr& job);
  loop::Task<void> record_later();
  loop::Task<void> flush();
  loop::Task<void> take_requests(loop::CancelToken token);
  loop::Task<void> kill(JobPtr job, KillRequest request);
  Result<void> append(const std::string& lines);
  Result<void> begin_file();
  Result<void> compact();

  loop::Loop& loop_;
  JobManager& jobs_;
  const ShellRecord shell_;
  std::set<int> recorded_;  // ids of live jobs that are in the file
  std::string pending_;     // lines
  bool is_waiting_ = false;   // for jobs to become a second old
  bool is_flushing_ = false;
  loop::Event flushed_;       // pulsed
  Result<void> last_;         // how the last write ended
  loop::CancelSource stop_;
  loop::TaskGroup tasks_;

  // On the thread pool, by one flush() at a time.
  UniqueFd file_;
  UniqueFd requests_;
  size_t written_ = 0;
};

}  // namespace weir::scheduler
