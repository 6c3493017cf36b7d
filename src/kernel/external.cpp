#include "kernel/external.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/text.h"
#include "kernel/bottom_display.h"
#include "kernel/builtin.h"
#include "kernel/evaluator.h"
#include "kernel/foreground_entry.h"
#include "kernel/shell.h"
#include "kernel/shell_level.h"
#include "scheduler/become.h"
#include "scheduler/spawn.h"

namespace weir::kernel {

namespace {

using scheduler::FdMapping;
using scheduler::ProcessStatus;
using scheduler::SpawnSpec;

/// The words and environment of one command in the form that execve takes.
class ExecImage {
 public:
  ExecImage(Context& ctx, const std::vector<Value>& words,
            const std::vector<EnvironmentEntry>& extra) {
    texts_.reserve(words.size() + extra.size());
    for (const Value& word : words) argv_.push_back(keep(word.to_text()));
    argv_.push_back(nullptr);
    load_environment(ctx);
    environment_ = ctx.shell.environment.pointers;
    environment_.pop_back();
    for (const auto& entry : extra) replace(entry);
    environment_.push_back(nullptr);
  }

  std::span<char* const> argv() const { return argv_; }
  std::span<char* const> environment() const { return environment_; }
  /// An argument with a NUL byte cannot be given to a program.
  bool has_nul() const { return has_nul_; }
  size_t bytes() const { return bytes_; }

  /// "sh FILE args…" for a script without `#!`.
  void run_by_shell(const std::string& path) {
    argv_[0] = keep(path);
    argv_.insert(argv_.begin(), keep("sh"));
  }

 private:
  char* keep(std::string text) {
    has_nul_ |= text.find('\0') != std::string::npos;
    bytes_ += text.size() + 1;
    texts_.push_back(std::make_unique<std::string>(std::move(text)));
    return texts_.back()->data();
  }

  void replace(const EnvironmentEntry& entry) {
    const std::string prefix = entry.name + "=";
    std::erase_if(environment_, [&](const char* text) {
      return std::strncmp(text, prefix.c_str(), prefix.size()) == 0;
    });
    environment_.push_back(keep(prefix + entry.value));
  }

  static void load_environment(Context& ctx) {
    auto& cached = ctx.shell.environment;
    const auto& variables = ctx.scope.variables;
    if (cached.generation == variables.export_generation()) return;
    cached.generation = variables.export_generation();
    cached.texts.clear();
    cached.pointers.clear();
    variables.for_each([&](const std::string& name, const Variable& variable) {
      if (!variable.exported || !variable.is_set) return;
      std::string text = name + "=" + variable.value.to_text();
      if (text.find('\0') == std::string::npos) cached.texts.push_back(std::move(text));
    });
    for (const std::string& entry : ctx.shell.unnamed_environment) cached.texts.push_back(entry);
    for (auto& text : cached.texts) cached.pointers.push_back(text.data());
    cached.pointers.push_back(nullptr);
  }

  std::vector<std::unique_ptr<std::string>> texts_;
  std::vector<char*> argv_;
  std::vector<char*> environment_;
  bool has_nul_ = false;
  size_t bytes_ = 0;
};

sigset_t ignored_signals(const Context& ctx) {
  sigset_t set = ctx.shell.inherited_ignored;
  // A shell with job control stops and continues its jobs, whatever it was started by (tmux ignores
  // two of them).
  if (ctx.shell.terminal)
    for (const int signal : {SIGTSTP, SIGTTIN, SIGTTOU}) sigdelset(&set, signal);
  for (const auto& [signal, trap] : *ctx.scope.traps) {
    if (signal <= 0) continue;
    if (trap.text.empty())
      sigaddset(&set, signal);
    else
      sigdelset(&set, signal);
  }
  return set;
}

/// What a program finds around it, in the form that a SpawnSpec refers to.
struct Surroundings {
  std::vector<FdMapping> descriptors;
  std::vector<int> closed;
  sigset_t ignored{};
  std::vector<std::pair<int, rlimit>> limits;
};

Result<Surroundings> surroundings_of(Context& ctx) {
  Surroundings result;
  for (const auto& entry : ctx.fds.entries()) {
    if (!entry.file) {
      result.closed.push_back(entry.fd);
      continue;
    }
    auto number = entry.file->descriptor();
    if (!number) return fail(std::move(number.error()));
    result.descriptors.push_back({entry.fd, *number});
  }
  result.ignored = ignored_signals(ctx);
  result.limits.assign(ctx.scope.limits->begin(), ctx.scope.limits->end());
  if (ctx.shell.raised_files && !ctx.scope.limits->contains(RLIMIT_NOFILE)) {
    result.limits.emplace_back(RLIMIT_NOFILE, ctx.shell.inherited_files);
  }
  return result;
}

/// REQUIRES: the others outlive it.
SpawnSpec spec_of(const Context& ctx, const std::string& path, const ExecImage& image,
                  const Surroundings& surroundings) {
  SpawnSpec spec;
  spec.path = path.c_str();
  spec.argv = image.argv();
  spec.environment = image.environment();
  spec.cwd_fd = ctx.scope.directory->fd.get();
  spec.fds = surroundings.descriptors;
  spec.closed = surroundings.closed;
  spec.mask = ctx.scope.mask;
  spec.limits = surroundings.limits;
  spec.ignored = &surroundings.ignored;
  return spec;
}

/// A program of the foreground whose stdout is the terminal writes past the shell, which shows
/// nothing at the bottom meanwhile.
bool writes_to_terminal(const Context& ctx) {
  const bool is_in_front = !ctx.job || ctx.job->is_entry;
  const auto& out = ctx.fds.get(1);
  return is_in_front && out && out->is_terminal();
}

class TerminalUser {
 public:
  TerminalUser(Shell& shell, bool is_one) : shell_(shell), count_(is_one ? 1 : 0) {
    shell_.programs_on_terminal += count_;
  }
  ~TerminalUser() { shell_.programs_on_terminal -= count_; }
  TerminalUser(const TerminalUser&) = delete;
  TerminalUser& operator=(const TerminalUser&) = delete;

 private:
  Shell& shell_;
  const int count_;
};

Task<void> clear_bottom(Context& ctx) {
  const std::string text = ctx.shell.bottom_display->hide();
  if (!text.empty()) (void)co_await ctx.fds.get(1)->write(text, {});
}

/// Linux takes no single text of more (MAX_ARG_STRLEN, execve(2)), its NUL included.
size_t most_of_one_text() { return 32 * static_cast<size_t>(::sysconf(_SC_PAGESIZE)); }

const char* longest(std::span<char* const> texts) {
  const char* found = "";
  for (const char* text : texts)
    if (text != nullptr && std::strlen(text) > std::strlen(found)) found = text;
  return found;
}

/// Why execve said E2BIG, and what to do instead.
std::string too_long(const ExecImage& image) {
  const size_t most = most_of_one_text();
  const std::string_view argument = longest(image.argv());
  if (argument.size() >= most) {
    return fmt::format(
        "one argument is too long ({} of at most {}); give it through a pipe or a file",
        format_size(argument.size()), format_size(most));
  }
  const std::string_view variable = longest(image.environment());
  if (variable.size() >= most) {
    return fmt::format(
        "the exported {} is too long ({} of at most {}); give it through a pipe or a file",
        variable.substr(0, variable.find('=')), format_size(variable.size()), format_size(most));
  }
  return fmt::format(
      "the argument list is too long ({} of at most {}); give the items through stdin or scatter",
      format_size(image.bytes()), format_size(static_cast<uint64_t>(::sysconf(_SC_ARG_MAX))));
}

std::string exec_failure(const std::string& name, const Error& error, const ExecImage& image) {
  switch (error.sys) {
    case E2BIG:
      return fmt::format("{}: {}", name, too_long(image));
    case EACCES:
      return fmt::format("{}: permission denied", name);
    case ENOENT:
      return fmt::format("{}: no such file, or the interpreter of its #! line is missing", name);
    default:
      if (error.message.starts_with(name + ": "))
        return error.message;  // it was called by its path
      return fmt::format("{}: {}", name, error.message);
  }
}

Task<void> report_signal(Context& ctx, std::string name, ProcessStatus status) {
  const int signal = status.signal();
  // As other shells, silent where the user or the pipe is the reason.
  if (signal == SIGINT || signal == SIGPIPE || ctx.token.cancelled()) co_return;
  if (signal == SIGTERM && ctx.job && !ctx.job->is_entry) co_return;
  if (signal == SIGQUIT && ctx.job && ctx.job->is_entry) co_await begin_line(ctx);  // "^\"
  co_await warn(ctx,
                fmt::format("{}: {}: ended by SIG{}{}", ctx.place(), name, ::sigabbrev_np(signal),
                            status.dumped_core() ? " (core dumped)" : ""));
}

/// Workers of a scatter run beside each other: none of them is the one that Ctrl-C is for.
bool wants_terminal(const Context& ctx) {
  return ctx.shell.terminal && ctx.group && !ctx.in_worker;
}

/// A key has come to the entry's group, and what it does is yet to be seen.
bool hears_key(const Context& ctx) { return ctx.group && ctx.group->has_news_of_keeper(); }

/// 0: the program leads a new group.
pid_t group_to_join(Context& ctx, bool has_terminal) {
  const pid_t group = ctx.group->to_join();
  if (group != 0 || !has_terminal || !ctx.job || ctx.group != ctx.job->group) return group;
  // Behind the only program of an entry there is nothing that Ctrl-C could be for.
  const bool is_alone = ctx.job->stages > 0 && ctx.recursion == 0 && !ctx.group->has_begun();
  if (is_alone) return group;
  ctx.group->add_keeper(ctx.shell.reaper);
  return ctx.group->to_join();
}

/// Called by a stage of the job itself, not by a function that is one.
bool is_stage_of_job(const Context& ctx) {
  if (!ctx.job || ctx.group != ctx.job->group) return false;
  const int within = ctx.recursion - ctx.job->depth;
  return within == 0 || (within == 1 && ctx.is_last_command);  // the last stage, the others
}

bool is_directory(const Context& ctx, const std::string& name) {
  struct stat info{};
  return ::fstatat(ctx.scope.directory->fd.get(), name.c_str(), &info, 0) == 0 &&
         S_ISDIR(info.st_mode);
}

}  // namespace

Task<int> run_external(Context& ctx, std::string path, std::vector<Value> words,
                       std::vector<EnvironmentEntry> extra, std::string called) {
  // Ctrl-C or Ctrl-Z that came while there was no program: they are heard of first.
  while (hears_key(ctx)) co_await ctx.shell.loop.yield();
  while (ctx.pause && ctx.pause->is_paused() && !ctx.token.cancelled()) {
    (void)co_await ctx.pause->resumed().wait(ctx.token);
  }
  if (ctx.token.cancelled()) co_return 128 + ctx.token.reason();
  const std::string name = called.empty() ? words.front().to_text() : std::move(called);
  if (ctx.shell.confined) {
    co_await warn(ctx, fmt::format("{}: {}: external commands are off", ctx.place(), name));
    co_return 126;
  }
  ExecImage image(ctx, words, extra);
  if (image.has_nul()) {
    co_await warn(ctx,
                  fmt::format("{}: {}: an argument holds a NUL byte, which no program can take",
                              ctx.place(), name));
    co_return 126;
  }
  const auto surroundings = surroundings_of(ctx);
  if (!surroundings) {
    co_await warn(ctx, fmt::format("{}: {}: {}", ctx.place(), name, surroundings.error().message));
    co_return 126;
  }
  const bool is_on_terminal = writes_to_terminal(ctx);
  if (is_on_terminal && ctx.shell.bottom_display) co_await clear_bottom(ctx);
  const TerminalUser user(ctx.shell, is_on_terminal);
  SpawnSpec spec = spec_of(ctx, path, image, *surroundings);
  if (wants_terminal(ctx)) spec.terminal_fd = ctx.shell.terminal->terminal_for(ctx.job.get());
  if (ctx.group) spec.group = group_to_join(ctx, spec.terminal_fd >= 0);

  std::optional<scheduler::TerminalModes> modes_before;
  if (spec.terminal_fd >= 0) modes_before = ctx.shell.terminal->modes();
  auto pid = scheduler::spawn(spec);
  const std::string shell_path = "/bin/sh";
  if (!pid && pid.error().sys == ENOEXEC) {
    image.run_by_shell(path);
    spec.argv = image.argv();
    spec.path = shell_path.c_str();
    pid = scheduler::spawn(spec);
  }
  if (!pid && pid.error().sys == ENOENT && ctx.shell.command_cache.found.erase(name) > 0) {
    // It was there before and has gone: another one may lie elsewhere in PATH.
    auto found = resolve(ctx, name, {.functions = false, .builtins = false});
    if (found.kind != Resolution::Kind::file) {
      co_return co_await report_not_found(ctx, name, found.not_executable);
    }
    path = std::move(found.path);
    spec.path = path.c_str();
    pid = scheduler::spawn(spec);
  }
  if (!pid && pid.error().sys == EPERM && spec.group && *spec.group > 0) {
    spec.group = 0;  // the group has gone in between: this process leads a new one
    pid = scheduler::spawn(spec);
  }
  if (!pid) {
    co_await warn(ctx, fmt::format("{}: {}", ctx.place(), exec_failure(name, pid.error(), image)));
    co_return pid.error().sys == ENOENT ? 127 : 126;
  }
  const pid_t group = spec.group ? (*spec.group == 0 ? *pid : *spec.group) : 0;
  if (spec.terminal_fd >= 0) ctx.shell.terminal->was_handed_to(group, modes_before);
  auto process = ctx.shell.reaper.watch(*pid, group);
  if (ctx.group) ctx.group->add(process);
  if (is_stage_of_job(ctx)) ++ctx.job->program_stages;
  if (ctx.is_last_command) {
    if (ctx.job && ctx.job->only_process == 0 && ctx.is_job_command) ctx.job->only_process = *pid;
    ctx.fds.clear();
  }
  const ProcessStatus status = co_await scheduler::wait_for_end(
      ctx.shell.loop, process, ctx.token, {.whole_group = ctx.group != nullptr});
  while (hears_key(ctx)) co_await ctx.shell.loop.yield();
  if (status.was_signaled() && !ctx.is_last_command) co_await report_signal(ctx, name, status);
  co_return status.code();
}

Error replace_process(Context& ctx, const std::string& path, const std::vector<Value>& words) {
  const std::string name = words.at(0).to_text();
  const ExecImage image(ctx, words, level_outside(ctx));
  const auto surroundings = surroundings_of(ctx);
  if (!surroundings) {
    Error error = surroundings.error();
    error.message = fmt::format("{}: {}", name, error.message);
    return error;
  }
  if (ctx.job) ctx.job->group->end_keeper();
  Error error = scheduler::become(spec_of(ctx, path, image, *surroundings));
  error.message = exec_failure(name, error, image);
  return error;
}

Task<int> report_not_found(Context& ctx, std::string name, bool not_executable) {
  if (not_executable && is_directory(ctx, name)) {
    const std::string way = fmt::format("cd {}", quote_word(name));
    ctx.shell.add_hint(fmt::format("{} is a directory; `{}` goes there", name, way));
    co_await warn(ctx,
                  fmt::format("{}: {}: is a directory; `{}` goes there", ctx.place(), name, way));
    co_return 126;
  }
  if (not_executable) {
    co_await warn(ctx, fmt::format("{}: {}: found, but it is not executable", ctx.place(), name));
    co_return 126;
  }
  std::string line = fmt::format("{}: {}: command not found", ctx.place(), name);
  if (name.find('/') != std::string::npos) {
    line = fmt::format("{}: {}: no such file", ctx.place(), name);
  } else if (name == "!!" && ctx.shell.interactive) {
    line += "; Up or Ctrl-R brings back lines";
  } else if (auto near = near_command_names(ctx, name); !near.empty()) {
    std::string names;
    for (size_t i = 0; i < near.size(); ++i) {
      names += (i == 0 ? "" : i + 1 == near.size() ? " or " : ", ") + near[i];
    }
    ctx.shell.add_hint(fmt::format("{} was not found; did you mean {}?", name, names));
    line += fmt::format("; did you mean {}?", names);
  }
  co_await warn(ctx, std::move(line));
  co_return 127;
}

}  // namespace weir::kernel
