#include "scheduler/process_group.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "scheduler/deadline.h"
#include "scheduler/group_keeper.h"

namespace weir::scheduler {

namespace {

constexpr size_t kMostGroups = 1000;
constexpr int kRounds = 8;  // of looking for what was started meanwhile

bool contains(const std::vector<pid_t>& pids, pid_t pid) {
  return std::find(pids.begin(), pids.end(), pid) != pids.end();
}

/// The reason of a cancelled token comes through here and through wait_for_end.
bool asks_to_end(int signal) {
  return signal == SIGTERM || signal == SIGINT || signal == SIGHUP || signal == SIGQUIT ||
         signal == SIGKILL || signal == SIGPIPE;
}

bool is_program(const ProcessPtr& member) { return !member->ended && !member->keeps_group; }

/// A keeper sleeps. A signal makes it run at that moment, before it stops or ends.
bool has_news(const Process& keeper) {
  const auto now = find_process(keeper.pid);
  return !now || now->state == 'R' || now->is_ending || (now->state == 'T' && !keeper.stopped);
}

/// It ran when the signal came.
bool hears_stop(pid_t keeper) {
  const auto now = find_process(keeper);
  return now && (now->is_stopped || awaits_signal(keeper, SIGTSTP));
}

bool is_ending(pid_t pid) {
  const auto now = find_process(pid);
  return !now || now->is_ending;
}

}  // namespace

pid_t ProcessGroup::to_join() const {
  for (const ProcessPtr& member : members_) {
    // A member may have gone to a group of its own.
    const bool can_join = !member->ended && member->group > 0 && member->group == own_group_;
    if (can_join && ::getpgid(member->pid) == member->group) return member->group;
  }
  return 0;
}

void ProcessGroup::add(ProcessPtr process) {
  own_group_ = process->group;
  for (ProcessGroup* group = whole_.get(); group; group = group->whole_.get()) group->keep(process);
  keep(std::move(process));
}

void ProcessGroup::keep(ProcessPtr process) {
  if (members_.size() >= prune_at_) {
    std::erase_if(members_, [](const ProcessPtr& member) { return member->ended; });
    prune_at_ = std::max<size_t>(16, members_.size() * 2);
  }
  if (groups_.empty() || groups_.back() != process->group) {
    if (groups_.size() >= kMostGroups)
      groups_.erase(groups_.begin(), groups_.begin() + kMostGroups / 2);
    groups_.push_back(process->group);
  }
  if (on_change_) process->on_change = on_change_;
  members_.push_back(std::move(process));
}

void ProcessGroup::start_keeper(Reaper& reaper, pid_t group) {
  const auto pid = start_group_keeper(group);
  if (!pid) return;  // it is missed only by who presses Ctrl-C at the very moment
  auto process = reaper.watch(*pid, group == 0 ? *pid : group);
  process->keeps_group = true;
  add(std::move(process));
}

void ProcessGroup::add_keeper(Reaper& reaper) { start_keeper(reaper, 0); }

ProcessPtr ProcessGroup::keeper_of(pid_t group) const {
  for (const ProcessPtr& member : members_) {
    if (!member->ended && member->keeps_group && member->group == group) return member;
  }
  return nullptr;
}

pid_t ProcessGroup::leading_keeper(Reaper& reaper) {
  ProcessPtr keeper = own_group_ != 0 ? keeper_of(own_group_) : nullptr;
  if (keeper && keeper->pid == own_group_) return keeper->pid;
  start_keeper(reaper, 0);
  keeper = keeper_of(own_group_);
  return keeper && keeper->pid == own_group_ ? keeper->pid : 0;
}

void ProcessGroup::wake_keeper(Reaper& reaper) {
  const pid_t group = live_group();
  guarded_ = group;
  if (group == 0) return;
  const ProcessPtr keeper = keeper_of(group);
  if (!keeper) return start_keeper(reaper, group);
  keeper->is_continuing = true;
  ::kill(keeper->pid, SIGCONT);
}

void ProcessGroup::end_keeper() {
  for (const ProcessPtr& member : members_) {
    if (member->ended || !member->keeps_group) continue;
    member->signalled = SIGKILL;
    ::kill(member->pid, SIGKILL);
  }
}

bool ProcessGroup::has_news_of_keeper() const {
  return std::ranges::any_of(members_, [](const ProcessPtr& member) {
    return !member->ended && member->keeps_group && has_news(*member);
  });
}

std::vector<pid_t> ProcessGroup::live() const {
  std::vector<pid_t> pids;
  for (const ProcessPtr& member : members_) {
    if (is_program(member)) pids.push_back(member->pid);
  }
  return pids;
}

bool ProcessGroup::empty() const { return std::ranges::none_of(members_, is_program); }

bool ProcessGroup::has_had(pid_t group) const { return group > 0 && contains(groups_, group); }

bool ProcessGroup::has_live(pid_t group) const {
  return std::ranges::any_of(members_, [group](const ProcessPtr& member) {
    return is_program(member) && member->group == group;
  });
}

bool ProcessGroup::has_running(pid_t group) const {
  return std::ranges::any_of(members_, [group](const ProcessPtr& member) {
    return is_program(member) && member->group == group && !is_ending(member->pid);
  });
}

pid_t ProcessGroup::live_group() const {
  for (auto member = members_.rbegin(); member != members_.rend(); ++member) {
    if (is_program(*member) && (*member)->group > 0) return (*member)->group;
  }
  return 0;
}

void ProcessGroup::tell(int signal, pid_t except) const {
  for (pid_t group : live_groups()) {
    if (group != except) ::kill(-group, signal);
  }
}

bool ProcessGroup::is_stopped() const {
  const std::vector<pid_t> groups = live_groups();
  return std::ranges::all_of(process_trees(live()), [&](const ProcessEntry& process) {
    return process.is_stopped || process.is_zombie || !contains(groups, process.group);
  });
}

bool ProcessGroup::has_stopped() const {
  return std::ranges::any_of(
      members_, [](const ProcessPtr& member) { return is_program(member) && member->stopped; });
}

void ProcessGroup::leave(Reaper& reaper) {
  end_keeper();
  for (const ProcessPtr& member : members_) {
    if (!member->ended) reaper.leave(*member);
  }
}

std::vector<pid_t> ProcessGroup::live_groups() const {
  std::vector<pid_t> groups;
  for (const ProcessPtr& member : members_) {
    const bool counts = !member->ended && member->group > 0;
    if (counts && !contains(groups, member->group)) groups.push_back(member->group);
  }
  return groups;
}

/// What is found now and was not known before.
std::vector<ProcessEntry> ProcessGroup::reach_more() {
  std::vector<ProcessEntry> fresh;
  for (const ProcessEntry& process : process_trees(live())) {
    auto [known, added] = reached_.try_emplace(process.pid, process);
    if (!added && known->second.is_same(process)) continue;
    known->second = process;
    fresh.push_back(process);
  }
  return fresh;
}

/// Our own children and their groups are signalled at once by the kernel; only
/// descendants elsewhere could start another while we go through the list.
void ProcessGroup::stop_outsiders(const std::vector<pid_t>& groups) {
  std::vector<ProcessEntry> fresh;
  for (const auto& [pid, process] : reached_) fresh.push_back(process);
  for (int round = 0; round < kRounds && !fresh.empty(); ++round) {
    for (const ProcessEntry& process : fresh) {
      const bool outside = !contains(groups, process.group) && process.parent != ::getpid();
      if (outside) send_signal(process, SIGSTOP);
    }
    fresh = reach_more();
  }
}

void ProcessGroup::signal_outsider(const ProcessEntry& process, int signal) {
  if (signal == SIGSTOP) {
    const auto now = find_process(process.pid);
    if (!now || now->is_stopped) return;
    held_.push_back(process);
  }
  send_signal(process, signal);
}

/// All of the group but its keeper, which hears of a Ctrl-Z that this undoes.
void ProcessGroup::let_programs_go_on(pid_t group) const {
  for (const ProcessEntry& process : processes_of_group(group)) {
    const bool is_keeper = std::ranges::any_of(members_, [&](const ProcessPtr& member) {
      return member->keeps_group && member->pid == process.pid;
    });
    if (!is_keeper) ::kill(process.pid, SIGCONT);
  }
  const ProcessPtr keeper = keeper_of(group);
  if (keeper && hears_stop(keeper->pid)) ::kill(-group, SIGTSTP);
}

void ProcessGroup::let_go_on() {
  for (const ProcessPtr& member : members_) {
    if (member->stopped) member->is_continuing = true;
  }
  const pid_t guarded = std::exchange(guarded_, 0);
  for (const pid_t group : live_groups()) {
    if (group == guarded)
      let_programs_go_on(group);
    else
      ::kill(-group, SIGCONT);
  }
  for (const ProcessEntry& process : std::exchange(held_, {})) send_signal(process, SIGCONT);
}

size_t ProcessGroup::signal(int signal) {
  std::erase_if(reached_, [](const auto& known) {
    const auto now = find_process(known.first);
    return !now || !now->is_same(known.second) || now->is_zombie;
  });
  reach_more();
  const std::vector<pid_t> groups = live_groups();
  if (signal == SIGKILL) stop_outsiders(groups);

  for (const ProcessPtr& member : members_) {
    if (!member->ended && asks_to_end(signal)) member->signalled = signal;
    if (signal == SIGCONT && member->stopped) member->is_continuing = true;
  }
  for (pid_t group : groups) ::kill(-group, signal);
  std::vector<ProcessEntry> fresh;
  for (const auto& [pid, process] : reached_) fresh.push_back(process);
  for (int round = 0; round < kRounds && !fresh.empty(); ++round) {
    for (const ProcessEntry& process : fresh) {
      if (round > 0 || !contains(groups, process.group)) signal_outsider(process, signal);
    }
    fresh = reach_more();
  }
  return reached_.size();
}

loop::Task<void> ProcessGroup::finish_off(loop::Loop& loop, loop::Duration grace) {
  std::vector<ProcessEntry> waiting;
  for (const auto& [pid, process] : reached_) waiting.push_back(process);
  loop::CancelSource over;
  Deadline deadline(loop, grace, over);
  for (const ProcessEntry& process : waiting) {
    const UniqueFd fd = open_process(process);
    if (!fd) continue;
    loop::FdPoller end(loop, fd.get());
    if (!co_await end.readable(over.token())) break;
  }
  co_await deadline.release();
  if (over.cancelled()) signal(SIGKILL);
}

}  // namespace weir::scheduler
