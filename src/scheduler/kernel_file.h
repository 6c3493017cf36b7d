// KernelFile: an OpenFile over a descriptor of the system.
//
// Never sets O_NONBLOCK on the descriptor itself, because others may share its
// description: it waits for readiness, reopens pipes and terminals privately
// through /proc/self/fd, or writes short enough not to block. Reads for
// read_line() take no byte too many: by position on files, by peeking on pipes.
#pragma once

#include <fcntl.h>

#include "base/unique_fd.h"
#include "scheduler/open_file.h"

namespace weir::scheduler {

/// Takes the descriptor over and closes it at the end.
OpenFilePtr make_kernel_file(Loop& loop, UniqueFd fd);
/// Refers to a descriptor that outlives it (0, 1, 2 and others inherited).
OpenFilePtr borrow_kernel_file(Loop& loop, int fd);

/// open(2) relative to `cwd_fd`, close-on-exec. A FIFO is opened on the thread
/// pool, so waiting for the other side does not block the loop.
ValueTask<Result<OpenFilePtr>> open_kernel_file(Loop& loop, int cwd_fd, std::string path, int flags,
                                                mode_t mode, const CancelToken& token);

/// A file without a name that holds `text`, positioned at its start, for
/// here-documents: any size, nobody has to write while it is read.
Result<OpenFilePtr> make_text_file(Loop& loop, std::string_view text);

}  // namespace weir::scheduler
