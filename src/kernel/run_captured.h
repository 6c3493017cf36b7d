// run_captured(): runs a command for the shell itself and gives what it wrote.
//
// For what people have the shell ask while they type (completions, prompts), never
// for commands that they run. The command has its own copy of the scope, no stdin, and
// its stderr is kept or goes nowhere: it must not disturb the line being typed.
#pragma once

#include <string>

#include "base/error.h"
#include "kernel/evaluator.h"

namespace weir::kernel {

struct CapturedRun {
  int status = 0;
  std::string text;  // all that was written to stdout, without trailing newlines
  List rows;         // the typed rows, when nothing else was written
  std::string messages;  // what was written to stderr, where that is kept
};

enum class Messages : uint8_t { dropped, kept };

/// `token` ends the command; then, and where it cannot begin, an error.
Task<Result<CapturedRun>> run_captured(const Context& ctx, List words, Lookup lookup,
                                       loop::CancelToken token,
                                       Messages messages = Messages::dropped);

}  // namespace weir::kernel
