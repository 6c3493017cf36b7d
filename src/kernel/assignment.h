// Assignment: `name=value`, `name+=value`, `name[path]=value` (LANGUAGE 3.3, 3.5).
// Evaluates path and value in the order of the text and stores, or says at the
// assignment's place why it cannot. Twice, as the functions of expansion.h.
#pragma once

#include "kernel/context.h"
#include "loop/task.h"
#include "parser/ast.h"

namespace weir::kernel {

using parser::Assignment;

bool has_substitution(const Assignment& assignment);  // so the coroutine is needed
Result<void> assign_now(Context& ctx, const Assignment& assignment);
loop::Task<Result<void>> assign(Context& ctx, const Assignment& assignment);

}  // namespace weir::kernel
