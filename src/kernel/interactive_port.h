// InteractivePort: what the kernel and builtins ask of the line editor. Implemented in src/repl,
// which the builtins may not include; a shell without an editor has none.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "loop/cancel.h"
#include "loop/task.h"

namespace weir::kernel {

class InteractivePort {
 public:
  virtual ~InteractivePort() = default;

  /// A line is being typed: nobody else may write to the terminal.
  virtual bool is_reading() const = 0;
  /// A question waits for its key: what is written meanwhile would scroll it away. answered() waits
  /// for its end; an error only when cancelled.
  virtual bool is_asking() const = 0;
  virtual loop::Task<Result<void>> answered(loop::CancelToken token) = 0;
  /// Prints whole lines above it, those of each writer apart. Waits while the terminal is slow; an
  /// error only when cancelled.
  virtual loop::Task<Result<void>> write_above(const void* writer, std::string bytes,
                                               loop::CancelToken token) = 0;
  /// The writer is gone: what it wrote last is a line, too.
  virtual void end_writer(const void* writer) = 0;
  /// The window is called so until the entry has ended.
  virtual loop::Task<void> show_title(std::string text) = 0;

  struct Named {
    std::string name;  // keys as `bindkey` takes them, or a command's name
    std::string what;  // the command, or its help
  };
  virtual std::vector<Named> key_bindings() const = 0;
  virtual std::vector<Named> editor_commands() const = 0;
  /// The error names what is no key or no command.
  virtual Result<void> bind_key(std::string_view keys, std::string_view command) = 0;
  virtual Result<void> unbind_key(std::string_view keys) = 0;
};

}  // namespace weir::kernel
