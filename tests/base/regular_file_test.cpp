#include "base/regular_file.h"

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <cerrno>

#include "support/temp_dir.h"

TEST_CASE("a file is read whole, and what is none is an error that names it", "[regular_file]") {
  weir::test::TempDir dir;
  const std::string long_text(20'000, 'x');
  CHECK(weir::read_regular_file(dir.write("text", long_text).string()) == long_text);
  CHECK(weir::read_regular_file(dir.write("empty", "").string()) == "");
  const auto directory = weir::read_regular_file(dir.path().string());
  REQUIRE_FALSE(directory);
  CHECK(directory.error().message == dir.path().string() + ": Is a directory");
  const auto missing = weir::read_regular_file((dir.path() / "missing").string());
  REQUIRE_FALSE(missing);
  CHECK(missing.error().sys == ENOENT);
  const std::string fifo = (dir.path() / "fifo").string();
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  CHECK_FALSE(weir::read_regular_file(fifo));
}
