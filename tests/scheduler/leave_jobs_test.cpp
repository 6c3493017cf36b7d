#include "scheduler/leave_jobs.h"

#include <catch2/catch.hpp>

#include "scheduler/collector.h"
#include "scheduler/kernel_file.h"
#include "support/children.h"

using namespace weir;
using namespace weir::loop;
using namespace weir::scheduler;
using namespace weir::test;
using namespace std::chrono_literals;

namespace {

/// One external command whose output goes through the job's collector.
Task<int> runs(Loop& loop, Reaper& reaper, JobPtr job, std::string script, int in) {
  const auto& out = job->passing_on.front();
  const FdMapping fds[] = {{0, in}, {1, *out->descriptor()}};
  auto pid = spawn_words({"/bin/sh", "-c", script}, [&](SpawnSpec& spec) {
    spec.group = job->group->to_join();
    spec.fds = fds;
  });
  auto process = reaper.watch(*pid, *pid);
  job->group->add(process);
  job->only_process = *pid;
  const int code = (co_await wait_for_end(loop, process, job->cancel.token())).code();
  co_await out->finish(false, {});
  co_return code;
}

Task<int> until_cancelled(Loop& loop, CancelToken token) {
  (void)co_await sleep_for(loop, 1h, token);
  co_return 128 + token.reason();
}
Task<int> ends_when(Event& event, int code) {
  (void)co_await event.wait();
  co_return code;
}

Task<void> left(JobManager& jobs, Reaper& reaper, RelayStarter start, Result<void>& result) {
  result = co_await leave_jobs(jobs, reaper, start);
}
Task<void> later(Loop& loop, int turns, Event& event) {
  for (int i = 0; i < turns; ++i) co_await loop.yield();
  event.set();
}
Task<void> both(Loop& loop, Task<void> a, Task<void> b) {
  TaskGroup group(loop);
  group.start(std::move(a));
  group.start(std::move(b));
  co_await group.join();
}

std::vector<RelayRoute> kept_routes;

Result<void> keep_routes(std::vector<RelayRoute> routes) {
  kept_routes = std::move(routes);
  return {};
}
Result<void> cannot_fork(std::vector<RelayRoute>) {
  return fail(Error::from_errno(EAGAIN, "cannot fork"));
}

struct Fixture {
  Loop loop;
  Reaper reaper{loop};
  JobManager jobs{loop};
  CancelSource shell;
  TestPipe in, out;

  JobPtr create(std::string command) { return jobs.create(std::move(command), "/", shell.token()); }
  JobPtr start_program(std::string script) {
    auto job = create(script);
    auto file = make_kernel_file(loop, UniqueFd(::fcntl(out.writer.get(), F_DUPFD_CLOEXEC, 3)));
    job->passing_on.push_back(make_tee_file(loop, job->out, file));
    jobs.start(job, runs(loop, reaper, job, std::move(script), in.reader.get()));
    return job;
  }
  Result<void> leave(RelayStarter start = keep_routes) {
    kept_routes.clear();
    Result<void> result;
    loop.run(left(jobs, reaper, start, result));
    return result;
  }
  ~Fixture() {
    kept_routes.clear();
    loop.run(jobs.shut_down(SIGTERM));
  }
};

}  // namespace

TEST_CASE("leaving no jobs needs no relay") {
  Fixture f;
  CHECK(f.leave(cannot_fork));
}

TEST_CASE("a job that is one program goes on, and a relay gets its output") {
  Fixture f;
  auto job = f.start_program("read line; echo got $line");
  REQUIRE(f.leave());
  CHECK(job->ended());
  REQUIRE(kept_routes.size() == 1);
  f.in.reader.reset();
  REQUIRE(::write(f.in.writer.get(), "it\n", 3) == 3);
  CHECK(wait_blocking(job->only_process).code() == 0);
  char bytes[16] = {};
  CHECK(::read(kept_routes[0].from.get(), bytes, sizeof bytes) == 7);
  CHECK(std::string(bytes) == "got it\n");
}

TEST_CASE("a relay that cannot be started is told, and the others are waited for") {
  Fixture f;
  auto program = f.start_program("read line");
  auto other = f.create("loop");
  Event ends(f.loop);
  f.jobs.start(other, ends_when(ends, 3));
  Result<void> result;
  f.loop.run(both(f.loop, left(f.jobs, f.reaper, cannot_fork, result), later(f.loop, 5, ends)));
  REQUIRE_FALSE(result);
  CHECK(result.error().message.starts_with("cannot fork: "));
  CHECK(other->code == 3);
  f.in.writer.reset();
  CHECK(wait_blocking(program->only_process).code() == 1);
}

TEST_CASE("a job that only sleeps ends, one that needs the shell is waited for") {
  Fixture f;
  auto sleeps = f.create("sleep 1000");
  sleeps->only_sleeps = true;
  f.jobs.start(sleeps, until_cancelled(f.loop, sleeps->cancel.token()));
  auto works = f.create("loop");
  works->disowned = true;
  Event ends(f.loop);
  f.jobs.start(works, ends_when(ends, 4));
  Result<void> result;
  f.loop.run(both(f.loop, left(f.jobs, f.reaper, cannot_fork, result), later(f.loop, 5, ends)));
  CHECK(result);
  CHECK(sleeps->state == JobState::killed);
  CHECK(works->code == 4);
}
