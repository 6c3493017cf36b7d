#include "base/unique_fd.h"

#include <catch2/catch.hpp>
#include <fcntl.h>

using namespace weir;

namespace {

int open_null() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }
bool is_open(int fd) { return ::fcntl(fd, F_GETFD) != -1; }

}  // namespace

TEST_CASE("a descriptor is closed by its owner, once", "[base]") {
  const int fd = open_null();
  {
    UniqueFd owner(fd);
    CHECK(owner);
    CHECK(owner.get() == fd);
    CHECK(is_open(fd));
  }
  CHECK_FALSE(is_open(fd));
}

TEST_CASE("moving gives the descriptor away, and closes what was there", "[base]") {
  UniqueFd first(open_null());
  UniqueFd second(open_null());
  const int kept = first.get();
  const int closed = second.get();
  second = std::move(first);
  CHECK(second.get() == kept);
  CHECK_FALSE(is_open(closed));
  UniqueFd& same = second;
  second = std::move(same);
  CHECK(is_open(kept));
}

TEST_CASE("what is released is not closed", "[base]") {
  UniqueFd owner(open_null());
  const int fd = owner.release();
  CHECK_FALSE(owner);
  CHECK(is_open(fd));
  owner.reset(fd);
  owner.reset();
  CHECK_FALSE(is_open(fd));
}
