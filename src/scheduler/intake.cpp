#include "scheduler/intake.h"

#include <fcntl.h>
#include <sys/ioctl.h>

#include <cerrno>

#include "scheduler/kernel_file.h"

namespace weir::scheduler {

namespace {

constexpr size_t kBlock = 64 * 1024;

}  // namespace

Result<std::unique_ptr<Intake>> Intake::open(Loop& loop, Sink sink) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(Error::from_errno(errno, "cannot make a pipe"));
  std::unique_ptr<Intake> intake(new Intake(loop, std::move(sink)));
  intake->reader_ = make_kernel_file(loop, UniqueFd(ends[0]));
  intake->writer_ = make_kernel_file(loop, UniqueFd(ends[1]));
  intake->tasks_.start(intake->pump());
  return intake;
}

Task<void> Intake::pump() {
  for (;;) {
    auto bytes = co_await reader_->read_some(kBlock, leave_.token());
    if (!bytes && bytes.error().kind == ErrorKind::cancelled) {
      co_await take_what_is_there();
      break;
    }
    if (!bytes || !*bytes) break;
    if (!co_await sink_(**bytes, abort_.token())) break;
    // Who writes without end keeps neither keys nor signals from being heard.
    co_await loop_.yield();
  }
  reader_.reset();
}

// How much there is is asked for once: somebody may go on writing.

void Intake::take_now() {
  int left = 0;
  if (!reader_ || ::ioctl(*reader_->descriptor(), FIONREAD, &left) != 0) return;
  while (left > 0) {
    auto step = reader_->read_some(static_cast<size_t>(left), {});
    if (!step.ready()) return;
    auto bytes = step.take();
    if (!bytes || !*bytes) return;
    left -= static_cast<int>((*bytes)->size());
    if (!sink_(**bytes, abort_.token()).ready()) return;
  }
}

Task<void> Intake::take_what_is_there() {
  int left = 0;
  if (::ioctl(*reader_->descriptor(), FIONREAD, &left) != 0) co_return;
  while (left > 0) {
    auto step = reader_->read_some(static_cast<size_t>(left), {});
    if (!step.ready()) co_return;
    auto bytes = step.take();
    if (!bytes || !*bytes) co_return;
    left -= static_cast<int>((*bytes)->size());
    if (!co_await sink_(**bytes, abort_.token())) co_return;
  }
}

UniqueFd Intake::duplicate_reader() const {
  return UniqueFd(reader_ ? ::fcntl(*reader_->descriptor(), F_DUPFD_CLOEXEC, 3) : -1);
}

Task<void> Intake::finish(bool until_end, CancelToken token) {
  writer_.reset();
  if (!until_end) leave_.cancel();
  const loop::CancelCallback on_cancel(token, [this] {
    abort_.cancel();
    leave_.cancel();
  });
  co_await tasks_.join();
}

}  // namespace weir::scheduler
