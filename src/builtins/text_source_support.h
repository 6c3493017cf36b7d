// Whole texts: of a file, of standard input, or given with -c. For builtins that
// run or check a text.
#pragma once

#include <string>

#include "kernel/builtin.h"

namespace weir::builtins {

/// A text and the name that messages about it have.
struct NamedText {
  std::string name;
  std::string text;
};

/// Errors name the path.
loop::Task<Result<std::string>> read_whole_file(kernel::Context& ctx, std::string path);
/// The next text of `validate`, `plan`: -c TEXT, operand `index`, or standard input
/// where there is neither.
loop::Task<Result<NamedText>> read_text_operand(kernel::Invocation& call, size_t index);

}  // namespace weir::builtins
