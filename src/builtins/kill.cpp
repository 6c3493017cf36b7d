// `kill`: ends jobs, with or without processes, and sends signals to processes.
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <csignal>

#include "base/read_arguments.h"
#include "base/signal_names.h"
#include "base/text.h"
#include "builtins/job_report_support.h"
#include "builtins/other_jobs_support.h"
#include "builtins/reports_support.h"
#include "loop/loop.h"

namespace weir::builtins {

namespace {

using scheduler::JobPtr;

constexpr FlagSchema kFlags[] = {
    {'s', {}, "SIG", "the signal, by name; also -SIG, as in -HUP"},
    {'n', {}, "N", "the signal, by number; also -N, as in -9"},
    {'l', {}, {}, "list the signals, or translate a name or number"},
    {0, "grace", "DURATION", "how long a job has to end before KILL (2s)"},
    {0, "no-wait", {}, "do not wait for the end of the jobs"},
    kJsonFlag,
};
constexpr ExampleSchema kExamples[] = {
    {"kill %2", "end a job, with all its processes"},
    {"kill 4711.2", "end a job of another shell, as `jobs --all` names it"},
    {"kill -HUP $pid", "a signal for a process"},
    {"kill -STOP %1; kill -CONT %1", "stop the whole job, and go on"},
};
constexpr CommandSchema kKill = {
    .name = "kill",
    .summary = "end jobs, or send a signal to processes",
    .synopsis =
        "[-SIG | -s SIG | -n N] [--grace DURATION] [--no-wait] JOB|PID… | -l [SIG…] [--json]",
    .flags = kFlags,
    .style = ArgumentStyle::raw,
    .examples = kExamples,
    .details =
        "A job (%n, or the process id that $! or `jobs -p` had) gets TERM, or SIG, then KILL after "
        "the grace, "
        "and its\n"
        "coroutines and all processes that it started are reached; kill waits for the end. Signals "
        "that\n"
        "need not end a program (USR1, …; HUP where it catches or ignores that) go to its "
        "processes "
        "alone. A\n"
        "job with a trap on SIG runs that, and goes on but for TERM's KILL. Another PID gets the\n"
        "signal as kill(2) has it: 0 is this process group, -N the group N.",
    .group = "jobs"};

constexpr loop::Duration kDefaultGrace = std::chrono::seconds(2);

struct Request {
  int signal = SIGTERM;
  loop::Duration grace = kDefaultGrace;
  bool waits = true;
  bool lists = false;
  bool json = false;
  List targets;
};

/// The words of one call. A first word such as -9 or -HUP is the signal, which the
/// flag styles cannot say.
class KillWords {
 public:
  explicit KillWords(const List& words) : words_(words) {}

  Result<Request> read() {
    while (next_ < words_.size()) {
      const std::string word = words_[next_].to_text();
      if (word == "--") {
        ++next_;
        break;
      }
      if (word.size() < 2 || word[0] != '-' || !words_[next_].is_string()) break;
      ++next_;
      if (auto done = read_flag(word); !done) return fail(std::move(done.error()));
    }
    for (; next_ < words_.size(); ++next_) request_.targets.push_back(words_[next_]);
    return std::move(request_);
  }

 private:
  Result<void> read_flag(const std::string& word) {
    if (word == "--no-wait")
      request_.waits = false;
    else if (word == "--json")
      request_.json = true;
    else if (word == "-l" || word == "-L")
      request_.lists = true;
    else if (word == "-s" || word == "-n")
      return read_signal(word);
    else if (word == "--grace" || word.starts_with("--grace="))
      return read_grace(word);
    else if (word.starts_with("--"))
      return fail(ErrorKind::invalid,
                  fmt::format("unknown flag {}{}", word, suggested_flag(kKill, word)));
    else
      return read_joined(word);
    return {};
  }

  /// -HUP, -9, and -sHUP, -n9.
  Result<void> read_joined(const std::string& word) {
    const bool has_letter = word[1] == 's' || word[1] == 'n';
    auto whole = set_signal(std::string_view(word).substr(1));
    if (whole || !has_letter || word.size() < 3) return whole;
    return set_signal(std::string_view(word).substr(2)) ? Result<void>() : whole;
  }

  Result<std::string> next_word(const std::string& flag) {
    if (next_ == words_.size())
      return fail(ErrorKind::invalid, fmt::format("{} needs a value", flag));
    return words_[next_++].to_text();
  }

  Result<void> read_signal(const std::string& flag) {
    auto text = next_word(flag);
    return text ? set_signal(*text) : Result<void>(fail(std::move(text.error())));
  }

  Result<void> set_signal(std::string_view text) {
    auto signal = parse_signal(text);
    if (!signal) return fail(std::move(signal.error()));
    request_.signal = *signal;
    return {};
  }

  Result<void> read_grace(const std::string& word) {
    const size_t equals = word.find('=');
    auto text = equals == std::string::npos ? next_word(word)
                                            : Result<std::string>(word.substr(equals + 1));
    if (!text) return fail(std::move(text.error()));
    auto grace = parse_duration(*text);
    if (!grace) return fail(std::move(grace.error()));
    request_.grace = *grace;
    return {};
  }

  const List& words_;
  size_t next_ = 0;
  Request request_;
};

// ---- listing ------------------------------------------------------------------------------

ValueTask<int> list_signals(const Invocation& call, const Request& request) {
  List rows;
  std::string out;
  const auto show = [&](int signal, std::string text) {
    rows.emplace_back(Record{{"number", Value(signal)}, {"name", Value(signal_name(signal))}});
    out += std::move(text) + "\n";
  };
  if (request.targets.empty()) {
    for (int signal : all_signals())
      show(signal, fmt::format("{}\t{}", signal, signal_name(signal)));
  }
  for (const Value& target : request.targets) {
    const std::string text = target.to_text();
    auto number = kernel::whole_number(target, "the signal", 0, 255);
    if (number) {
      // An exit status stands for the signal that was the reason (POSIX).
      const int signal = static_cast<int>(*number > 128 ? *number - 128 : *number);
      show(signal, signal_name(signal));
      continue;
    }
    auto signal = parse_signal(text);
    if (!signal) return misuse(call, std::move(signal.error().message));
    show(*signal, fmt::format("{}", *signal));
  }
  return request.json ? print_array(call, std::move(rows)) : print(call, std::move(out));
}

// ---- jobs and processes -----------------------------------------------------------------------

/// A signal for a job that is one program, which may handle it and go on.
bool is_for_processes_only(const scheduler::Job& job, int signal) {
  return job.only_process != 0 && signal != SIGTERM && signal != SIGKILL && signal != SIGCONT &&
         signal != SIGSTOP && signal != SIGTSTP;
}

Task<void> end_job(Context& ctx, JobPtr job, int signal, loop::Duration grace) {
  co_await ctx.shell.jobs.kill(std::move(job), signal, grace);
}

Task<void> end_jobs(Context& ctx, std::vector<JobPtr> jobs, Request request) {
  loop::TaskGroup group(ctx.shell.loop);
  for (JobPtr& job : jobs) {
    // A job that ends itself cannot wait for that; nor need others wait for it.
    const bool waits = request.waits && job != ctx.job;
    auto ending = end_job(ctx, std::move(job), request.signal, request.grace);
    if (waits)
      group.start(std::move(ending));
    else
      ctx.shell.background.start(std::move(ending));
  }
  co_await group.join();
}

Result<void> signal_job(const JobPtr& job, const Value& target, int signal,
                        std::vector<JobPtr>& to_end) {
  if (job->ended()) {
    return fail(ErrorKind::not_found, fmt::format("{} has ended already", target.to_text()));
  }
  if (signal == 0) return {};
  if (is_for_processes_only(*job, signal))
    job->group->signal(signal);
  else
    to_end.push_back(job);
  return {};
}

Result<void> signal_process(const Context& ctx, const Value& target, int signal) {
  auto pid = kernel::whole_number(target, "the process id", INT32_MIN, INT32_MAX);
  if (!pid) {
    return fail(ErrorKind::misuse,
                fmt::format("{} is neither a %job nor a process id", quote_word(target.to_text())));
  }
  if (ctx.shell.confined)
    return fail(ErrorKind::refused, fmt::format("{}: signals to processes are off", *pid));
  if (::kill(static_cast<pid_t>(*pid), signal) == 0) return {};
  if (errno == ESRCH) return fail(ErrorKind::not_found, fmt::format("{}: no such process", *pid));
  return fail(Error::from_errno(errno, target.to_text()));
}

Result<void> signal_target(Context& ctx, const Value& target, int signal,
                           std::vector<JobPtr>& to_end) {
  if (target.to_text().starts_with('%')) {
    auto job = ctx.shell.jobs.resolve(target.to_text(), ctx.job_id());
    if (!job) return fail(std::move(job.error()));
    return signal_job(*job, target, signal, to_end);
  }
  if (auto job = find_job(ctx, target)) return signal_job(*job, target, signal, to_end);
  return signal_process(ctx, target, signal);
}

Task<void> signal_other(Context& ctx, std::string spec, const Request& request, Report& report) {
  auto done =
      co_await kill_other_job(ctx, std::move(spec), request.signal, request.grace, request.waits);
  if (!done) report.error(done.error());
}

Task<int> send(Invocation call, Request request) {
  Report report(call);
  std::vector<JobPtr> to_end;
  loop::TaskGroup others(call.ctx.shell.loop);
  for (const Value& target : request.targets) {
    if (std::string spec = target.to_text(); is_other_spec(call.ctx, spec)) {
      others.start(signal_other(call.ctx, std::move(spec), request, report));
      continue;
    }
    const Value here(without_own_pid(call.ctx, target.to_text()));
    if (auto done = signal_target(call.ctx, here, request.signal, to_end); !done) {
      report.error(done.error());
    }
  }
  // A signal for this shell is seen, and its trap due, before the next command.
  co_await call.ctx.shell.loop.yield();
  co_await others.join();
  co_await end_jobs(call.ctx, std::move(to_end), std::move(request));
  co_return co_await std::move(report).finish();
}

ValueTask<int> run_kill(Invocation call) {
  auto request = KillWords(call.operands()).read();
  if (!request) return misuse(call, std::move(request.error().message));
  if (request->lists) return list_signals(call, *request);
  request->targets = each_job_named(request->targets);
  if (request->targets.empty()) return misuse(call, "a job or process id is missing");
  return send(std::move(call), std::move(*request));
}

}  // namespace

void register_kill(BuiltinRegistry& registry) { registry.add({&kKill, run_kill}); }

}  // namespace weir::builtins
