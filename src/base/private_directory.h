// make_private_directory(): a place for sockets, state and output that nobody else can write to.
#pragma once

#include <string>

#include "base/error.h"

namespace weir {

/// Makes the directory and those above it, the last one private (0700). An ErrorKind::denied when
/// it is there and belongs to somebody else or others may write to it.
Result<void> make_private_directory(const std::string& directory);

}  // namespace weir
