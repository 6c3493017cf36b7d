// The prompt loop: one entry after the other, read by the line editor, or line by line
// where the terminal cannot do what the editor needs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kernel/kernel.h"

namespace weir::scheduler {
class FrontProcess;
}

namespace weir::repl {

struct PromptOptions {
  bool dumb_editor = false;  // --editor=dumb: lines as the terminal gives them
  std::vector<std::string> start_files;  // read before the first prompt
  /// scheduler/front_process.h; null: none
  std::unique_ptr<scheduler::FrontProcess> front;
};

/// Runs until the end of input or `exit`; gives the exit code.
int run_prompt_loop(Kernel& kernel, PromptOptions options);

}  // namespace weir::repl
