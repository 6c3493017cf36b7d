// Kernel: the shell as a library.
//
//   weir::Kernel kernel;
//   weir::ExecResult result = kernel.execute("ls | wc -l");
//   if (result.code == 0) std::cout << result.out;
//
// One kernel is one shell: variables, functions and jobs stay between calls.
// It owns its event loop and must be used from the thread that made it. Text is
// parsed and validated whole before any of it runs; errors are in `err` with
// code 2. SIGPIPE should be ignored in the process (ignore_sigpipe does it).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/stage_result.h"
#include "base/value.h"

namespace weir {

struct ExecResult {
  int code = 0;                    // exit code as $? has it
  int signal = 0;                  // code - 128 where a signal ended it, else 0
  std::string out;  // stdout, the last bytes of it where it was larger than the limit
  std::string err;
  uint64_t out_dropped = 0;  // bytes that were not kept
  uint64_t err_dropped = 0;
  std::vector<StageResult> stages;  // of the last pipeline of the text, in order
  int64_t duration_ms = 0;
  std::string directory;  // working directory after it
};

struct KernelOptions {
  bool inherit_environment = true;  // variables of the process become exported ones
  bool interactive = false;
  std::string name = "weir";  // $0
  std::vector<std::string> arguments;  // $1 …
  size_t keep = 10 * 1024 * 1024;  // bytes of stdout and of stderr kept by execute()
  /// No program is started, no file is written, no signal leaves the shell: each is an error of
  /// its command. Files can be read.
  bool confined = false;
  /// execute() cancels what still runs after this; its code is then 124. Zero: no limit.
  std::chrono::milliseconds time_limit{0};
};

namespace kernel {
struct Shell;
struct Context;
}  // namespace kernel

class Kernel {
 public:
  explicit Kernel(KernelOptions options = {});
  /// Cancels what is left of background jobs and waits for them.
  ~Kernel();
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

  /// Runs text with its output captured and its stdin empty.
  ExecResult execute(std::string text);

  /// Runs text on this process's own stdin, stdout and stderr; gives the exit
  /// code. `name` appears in messages.
  int run(std::string name, std::string text);
  /// Runs the EXIT trap, waits for the jobs that need this shell, and gives the
  /// code to exit with.
  int finish();
  /// True when a signal, not a command, ended the shell: the caller dies of it, too.
  bool ended_by_signal() const;

  /// A variable's value; null when it is unset.
  Value get(std::string_view name) const;
  Result<void> set(std::string_view name, Value value);

  kernel::Context& context();

  /// SIGXFSZ as well: no reader and no more room are errors of the write.
  static void ignore_sigpipe();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weir
