#include "builtins/other_jobs_support.h"

#include <catch2/catch.hpp>

using weir::builtins::OtherJob;
using weir::scheduler::JobState;

namespace {

OtherJob job_of(pid_t shell, int id, JobState state, int64_t started, int64_t finished) {
  OtherJob other;
  other.shell.pid = shell;
  other.job.id = id;
  other.job.state = state;
  other.job.started_ms = started;
  other.job.finished_ms = finished;
  return other;
}

std::vector<int64_t> begins(const std::vector<OtherJob>& jobs) {
  std::vector<int64_t> all;
  for (const OtherJob& other : jobs) all.push_back(other.job.started_ms);
  return all;
}

}  // namespace

TEST_CASE("a name that was given again is shown once, as the newest job of it", "[other_jobs]") {
  std::vector jobs = {
      job_of(7, 1, JobState::done, 10, 11),
      job_of(7, 1, JobState::failed, 30, 31),
      job_of(7, 1, JobState::done, 20, 21),
  };
  weir::builtins::keep_one_of_each_name(jobs);
  CHECK(begins(jobs) == std::vector<int64_t>{30});
}

TEST_CASE("a job that lives hides a newer one of its name that has ended", "[other_jobs]") {
  std::vector jobs = {
      job_of(7, 1, JobState::done, 30, 31),
      job_of(7, 1, JobState::running, 10, 0),
  };
  weir::builtins::keep_one_of_each_name(jobs);
  CHECK(begins(jobs) == std::vector<int64_t>{10});
}

TEST_CASE("jobs that live come first, then the one that ended last", "[other_jobs]") {
  std::vector jobs = {
      job_of(5, 1, JobState::done, 1, 50),   job_of(5, 2, JobState::done, 2, 90),
      job_of(9, 1, JobState::running, 3, 0), job_of(6, 2, JobState::stopped, 4, 0),
      job_of(6, 1, JobState::killed, 5, 70),
  };
  weir::builtins::keep_one_of_each_name(jobs);
  CHECK(begins(jobs) == std::vector<int64_t>{4, 3, 2, 5, 1});
}
