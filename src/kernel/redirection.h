// Redirections: changes to a context's descriptors, left to right (LANGUAGE 6.2).
#pragma once

#include <span>

#include "kernel/context.h"
#include "loop/task.h"
#include "parser/ast.h"

namespace weir::kernel {

/// Applies them to ctx.fds. On failure those before it are applied: the caller
/// restores the table it saved (or keeps it, for `exec`).
loop::Task<Result<void>> apply_redirects(Context& ctx, std::span<const parser::Redirect> redirects);

}  // namespace weir::kernel
