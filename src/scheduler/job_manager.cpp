#include "scheduler/job_manager.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <deque>
#include <unordered_map>

#include "scheduler/deadline.h"
#include "scheduler/job_leader.h"
#include "scheduler/terminal_control.h"

namespace weir::scheduler {

std::string_view to_string(JobState state) {
  switch (state) {
    case JobState::running:
      return "running";
    case JobState::stopped:
      return "stopped";
    case JobState::waiting:
      return "waiting-for-gate";
    case JobState::done:
      return "done";
    case JobState::failed:
      return "failed";
    case JobState::killed:
      return "killed";
    case JobState::lost:
      return "lost";
  }
  return "";
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
      changed(loop),
      foreground(loop) {
  phases.push_back({started, state});
}
Job::~Job() = default;

bool Job::is_past() const {
  if (!ended() || collected || disowned) return ended();
  return end_told && std::chrono::system_clock::now() - *finished >= kListedAfterEnd;
}

void Job::enter(JobState now) {
  constexpr size_t kMostPhases = 64;
  state = now;
  if (phases.size() >= kMostPhases) phases.pop_back();
  phases.push_back({std::chrono::system_clock::now(), now});
}

void Job::end(int signal) { (cancel.cancelled() ? last : cancel).cancel(signal); }

void Job::interrupt(int signal) {
  if (takers.take(signal)) return;
  bool is_drained = false;
  if (signal == SIGINT) {
    for (const auto& drain : drains) is_drained |= drain();
  }
  if (!is_drained) end(signal);
}

void Job::begin_foreground() {
  to_background = loop::CancelSource();
  foreground.set();
}

void Job::end_foreground() {
  foreground.reset();
  to_background.cancel();
}

namespace {

constexpr auto kGrace = std::chrono::seconds(2);

}  // namespace

struct JobManager::Impl {
  explicit Impl(loop::Loop& l) : loop(l), any_ended(l), tasks(l) {}

  static loop::Task<void> run(Impl& impl, JobPtr job, loop::Task<int> body);
  void end(const JobPtr& job, int code);
  void process_changed(const JobPtr& job, Process& process);
  void stopped(Job& job, const JobPtr& listed);
  static loop::Task<void> settle(Impl& impl, JobPtr job);
  void tidy();
  bool is_listed(const JobPtr& job) const;
  void let_go(const JobPtr& job);
  void remember(const JobPtr& job);
  JobPtr listed_with(pid_t pid) const;
  int next_id() const;
  JobPtr make(std::string command, std::string directory, const loop::CancelToken& parent);
  void list(const JobPtr& job);
  bool any_live(const std::vector<JobPtr>& among) const;
  JobPtr take_ended();
  std::pair<JobPtr, JobPtr> most_recent(int within) const;
  loop::Task<void> end_by(JobPtr job, int signal, loop::Duration grace);

  loop::Loop& loop;
  JobManager* manager = nullptr;
  TerminalControl* terminal = nullptr;
  std::map<int, JobPtr> jobs;
  // By what their handle is, until it is forgotten; some of them are in `jobs` as well.
  std::unordered_map<int, JobPtr> held_by_id;
  std::unordered_map<pid_t, JobPtr> held_by_pid;
  std::deque<JobPtr> remembered;      // those whose record has gone: without their output
  int last_held = 0;                  // the highest of held_by_id
  std::deque<JobPtr> ended;           // in the order of their ends; tidy() lets go of some
  std::deque<JobPtr> uncollected;     // the same order; some may have been collected since
  size_t tidy_at = 2 * kKeptRecords;
  uint64_t kept_output = 0;           // bytes in the streams of `ended`
  uint64_t recency = 0;
  mutable std::unordered_map<pid_t, int> ids_by_pid;  // found so far; checked when used
  loop::Event any_ended;
  std::function<void(const JobPtr&)> watcher;
  std::function<void(const JobPtr&)> observer;
  loop::TaskGroup tasks;
};

JobManager::JobManager(loop::Loop& loop) : impl_(std::make_unique<Impl>(loop)) {
  impl_->manager = this;
}
JobManager::~JobManager() = default;

// ---- records -------------------------------------------------------------------

namespace {

uint64_t output_of(const Job& job) { return job.out->stats().retained + job.err->stats().retained; }

bool is_settled(const JobPtr& job) { return job->settled(); }

}  // namespace

bool JobManager::Impl::is_listed(const JobPtr& job) const {
  const auto found = jobs.find(job->id);
  return found != jobs.end() && found->second == job;
}

int JobManager::Impl::next_id() const {
  for (auto it = jobs.rbegin(); it != jobs.rend() && it->first > last_held; ++it) {
    const Job& job = *it->second;
    if (!job.is_past()) return it->first + 1;
  }
  return last_held + 1;
}

JobPtr JobManager::Impl::make(std::string command, std::string directory,
                              const loop::CancelToken& parent) {
  auto job = std::make_shared<Job>(loop, 0, std::move(command), parent);
  job->directory = std::move(directory);
  job->group->observe([this, weak = std::weak_ptr<Job>(job)](Process& process) {
    if (const JobPtr changed = weak.lock()) process_changed(changed, process);
  });
  return job;
}

void JobManager::Impl::list(const JobPtr& job) {
  job->id = next_id();
  job->recency = ++recency;
  jobs[job->id] = job;  // may take the place of one that ended and was collected
  if (observer) observer(job);
}

JobPtr JobManager::create(std::string command, std::string directory,
                          const loop::CancelToken& parent) {
  auto job = impl_->make(std::move(command), std::move(directory), parent);
  impl_->list(job);
  return job;
}

JobPtr JobManager::create_entry(std::string command, std::string directory,
                                const loop::CancelToken& parent) {
  auto job = impl_->make(std::move(command), std::move(directory), parent);
  job->is_entry = true;
  return job;
}

void JobManager::enlist(const JobPtr& job) { impl_->list(job); }

void JobManager::hold(const JobPtr& job) {
  if (std::exchange(job->is_held, true)) return;
  const bool is_listed = impl_->is_listed(job);
  if (job->handle != 0) {
    impl_->held_by_pid[job->handle] = job;
  } else {
    // One that has ended, and whose number another one has got since, gets a new one.
    if (!is_listed) impl_->jobs.erase(job->id = impl_->next_id());
    impl_->held_by_id[job->id] = job;
    impl_->last_held = std::max(impl_->last_held, job->id);
  }
  const auto& ended = impl_->ended;
  if (!is_listed && std::ranges::find(ended, job) == ended.end()) impl_->ended.push_back(job);
}

void JobManager::use_terminal(TerminalControl* terminal) { impl_->terminal = terminal; }

/// Only its status stays, for a long time.
void JobManager::Impl::remember(const JobPtr& job) {
  job->out->drop();
  job->err->drop();
  remembered.push_back(job);
  if (remembered.size() <= kKeptStatuses) return;
  const JobPtr oldest = std::move(remembered.front());
  remembered.pop_front();
  auto& held = oldest->handle != 0 ? held_by_pid : held_by_id;
  const auto at = held.find(oldest->handle != 0 ? oldest->handle : oldest->id);
  // The system gives the number of a process again when that has ended.
  if (at != held.end() && at->second == oldest) held.erase(at);
}

void JobManager::Impl::let_go(const JobPtr& job) {
  if (job->is_held) remember(job);
  if (is_listed(job)) jobs.erase(job->id);
}

/// Old records go, and the output of old ones before that. Runs each time the
/// number of ended jobs has doubled, so an end costs the same with many.
void JobManager::Impl::tidy() {
  auto settled = static_cast<size_t>(std::ranges::count_if(ended, is_settled));
  std::deque<JobPtr> kept;
  for (const JobPtr& job : ended) {
    const bool replaced = !job->is_held && !is_listed(job);
    const bool goes = is_settled(job) && settled > kKeptRecords;
    if (is_settled(job)) settled -= goes || replaced ? 1 : 0;
    if (goes && !replaced) let_go(job);
    if (!goes && !replaced) kept.push_back(job);
  }
  ended.swap(kept);
  std::erase_if(uncollected, is_settled);

  kept_output = 0;
  for (auto it = ended.rbegin(); it != ended.rend(); ++it) {
    // Down to half, or the next end would be here again.
    if (kept_output + output_of(**it) > kKeptOutput / 2) {
      (*it)->out->drop();
      (*it)->err->drop();
    }
    kept_output += output_of(**it);
  }
  tidy_at = std::max(2 * kKeptRecords, 2 * ended.size());
}

void JobManager::forget(int id) {
  const auto found = impl_->jobs.find(id);
  if (found != impl_->jobs.end() && found->second->ended()) impl_->jobs.erase(found);
}

// ---- running -------------------------------------------------------------------

loop::Task<void> JobManager::Impl::run(Impl& impl, JobPtr job, loop::Task<int> body) {
  const int code = co_await std::move(body);
  // What was stopped does not end before it may go on, even when there is nothing left to do.
  while (job->pause.is_paused() && !job->cancel.cancelled()) {
    (void)co_await job->pause.resumed().wait(job->cancel.token());
  }
  {
    const loop::Task<int> ended = std::move(body);
  }  // lets go of what the body held
  impl.end(job, code);
}

void JobManager::Impl::end(const JobPtr& job, int code) {
  job->code = code;
  if (!job->ended()) {
    const bool by_signal = (job->cancel.cancelled() && !job->is_hung_up) || code > 128;
    job->enter(code == 0 ? JobState::done : by_signal ? JobState::killed : JobState::failed);
  }
  job->finished = std::chrono::system_clock::now();
  job->waits_for.clear();
  job->passing_on.clear();
  job->group->end_keeper();
  job->out->close();
  job->err->close();
  if (job->id != 0) {
    ended.push_back(job);
    uncollected.push_back(job);
    kept_output += output_of(*job);
  }
  if (ended.size() >= tidy_at || kept_output > kKeptOutput) tidy();
  job->changed.set();
  any_ended.pulse();
  if (observer && job->id != 0) observer(job);
  if (watcher && job->id != 0) watcher(job);
}

void JobManager::start(JobPtr job, loop::Task<int> body) {
  impl_->tasks.start(Impl::run(*impl_, std::move(job), std::move(body)));
}

void JobManager::pause(Job& job) {
  if (job.ended()) return;
  job.pause.pause();
  job.group->signal(SIGSTOP);
  job.stopped_by = SIGSTOP;
  impl_->stopped(job, find(job.id));
}

/// The state, and who hears of it: a job that is in the list.
void JobManager::Impl::stopped(Job& job, const JobPtr& listed) {
  job.enter(JobState::stopped);
  job.stop_told = false;
  job.recency = ++recency;
  job.changed.pulse();
  if (listed.get() != &job) return;
  if (observer) observer(listed);
  if (watcher) watcher(listed);
}

void JobManager::watch(std::function<void(const JobPtr&)> watcher) {
  impl_->watcher = std::move(watcher);
}

void JobManager::observe(std::function<void(const JobPtr&)> observer) {
  impl_->observer = std::move(observer);
}

void JobManager::resume(Job& job) {
  if (job.ended()) return;
  // CONT undoes a stop that is on its way: what runs (`fg` of it, then Ctrl-Z at once) gets none.
  const bool stands_still = job.pause.is_paused() || job.group->has_stopped();
  if (stands_still) job.group->let_go_on();
  job.enter(JobState::running);
  job.stopped_by = 0;
  job.recency = ++impl_->recency;
  job.pause.resume();
  job.changed.pulse();
  if (const JobPtr listed = find(job.id); listed.get() == &job && impl_->observer)
    impl_->observer(listed);
}

void JobManager::stop(JobPtr job, int signal, pid_t told) {
  if (job->ended() || job->pause.is_paused()) return;
  job->pause.pause();
  job->stopped_by = signal;
  job->group->tell(SIGTSTP, told);
  impl_->tasks.start(Impl::settle(*impl_, std::move(job)));
}

/// Programs put the terminal in order before they stop, and what they have started may do that
/// later than they do. There is no event for all of it, so it is looked at, for a short time.
loop::Task<void> JobManager::Impl::settle(Impl& impl, JobPtr job) {
  constexpr auto kLongest = std::chrono::milliseconds(300);
  const auto deadline = loop::Clock::now() + kLongest;
  auto delay = std::chrono::milliseconds(1);
  const auto is_wanted = [&] { return job->pause.is_paused() && !job->cancel.cancelled(); };
  while (is_wanted() && !job->group->is_stopped() && loop::Clock::now() < deadline) {
    (void)co_await loop::sleep_for(impl.loop, delay, job->cancel.token());
    delay = std::min(2 * delay, std::chrono::milliseconds(30));
  }
  if (!is_wanted() || job->ended()) co_return;
  if (!job->group->is_stopped()) job->group->signal(SIGSTOP);
  impl.stopped(*job, impl.manager->find(job->id));
}

/// From the reaper: a program was stopped, by the terminal or by somebody else, or goes on, or has
/// ended. A stopped stage stops the whole job.
void JobManager::Impl::process_changed(const JobPtr& job, Process& process) {
  if (process.ended) {
    if (terminal) terminal->process_ended(*job, process);
    if (is_end_of_stand_in(*job, process))
      tasks.start(end_by(job, process.status.signal(), kGrace));
  } else if (process.stopped) {
    process.is_continuing = false;
    if (job->pause.is_paused() || (terminal && terminal->satisfies(*job, process))) return;
    const int signal = process.status.signal();
    manager->stop(job, signal, signal == SIGSTOP ? 0 : process.group);
  } else if (!std::exchange(process.is_continuing, false)) {
    const bool is_for_all = is_stand_in(*job, process) || !job->group->has_stopped();
    if (job->state == JobState::stopped && is_for_all) manager->resume(*job);
  }
}

// ---- finding -------------------------------------------------------------------

JobPtr JobManager::find(int id) const {
  if (const auto found = impl_->jobs.find(id); found != impl_->jobs.end()) return found->second;
  const auto held = impl_->held_by_id.find(id);
  return held == impl_->held_by_id.end() ? nullptr : held->second;
}

/// One that is listed.
JobPtr JobManager::Impl::listed_with(pid_t pid) const {
  const auto find = [&](int id) {
    const auto found = jobs.find(id);
    return found == jobs.end() ? nullptr : found->second;
  };
  if (const auto known = ids_by_pid.find(pid); known != ids_by_pid.end()) {
    auto job = find(known->second);
    if (job && (job->only_process == pid || job->leader == pid)) return job;
  }
  ids_by_pid.clear();
  for (const auto& [id, job] : jobs) {
    for (const pid_t own : {job->only_process, job->leader}) {
      if (own > 0) ids_by_pid[own] = id;
    }
  }
  const auto found = ids_by_pid.find(pid);
  return found == ids_by_pid.end() ? nullptr : find(found->second);
}

JobPtr JobManager::find_pid(pid_t pid) const {
  if (pid <= 0) return nullptr;
  const auto at = impl_->held_by_pid.find(pid);
  const JobPtr held = at == impl_->held_by_pid.end() ? nullptr : at->second;
  if (held && !held->ended()) return held;
  JobPtr listed = impl_->listed_with(pid);
  return held && !(listed && !listed->ended()) ? held : listed;
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

/// %+ and %-: those of the same job first, of those stopped ones first, then live ones, then those
/// whose end nobody has heard of.
std::pair<JobPtr, JobPtr> JobManager::Impl::most_recent(int within) const {
  const auto rank = [within](const Job& job) {
    return std::tuple(job.within == within, job.state == JobState::stopped, !job.ended(),
                      job.recency);
  };
  JobPtr first, second;
  for (const auto& [id, job] : jobs) {
    if (job->disowned || is_settled(job)) continue;
    if (!first || rank(*job) > rank(*first)) {
      second = std::exchange(first, job);
    } else if (!second || rank(*job) > rank(*second)) {
      second = job;
    }
  }
  return {first, second};
}

JobPtr JobManager::current(int within) const { return impl_->most_recent(within).first; }
JobPtr JobManager::previous(int within) const {
  auto [first, second] = impl_->most_recent(within);
  return second ? second : first;
}

namespace {

std::optional<int> whole_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// A job that was disowned has its number only.
bool is_meant(const Job& job, std::string_view text) {
  if (job.settled() || job.disowned) return false;
  if (text.starts_with('?')) return job.command.find(text.substr(1)) != std::string::npos;
  return job.command.starts_with(text);
}

/// "%1 and %2 both match", "%1, %2 and %3 match"; of a great many the first ones.
std::string several_match(const std::vector<int>& ids) {
  constexpr size_t kNamed = 5;
  const size_t listed = ids.size() > kNamed + 1 ? kNamed : ids.size() - 1;
  std::string text;
  for (size_t i = 0; i < listed; ++i) text += fmt::format("{}%{}", i == 0 ? "" : ", ", ids[i]);
  if (listed + 1 < ids.size())
    return fmt::format("{} and {} more match", text, ids.size() - listed);
  return fmt::format("{} and %{}{} match", text, ids.back(), ids.size() == 2 ? " both" : "");
}

}  // namespace

Result<JobPtr> JobManager::resolve(std::string_view spec, int within) const {
  std::string_view name = spec;
  if (name.starts_with('%')) name.remove_prefix(1);
  JobPtr found;
  if (name.empty() || name == "%" || name == "+") {
    found = current(within);
  } else if (name == "-") {
    found = previous(within);
  } else if (const auto number = whole_number(name)) {
    found = find(*number);
  } else {
    std::vector<int> ids;
    for (const auto& [id, job] : impl_->jobs) {
      if (!is_meant(*job, name)) continue;
      // As with %+, those that have ended count where none that lives is meant.
      if (found && !found->ended() && job->ended()) continue;
      if (found && found->ended() && !job->ended()) ids.clear();
      ids.push_back(id);
      found = job;
    }
    if (ids.size() > 1)
      return fail(ErrorKind::invalid, fmt::format("{}: ambiguous: {}", spec, several_match(ids)));
  }
  if (!found) return fail(ErrorKind::not_found, fmt::format("{}: no such job", spec));
  return found;
}

// ---- waiting and ending -----------------------------------------------------------

loop::Task<Result<void>> JobManager::wait(JobPtr job, loop::CancelToken token, bool or_stopped) {
  while (!job->ended() && !(or_stopped && job->state == JobState::stopped)) {
    auto changed = co_await job->changed.wait(token);
    if (!changed && !job->ended()) co_return changed;
  }
  co_return Result<void>{};
}

bool JobManager::Impl::any_live(const std::vector<JobPtr>& among) const {
  const auto is_live = [](const JobPtr& job) { return !job->ended() && !job->disowned; };
  if (!among.empty()) return std::ranges::any_of(among, is_live);
  // The newest first: where many have ended, the live ones are at that end.
  return std::any_of(jobs.rbegin(), jobs.rend(),
                     [&](const auto& entry) { return is_live(entry.second); });
}

/// The first that ended of those that nobody has collected.
JobPtr JobManager::Impl::take_ended() {
  while (!uncollected.empty()) {
    JobPtr job = std::move(uncollected.front());
    uncollected.pop_front();
    if (!is_settled(job)) return job;
  }
  return nullptr;
}

loop::Task<Result<JobPtr>> JobManager::wait_any(std::vector<JobPtr> among,
                                                loop::CancelToken token) {
  const bool all = among.empty();
  for (;;) {
    JobPtr job;
    if (all) {
      job = impl_->take_ended();
    } else {
      for (const JobPtr& candidate : among) {
        const bool counts = candidate->ended() && !candidate->collected;
        if (counts && (!job || candidate->finished < job->finished)) job = candidate;
      }
    }
    if (job) {
      job->collected = true;
      co_return job;
    }
    if (!impl_->any_live(among)) co_return JobPtr();
    auto change = co_await impl_->any_ended.wait(token);
    if (!change) co_return fail(std::move(change.error()));
  }
}

loop::Task<Result<void>> JobManager::wait_all(loop::CancelToken token) {
  // One after the other, so each end costs the same with many; those that were
  // started meanwhile are the next round.
  for (auto jobs = live(); !jobs.empty(); jobs = live()) {
    for (const JobPtr& job : jobs) {
      while (!job->ended() && !job->disowned) {
        auto changed = co_await job->changed.wait(token);
        if (!changed && !job->ended()) co_return changed;
      }
    }
  }
  while (const JobPtr job = impl_->take_ended()) job->awaited = true;
  co_return Result<void>{};
}

/// To the coroutine and the processes, to the end of both.
loop::Task<void> JobManager::Impl::end_by(JobPtr job, int signal, loop::Duration grace) {
  if (job->ended()) co_return;
  if (!job->takers.take(signal)) job->end(signal);
  job->group->signal(signal);
  if (job->state == JobState::stopped) job->group->signal(SIGCONT);
  job->pause.resume();
  // What cancelled work starts in its last moments is killed as well.
  while (!job->ended()) {
    loop::CancelSource over;
    Deadline deadline(loop, grace, over);
    while (!job->ended() && co_await job->changed.wait(over.token())) {
    }
    co_await deadline.release();
    if (job->ended()) break;
    job->cancel.cancel(SIGKILL);  // where it took the signal
    job->last.cancel(SIGKILL);
    job->group->signal(SIGKILL);
  }
  co_await job->group->finish_off(loop, grace);
}

namespace {

bool is_stop(int signal) {
  return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

/// A server that reads its settings again by HUP, or `nohup`.
bool lives_on_by_hang_up(const ProcessGroup& group) {
  return std::ranges::any_of(group.live(), [](pid_t pid) {
    return catches_signal(pid, SIGHUP) || ignores_signal(pid, SIGHUP);
  });
}

}  // namespace

bool is_message(int signal) {
  return signal == 0 || signal == SIGUSR1 || signal == SIGUSR2 || signal == SIGWINCH ||
         signal == SIGURG || signal == SIGCHLD || signal == SIGALRM || signal == SIGIO;
}

loop::Task<void> JobManager::kill(JobPtr job, int signal, loop::Duration grace) {
  if (is_stop(signal)) {
    pause(*job);
  } else if (signal == SIGCONT) {
    resume(*job);
  } else if (signal != SIGTERM && job->takers.take(signal)) {
    if (!is_message(signal)) job->group->signal(signal);
  } else if ((is_message(signal) && !job->group->empty()) ||
             (signal == SIGHUP && lives_on_by_hang_up(*job->group))) {
    job->group->signal(signal);
  } else {
    co_await impl_->end_by(std::move(job), signal, grace);
  }
}

loop::Task<void> JobManager::end(JobPtr job, int signal, loop::Duration grace) {
  return impl_->end_by(std::move(job), signal, grace);
}

loop::Task<void> JobManager::shut_down(int signal) {
  loop::TaskGroup killers(impl_->loop);
  for (const JobPtr& job : all()) {
    if (!job->ended()) killers.start(impl_->end_by(job, signal, kGrace));
  }
  co_await killers.join();
  co_await impl_->tasks.join();
}

}  // namespace weir::scheduler
