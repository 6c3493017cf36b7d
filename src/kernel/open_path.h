// Opening what a path names for a context: relative to its directory, and where the
// path names a descriptor (/dev/stdin, /dev/fd/3), that of the context.
//
// The descriptors of a context are not those of the process, so such a path must
// not reach open(2) as it is. Used by redirections, builtins and tests of files.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kernel/context.h"

namespace weir::kernel {

/// What the number refers to: listed, or inherited by weir itself; null when it is closed.
scheduler::OpenFilePtr file_of(Context& ctx, int fd);

/// N of /dev/fd/N and /proc/self/fd/N; 0, 1 and 2 of /dev/stdin and its like.
std::optional<int> descriptor_named_by(std::string_view path);

/// open(2), close-on-exec. A descriptor's file is shared, but a regular file that is read is
/// opened again, as the system does: from its start. Errors name the path.
loop::ValueTask<Result<scheduler::OpenFilePtr>> open_path(Context& ctx, std::string path, int flags,
                                                          mode_t mode = 0);

/// What a confined shell says of a file to write; nothing where it may be written.
std::optional<Error> refusal_to_write(const Context& ctx, std::string_view path);

/// A path that stat(2) of this process sees as the context would.
std::string path_for_stat(Context& ctx, std::string path);

}  // namespace weir::kernel
