#include "kernel/file_test.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "support/temp_directory.h"

using weir::kernel::file_test;
using weir::parser::TestOp;

TEST_CASE("file tests look at paths in the given directory", "[kernel]") {
  const weir::test::TempDirectory dir;
  dir.write("file", "x");
  dir.write("empty");
  dir.make_directory("sub");
  dir.link("file", "link");
  dir.link("nowhere", "dangling");
  REQUIRE(::mkfifoat(dir.fd(), "fifo", 0600) == 0);
  REQUIRE(::fchmodat(dir.fd(), "file", 04754, 0) == 0);
  const auto test = [&](TestOp op, const char* path) { return *file_test(op, path, dir.fd()); };

  CHECK(test(TestOp::exists, "file"));
  CHECK_FALSE(test(TestOp::exists, "nothing"));
  CHECK_FALSE(test(TestOp::exists, ""));
  CHECK_FALSE(test(TestOp::exists, "dangling"));
  CHECK(test(TestOp::is_file, "link"));
  CHECK(test(TestOp::is_link, "dangling"));
  CHECK_FALSE(test(TestOp::is_link, "file"));
  CHECK(test(TestOp::is_directory, "sub"));
  CHECK(test(TestOp::is_pipe, "fifo"));
  CHECK_FALSE(test(TestOp::is_socket, "fifo"));
  CHECK(test(TestOp::is_char, "/dev/null"));
  CHECK_FALSE(test(TestOp::is_block, "/dev/null"));
  CHECK(test(TestOp::nonempty_file, "file"));
  CHECK_FALSE(test(TestOp::nonempty_file, "empty"));
  CHECK(test(TestOp::readable, "file"));
  CHECK(test(TestOp::writable, "file"));
  CHECK(test(TestOp::executable, "file"));
  CHECK_FALSE(test(TestOp::executable, "empty"));
  CHECK(test(TestOp::setuid, "file"));
  CHECK_FALSE(test(TestOp::setgid, "file"));
  CHECK_FALSE(test(TestOp::sticky, "file"));
  CHECK(test(TestOp::owned, "file"));
}

TEST_CASE("files are compared by age and identity", "[kernel]") {
  const weir::test::TempDirectory dir;
  dir.write("old");
  dir.write("new");
  dir.link("new", "link");
  const timespec times[2] = {{1000, 5}, {1000, 5}};
  REQUIRE(::utimensat(dir.fd(), "old", times, 0) == 0);
  const auto test = [&](TestOp op, const char* a, const char* b) {
    return *file_test(op, a, b, dir.fd());
  };
  CHECK(test(TestOp::newer, "new", "old"));
  CHECK_FALSE(test(TestOp::newer, "old", "new"));
  CHECK(test(TestOp::newer, "new", "nothing"));
  CHECK_FALSE(test(TestOp::newer, "nothing", "new"));
  CHECK_FALSE(test(TestOp::newer, "new", "new"));
  CHECK(test(TestOp::older, "old", "new"));
  CHECK(test(TestOp::older, "nothing", "new"));
  CHECK_FALSE(test(TestOp::older, "nothing", "nothing either"));
  CHECK(test(TestOp::same_file, "new", "link"));
  CHECK_FALSE(test(TestOp::same_file, "new", "old"));
  CHECK_FALSE(test(TestOp::same_file, "nothing", "nothing"));
}
