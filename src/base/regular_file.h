// read_regular_file(): a file of the user as text.
//
// For settings and start-up files, which may be anything: a directory or a device is an error, and
// a FIFO is not waited for.
#pragma once

#include <string>

#include "base/error.h"

namespace weir {

/// The whole file. Errors name it; Error::sys is ENOENT when there is none.
Result<std::string> read_regular_file(const std::string& path);

}  // namespace weir
