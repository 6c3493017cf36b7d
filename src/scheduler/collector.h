// Collectors: OpenFiles for writing whose bytes weir keeps.
//
// CaptureFile holds what `$(…)` and ExecResult capture (bytes, and typed rows);
// StreamFile fills a BoundedStream (scatter workers); TeeFile fills one and
// passes the bytes on (background jobs), with backpressure; KeptFile fills a file
// (detached jobs). When a child needs
// a descriptor, a kernel pipe and one pump take over: bytes written before stay
// before, and writes of the stage itself then go through the same pipe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "scheduler/bounded_stream.h"
#include "scheduler/kept_output.h"
#include "scheduler/open_file.h"
#include "scheduler/relay.h"

namespace weir::scheduler {

class Collector : public OpenFile {
 public:
  /// No more writes from the stage: takes what is left. With `until_end` it
  /// waits until every process that holds the pipe has closed it (as `$(…)`
  /// does) or the token is triggered; otherwise it takes what is there now and lets
  /// go. Does not close a BoundedStream: several collectors may fill one.
  /// Must be awaited once before the last reference goes.
  virtual Task<void> finish(bool until_end, CancelToken token) = 0;
  /// For children that outlive weir: adds the way that their bytes go on by, if they have the
  /// pipe. False when nobody but weir can pass them on.
  virtual bool add_route(std::vector<RelayRoute>&) { return false; }
  /// From now on the bytes are passed on there. What was passed on before is the caller's affair.
  virtual void pass_on_to(OpenFilePtr) {}
  /// Whether this is where the copy goes.
  virtual bool fills(const BoundedStream&) const { return false; }
};

class CaptureFile : public Collector {
 public:
  /// What was captured; good after finish(). With only rows written, rows holds
  /// them; bytes always has the text of all.
  virtual std::string take_bytes() = 0;
  /// The typed rows, when rows and nothing else were written since the last clear_rows().
  virtual std::vector<Value> take_rows() = 0;
  /// Between two commands: what came so far counts as text, rows begin anew.
  virtual void clear_rows() = 0;
};
std::shared_ptr<CaptureFile> make_capture(Loop& loop);

std::shared_ptr<Collector> make_stream_file(Loop& loop, std::shared_ptr<BoundedStream> stream);
/// `pass_on` also gets every byte; when it fails (reader gone) the error is given to the writer.
/// But a terminal that is gone takes nothing, and that is no error: the copy is what counts then.
std::shared_ptr<Collector> make_tee_file(Loop& loop, std::shared_ptr<BoundedStream> stream,
                                         OpenFilePtr pass_on);
/// Writes a file that does not grow without end (kept_output.h). REQUIRES: it is finished, where a
/// descriptor was asked for.
std::shared_ptr<Collector> make_kept_file(Loop& loop, KeptOutput output);

}  // namespace weir::scheduler
