#include "parser/arena.h"

#include <sys/mman.h>

#include <algorithm>

namespace weir::parser {

namespace {

constexpr size_t kFirstBlock = 8 * 1024;
constexpr size_t kHugePage = 2 * 1024 * 1024;
constexpr size_t kLargestBlock = 4 * kHugePage;

}  // namespace

void Arena::FreeBlock::operator()(std::byte* block) const noexcept {
  if (size < kHugePage)
    ::operator delete[](block);
  else
    ::operator delete[](block, std::align_val_t(kHugePage));
}

/// Twice as large as the block before. In the tree of a large file the page faults would
/// cost as much as the parsing, so large blocks ask for huge pages.
void* Arena::allocate_in_new_block(size_t size) {
  const size_t grown = blocks_.empty() ? kFirstBlock : blocks_.back().get_deleter().size * 2;
  size_t block = std::max(size + alignof(std::max_align_t), std::min(grown, kLargestBlock));
  std::byte* memory = nullptr;
  if (block < kHugePage) {
    memory = static_cast<std::byte*>(::operator new[](block));
  } else {
    block = (block + kHugePage - 1) / kHugePage * kHugePage;
    memory = static_cast<std::byte*>(::operator new[](block, std::align_val_t(kHugePage)));
    (void)::madvise(memory, block, MADV_HUGEPAGE);  // only advice: without it, small pages
  }
  blocks_.emplace_back(memory, FreeBlock{block});
  total_ += block;
  next_ = memory + size;
  end_ = memory + block;
  return memory;
}

void Arena::reset() {
  if (blocks_.empty()) return;
  std::swap(blocks_.front(), blocks_.back());  // the largest stays
  blocks_.resize(1);
  total_ = blocks_.front().get_deleter().size;
  next_ = blocks_.front().get();
  end_ = next_ + total_;
}

}  // namespace weir::parser
