// Error and Result: how a function says that it could not do its work.
//
// The kind answers a caller's question ("was it cancelled?", "is the reader
// gone?"); the message is one line for a person, without a trailing newline.
// An Error is never a command's exit status and never control flow.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/span.h"

namespace weir {

enum class ErrorKind : uint8_t {
  invalid,      // the input is malformed or a value has the wrong type
  misuse,       // a word given to a command is not of the kind that it takes: no name, no number
  not_found,    // the named thing does not exist
  denied,       // the system refused (EACCES, EPERM)
  broken_pipe,  // nobody reads what is written
  cancelled,    // a CancelToken was triggered
  limit,        // a bound of ours or of the system was reached
  unset,        // an unset variable was expanded
  refused,      // weir refuses on purpose and says what to write instead
  io,           // any other failure of the system
};

struct Error {
  ErrorKind kind = ErrorKind::invalid;
  std::string message;
  std::optional<Span> span;  // where in the source, when it is about source text
  int sys = 0;               // errno, when the system said so

  /// An error from errno: kind by value, message "CONTEXT: strerror".
  static Error from_errno(int err, std::string_view context);

  Error at(Span where) && {
    if (!span) span = where;
    return std::move(*this);
  }
};

template <class T>
using Result = std::expected<T, Error>;

/// `return fail(ErrorKind::limit, "…")` in a function that returns a Result.
inline std::unexpected<Error> fail(ErrorKind kind, std::string message,
                                   std::optional<Span> span = {}) {
  return std::unexpected(Error{kind, std::move(message), span, 0});
}
inline std::unexpected<Error> fail(Error error) { return std::unexpected(std::move(error)); }

/// What strerror(3) says, thread-safe, without a trailing newline.
std::string errno_text(int err);

}  // namespace weir
