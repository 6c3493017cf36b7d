// What the text builtins share that are also programs of the system: they do
// the usual work themselves and leave every other flag to the program.
#pragma once

#include <optional>
#include <string_view>

#include "kernel/builtin.h"
#include "scheduler/open_file.h"

namespace weir::builtins {

using kernel::Context;
using kernel::Invocation;
using loop::Task;
using loop::ValueTask;

/// The words of a raw builtin by its schema's flags, which may follow operands;
/// nothing when there is a word that only the program may know.
std::optional<kernel::Arguments> known_arguments(const Invocation& call);

/// Runs the program of the same name with the same words.
Task<int> hand_over(Invocation call);

/// A file named as operand, relative to the scope's directory; `-` is standard input.
ValueTask<Result<scheduler::OpenFilePtr>> open_input(Context& ctx, std::string path);

}  // namespace weir::builtins
