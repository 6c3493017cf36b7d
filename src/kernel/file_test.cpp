#include "kernel/file_test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>

namespace weir::kernel {

using parser::TestOp;

namespace {

std::optional<struct stat> stat_of(const std::string& path, int cwd_fd, int flags = 0) {
  struct stat st;
  if (::fstatat(cwd_fd, path.c_str(), &st, flags) != 0) return std::nullopt;
  return st;
}

bool may(const std::string& path, int cwd_fd, int how) {
  return ::faccessat(cwd_fd, path.c_str(), how, AT_EACCESS) == 0;
}

bool stat_test(TestOp op, const struct stat& st) {
  switch (op) {
    case TestOp::exists:
      return true;
    case TestOp::is_file:
      return S_ISREG(st.st_mode);
    case TestOp::is_directory:
      return S_ISDIR(st.st_mode);
    case TestOp::nonempty_file:
      return st.st_size > 0;
    case TestOp::is_link:
      return S_ISLNK(st.st_mode);
    case TestOp::is_pipe:
      return S_ISFIFO(st.st_mode);
    case TestOp::is_socket:
      return S_ISSOCK(st.st_mode);
    case TestOp::is_block:
      return S_ISBLK(st.st_mode);
    case TestOp::is_char:
      return S_ISCHR(st.st_mode);
    case TestOp::setuid:
      return (st.st_mode & S_ISUID) != 0;
    case TestOp::setgid:
      return (st.st_mode & S_ISGID) != 0;
    case TestOp::sticky:
      return (st.st_mode & S_ISVTX) != 0;
    case TestOp::owned:
      return st.st_uid == ::geteuid();
    case TestOp::group_owned:
      return st.st_gid == ::getegid();
    default:
      return false;
  }
}

bool is_newer(const struct stat& a, const struct stat& b) {
  if (a.st_mtim.tv_sec != b.st_mtim.tv_sec) return a.st_mtim.tv_sec > b.st_mtim.tv_sec;
  return a.st_mtim.tv_nsec > b.st_mtim.tv_nsec;
}

}  // namespace

Result<bool> file_test(TestOp op, const std::string& path, int cwd_fd) {
  switch (op) {
    case TestOp::readable:
      return may(path, cwd_fd, R_OK);
    case TestOp::writable:
      return may(path, cwd_fd, W_OK);
    case TestOp::executable:
      return may(path, cwd_fd, X_OK);
    default:
      break;
  }
  const auto st = stat_of(path, cwd_fd, op == TestOp::is_link ? AT_SYMLINK_NOFOLLOW : 0);
  return st && stat_test(op, *st);
}

Result<bool> file_test(TestOp op, const std::string& left, const std::string& right, int cwd_fd) {
  const auto a = stat_of(left, cwd_fd);
  const auto b = stat_of(right, cwd_fd);
  switch (op) {
    case TestOp::newer:
      return a && (!b || is_newer(*a, *b));
    case TestOp::older:
      return b && (!a || is_newer(*b, *a));
    case TestOp::same_file:
      return a && b && a->st_dev == b->st_dev && a->st_ino == b->st_ino;
    default:
      return fail(ErrorKind::invalid, "not a comparison of files");
  }
}

}  // namespace weir::kernel
