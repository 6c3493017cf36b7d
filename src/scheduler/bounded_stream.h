// BoundedStream: output that is kept for later, a ring of the last bytes.
//
// Written by collectors, read by `jobs -o`, results and gather. Keeps the last
// `max_size` bytes and counts what it dropped. Offsets are absolute (from the
// first byte ever written), so a follower can tell a gap from the end.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "loop/loop.h"

namespace weir::scheduler {

inline constexpr size_t kDefaultStreamMaxSize = 10 * 1024 * 1024;

struct StreamStats {
  uint64_t written = 0;   // bytes ever written
  uint64_t dropped = 0;   // bytes no longer kept
  uint64_t retained = 0;  // bytes kept now
  bool closed = false;    // nothing more will come
};

class BoundedStream {
 public:
  /// Is given what is no longer kept, in order, before it goes.
  using OnDrop = std::function<void(std::string_view)>;

  explicit BoundedStream(loop::Loop& loop, size_t max_size = kDefaultStreamMaxSize,
                         OnDrop on_drop = {});

  void append(std::string_view bytes);
  void close();
  /// Lets go of what is kept (it counts as dropped): for records that only tell of the past.
  void drop();
  StreamStats stats() const;

  /// All that is kept.
  std::string text() const;

  struct Chunk {
    uint64_t offset = 0;   // of the first byte of `bytes`; larger than asked for after a gap
    std::string bytes;     // may be empty: nothing yet, or the end
    bool end = false;      // closed and nothing behind these bytes
  };
  Chunk read(uint64_t offset, size_t max) const;
  /// Pulsed whenever bytes were appended or the stream was closed. It is never
  /// set, so a follower reads first and waits only when there was nothing.
  loop::Event& changed() { return changed_; }

 private:
  void tell_dropped(std::string_view appended) const;

  size_t max_size_;
  OnDrop on_drop_;
  std::string ring_;      // grows up to max_size_, then wraps
  size_t start_ = 0;      // index of the oldest byte once wrapped
  uint64_t written_ = 0;
  bool closed_ = false;
  loop::Event changed_;
};

}  // namespace weir::scheduler
