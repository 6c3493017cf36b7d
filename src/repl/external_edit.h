// Having a text edited by $VISUAL or $EDITOR.
#pragma once

#include <string>

#include "kernel/context.h"
#include "loop/task.h"

namespace weir::repl {

/// Runs the program on a private file that holds the text and gives what it holds then. The
/// error says why there is no new text; the file is removed in any case.
loop::Task<Result<std::string>> edit_in_program(kernel::Context& ctx, std::string text);

}  // namespace weir::repl
