#include "scheduler/job_manager.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <deque>

namespace weir::scheduler {

namespace {

// Ended jobs beyond this many are forgotten, oldest first, collected or not: a
// loop that starts jobs for ever must not grow for ever.
constexpr size_t kKeptRecords = 10'000;

bool is_number(std::string_view text, int& number) {
  auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && ec == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string_view to_string(JobState state) {
  switch (state) {
    case JobState::running: return "running";
    case JobState::stopped: return "stopped";
    case JobState::waiting: return "waiting-for-gate";
    case JobState::done: return "done";
    case JobState::failed: return "failed";
    case JobState::killed: return "killed";
    case JobState::lost: return "lost";
  }
  return "unknown";
}

Job::Job(loop::Loop& loop, int number, std::string text, const loop::CancelToken& parent)
    : id(number),
      command(std::move(text)),
      started(std::chrono::system_clock::now()),
      cancel(parent),
      pause(loop),
      group(std::make_shared<ProcessGroup>()),
      out(std::make_shared<BoundedStream>(loop)),
      err(std::make_shared<BoundedStream>(loop)),
      changed(loop) {}

struct JobManager::Impl {
  explicit Impl(loop::Loop& l) : loop(l), bodies(l), one_ended(l) {}

  loop::Loop& loop;
  loop::TaskGroup bodies;
  loop::Event one_ended;  // pulsed
  std::map<int, JobPtr> jobs;
  std::map<pid_t, int> by_pid;    // ids by only_process
  std::vector<int> recency;       // ids, the current job last (%+), the one before it (%-)
  std::deque<int> ended;          // ids in order of their end

  void make_current(int id) {
    std::erase(recency, id);
    recency.push_back(id);
  }

  void forget(int id) {
    auto at = jobs.find(id);
    if (at == jobs.end()) return;
    if (at->second->only_process != 0) by_pid.erase(at->second->only_process);
    std::erase(recency, id);
    jobs.erase(at);
  }

  loop::Task<void> run(JobPtr job, loop::Task<int> body) {
    const int code = co_await std::move(body);
    job->code = code;
    job->finished = std::chrono::system_clock::now();
    const bool by_signal = job->cancel.cancelled() || code > 128;
    job->state = code == 0 ? JobState::done : by_signal ? JobState::killed : JobState::failed;
    job->waits_for.clear();
    job->out->close();
    job->err->close();
    job->changed.set();
    one_ended.pulse();
    ended.push_back(job->id);
    while (ended.size() > kKeptRecords) {
      forget(ended.front());
      ended.pop_front();
    }
  }
};

JobManager::JobManager(loop::Loop& loop) : impl_(std::make_unique<Impl>(loop)) {}
JobManager::~JobManager() = default;

JobPtr JobManager::create(std::string command, std::string directory,
                          const loop::CancelToken& parent) {
  const int id = impl_->jobs.empty() ? 1 : impl_->jobs.rbegin()->first + 1;
  auto job = std::make_shared<Job>(impl_->loop, id, std::move(command), parent);
  job->directory = std::move(directory);
  impl_->jobs.emplace(id, job);
  impl_->recency.push_back(id);
  return job;
}

void JobManager::start(JobPtr job, loop::Task<int> body) {
  impl_->bodies.start(impl_->run(job, std::move(body)));
  if (job->only_process != 0) impl_->by_pid[job->only_process] = job->id;
}

JobPtr JobManager::find(int id) const {
  auto at = impl_->jobs.find(id);
  return at == impl_->jobs.end() ? nullptr : at->second;
}

JobPtr JobManager::find_pid(pid_t pid) const {
  auto at = impl_->by_pid.find(pid);
  return at == impl_->by_pid.end() ? nullptr : find(at->second);
}

JobPtr JobManager::current() const {
  // A stopped job is more current than a running one (POSIX 3.204).
  for (size_t i = impl_->recency.size(); i-- > 0;) {
    auto job = find(impl_->recency[i]);
    if (job && job->state == JobState::stopped) return job;
  }
  return impl_->recency.empty() ? nullptr : find(impl_->recency.back());
}

JobPtr JobManager::previous() const {
  const JobPtr first = current();
  for (size_t i = impl_->recency.size(); i-- > 0;) {
    if (!first || impl_->recency[i] != first->id) return find(impl_->recency[i]);
  }
  return first;
}

Result<JobPtr> JobManager::resolve(std::string_view spec) const {
  const auto none = [&] { return fail(ErrorKind::not_found, fmt::format("{}: no such job", spec)); };
  std::string_view rest = spec;
  if (rest.starts_with('%')) rest.remove_prefix(1);
  if (rest.empty() || rest == "%" || rest == "+") {
    auto job = current();
    if (!job) return none();
    return job;
  }
  if (rest == "-") {
    auto job = previous();
    if (!job) return none();
    return job;
  }
  if (int number; is_number(rest, number)) {
    auto job = find(number);
    if (!job) return none();
    return job;
  }
  const bool anywhere = rest.starts_with('?');
  if (anywhere) rest.remove_prefix(1);
  JobPtr found;
  for (const auto& [id, job] : impl_->jobs) {
    const size_t at = job->command.find(rest);
    if (at == std::string::npos || (!anywhere && at != 0)) continue;
    if (found) {
      return fail(ErrorKind::invalid,
                  fmt::format("{}: ambiguous: %{} and %{} both match", spec, found->id, id));
    }
    found = job;
  }
  if (!found) return none();
  return found;
}

std::vector<JobPtr> JobManager::all() const {
  std::vector<JobPtr> jobs;
  jobs.reserve(impl_->jobs.size());
  for (const auto& [id, job] : impl_->jobs) jobs.push_back(job);
  return jobs;
}

std::vector<JobPtr> JobManager::live() const {
  std::vector<JobPtr> jobs;
  for (const auto& [id, job] : impl_->jobs) {
    if (!job->ended() && !job->disowned) jobs.push_back(job);
  }
  return jobs;
}

void JobManager::pause(Job& job) {
  if (job.ended()) return;
  job.pause.pause();
  job.group->signal(SIGSTOP);
  job.state = JobState::stopped;
  impl_->make_current(job.id);
  job.changed.pulse();
}

void JobManager::resume(Job& job) {
  if (job.ended()) return;
  job.state = JobState::running;
  job.pause.resume();
  job.group->signal(SIGCONT);
  job.changed.pulse();
}

namespace {

bool stops(int signal) {
  return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

/// Signals that processes may live on with; they end no coroutine.
bool is_message(int signal) {
  return signal == 0 || signal == SIGUSR1 || signal == SIGUSR2 || signal == SIGWINCH ||
         signal == SIGURG || signal == SIGCHLD || signal == SIGALRM || signal == SIGIO;
}

loop::Task<void> kill_after(loop::Loop& loop, JobPtr job, loop::Duration grace,
                            loop::CancelToken ended) {
  const auto slept = co_await loop::sleep_for(loop, grace, std::move(ended));
  if (slept && !job->ended()) job->group->signal(SIGKILL);
}

}  // namespace

loop::Task<void> JobManager::kill(JobPtr job, int signal, loop::Duration grace) {
  if (job->ended()) co_return;
  if (stops(signal)) {
    pause(*job);
    co_return;
  }
  if (signal == SIGCONT) {
    resume(*job);
    co_return;
  }
  if (is_message(signal) && !job->group->empty()) {
    job->group->signal(signal);
    co_return;
  }
  job->group->signal(signal);
  job->cancel.cancel(signal);
  resume(*job);  // a stopped process takes the signal only when it goes on
  loop::CancelSource ended;
  loop::TaskGroup group(impl_->loop);
  group.start(kill_after(impl_->loop, job, grace, ended.token()));
  while (!job->ended()) (void)co_await job->changed.wait();
  ended.cancel();
  co_await group.join();
}

loop::Task<Result<void>> JobManager::wait(JobPtr job, loop::CancelToken token, bool or_stopped) {
  while (!job->ended() && !(or_stopped && job->state == JobState::stopped)) {
    auto woken = co_await job->changed.wait(token);
    if (!woken && !job->ended()) co_return woken;
  }
  co_return Result<void>{};
}

loop::Task<Result<JobPtr>> JobManager::wait_any(std::vector<JobPtr> among, loop::CancelToken token) {
  for (;;) {
    const auto candidates = among.empty() ? all() : among;
    bool some_live = false;
    for (const JobPtr& job : candidates) {
      if (job->ended() && !job->collected) co_return job;
      some_live |= !job->ended();
    }
    if (!some_live) co_return JobPtr();
    auto woken = co_await impl_->one_ended.wait(token);
    if (!woken) co_return fail(std::move(woken.error()));
  }
}

void JobManager::forget(int id) {
  std::erase(impl_->ended, id);
  impl_->forget(id);
}

loop::Task<void> JobManager::shut_down(int signal) {
  for (const JobPtr& job : all()) {
    if (job->ended()) continue;
    job->group->signal(signal);
    job->cancel.cancel(signal);
    resume(*job);
  }
  co_await impl_->bodies.join();
}

loop::Task<Result<void>> JobManager::wait_all(loop::CancelToken token) {
  for (const JobPtr& job : live()) {
    auto done = co_await wait(job, token);
    if (!done) co_return done;
  }
  co_return Result<void>{};
}

}  // namespace weir::scheduler
