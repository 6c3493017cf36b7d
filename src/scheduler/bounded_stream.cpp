#include "scheduler/bounded_stream.h"

#include <algorithm>

namespace weir::scheduler {

BoundedStream::BoundedStream(loop::Loop& loop, size_t max_size, OnDrop on_drop)
    : max_size_(max_size), on_drop_(std::move(on_drop)), changed_(loop) {}

void BoundedStream::tell_dropped(std::string_view appended) const {
  const size_t total = ring_.size() + appended.size();
  if (!on_drop_ || total <= max_size_) return;
  const size_t excess = total - max_size_;
  const std::string oldest = read(0, std::min(excess, ring_.size())).bytes;
  if (!oldest.empty()) on_drop_(oldest);
  if (excess > oldest.size()) on_drop_(appended.substr(0, excess - oldest.size()));
}

void BoundedStream::append(std::string_view bytes) {
  if (bytes.empty()) return;
  tell_dropped(bytes);
  written_ += bytes.size();
  if (bytes.size() > max_size_) bytes.remove_prefix(bytes.size() - max_size_);

  // Grows by doubling, but never beyond the bound; start_ stays 0 until it is full.
  const size_t fits = std::min(bytes.size(), max_size_ - ring_.size());
  if (ring_.size() + fits > ring_.capacity()) {
    ring_.reserve(std::min(max_size_, std::max(ring_.size() + fits, ring_.capacity() * 2)));
  }
  ring_.append(bytes.substr(0, fits));
  bytes.remove_prefix(fits);

  while (!bytes.empty()) {
    const size_t count = std::min(bytes.size(), max_size_ - start_);
    bytes.copy(ring_.data() + start_, count);
    start_ = (start_ + count) % max_size_;
    bytes.remove_prefix(count);
  }
  changed_.pulse();
}

void BoundedStream::close() {
  closed_ = true;
  changed_.pulse();
}

void BoundedStream::drop() {
  ring_ = std::string();
  start_ = 0;
  changed_.pulse();
}

StreamStats BoundedStream::stats() const {
  return {written_, written_ - ring_.size(), ring_.size(), closed_};
}

std::string BoundedStream::text() const { return read(0, ring_.size()).bytes; }

BoundedStream::Chunk BoundedStream::read(uint64_t offset, size_t max) const {
  const uint64_t oldest = written_ - ring_.size();
  Chunk chunk;
  chunk.offset = std::clamp(offset, oldest, written_);
  const size_t count = std::min<uint64_t>(max, written_ - chunk.offset);
  if (count > 0) {
    const size_t from = (start_ + (chunk.offset - oldest)) % ring_.size();
    const size_t first = std::min(count, ring_.size() - from);
    chunk.bytes.reserve(count);
    chunk.bytes.append(ring_, from, first);
    chunk.bytes.append(ring_, 0, count - first);
  }
  chunk.end = closed_ && chunk.offset + count == written_;
  return chunk;
}

}  // namespace weir::scheduler
