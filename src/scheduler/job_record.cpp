#include "scheduler/job_record.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>

#include "base/regular_file.h"
#include "base/value.h"
#include "scheduler/process_tree.h"

namespace weir::scheduler {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSuffix = ".jobs";
constexpr int64_t kKeptMs = int64_t{24} * 60 * 60 * 1000;

constexpr JobState kStates[] = {JobState::running, JobState::stopped, JobState::waiting,
                                JobState::done,    JobState::failed,  JobState::killed,
                                JobState::lost};

int64_t ms_of(std::chrono::system_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

int64_t now_ms() { return ms_of(std::chrono::system_clock::now()); }

std::string text_of(const fs::path& path) {
  return read_regular_file(path.string()).value_or(std::string());
}

std::string boot_id() {
  std::string id = text_of("/proc/sys/kernel/random/boot_id");
  while (!id.empty() && id.back() == '\n') id.pop_back();
  return id;
}

std::string text_at(const Record& record, std::string_view key) {
  const Value* value = record.find(key);
  return value && value->is_string() ? value->as_string() : std::string();
}

int64_t number_at(const Record& record, std::string_view key) {
  const Value* value = record.find(key);
  return value && value->is_int() ? value->as_int() : 0;
}

JobState state_named(std::string_view name) {
  for (const JobState state : kStates) {
    if (to_string(state) == name) return state;
  }
  return JobState::lost;
}

std::string line_of(Record record) {
  std::string line;
  Value(std::move(record)).append_json(line);
  return line + '\n';
}

/// By id and begin: an id is given again.
using Jobs = std::map<std::pair<int, int64_t>, JobRecord>;

void take_line(const Record& line, ShellRecord& shell, Jobs& jobs) {
  if (line.find("shell")) {
    shell.pid = static_cast<pid_t>(number_at(line, "shell"));
    shell.start = static_cast<uint64_t>(number_at(line, "start"));
    shell.boot = text_at(line, "boot");
    shell.terminal = text_at(line, "terminal");
    return;
  }
  JobRecord job;
  job.id = static_cast<int>(number_at(line, "id"));
  job.command = text_at(line, "command");
  job.directory = text_at(line, "directory");
  job.state = state_named(text_at(line, "state"));
  job.code = static_cast<int>(number_at(line, "code"));
  job.started_ms = number_at(line, "started");
  job.finished_ms = number_at(line, "finished");
  const Value* detached = line.find("detached");
  job.is_detached = detached && *detached == Value(true);
  job.out = text_at(line, "out");
  job.err = text_at(line, "err");
  if (job.id > 0) jobs[{job.id, job.started_ms}] = std::move(job);
}

bool is_live(const ShellRecord& shell) {
  const auto process = find_process(shell.pid);
  return process && process->start_time == shell.start && !process->is_zombie &&
         shell.boot == boot_id();
}

/// A line that broke off is no JSON, and is passed over.
ShellRecord parse_shell(const std::string& text) {
  ShellRecord shell;
  Jobs jobs;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const auto value = Value::parse_json(std::string_view(text).substr(at, end - at));
    if (value && value->is_record()) take_line(value->as_record(), shell, jobs);
    at = end + 1;
  }
  for (auto& [key, job] : jobs) shell.jobs.push_back(std::move(job));
  return shell;
}

int64_t changed_ms(const fs::path& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return 0;
  return int64_t{info.st_mtim.tv_sec} * 1000 + info.st_mtim.tv_nsec / 1'000'000;
}

/// Jobs of a shell that lives no longer have ended, if not as it knew.
void lose_unended(ShellRecord& shell, int64_t when) {
  for (JobRecord& job : shell.jobs) {
    if (job.ended()) continue;
    job.state = JobState::lost;
    job.finished_ms = when;
  }
}

void remove_output(const JobRecord& job) {
  std::error_code ignored;
  for (const std::string& path : {job.out, job.err}) {
    if (path.empty()) continue;
    fs::remove(path, ignored);
    fs::remove(path + ".new", ignored);  // of a shell that was killed while it wrote it
  }
}

void drop_old_jobs(ShellRecord& shell) {
  const int64_t oldest = now_ms() - kKeptMs;
  const auto is_old = [&](const JobRecord& job) { return job.ended() && job.finished_ms < oldest; };
  // A number that was given again has given its files to the newer job.
  std::set<std::string> used;
  for (const JobRecord& job : shell.jobs) {
    if (!is_old(job)) used.insert(job.out);
  }
  std::erase_if(shell.jobs, [&](const JobRecord& job) {
    if (!is_old(job)) return false;
    if (!used.contains(job.out)) remove_output(job);
    return true;
  });
}

void remove_shell(const ShellRecord& shell) {
  std::error_code ignored;
  for (const char* suffix : {".jobs", ".ctl", ".out"}) fs::remove(shell.prefix + suffix, ignored);
}

}  // namespace

JobRecord record_of(const Job& job) {
  JobRecord record;
  record.id = job.id;
  record.command = job.command;
  record.directory = job.directory;
  record.state = job.state;
  record.code = job.code;
  record.started_ms = ms_of(job.started);
  record.finished_ms = job.finished ? ms_of(*job.finished) : 0;
  record.is_detached = job.is_detached;
  record.out = job.out_file;
  record.err = job.err_file;
  return record;
}

ShellRecord this_shell(const std::string& directory, int fd) {
  ShellRecord shell;
  shell.pid = ::getpid();
  if (const auto process = find_process(shell.pid)) shell.start = process->start_time;
  shell.boot = boot_id();
  char name[128];
  if (::ttyname_r(fd, name, sizeof name) == 0) shell.terminal = name;
  shell.is_live = true;
  shell.prefix = fmt::format("{}/{}-{}", directory, shell.pid, shell.start);
  return shell;
}

std::string shell_line(const ShellRecord& shell) {
  return line_of({{"shell", Value(static_cast<int64_t>(shell.pid))},
                  {"start", Value(static_cast<int64_t>(shell.start))},
                  {"boot", Value(shell.boot)},
                  {"terminal", Value(shell.terminal)}});
}

std::string job_line_of(const JobRecord& job) {
  return line_of({{"id", Value(job.id)},
                  {"state", Value(to_string(job.state))},
                  {"code", Value(job.code)},
                  {"started", Value(job.started_ms)},
                  {"finished", Value(job.finished_ms)},
                  {"detached", Value(job.is_detached)},
                  {"command", Value(job.command)},
                  {"directory", Value(job.directory)},
                  {"out", Value(job.out)},
                  {"err", Value(job.err)}});
}

std::vector<ShellRecord> read_shell_records(const std::string& directory) {
  std::vector<ShellRecord> shells;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(directory, missing)) {
    const std::string path = entry.path();
    if (!path.ends_with(kSuffix)) continue;
    ShellRecord shell = parse_shell(text_of(path));
    shell.prefix = path.substr(0, path.size() - kSuffix.size());
    shell.is_live = is_live(shell);
    if (!shell.is_live) lose_unended(shell, changed_ms(path));
    drop_old_jobs(shell);
    if (!shell.is_live && shell.jobs.empty())
      remove_shell(shell);
    else
      shells.push_back(std::move(shell));
  }
  std::ranges::sort(shells, {},
                    [](const ShellRecord& shell) { return std::pair(shell.pid, shell.start); });
  return shells;
}

// ---- requests ------------------------------------------------------------------------

Result<void> request_kill(const ShellRecord& shell, int id, int signal,
                          std::chrono::milliseconds grace) {
  const std::string path = shell.prefix + ".ctl";
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
  if (!fd) return fail(Error::from_errno(errno, fmt::format("shell {}", shell.pid)));
  const std::string line = fmt::format("kill {} {} {}\n", id, signal, grace.count());
  if (::write(fd.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    return fail(Error::from_errno(errno, fmt::format("shell {}", shell.pid)));
  return {};
}

std::vector<KillRequest> parse_requests(std::string_view text) {
  std::vector<KillRequest> requests;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    KillRequest request;
    long long grace = 0;
    const std::string line(text.substr(0, end));
    if (std::sscanf(line.c_str(), "kill %d %d %lld", &request.id, &request.signal, &grace) == 3 &&
        request.signal >= 0 && request.signal < NSIG && grace >= 0) {
      request.grace = std::chrono::milliseconds(grace);
      requests.push_back(request);
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return requests;
}

}  // namespace weir::scheduler
