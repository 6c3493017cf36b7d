#include "base/error.h"

#include <catch2/catch.hpp>
#include <cerrno>

using weir::Error;
using weir::ErrorKind;

TEST_CASE("an errno becomes the kind that answers a caller's question", "[base]") {
  CHECK(Error::from_errno(ENOENT, "x").kind == ErrorKind::not_found);
  CHECK(Error::from_errno(EACCES, "x").kind == ErrorKind::denied);
  CHECK(Error::from_errno(EPIPE, "x").kind == ErrorKind::broken_pipe);
  CHECK(Error::from_errno(EMFILE, "x").kind == ErrorKind::limit);
  CHECK(Error::from_errno(EIO, "x").kind == ErrorKind::io);
}

TEST_CASE("an error from errno says the context, then the system's reason", "[base]") {
  const Error error = Error::from_errno(ENOENT, "notes.txt");
  CHECK(error.message == "notes.txt: No such file or directory");
  CHECK(error.sys == ENOENT);
  CHECK(Error::from_errno(ENOENT, "").message == "No such file or directory");
}

TEST_CASE("an error keeps the first place that it was given", "[base]") {
  const weir::Span first{1, 2};
  const Error error = Error{ErrorKind::invalid, "m", {}, 0}.at(first).at({3, 4});
  CHECK(error.span == first);
}
