// A bounded pipe in memory, for bytes and typed rows, between two stages.
//
// Holds up to kPipeBufferSize bytes (a row counts by its size); the writer
// waits when it is full, the reader when it is empty. When the reading end is
// asked for a descriptor the pipe becomes a kernel pipe: what is buffered moves into
// it first (rows as lines), then both ends use it, so external neighbours talk
// to each other directly and weir never touches the bytes. When only the writing
// end is asked, rows stay typed and come in order with what the child writes.
// Dropping the last PipeWriter is the end of the stream; dropping the last
// PipeReader makes writes fail with broken_pipe.
#pragma once

#include "scheduler/open_file.h"

namespace weir::scheduler {

inline constexpr size_t kPipeBufferSize = 64 * 1024;

struct PipeEnds {
  OpenFilePtr reader;  // a PipeReader
  OpenFilePtr writer;  // a PipeWriter
};
PipeEnds make_pipe(Loop& loop);

/// A reader that is at its end at once, and a writer that takes everything and keeps nothing:
/// the stdin of background work, without opening /dev/null until a child needs it.
OpenFilePtr make_null_file(Loop& loop);

}  // namespace weir::scheduler
