#include "scheduler/job_recorder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/private_directory.h"
#include "base/write_all.h"

namespace weir::scheduler {

using loop::Task;

namespace {

constexpr auto kYoung = std::chrono::seconds(1);
constexpr size_t kMostWritten = 1024 * 1024;  // bytes, before what no longer counts is dropped
constexpr size_t kMostKept = 1000;            // jobs then

}  // namespace

JobRecorder::JobRecorder(loop::Loop& loop, JobManager& jobs, ShellRecord shell)
    : loop_(loop), jobs_(jobs), shell_(std::move(shell)), flushed_(loop), tasks_(loop) {
  jobs_.observe([this](const JobPtr& job) { changed(job); });
}

JobRecorder::~JobRecorder() { jobs_.observe({}); }

void JobRecorder::changed(const JobPtr& job) {
  if (recorded_.contains(job->id)) {
    add(job);
  } else if (!job->ended() && !std::exchange(is_waiting_, true)) {
    tasks_.start_later(record_later());
  }
}

void JobRecorder::add(const JobPtr& job) {
  if (job->ended())
    recorded_.erase(job->id);
  else
    recorded_.insert(job->id);
  pending_ += job_line_of(record_of(*job));
  if (!std::exchange(is_flushing_, true)) tasks_.start_later(flush());
}

Task<void> JobRecorder::record_later() {
  bool has_young = true;
  while (has_young && co_await loop::sleep_for(loop_, kYoung, stop_.token())) {
    has_young = false;
    const auto oldest = std::chrono::system_clock::now() - kYoung;
    for (const JobPtr& job : jobs_.all()) {
      if (job->ended() || recorded_.contains(job->id)) continue;
      if (job->started > oldest)
        has_young = true;
      else
        add(job);
    }
  }
  is_waiting_ = false;
}

Task<Result<void>> JobRecorder::record_all() {
  for (const JobPtr& job : jobs_.all()) {
    if (!job->ended()) add(job);
  }
  while (is_flushing_) (void)co_await flushed_.wait();
  co_return last_;
}

Task<void> JobRecorder::end() {
  stop_.cancel();
  co_await tasks_.join();
  if (requests_) ::unlink((shell_.prefix + ".ctl").c_str());
}

// ---- the file ------------------------------------------------------------------------

Task<void> JobRecorder::flush() {
  while (!pending_.empty()) {
    const std::string lines = std::exchange(pending_, {});
    const bool is_first = !file_;
    co_await loop::run_on_pool(loop_, [&] { last_ = append(lines); });
    if (is_first && requests_ && !stop_.cancelled())
      tasks_.start_later(take_requests(stop_.token()));
  }
  is_flushing_ = false;
  flushed_.pulse();
}

Result<void> JobRecorder::append(const std::string& lines) {
  if (!file_) {
    if (auto begun = begin_file(); !begun) return begun;
  }
  written_ += lines.size();
  auto done = write_all(file_.get(), lines, shell_.prefix);
  return done && written_ > kMostWritten ? compact() : done;
}

Result<void> JobRecorder::begin_file() {
  const std::string directory = shell_.prefix.substr(0, shell_.prefix.rfind('/'));
  if (auto made = make_private_directory(directory); !made) return made;
  (void)read_shell_records(directory);  // removes what is old
  const std::string path = shell_.prefix + ".jobs";
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return fail(Error::from_errno(errno, path));
  if (auto done = write_all(file.get(), shell_line(shell_), path); !done) return done;
  const std::string requests = shell_.prefix + ".ctl";
  if (::mkfifo(requests.c_str(), 0600) == 0 || errno == EEXIST)
    requests_.reset(::open(requests.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  file_ = std::move(file);
  return {};
}

/// Writes anew what still counts, beside the file, and puts it in its place.
Result<void> JobRecorder::compact() {
  const std::string path = shell_.prefix + ".jobs";
  std::string text = shell_line(shell_);
  for (ShellRecord& shell : read_shell_records(path.substr(0, path.rfind('/')))) {
    if (shell.prefix != shell_.prefix) continue;
    auto& jobs = shell.jobs;
    if (jobs.size() > kMostKept) {
      const auto excess = static_cast<std::ptrdiff_t>(jobs.size() - kMostKept);
      std::ranges::sort(
          jobs, {}, [](const JobRecord& job) { return std::pair(!job.ended(), job.started_ms); });
      jobs.erase(jobs.begin(), jobs.begin() + excess);
    }
    for (const JobRecord& job : jobs) text += job_line_of(job);
  }
  const std::string beside = path + ".new";
  UniqueFd file(::open(beside.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file) return fail(Error::from_errno(errno, beside));
  if (auto done = write_all(file.get(), text, beside); !done) return done;
  if (::rename(beside.c_str(), path.c_str()) != 0) return fail(Error::from_errno(errno, path));
  file_ = std::move(file);
  written_ = text.size();
  return {};
}

// ---- requests ------------------------------------------------------------------------

Task<void> JobRecorder::take_requests(loop::CancelToken token) {
  loop::FdPoller poller(loop_, requests_.get());
  while (co_await poller.readable(token)) {
    char buffer[4096];  // requests are shorter than PIPE_BUF, so they come whole
    const ssize_t n = ::read(requests_.get(), buffer, sizeof buffer);
    if (n <= 0) continue;
    for (const KillRequest& request : parse_requests({buffer, static_cast<size_t>(n)})) {
      if (JobPtr job = jobs_.find(request.id); job && !job->ended())
        tasks_.start(kill(std::move(job), request));
    }
  }
}

Task<void> JobRecorder::kill(JobPtr job, KillRequest request) {
  return jobs_.kill(std::move(job), request.signal, request.grace);
}

}  // namespace weir::scheduler
