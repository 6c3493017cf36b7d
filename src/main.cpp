// weir: chooses the role and wires the pieces. The shell from a file, -c, stdin
// or a terminal; called by the name of another program (cargo), the shim before it.
#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "base/text.h"
#include "gate/shim.h"
#include "kernel/agent_run.h"
#include "kernel/builtin.h"
#include "kernel/command_line.h"
#include "kernel/context.h"
#include "kernel/foreign_completion.h"
#include "kernel/kernel.h"
#include "kernel/manual.h"
#include "kernel/shell.h"
#include "kernel/start_files.h"
#include "kernel/unit_check.h"
#include "parser/dump.h"
#include "repl/prompt_loop.h"
#include "scheduler/front_process.h"

namespace {

using weir::Kernel;
using weir::KernelOptions;
using weir::Result;
using weir::kernel::CommandLine;

constexpr int kFailed = 1;
constexpr int kMisuse = 2;
constexpr int kNotFound = 127;
constexpr int kNotExecutable = 126;
constexpr int kSignalBase = 128;

int complain(const std::string& message, int code) {
  const std::string line = fmt::format("weir: {}\n", message);
  (void)!::write(STDERR_FILENO, line.data(), line.size());  // there is nobody else to tell
  return code;
}

/// All of it to stdout. 0, or the exit code for a stdout that does not take it.
int print(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(STDOUT_FILENO, text.data(), text.size());
    if (count >= 0) {
      text.remove_prefix(static_cast<size_t>(count));
    } else if (errno == EPIPE) {
      return kSignalBase + SIGPIPE;  // as the signal would end it, quietly
    } else if (errno != EINTR) {
      return complain(weir::Error::from_errno(errno, "stdout").message, kFailed);
    }
  }
  return 0;
}

Result<std::string> read_all(int fd, const std::string& name) {
  constexpr size_t kPiece = 65536;
  struct stat info;
  std::string text;
  // A byte more than a file has, so that its end is seen without more memory.
  if (::fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
    text.reserve(static_cast<size_t>(info.st_size) + 1);
  }
  ssize_t got = 1;
  while (got > 0) {
    const size_t size = text.size();
    const size_t room = text.capacity() > size ? text.capacity() - size : kPiece;
    text.resize_and_overwrite(size + room, [&](char* to, size_t) {
      do got = ::read(fd, to + size, room);
      while (got < 0 && errno == EINTR);
      return size + static_cast<size_t>(std::max<ssize_t>(got, 0));
    });
  }
  if (got < 0) return weir::fail(weir::Error::from_errno(errno, name));
  return text;
}

/// As sh tells a program from a script: by a NUL in the first line.
bool is_binary(std::string_view text) { return text.substr(0, text.find('\n')).contains('\0'); }

/// The text to run; a message and an exit code where there is none.
Result<std::string> load(const CommandLine& line) {
  switch (line.source) {
    case CommandLine::Source::text:
      return line.text;
    case CommandLine::Source::standard_input:
      return read_all(STDIN_FILENO, "stdin");
    default:
      break;
  }
  weir::UniqueFd file(::open(line.text.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return weir::fail(weir::Error::from_errno(errno, line.text));
  auto text = read_all(file.get(), line.text);
  if (text && is_binary(*text)) {
    return weir::fail(weir::ErrorKind::denied, line.text + ": this is a binary file, not a script");
  }
  return text;
}

std::string unit_name(const CommandLine& line) {
  switch (line.source) {
    case CommandLine::Source::file:
      return line.text;
    case CommandLine::Source::text:
      return "-c";
    default:
      return "stdin";
  }
}

int check_only(Kernel& kernel, const CommandLine& line, std::string text) {
  const bool dumps = line.action == CommandLine::Action::dump_ast;
  auto checked =
      weir::kernel::check_unit(kernel.context(), unit_name(line), std::move(text),
                               {.findings = weir::kernel::Findings::all, .is_check_only = !dumps});
  if (dumps && checked.text->body) {
    return print(weir::parser::dump(*checked.text));
  }
  if (line.json && !dumps) {
    const int code = print(weir::Value(weir::kernel::finding_rows(checked)).to_json() + '\n');
    if (code != 0) return code;
  } else {
    std::fputs(weir::harmless_lines(checked.messages).c_str(), stderr);
  }
  return checked.is_valid() ? 0 : kMisuse;
}

/// What a package is made of: --print WHAT.
int print_document(Kernel& kernel, const std::string& what) {
  if (what == "man") return print(weir::kernel::program_page(WEIR_VERSION));
  if (what == "builtins-man") {
    return print(weir::kernel::builtins_page(kernel.context().shell.builtins, WEIR_VERSION));
  }
  if (const auto script = weir::kernel::completion_for(what)) return print(*script);
  return complain(what + ": --print knows man, builtins-man, bash, zsh and fish", kMisuse);
}

int print_result(weir::kernel::AgentResult result) {
  const int printed = print(weir::Value(std::move(result.record)).to_json() + '\n');
  return printed != 0 ? printed : result.code;
}

/// Nothing could run: said on stderr, or in the result object of --json.
int refuse(bool json, const std::string& message, int code) {
  if (!json) return complain(message, code);
  Kernel kernel({});
  return print_result(
      weir::kernel::refuse_for_agent(kernel, fmt::format("weir: {}\n", message), code));
}

/// The result object of --json.
int run_for_json(Kernel& kernel, const CommandLine& line, std::string text) {
  weir::kernel::AgentRequest request{.name = unit_name(line), .text = std::move(text)};
  if (line.output_budget) request.output_budget = *line.output_budget;
  return print_result(weir::kernel::run_for_agent(kernel, std::move(request)));
}

/// As other shells, die of the signal that ended the script, so that a caller sees it.
void leave_by_signal(int code) {
  const int signal = code - kSignalBase;
  constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGUSR1, SIGUSR2};
  if (std::ranges::find(kSignals, signal) == std::end(kSignals)) return;
  ::signal(signal, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
  ::raise(signal);
}

/// The files of a shell that has no prompt. What they write is no part of a result object.
void read_start_files(Kernel& kernel, const std::vector<std::string>& files, bool json) {
  weir::kernel::Context& ctx = kernel.context();
  const auto out = ctx.fds.get(STDOUT_FILENO);
  if (json) ctx.fds.set(STDOUT_FILENO, ctx.fds.get(STDERR_FILENO));
  for (const std::string& file : files) {
    std::string complaint = ctx.shell.loop.run(weir::kernel::run_start_file(ctx, file));
    if (!complaint.empty()) ctx.shell.loop.run(weir::kernel::warn(ctx, std::move(complaint)));
  }
  if (json) ctx.fds.set(STDOUT_FILENO, out);
}

int run(const CommandLine& line) {
  const bool is_print = line.action == CommandLine::Action::print;
  const bool reads_input = line.source == CommandLine::Source::standard_input;
  const bool interactive =
      line.interactive || (reads_input && ::isatty(STDIN_FILENO) && ::isatty(STDERR_FILENO) &&
                           line.action == CommandLine::Action::run);
  const bool gives_result = line.json && line.action == CommandLine::Action::run;
  if (line.json && interactive) {
    return refuse(gives_result, "--json needs a text: -c TEXT, a FILE, or a script on stdin",
                  kMisuse);
  }
  KernelOptions options;
  options.name = line.name;
  options.arguments = line.arguments;
  options.interactive = interactive;

  const bool prompts = interactive && reads_input;
  std::string text;
  if (!prompts && !is_print) {
    auto loaded = load(line);
    if (!loaded) {
      const bool missing = loaded.error().kind == weir::ErrorKind::not_found;
      return refuse(gives_result, loaded.error().message, missing ? kNotFound : kNotExecutable);
    }
    text = std::move(*loaded);
  }
  // Before there is a loop: only a shell at a terminal has a process in front of it.
  std::unique_ptr<weir::scheduler::FrontProcess> front;
  if (prompts && line.action == CommandLine::Action::run && ::isatty(STDIN_FILENO)) {
    if (auto split = weir::scheduler::FrontProcess::split()) front = std::move(*split);
  }
  bool by_signal = false;
  int code = 0;
  {
    Kernel kernel(std::move(options));
    for (const auto& [option, on] : line.options) {
      weir::kernel::switch_option(kernel.context().scope.options, *option, on);
    }
    for (const std::string& option : line.value_options) {
      (void)weir::kernel::set_value_option(kernel.context().scope.options, option);
    }
    if (line.action == CommandLine::Action::print) return print_document(kernel, line.printed);
    if (line.action != CommandLine::Action::run) return check_only(kernel, line, std::move(text));
    auto files = weir::kernel::start_files(kernel.context(), line, interactive);
    if (!prompts) read_start_files(kernel, files, line.json);
    if (line.json) return run_for_json(kernel, line, std::move(text));
    if (prompts) {
      code = weir::repl::run_prompt_loop(kernel, {.dumb_editor = line.dumb_editor,
                                                  .start_files = std::move(files),
                                                  .front = std::move(front)});
    } else {
      kernel.run(unit_name(line), std::move(text));
      code = kernel.finish();
    }
    by_signal = kernel.ended_by_signal();
  }
  if (by_signal) leave_by_signal(code);
  return code;
}

/// Streams take and give back buffers all the time: with glibc's thresholds each would be
/// fetched from the kernel and returned to it.
void keep_freed_memory() {
  constexpr int kMiB = 1024 * 1024;
  ::mallopt(M_MMAP_THRESHOLD, kMiB);
  ::mallopt(M_TRIM_THRESHOLD, 2 * kMiB);
}

/// A standard descriptor that is closed must not become one of the loop's own: its number is
/// taken by what can be neither read nor written. Close-on-exec, so that scripts and children see
/// it as closed.
void hold_closed_descriptors() {
  for (int fd = 0; fd < 3; ++fd) {
    if (::fcntl(fd, F_GETFD) < 0) (void)::open("/", O_PATH | O_CLOEXEC);  // the lowest number
  }
}

}  // namespace

int main(int argc, char** argv) {
  hold_closed_descriptors();
  if (argc > 0 && weir::gate::is_shim_name(argv[0])) weir::gate::run_shim(argc, argv);
  Kernel::ignore_sigpipe();
  keep_freed_memory();
  auto line = weir::kernel::parse_command_line(argc, argv);
  if (!line) {
    return refuse(weir::kernel::asks_for_result(argc, argv),
                  line.error().message + "; weir --help lists the options", kMisuse);
  }
  switch (line->action) {
    case CommandLine::Action::help:
      return print(weir::kernel::program_help());
    case CommandLine::Action::version:
      return print(fmt::format("weir {}\n", WEIR_VERSION));
    default:
      return run(*line);
  }
}
