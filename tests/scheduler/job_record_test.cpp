#include "scheduler/job_record.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>

#include "support/temp_dir.h"

using namespace weir;
using namespace weir::scheduler;
using weir::test::TempDir;

namespace {

JobRecord job_of(int id, JobState state) {
  JobRecord job;
  job.id = id;
  job.command = "echo \"a\tb\n\xff\"";
  job.directory = "/tmp";
  job.state = state;
  job.code = 3;
  job.started_ms = 1000 + id;
  job.finished_ms = job.ended() ? std::numeric_limits<int64_t>::max() / 2 : 0;
  return job;
}

/// As a shell of this process writes it.
void write_shell(const TempDir& directory, const std::string& lines) {
  const ShellRecord shell = this_shell(directory.path(), -1);
  directory.write(std::filesystem::path(shell.prefix + ".jobs").filename(),
                  shell_line(shell) + lines);
}

}  // namespace

TEST_CASE("records are read as they were written, the last line of a job counts", "[job_record]") {
  const TempDir directory;
  write_shell(directory, job_line_of(job_of(1, JobState::running)) +
                             job_line_of(job_of(2, JobState::stopped)) +
                             job_line_of(job_of(1, JobState::failed)));
  const auto shells = read_shell_records(directory.path());
  REQUIRE(shells.size() == 1);
  CHECK(shells[0].pid == ::getpid());
  CHECK(shells[0].is_live);
  REQUIRE(shells[0].jobs.size() == 2);
  CHECK(shells[0].jobs[0].state == JobState::failed);
  CHECK(shells[0].jobs[0].code == 3);
  CHECK(shells[0].jobs[1].state == JobState::stopped);
  CHECK(shells[0].jobs[1].directory == "/tmp");
}

TEST_CASE("a number that was given again is another job", "[job_record]") {
  const TempDir directory;
  JobRecord second = job_of(1, JobState::running);
  second.started_ms = 9000;
  write_shell(directory, job_line_of(job_of(1, JobState::failed)) + job_line_of(second));
  const auto shells = read_shell_records(directory.path());
  REQUIRE(shells.size() == 1);
  CHECK(shells[0].jobs.size() == 2);
}

TEST_CASE("a file that ends anywhere is read up to there", "[job_record]") {
  const std::string whole = job_line_of(job_of(1, JobState::running));
  const TempDir directory;
  for (size_t size = 0; size < whole.size(); ++size) {
    write_shell(directory, job_line_of(job_of(2, JobState::running)) + whole.substr(0, size));
    const auto shells = read_shell_records(directory.path());
    REQUIRE(shells.size() == 1);
    CHECK(shells[0].jobs.size() == (size + 1 == whole.size() ? 2 : 1));
  }
}

TEST_CASE("what a shell that is gone did not tell the end of is lost", "[job_record]") {
  const TempDir directory;
  const pid_t child = ::fork();
  if (child == 0) {
    write_shell(directory, job_line_of(job_of(1, JobState::running)) +
                               job_line_of(job_of(2, JobState::failed)));
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  const auto shells = read_shell_records(directory.path());
  REQUIRE(shells.size() == 1);
  CHECK_FALSE(shells[0].is_live);
  CHECK(shells[0].jobs[0].state == JobState::lost);
  CHECK(shells[0].jobs[1].state == JobState::failed);
  CHECK_FALSE(request_kill(shells[0], 1, SIGTERM, std::chrono::seconds(1)));
}

TEST_CASE("what ended a day ago is removed, with its output and its shell", "[job_record]") {
  const TempDir directory;
  const pid_t child = ::fork();
  if (child == 0) {
    JobRecord job = job_of(1, JobState::done);
    job.finished_ms = 2000;
    job.out = directory.path() / "old.out";
    directory.write("old.out", "text");
    write_shell(directory, job_line_of(job));
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  CHECK(read_shell_records(directory.path()).empty());
  CHECK(std::filesystem::is_empty(directory.path()));
}

TEST_CASE("the output of a job stays when an old one of its number is removed", "[job_record]") {
  const TempDir directory;
  JobRecord old = job_of(1, JobState::done);
  old.started_ms = 1000;
  old.finished_ms = 2000;
  old.out = directory.path() / "1.out";
  JobRecord newer = job_of(1, JobState::running);
  newer.started_ms = 3000;
  newer.finished_ms = 0;
  newer.out = old.out;
  directory.write("1.out", "text");
  write_shell(directory, job_line_of(old) + job_line_of(newer));
  const auto shells = read_shell_records(directory.path());
  REQUIRE(shells.size() == 1);
  REQUIRE(shells[0].jobs.size() == 1);
  CHECK(shells[0].jobs[0].started_ms == 3000);
  CHECK(std::filesystem::exists(newer.out));
}

TEST_CASE("requests are whole lines, and anything else is none", "[job_record]") {
  const auto requests = parse_requests("kill 2 15 2000\nkill x\nkill 3 9 0\nkill 4 4000 1\nboo");
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].id == 2);
  CHECK(requests[0].signal == SIGTERM);
  CHECK(requests[0].grace == std::chrono::seconds(2));
  CHECK(requests[1].id == 3);
}
