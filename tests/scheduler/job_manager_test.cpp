#include "scheduler/job_manager.h"

#include <catch2/catch.hpp>

#include "scheduler/job_leader.h"
#include "support/children.h"

using namespace weir;
using namespace weir::loop;
using namespace weir::scheduler;
using namespace weir::test;
using namespace std::chrono_literals;

namespace {

Task<int> ends_with(int code) { co_return code; }
Task<int> ends_when(Event& event, int code) {
  (void)co_await event.wait();
  co_return code;
}
Task<int> until_cancelled(Loop& loop, CancelToken token) {
  (void)co_await sleep_for(loop, 1h, token);
  co_return 128 + token.reason();
}
Task<int> counts(Loop& loop, JobPtr job, int& count, Event& enough) {
  while (!job->cancel.cancelled()) {
    (void)co_await job->pause.resumed().wait(job->cancel.token());
    if (++count == 10) enough.set();
    co_await loop.yield();
  }
  co_return 128 + job->cancel.token().reason();
}
/// One external command in the job's group.
Task<int> runs(Loop& loop, Reaper& reaper, JobPtr job, std::string script, int out) {
  const FdMapping fds[] = {{1, out}};
  auto pid = spawn_words({"/bin/sh", "-c", script}, [&](SpawnSpec& spec) {
    spec.group = job->group->to_join();
    spec.fds = fds;
  });
  auto process = reaper.watch(*pid, *pid);
  job->group->add(process);
  job->only_process = *pid;
  co_return (co_await wait_for_end(loop, process, job->cancel.token())).code();
}

/// As `wait %n` does.
Task<void> waited(JobManager& jobs, JobPtr job) {
  (void)co_await jobs.wait(job, {});
  job->collected = true;
}
Task<void> waited_all(JobManager& jobs) { (void)co_await jobs.wait_all({}); }
Task<JobPtr> next_ended(JobManager& jobs, std::vector<JobPtr> among = {}) {
  co_return *co_await jobs.wait_any(std::move(among), {});
}
Task<void> keep_next(JobManager& jobs, JobPtr& out) { out = co_await next_ended(jobs); }
Task<void> later(Loop& loop, int turns, std::function<void()> action) {
  for (int i = 0; i < turns; ++i) co_await loop.yield();
  action();
}
Task<void> both(Loop& loop, Task<void> a, Task<void> b) {
  TaskGroup group(loop);
  group.start(std::move(a));
  group.start(std::move(b));
  co_await group.join();
}
Task<void> wait_for(Event& event) { (void)co_await event.wait(); }
/// No child is left that another test could meet.
Task<void> reaped_all(Loop& loop, Reaper& reaper) {
  while (reaper.live() > 0) co_await loop.yield();
}

struct Fixture {
  Loop loop;
  Reaper reaper{loop};
  JobManager jobs{loop};
  CancelSource shell;

  JobPtr start(std::string command, Task<int> body) {
    auto job = jobs.create(std::move(command), "/", shell.token());
    jobs.start(job, std::move(body));
    return job;
  }
  JobPtr start_sleeping(std::string command) {
    auto job = jobs.create(std::move(command), "/", shell.token());
    jobs.start(job, until_cancelled(loop, job->cancel.token()));
    return job;
  }
  ~Fixture() { loop.run(jobs.shut_down(SIGTERM)); }
};

std::string resolved(const JobManager& jobs, std::string_view spec) {
  auto job = jobs.resolve(spec, 0);
  return job ? (*job)->command : job.error().message;
}

}  // namespace

TEST_CASE("a job runs at once up to its first wait, and its record outlives it") {
  Fixture f;
  auto job = f.start("true", ends_with(0));
  CHECK(job->id == 1);
  CHECK(job->state == JobState::done);
  CHECK(job->finished);
  CHECK(job->out->stats().closed);
  CHECK_FALSE(job->collected);
  CHECK(f.jobs.find(1) == job);
  f.loop.run(waited(f.jobs, job));
  CHECK(f.jobs.find(1) == job);
  CHECK(f.start("false", ends_with(1))->state == JobState::failed);
}

TEST_CASE("ids are one more than the highest that is live or not collected") {
  Fixture f;
  auto first = f.start("a", ends_with(0));
  auto second = f.start_sleeping("b");
  CHECK(f.start("c", ends_with(0))->id == 3);
  f.loop.run(waited(f.jobs, f.jobs.find(3)));
  CHECK(f.start("d", ends_with(0))->id == 3);
  CHECK(f.jobs.all().size() == 3);
  CHECK(f.jobs.live().size() == 1);
}

TEST_CASE("a job whose end was told keeps its number as long as it is listed") {
  Fixture f;
  auto job = f.start("told", ends_with(6));
  f.loop.run(f.jobs.wait(job, {}, false));
  job->end_told = true;
  CHECK_FALSE(job->is_past());
  auto next = f.start("next", ends_with(7));
  CHECK(next->id == job->id + 1);
  next->collected = true;
  *job->finished -= kListedAfterEnd;
  CHECK(job->is_past());
  CHECK(f.start("third", ends_with(0))->id == job->id);
}

TEST_CASE("the names of jobs are those of the shells before us") {
  Fixture f;
  CHECK(resolved(f.jobs, "%+") == "%+: no such job");
  f.start_sleeping("make all");
  CHECK(resolved(f.jobs, "%-") == "make all");  // there is but one
  f.start_sleeping("make test");
  f.start_sleeping("sleep 100");
  CHECK(resolved(f.jobs, "%1") == "make all");
  CHECK(resolved(f.jobs, "2") == "make test");
  CHECK(resolved(f.jobs, "%%") == "sleep 100");
  CHECK(resolved(f.jobs, "%") == "sleep 100");
  CHECK(resolved(f.jobs, "%+") == "sleep 100");
  CHECK(resolved(f.jobs, "%-") == "make test");
  CHECK(resolved(f.jobs, "%sl") == "sleep 100");
  CHECK(resolved(f.jobs, "%?all") == "make all");
  CHECK(resolved(f.jobs, "%make") == "%make: ambiguous: %1 and %2 both match");
  f.start_sleeping("make a");
  CHECK(resolved(f.jobs, "%make") == "%make: ambiguous: %1, %2 and %4 match");
  f.jobs.find(4)->disowned = true;  // has its number only
  CHECK(resolved(f.jobs, "%make") == "%make: ambiguous: %1 and %2 both match");
  CHECK(resolved(f.jobs, "%4") == "make a");
  CHECK(resolved(f.jobs, "%none") == "%none: no such job");
  CHECK(resolved(f.jobs, "%9") == "%9: no such job");
  CHECK(resolved(f.jobs, "sleep") == "sleep 100");
  f.jobs.pause(*f.jobs.find(1));
  CHECK(resolved(f.jobs, "%+") == "make all");  // the last that was stopped
  CHECK(resolved(f.jobs, "%-") == "sleep 100");
}

TEST_CASE("a job that has ended is meant by its name where none that lives is") {
  Fixture f;
  f.start("make a", ends_with(0));
  f.start("make b", ends_with(1));
  CHECK(resolved(f.jobs, "%make") == "%make: ambiguous: %1 and %2 both match");
  CHECK(resolved(f.jobs, "%?b") == "make b");
  f.start_sleeping("make c");
  f.start("make d", ends_with(0));
  CHECK(resolved(f.jobs, "%make") == "make c");
  f.start_sleeping("make e");
  CHECK(resolved(f.jobs, "%make") == "%make: ambiguous: %3 and %5 both match");
}

TEST_CASE("of a great many jobs that a name may mean the first are told") {
  Fixture f;
  for (int i = 0; i < 6; ++i) f.start_sleeping("make");
  CHECK(resolved(f.jobs, "%m") == "%m: ambiguous: %1, %2, %3, %4, %5 and %6 match");
  for (int i = 0; i < 6; ++i) f.start_sleeping("make");
  CHECK(resolved(f.jobs, "%m") == "%m: ambiguous: %1, %2, %3, %4, %5 and 7 more match");
}

TEST_CASE("a job without a process is paused, continued and killed") {
  Fixture f;
  int count = 0;
  Event enough(f.loop);
  auto job = f.jobs.create("loop", "/", f.shell.token());
  f.jobs.start(job, counts(f.loop, job, count, enough));
  f.loop.run(wait_for(enough));
  f.jobs.pause(*job);
  CHECK(job->state == JobState::stopped);
  f.loop.run(later(f.loop, 3, [] {}));
  const int before = count;
  f.loop.run(later(f.loop, 3, [] {}));
  CHECK(count == before);
  f.jobs.resume(*job);
  CHECK(job->state == JobState::running);
  f.loop.run(later(f.loop, 3, [] {}));
  CHECK(count > before);
  f.jobs.pause(*job);
  f.loop.run(f.jobs.kill(job, SIGTERM, 1h));
  CHECK(job->state == JobState::killed);
}

TEST_CASE("waiting for a job ends when it is stopped, if that was asked for") {
  Fixture f;
  auto job = f.start_sleeping("x");
  struct Body {
    static Task<void> run(JobManager& jobs, JobPtr job) { (void)co_await jobs.wait(job, {}, true); }
  };
  f.loop.run(both(f.loop, Body::run(f.jobs, job), later(f.loop, 2, [&] { f.jobs.pause(*job); })));
  CHECK(job->state == JobState::stopped);
  CHECK_FALSE(job->collected);
}

TEST_CASE("the processes of a job stop, go on and end with it") {
  Fixture f;
  TestPipe out;
  auto job = f.jobs.create("sh", "/", f.shell.token());
  f.jobs.start(
      job, runs(f.loop, f.reaper, job, "echo up; exec cat /dev/zero >/dev/null", out.writer.get()));
  out.writer.reset();
  char byte;
  REQUIRE(::read(out.reader.get(), &byte, 1) == 1);
  CHECK(f.jobs.find_pid(job->only_process) == job);
  CHECK(f.jobs.find_pid(1) == nullptr);
  f.jobs.pause(*job);
  siginfo_t info;
  CHECK(::waitid(P_PID, static_cast<id_t>(job->only_process), &info, WSTOPPED | WNOWAIT) == 0);
  f.jobs.resume(*job);
  f.loop.run(f.jobs.kill(job, SIGTERM, 1h));
  CHECK(job->state == JobState::killed);
  CHECK(job->code == 128 + SIGTERM);
}

TEST_CASE("signals that stop, continue or tell something do not end a job") {
  Fixture f;
  TestPipe out;
  auto job = f.jobs.create("sh", "/", f.shell.token());
  f.jobs.start(
      job, runs(f.loop, f.reaper, job,
                "trap 'echo usr1; exit 7' USR1; echo up; while :; do :; done", out.writer.get()));
  out.writer.reset();
  char byte;
  REQUIRE(::read(out.reader.get(), &byte, 1) == 1);
  f.loop.run(f.jobs.kill(job, SIGTSTP, 1h));
  CHECK(job->state == JobState::stopped);
  f.loop.run(f.jobs.kill(job, SIGCONT, 1h));
  CHECK(job->state == JobState::running);
  f.loop.run(f.jobs.kill(job, SIGUSR1, 1h));
  CHECK_FALSE(job->cancel.cancelled());
  f.loop.run(waited(f.jobs, job));
  CHECK(job->code == 7);
  CHECK(job->state == JobState::failed);
}

TEST_CASE("a stopped job that is killed goes on to its end") {
  Fixture f;
  TestPipe out;
  auto job = f.jobs.create("sh", "/", f.shell.token());
  f.jobs.start(job, runs(f.loop, f.reaper, job, "trap 'exit 9' TERM; echo up; while :; do :; done",
                         out.writer.get()));
  out.writer.reset();
  char byte;
  REQUIRE(::read(out.reader.get(), &byte, 1) == 1);
  f.jobs.pause(*job);
  f.loop.run(f.jobs.kill(job, SIGTERM, 1h));
  CHECK(job->code == 9);
  CHECK(job->state == JobState::killed);  // by us, whatever its trap made of it
}

TEST_CASE("a job whose process ignores TERM is killed after the grace, grandchildren too") {
  Fixture f;
  TestPipe out;
  auto job = f.jobs.create("sh", "/", f.shell.token());
  const std::string script =
      "setsid sh -c 'trap \"\" TERM; echo up; while :; do :; done' & trap '' TERM; wait; wait";
  f.jobs.start(job, runs(f.loop, f.reaper, job, script, out.writer.get()));
  out.writer.reset();
  char byte;
  REQUIRE(::read(out.reader.get(), &byte, 1) == 1);
  f.loop.run(f.jobs.kill(job, SIGTERM, 20ms));
  CHECK(job->ended());
  CHECK(read_all(out.reader.get()) == "p\n");  // nobody holds the pipe any more
}

TEST_CASE("a cancelled shell ends its jobs, but waiting for them can be cancelled alone") {
  Fixture f;
  auto job = f.start_sleeping("x");
  CancelSource waiting;
  struct Body {
    static Task<void> run(JobManager& jobs, JobPtr job, CancelToken token, bool& cancelled) {
      auto result = co_await jobs.wait(job, token);
      cancelled = !result && result.error().kind == ErrorKind::cancelled;
    }
  };
  bool cancelled = false;
  f.loop.run(both(f.loop, Body::run(f.jobs, job, waiting.token(), cancelled),
                  later(f.loop, 2, [&] { waiting.cancel(); })));
  CHECK(cancelled);
  CHECK(job->state == JobState::running);
  f.shell.cancel(SIGINT);
  f.loop.run(waited(f.jobs, job));
  CHECK(job->state == JobState::killed);
  CHECK(job->code == 128 + SIGINT);
}

TEST_CASE("the next job to end comes in the order of the ends, each once") {
  Fixture f;
  Event first(f.loop), second(f.loop);
  auto a = f.start("a", ends_when(first, 1));
  auto b = f.start("b", ends_when(second, 2));
  JobPtr next;
  f.loop.run(both(f.loop, keep_next(f.jobs, next), later(f.loop, 2, [&] { second.set(); })));
  CHECK(next == b);
  f.loop.run(both(f.loop, keep_next(f.jobs, next), later(f.loop, 2, [&] { first.set(); })));
  CHECK(next == a);
  CHECK(f.loop.run(next_ended(f.jobs)) == nullptr);
  auto c = f.start("c", ends_with(0));
  auto d = f.start("d", ends_with(0));
  CHECK(f.loop.run(next_ended(f.jobs, {d})) == d);
  CHECK(f.loop.run(next_ended(f.jobs, {d})) == nullptr);
  CHECK(f.loop.run(next_ended(f.jobs)) == c);
}

TEST_CASE("a disowned job is not waited for") {
  Fixture f;
  auto job = f.start_sleeping("x");
  job->disowned = true;
  f.loop.run(waited_all(f.jobs));
  CHECK(f.loop.run(next_ended(f.jobs)) == nullptr);
  CHECK(f.jobs.live().empty());
  CHECK_FALSE(job->ended());
}

TEST_CASE("a state that the job itself has given stays") {
  Fixture f;
  struct Body {
    static Task<int> run(JobPtr job) {
      job->state = JobState::lost;
      co_return 125;
    }
  };
  auto job = f.jobs.create("x", "/", f.shell.token());
  f.jobs.start(job, Body::run(job));
  CHECK(job->state == JobState::lost);
  CHECK(job->code == 125);
}

TEST_CASE("records that were waited for are forgotten beyond the newest") {
  Fixture f;
  Event go(f.loop);
  for (int i = 0; i < 1000; ++i) f.start("x", ends_when(go, 0));
  go.set();
  f.loop.run(waited_all(f.jobs));
  auto uncollected = f.start("kept", ends_with(0));
  for (int i = 0; i < 3000; ++i) f.loop.run(waited(f.jobs, f.start("y", ends_with(0))));
  CHECK(f.jobs.all().size() <= 2 * kKeptRecords);
  CHECK(f.jobs.find(uncollected->id) == uncollected);
  f.jobs.forget(uncollected->id);
  CHECK(f.jobs.find(uncollected->id) == nullptr);
}

TEST_CASE("the id of a job whose handle was given out is never another job's") {
  Fixture f;
  auto held = f.start("a", ends_with(3));
  f.jobs.hold(held);
  f.loop.run(waited(f.jobs, held));
  auto next = f.start("b", ends_with(0));
  CHECK(next->id == 2);
  f.loop.run(waited(f.jobs, next));
  auto last = f.start_sleeping("c");
  CHECK(last->id == 2);  // nobody has asked for that number
  CHECK(f.jobs.find(1) == held);

  f.jobs.hold(next);  // by somebody who knew the job, and not yet its number
  CHECK(next->id == 3);
  CHECK(f.jobs.find(3) == next);
  CHECK(f.jobs.find(2) == last);
  CHECK(f.start("d", ends_with(0))->id == 4);
}

TEST_CASE("of a job whose handle was given out the status stays when the output goes") {
  Fixture f;
  auto held = f.jobs.create("x", "/", f.shell.token());
  held->out->append("text");
  f.jobs.start(held, ends_with(3));
  f.jobs.hold(held);
  auto program = f.start("program", ends_with(4));
  program->only_process = program->handle = 4711;
  f.jobs.hold(program);
  f.loop.run(waited(f.jobs, held));
  f.loop.run(waited(f.jobs, program));
  const auto end_many = [&](size_t count) {
    for (size_t i = 0; i < count; ++i) {
      auto job = f.start("y", ends_with(0));
      f.jobs.hold(job);
      f.loop.run(waited(f.jobs, job));
    }
  };
  end_many(1);
  CHECK(f.jobs.find(2) != program);  // its process id names it
  CHECK(f.jobs.find_pid(4711) == program);
  end_many(2 * kKeptRecords);
  CHECK(f.jobs.find(1) == held);
  CHECK(f.jobs.find_pid(4711) == program);
  CHECK(held->out->stats().retained == 0);
  CHECK(f.jobs.all().size() <= 2 * kKeptRecords);
  end_many(kKeptStatuses + 2 * kKeptRecords);
  CHECK(f.jobs.find(1) == nullptr);
  CHECK(f.jobs.find_pid(4711) == nullptr);
}

TEST_CASE("a process id that the system gave again is the one of the job that lives") {
  Fixture f;
  auto ended = f.start("a", ends_with(0));
  auto live = f.start_sleeping("b");
  ended->only_process = ended->handle = 4711;
  f.jobs.hold(ended);
  CHECK(f.jobs.find_pid(4711) == ended);
  live->only_process = live->handle = 4711;
  f.jobs.hold(live);
  CHECK(f.jobs.find_pid(4711) == live);
}

TEST_CASE("the output of many ended jobs is bounded, the newest is kept") {
  Fixture f;
  JobPtr last;
  for (int i = 0; i < 30; ++i) {
    last = f.jobs.create("x", "/", f.shell.token());
    last->out->append(std::string(kDefaultStreamMaxSize, 'o'));
    f.jobs.start(last, ends_with(0));
  }
  uint64_t kept = 0;
  for (const auto& job : f.jobs.all()) kept += job->out->stats().retained;
  CHECK(kept <= kKeptOutput);
  CHECK(last->out->stats().retained == kDefaultStreamMaxSize);
  CHECK(f.jobs.find(1)->out->stats().dropped == kDefaultStreamMaxSize);
}

TEST_CASE(
    "ten thousand jobs live, end and are waited for without a look at all of them each time") {
  Fixture f;
  Event go(f.loop);
  for (int i = 0; i < 10'000; ++i) f.start("x", ends_when(go, 0));
  CHECK(f.jobs.live().size() == 10'000);
  const uint64_t before = f.loop.turns();
  f.loop.run(both(f.loop, waited_all(f.jobs), later(f.loop, 2, [&] { go.set(); })));
  CHECK(f.jobs.live().empty());
  CHECK(f.loop.turns() - before < 200);
}

TEST_CASE("a job without a process of its own gets one that stands for it") {
  Fixture f;
  const auto job = f.start_sleeping("sleep 1h");
  const pid_t leader = leader_of(*job, f.reaper);
  REQUIRE(leader > 0);
  CHECK(leader_of(*job, f.reaper) == leader);
  CHECK(f.jobs.find_pid(leader) == job);
  CHECK(job->group->to_join() == leader);
  CHECK(job->group->empty());  // it is no program
  ::kill(leader, SIGTERM);
  f.loop.run(waited(f.jobs, job));
  CHECK(job->state == JobState::killed);
  CHECK(job->code == 128 + SIGTERM);
  CHECK(f.jobs.find_pid(leader) == job);
  f.loop.run(reaped_all(f.loop, f.reaper));
}

TEST_CASE("what stands for a job goes with it, and a job that has ended has a process id, too") {
  Fixture f;
  Event end(f.loop);
  const auto job = f.start("f", ends_when(end, 3));
  const pid_t leader = leader_of(*job, f.reaper);
  end.set();
  f.loop.run(waited(f.jobs, job));
  CHECK(job->state == JobState::failed);
  CHECK(leader_of(*job, f.reaper) == leader);
  const auto other = f.start("g", ends_with(0));
  f.loop.run(waited(f.jobs, other));
  const pid_t number = leader_of(*other, f.reaper);
  CHECK(number > 0);
  CHECK(number != leader);
  CHECK(f.jobs.find_pid(number) == other);
  f.loop.run(reaped_all(f.loop, f.reaper));
}
