#include "kernel/kernel.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "base/name.h"
#include "kernel/detached_shell.h"
#include "kernel/evaluator.h"
#include "kernel/flow.h"
#include "kernel/shell.h"
#include "kernel/shell_level.h"
#include "kernel/traps.h"
#include "scheduler/collector.h"
#include "scheduler/deadline.h"
#include "scheduler/kernel_file.h"
#include "scheduler/leave_jobs.h"
#include "scheduler/pipe.h"

extern char** environ;

// The builtins know the kernel, not the other way round: their registration is
// found by the linker.
namespace weir::builtins {
void register_all(kernel::BuiltinRegistry& registry);
}

namespace weir {

namespace {

using kernel::Context;
using kernel::Shell;

kernel::BuiltinRegistry all_builtins() {
  kernel::BuiltinRegistry registry;
  builtins::register_all(registry);
  return registry;
}

/// $PWD where it is true, else what the system says.
std::string current_directory() {
  const char* pwd = ::getenv("PWD");
  struct stat there;
  struct stat here;
  if (pwd && pwd[0] == '/' && ::stat(pwd, &there) == 0 && ::stat(".", &here) == 0 &&
      there.st_dev == here.st_dev && there.st_ino == here.st_ino) {
    return pwd;
  }
  char buffer[PATH_MAX];
  if (::getcwd(buffer, sizeof buffer)) return buffer;
  // It was deleted: where it was, so that `cd ..` leads out of it.
  constexpr std::string_view kDeleted = " (deleted)";
  const ssize_t size = ::readlink("/proc/self/cwd", buffer, sizeof buffer);
  std::string_view path(buffer, static_cast<size_t>(std::max<ssize_t>(size, 0)));
  if (path.ends_with(kDeleted)) path.remove_suffix(kDeleted.size());
  return path.empty() ? "/" : std::string(path);
}

/// umask(2) can only be read by setting it. The process keeps 0 from here on:
/// each scope applies its own.
mode_t take_umask() {
  static const mode_t inherited = ::umask(0);
  return inherited;
}

void import_environment(Context& ctx) {
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view text(*entry);
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    const std::string_view name = text.substr(0, equals);
    if (name == "IFS") continue;  // POSIX 2.5.3: it is not taken over
    if (!is_name(name)) {
      ctx.shell.unnamed_environment.emplace_back(text);
      continue;
    }
    auto& variable = ctx.scope.variables.edit(name);
    variable.value = Value(text.substr(equals + 1));
    variable.is_set = variable.exported = true;
  }
}

void set_default(Context& ctx, std::string_view name, std::string_view value) {
  if (!ctx.lookup(name)) (void)ctx.assign(name, Value(value));
}

sigset_t ignored_at_start() {
  static const sigset_t inherited = [] {
    sigset_t set;
    sigemptyset(&set);
    for (int signal = 1; signal < NSIG; ++signal) {
      struct sigaction action;
      if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) {
        sigaddset(&set, signal);
      }
    }
    return set;
  }();
  return inherited;
}

/// Many workers need many descriptors; children get back what weir was given.
void raise_file_limit(Shell& shell) {
  static rlimit inherited{};
  static const bool raised = [] {
    if (::getrlimit(RLIMIT_NOFILE, &inherited) != 0 || inherited.rlim_cur == inherited.rlim_max)
      return false;
    rlimit wanted = inherited;
    wanted.rlim_cur = wanted.rlim_max;
    return ::setrlimit(RLIMIT_NOFILE, &wanted) == 0;
  }();
  shell.raised_files = raised;
  shell.inherited_files = inherited;
}

}  // namespace

struct Kernel::Impl {
  explicit Impl(KernelOptions o) : options(std::move(o)), shell(loop, all_builtins()), ctx(shell) {
    shell.interactive = options.interactive;
    shell.confined = options.confined;
    shell.pid = ::getpid();
    shell.parent_pid = ::getppid();
    shell.random_state = (static_cast<uint32_t>(shell.pid) * 2654435761u) ^
                         (static_cast<uint32_t>(shell.started.time_since_epoch().count()) | 1u);
    shell.inherited_ignored = ignored_at_start();
    raise_file_limit(shell);
    ctx.scope.mask = take_umask();
    ctx.scope.name = options.name;
    auto parameters = std::make_shared<List>();
    for (auto& argument : options.arguments) parameters->emplace_back(std::move(argument));
    ctx.scope.parameters = std::move(parameters);
    enter_directory();
    for (int fd = 0; fd < 3; ++fd) {
      const int flags = ::fcntl(fd, F_GETFD);
      const bool is_inherited = flags >= 0 && (flags & FD_CLOEXEC) == 0;  // else: see main.cpp
      if (is_inherited) ctx.fds.set(fd, scheduler::borrow_kernel_file(loop, fd));
    }
    if (options.inherit_environment) {
      import_environment(ctx);
      enter_level(ctx);
    }
    ctx.scope.variables.touch_exports();
    auto& pwd = ctx.scope.variables.edit("PWD");
    pwd.value = Value(ctx.scope.directory->path);
    pwd.is_set = pwd.exported = true;
    set_default(ctx, "IFS", " \t\n");
    set_default(ctx, "PS4", "+ ");
    set_default(ctx, "OPTIND", "1");
    set_default(ctx, "PATH", "/usr/local/bin:/usr/bin:/bin");
    ctx.token = shell.cancel.token();
  }

  void enter_directory() {
    auto directory = std::make_shared<kernel::Directory>();
    directory->path = current_directory();
    int fd = ::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) fd = ::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    directory->fd.reset(fd);
    ctx.scope.directory = std::move(directory);
  }

  KernelOptions options;
  loop::Loop loop;
  Shell shell;
  Context ctx;
};

namespace {

using CollectorPtr = std::shared_ptr<scheduler::Collector>;

loop::Task<int> run_captured(Context& ctx, std::string text, CollectorPtr out, CollectorPtr err) {
  const kernel::FdTable saved = ctx.fds;
  ctx.fds.set(0, scheduler::make_null_file(ctx.shell.loop));
  ctx.fds.set(1, out);
  ctx.fds.set(2, err);
  const int code = co_await kernel::run_text(ctx, "-c", std::move(text));
  ctx.fds = saved;
  co_await out->finish(false, {});
  co_await err->finish(false, {});
  co_return code;
}

constexpr int kTimedOut = 124;

loop::Task<int> run_limited(Context& ctx, std::string text, CollectorPtr out, CollectorPtr err,
                            loop::Duration time) {
  const loop::CancelToken outer = ctx.token;
  loop::CancelSource source(outer);
  scheduler::Deadline deadline(ctx.shell.loop, time, source);
  ctx.token = source.token();
  const int code = co_await run_captured(ctx, std::move(text), std::move(out), std::move(err));
  co_await deadline.release();
  ctx.token = outer;
  co_return deadline.is_over() ? kTimedOut : code;
}

loop::Task<int> finish_shell(Context& ctx) {
  // The trap on the hang-up has run by now, and its signal may come again.
  if (!ctx.shell.is_hung_up) co_await kernel::hear_last_signals(ctx);
  co_await kernel::run_exit_trap(ctx);
  const int code = ctx.status;
  if (kernel::can_detach(ctx)) {
    co_await kernel::stay_detached(ctx);
  } else {
    if (ctx.shell.interactive) co_await scheduler::hang_up_stopped(ctx.shell.jobs, ctx.shell.loop);
    if (auto left = co_await scheduler::leave_jobs(ctx.shell.jobs, ctx.shell.reaper); !left) {
      co_await kernel::warn(ctx, fmt::format("weir: {}: what the jobs that go on write is lost",
                                             left.error().message));
    }
  }
  co_await ctx.shell.background.join();
  co_return code;
}

loop::Task<void> shut_down(Shell& shell) {
  co_await shell.jobs.shut_down(SIGTERM);
  co_await shell.background.join();
  if (shell.recorder) co_await shell.recorder->end();
}

}  // namespace

Kernel::Kernel(KernelOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Kernel::~Kernel() {
  impl_->loop.run(shut_down(impl_->shell));
  impl_->ctx.fds.clear();
  impl_->shell.signal_watchers.clear();
}

ExecResult Kernel::execute(std::string text) {
  const auto began = std::chrono::steady_clock::now();
  auto out = std::make_shared<scheduler::BoundedStream>(impl_->loop, impl_->options.keep);
  auto err = std::make_shared<scheduler::BoundedStream>(impl_->loop, impl_->options.keep);
  auto out_file = scheduler::make_stream_file(impl_->loop, out);
  auto err_file = scheduler::make_stream_file(impl_->loop, err);
  const loop::Duration limit = impl_->options.time_limit;
  ExecResult result;
  result.code = impl_->loop.run(
      limit.count() == 0 ? run_captured(impl_->ctx, std::move(text), out_file, err_file)
                         : run_limited(impl_->ctx, std::move(text), out_file, err_file, limit));
  impl_->ctx.flow = {};
  result.signal = result.code > 128 ? result.code - 128 : 0;
  result.out = out->text();
  result.err = err->text();
  result.out_dropped = out->stats().dropped;
  result.err_dropped = err->stats().dropped;
  result.stages = std::move(impl_->ctx.stages);
  result.duration_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                           std::chrono::steady_clock::now() - began)
                           .count();
  result.directory = impl_->ctx.scope.directory->path;
  return result;
}

int Kernel::run(std::string name, std::string text) {
  return impl_->loop.run(kernel::run_text(impl_->ctx, std::move(name), std::move(text)));
}

int Kernel::finish() { return impl_->loop.run(finish_shell(impl_->ctx)); }

Value Kernel::get(std::string_view name) const { return impl_->ctx.lookup(name).value_or(Value()); }

Result<void> Kernel::set(std::string_view name, Value value) {
  return impl_->ctx.assign(name, std::move(value));
}

bool Kernel::ended_by_signal() const {
  // A broken pipe ends the shell as SIGPIPE would have, had it not been ignored.
  return impl_->shell.cancel.cancelled() || impl_->ctx.broken_pipe || impl_->shell.is_hung_up;
}

kernel::Context& Kernel::context() { return impl_->ctx; }

void Kernel::ignore_sigpipe() {
  (void)ignored_at_start();  // before it changes
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace weir
