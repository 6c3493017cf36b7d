#include "kernel/open_path.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <charconv>

#include "kernel/shell.h"
#include "scheduler/kernel_file.h"

namespace weir::kernel {

namespace {

using loop::Task;
using loop::ValueTask;
using scheduler::OpenFilePtr;
using Opened = Result<OpenFilePtr>;

std::string path_of_fd(int fd) { return fmt::format("/proc/self/fd/{}", fd); }

/// The descriptor of a file that has one already; asking a pipe in memory would change it.
std::optional<int> kernel_descriptor(scheduler::OpenFile& file) {
  if (file.takes_rows()) return std::nullopt;
  auto fd = file.descriptor();
  return fd ? std::optional<int>(*fd) : std::nullopt;
}

Opened open_descriptor(Context& ctx, int number, const std::string& path, int flags) {
  auto file = file_of(ctx, number);
  if (!file) return fail(Error::from_errno(ENOENT, path));
  if ((flags & O_ACCMODE) != O_RDONLY) return file;
  struct stat info;
  const auto fd = kernel_descriptor(*file);
  if (!fd || ::fstat(*fd, &info) != 0 || !S_ISREG(info.st_mode)) return file;
  UniqueFd again(::open(path_of_fd(*fd).c_str(), flags | O_CLOEXEC));
  return again ? scheduler::make_kernel_file(ctx.shell.loop, std::move(again)) : std::move(file);
}

/// A pipe in memory has no file of its own to look at.
int stand_in_pipe() {
  static const UniqueFd reader = [] {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) == 0) ::close(ends[1]);
    return UniqueFd(ends[0]);
  }();
  return reader.get();
}

}  // namespace

OpenFilePtr file_of(Context& ctx, int fd) {
  if (const auto& file = ctx.fds.get(fd)) return file;
  if (ctx.fds.is_listed(fd)) return nullptr;
  const int flags = ::fcntl(fd, F_GETFD);  // weir's own are close-on-exec
  if (flags < 0 || (flags & FD_CLOEXEC)) return nullptr;
  return scheduler::borrow_kernel_file(ctx.shell.loop, fd);
}

std::optional<int> descriptor_named_by(std::string_view path) {
  if (path == "/dev/stdin") return 0;
  if (path == "/dev/stdout") return 1;
  if (path == "/dev/stderr") return 2;
  for (const std::string_view directory : {"/dev/fd/", "/proc/self/fd/"}) {
    if (!path.starts_with(directory)) continue;
    path.remove_prefix(directory.size());
    int number = -1;
    const auto [end, ec] = std::from_chars(path.data(), path.data() + path.size(), number);
    const bool is_number = ec == std::errc() && end == path.data() + path.size() && number >= 0;
    return is_number ? std::optional<int>(number) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<Error> refusal_to_write(const Context& ctx, std::string_view path) {
  if (!ctx.shell.confined || path == "/dev/null") return std::nullopt;
  return Error{ErrorKind::refused, fmt::format("{}: writing files is off", path)};
}

ValueTask<Opened> open_path(Context& ctx, std::string path, int flags, mode_t mode) {
  if (const auto number = descriptor_named_by(path)) {
    return open_descriptor(ctx, *number, path, flags);
  }
  if ((flags & O_ACCMODE) != O_RDONLY) {
    if (auto refusal = refusal_to_write(ctx, path)) return Opened(fail(std::move(*refusal)));
  }
  return scheduler::open_kernel_file(ctx.shell.loop, ctx.scope.directory->fd.get(), std::move(path),
                                     flags, mode, ctx.token);
}

std::string path_for_stat(Context& ctx, std::string path) {
  const auto number = descriptor_named_by(path);
  if (!number) return path;
  const auto file = file_of(ctx, *number);
  if (!file) return {};
  return path_of_fd(kernel_descriptor(*file).value_or(stand_in_pipe()));
}

}  // namespace weir::kernel
