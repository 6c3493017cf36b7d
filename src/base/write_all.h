// write_all(): blocking writes of small files and pipes, off the loop thread or before there is
// one.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace weir {

/// Writes all of `bytes`, again after EINTR. 0, or the errno of what failed. Allocates nothing.
int write_all(int fd, std::string_view bytes);
/// The same with an Error that begins with `name`.
Result<void> write_all(int fd, std::string_view bytes, const std::string& name);

}  // namespace weir
