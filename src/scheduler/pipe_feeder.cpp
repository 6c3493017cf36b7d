#include "scheduler/pipe_feeder.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <system_error>
#include <thread>

#include "base/write_all.h"

namespace weir::scheduler {

namespace {

constexpr size_t kBlock = 64 * 1024;

void feed_until_the_end(const std::string& text, int rest, int to) {
  if (write_all(to, text) != 0) return;  // nobody reads
  for (;;) {
    const ssize_t n = ::splice(rest, nullptr, to, nullptr, kBlock, SPLICE_F_MOVE);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
  }
}

}  // namespace

Result<KernelPipe> make_kernel_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(Error::from_errno(errno, "cannot make a pipe"));
  return KernelPipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Result<bool> fill_at_once(const KernelPipe& pipe, std::string_view text) {
  if (text.size() > INT_MAX) return false;
  int capacity = ::fcntl(pipe.writer.get(), F_GETPIPE_SZ);
  if (capacity < static_cast<int>(text.size())) {
    capacity = ::fcntl(pipe.writer.get(), F_SETPIPE_SZ, static_cast<int>(text.size()));
  }
  if (capacity < static_cast<int>(text.size())) return false;
  if (auto filled = write_all(pipe.writer.get(), text, "cannot fill a pipe"); !filled)
    return fail(std::move(filled.error()));
  return true;
}

Result<UniqueFd> feed(std::string text, UniqueFd rest) {
  auto pipe = make_kernel_pipe();
  if (!pipe) return fail(std::move(pipe.error()));
  sigset_t all;
  sigset_t before;  // signals are for the loop's thread
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  // Its ends close with it: the writer upstream hears that nobody reads, the reader that it is
  // over.
  int failure = 0;
  try {
    std::thread([text = std::move(text), rest = std::move(rest), to = std::move(pipe->writer)] {
      feed_until_the_end(text, rest.get(), to.get());
    }).detach();
  } catch (const std::system_error& error) {
    failure = error.code().value();
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (failure != 0) return fail(Error::from_errno(failure, "cannot feed a pipe"));
  return std::move(pipe->reader);
}

}  // namespace weir::scheduler
