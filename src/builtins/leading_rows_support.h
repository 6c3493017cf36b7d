// The first rows of standard input, for `first` and `head`: takes nothing
// beyond them from what others share.
#pragma once

#include "kernel/builtin.h"

namespace weir::builtins {

loop::Task<int> copy_first_rows(kernel::Invocation call, int64_t count);

}  // namespace weir::builtins
