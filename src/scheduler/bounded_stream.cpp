#include "scheduler/bounded_stream.h"

#include <algorithm>

namespace weir::scheduler {

BoundedStream::BoundedStream(loop::Loop& loop, size_t max_size)
    : max_size_(std::max<size_t>(max_size, 1)), changed_(loop) {}

void BoundedStream::append(std::string_view bytes) {
  written_ += bytes.size();
  if (bytes.size() > max_size_) bytes = bytes.substr(bytes.size() - max_size_);
  const size_t grows = std::min(bytes.size(), max_size_ - ring_.size());
  ring_.append(bytes.substr(0, grows));
  bytes.remove_prefix(grows);
  // The ring is full: the oldest bytes give way.
  while (!bytes.empty()) {
    const size_t count = std::min(bytes.size(), ring_.size() - start_);
    ring_.replace(start_, count, bytes.substr(0, count));
    start_ = (start_ + count) % ring_.size();
    bytes.remove_prefix(count);
  }
  changed_.pulse();
}

void BoundedStream::close() {
  closed_ = true;
  changed_.pulse();
}

StreamStats BoundedStream::stats() const {
  return {written_, written_ - ring_.size(), ring_.size(), closed_};
}

std::string BoundedStream::text() const {
  return ring_.substr(start_) + ring_.substr(0, start_);
}

BoundedStream::Chunk BoundedStream::read(uint64_t offset, size_t max) const {
  const uint64_t oldest = written_ - ring_.size();
  Chunk chunk;
  chunk.offset = std::clamp(offset, oldest, written_);
  size_t left = std::min<uint64_t>(max, written_ - chunk.offset);
  size_t at = ring_.empty() ? 0 : (start_ + (chunk.offset - oldest)) % ring_.size();
  while (left > 0) {
    const size_t count = std::min(left, ring_.size() - at);
    chunk.bytes.append(ring_, at, count);
    left -= count;
    at = 0;
  }
  chunk.end = closed_ && chunk.offset + chunk.bytes.size() == written_;
  return chunk;
}

}  // namespace weir::scheduler
