#include "kernel/scatter_lines.h"

#include <cerrno>

namespace weir::kernel {

using loop::CancelToken;
using loop::Task;
using loop::ValueTask;

ValueTask<Result<void>> HeldOutput::write(std::string_view bytes, const CancelToken&) {
  if (bytes.empty()) return Result<void>{};
  if (passes_.is_set()) return pass(bytes);
  const bool fits = held_.size() + bytes.size() <= hold_;
  if (opening_ || !fits) return write_in_turn(bytes);
  held_ += bytes;
  return Result<void>{};
}

Task<Result<void>> HeldOutput::write_in_turn(std::string_view bytes) {
  if (auto turn = co_await passes_.wait(stop_); !turn) co_return turn;
  co_return co_await pass(bytes);
}

Task<Result<void>> HeldOutput::pass(std::string_view bytes) {
  if (error_) co_return fail(*error_);
  auto written = co_await target_->write(bytes, stop_);
  if (!written) error_ = written.error();
  co_return written;
}

Task<Result<void>> HeldOutput::open() {
  if (opening_) {
    (void)co_await passes_.wait(stop_);
  } else {
    opening_ = true;
    const std::string held = std::move(held_);
    held_ = {};
    if (!held.empty()) (void)co_await pass(held);
    passes_.set();
  }
  if (error_) co_return fail(*error_);
  co_return Result<void>{};
}

/// Its bytes have to go through here: a child writes to the collector in front of it.
Result<int> HeldOutput::descriptor() { return fail(Error::from_errno(EBADF, "")); }

}  // namespace weir::kernel
