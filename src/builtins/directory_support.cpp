#include "builtins/directory_support.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.h"

namespace weir::builtins {

using kernel::Context;
using kernel::Directory;

namespace {

/// An O_PATH descriptor of a directory that may be entered; -errno otherwise.
int open_directory(int at, const std::string& path) {
  UniqueFd fd(::openat(at, path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return -errno;
  // O_PATH asks for no right on the directory itself; chdir(2) would.
  if (::faccessat(fd.get(), ".", X_OK, AT_EACCESS) != 0) return -errno;
  return fd.release();
}

/// PWD and `path` joined, without `.`, empty components and `x/..`. Nothing
/// where the component before a `..` is not a directory (POSIX step 8b).
std::optional<std::string> logical_path(const Context& ctx, const std::string& path) {
  const std::string whole = path.starts_with('/') ? path : ctx.scope.directory->path + "/" + path;
  std::string result;
  for (size_t from = 0; from <= whole.size();) {
    const size_t end = std::min(whole.find('/', from), whole.size());
    const std::string_view component = std::string_view(whole).substr(from, end - from);
    from = end + 1;
    if (component.empty() || component == ".") continue;
    if (component != "..") {
      result += '/';
      result += component;
      continue;
    }
    struct stat info;
    if (!result.empty() && (::stat(result.c_str(), &info) != 0 || !S_ISDIR(info.st_mode))) {
      return std::nullopt;
    }
    result.resize(result.empty() ? 0 : result.rfind('/'));
  }
  return result.empty() ? "/" : result;
}

/// Opens the logical path: relative to where we are when it lies below, so that
/// it works also where a directory above was renamed or may not be searched.
int open_logical(const Context& ctx, const std::string& path) {
  const std::string& here = ctx.scope.directory->path;
  const int at = ctx.scope.directory->fd.get();
  if (path.size() > here.size() + 1 && path.starts_with(here) && path[here.size()] == '/') {
    const int fd = open_directory(at, path.substr(here.size() + 1));
    if (fd >= 0) return fd;
  }
  return open_directory(at, path);
}

Result<void> enter(Context& ctx, std::string path, UniqueFd fd) {
  const std::string old = ctx.scope.directory->path;
  auto directory = std::make_shared<Directory>();
  directory->path = std::move(path);
  directory->fd = std::move(fd);
  ctx.scope.directory = std::move(directory);
  auto done = ctx.assign("OLDPWD", Value(old));
  if (done) done = ctx.assign("PWD", Value(ctx.scope.directory->path));
  return done;
}

}  // namespace

Result<std::string> physical_path(const Directory& directory) {
  struct stat info;
  if (::fstat(directory.fd.get(), &info) != 0) {
    return fail(Error::from_errno(errno, directory.path));
  }
  if (info.st_nlink == 0) {
    return fail(ErrorKind::not_found,
                fmt::format("{}: this directory was removed", directory.path));
  }
  char buffer[PATH_MAX];
  const std::string link = fmt::format("/proc/self/fd/{}", directory.fd.get());
  const ssize_t size = ::readlink(link.c_str(), buffer, sizeof buffer);
  if (size < 0) return fail(Error::from_errno(errno, directory.path));
  return std::string(buffer, static_cast<size_t>(size));
}

Result<void> change_directory(Context& ctx, const std::string& path, bool physical) {
  if (path.empty()) return fail(ErrorKind::invalid, "the directory's name is empty");
  const auto logical = physical ? std::nullopt : logical_path(ctx, path);
  int error = ENOENT;
  if (logical) {
    const int fd = open_logical(ctx, *logical);
    if (fd >= 0) return enter(ctx, *logical, UniqueFd(fd));
    error = -fd;
  }
  // What the logical path does not reach (we are in a directory that was moved)
  // the system may.
  const int fd = open_directory(ctx.scope.directory->fd.get(), path);
  if (fd < 0) return fail(Error::from_errno(physical ? -fd : error, path));
  Directory found{path, UniqueFd(fd)};
  auto real = physical_path(found);
  if (!real) return fail(std::move(real.error()));
  return enter(ctx, std::move(*real), std::move(found.fd));
}

std::string abbreviate_home(const Context& ctx, const std::string& path) {
  const auto home = ctx.lookup("HOME");
  if (!home) return path;
  const std::string prefix = home->to_text();
  if (prefix.size() < 2 || !path.starts_with(prefix)) return path;
  if (path.size() == prefix.size()) return "~";
  return path[prefix.size()] == '/' ? "~" + path.substr(prefix.size()) : path;
}

std::string as_read(const Context& ctx, const std::string& path) {
  return ctx.out().is_terminal() ? one_line(path) : path;
}

std::string shown_directory(const Context& ctx, const std::string& path) {
  return one_line(abbreviate_home(ctx, path));
}

}  // namespace weir::builtins
