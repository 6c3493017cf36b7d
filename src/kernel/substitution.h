// Substitutions: `$(…)`, `<(…)` and `>(…)`, each a coroutine with its own context.
#pragma once

#include "kernel/context.h"
#include "loop/task.h"
#include "parser/ast.h"

namespace weir::kernel {

/// What the body wrote: the value where it emitted exactly one typed row, else
/// the text without trailing newlines. Leaves its status in ctx.status.
loop::Task<Result<Value>> substitute(Context& ctx, const parser::List& body);

/// The same as items, for `for` heads and spreads (D5): the rows, the elements
/// of one list, or the lines.
loop::Task<Result<void>> substitute_items(Context& ctx, const parser::List& body, List& out);

/// Starts the body beside the command and gives its /dev/fd/N path. The
/// descriptor is in ctx.fds until the caller restores them.
loop::Task<Result<Value>> start_process_substitution(Context& ctx, const parser::ProcessPart& part);

}  // namespace weir::kernel
