// Arena: bump allocation for the AST of one unit.
//
// Nodes are trivially destructible and live as long as the unit; freeing a unit
// is freeing a few blocks. This is what keeps parsing at the speed of scanning.
// Blocks grow with the text: a line takes 8 KiB, a large file huge pages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace weir::parser {

class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  template <class T, class... Args>
  T* make(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>);
    return ::new (allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
  }

  /// A copy of `items` that lives as long as the arena.
  template <class T>
  std::span<const T> copy(std::span<const T> items) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (items.empty()) return {};
    void* to = allocate(items.size_bytes(), alignof(T));
    std::memcpy(to, items.data(), items.size_bytes());
    return {static_cast<const T*>(to), items.size()};
  }

  /// Room for `count` items, not yet initialized.
  template <class T>
  T* make_array(size_t count) {
    static_assert(std::is_trivial_v<T>);
    return static_cast<T*>(allocate(count * sizeof(T), alignof(T)));
  }
  char* make_chars(size_t count) { return make_array<char>(count); }

  /// Makes all nodes invalid and uses their memory again.
  void reset();

  /// Taken from the system.
  size_t bytes() const { return total_; }

 private:
  struct FreeBlock {
    size_t size = 0;
    void operator()(std::byte* block) const noexcept;
  };
  using Block = std::unique_ptr<std::byte[], FreeBlock>;

  void* allocate(size_t size, size_t align) {
    std::byte* at = next_ + (-reinterpret_cast<uintptr_t>(next_) & (align - 1));
    if (size > static_cast<size_t>(end_ - at)) [[unlikely]]
      return allocate_in_new_block(size);
    next_ = at + size;
    return at;
  }
  void* allocate_in_new_block(size_t size);

  std::vector<Block> blocks_;
  std::byte* next_ = nullptr;
  std::byte* end_ = nullptr;
  size_t total_ = 0;
};

}  // namespace weir::parser
