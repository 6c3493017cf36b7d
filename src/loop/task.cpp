#include "loop/task.h"

#include <array>
#include <cstdlib>
#include <new>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WEIR_PLAIN_FRAMES 1  // the sanitizer can only see misuse of frames it allocates itself
#endif
#endif

namespace weir::loop {

#ifdef WEIR_PLAIN_FRAMES

void* allocate_frame(size_t size) { return ::operator new(size); }
void free_frame(void* frame, size_t size) noexcept { ::operator delete(frame, size); }

#else

namespace {

constexpr size_t kStep = 64;
constexpr size_t kClasses = 32;         // frames up to 2 KiB
constexpr size_t kKeptBytes = 1 << 20;  // a class keeps at most this much free

struct FreeFrame {
  FreeFrame* next;
};
struct FreeList {
  FreeFrame* first = nullptr;
  size_t kept = 0;
};

// thread_local, because a test may run a Loop on a thread of its own.
thread_local std::array<FreeList, kClasses> free_lists;

}  // namespace

void* allocate_frame(size_t size) {
  const size_t index = (size - 1) / kStep;
  if (index >= kClasses) return ::operator new(size);
  FreeList& list = free_lists[index];
  if (list.first == nullptr) return ::operator new((index + 1) * kStep);
  FreeFrame* frame = list.first;
  list.first = frame->next;
  list.kept -= (index + 1) * kStep;
  return frame;
}

void free_frame(void* frame, size_t size) noexcept {
  const size_t index = (size - 1) / kStep;
  if (index >= kClasses || free_lists[index].kept >= kKeptBytes) {
    ::operator delete(frame);
    return;
  }
  FreeList& list = free_lists[index];
  auto* free_frame = static_cast<FreeFrame*>(frame);
  free_frame->next = list.first;
  list.first = free_frame;
  list.kept += (index + 1) * kStep;
}

#endif

}  // namespace weir::loop
