#include "base/error.h"

#include <cerrno>
#include <cstring>

namespace weir {

namespace {

ErrorKind kind_of(int err) {
  switch (err) {
    case ENOENT:
    case ENOTDIR:
    case ESRCH:
      return ErrorKind::not_found;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorKind::denied;
    case EPIPE:
      return ErrorKind::broken_pipe;
    case ECANCELED:
      return ErrorKind::cancelled;
    case EMFILE:
    case ENFILE:
    case ENOSPC:
    case EDQUOT:
    case ENOMEM:
    case E2BIG:
    case EAGAIN:
      return ErrorKind::limit;
    case EINVAL:
    case EBADF:
      return ErrorKind::invalid;
    default:
      return ErrorKind::io;
  }
}

}  // namespace

std::string errno_text(int err) {
  char buffer[256];
  return ::strerror_r(err, buffer, sizeof buffer);  // GNU variant returns the text
}

Error Error::from_errno(int err, std::string_view context) {
  std::string message(context);
  if (!message.empty()) message += ": ";
  message += errno_text(err);
  return Error{kind_of(err), std::move(message), {}, err};
}

}  // namespace weir
