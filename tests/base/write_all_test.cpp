#include "base/write_all.h"

#include <catch2/catch.hpp>
#include <fcntl.h>

#include <cerrno>
#include <thread>

#include "base/unique_fd.h"

using namespace weir;

TEST_CASE("more than a pipe holds is written to the end while somebody reads", "[write-all]") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  const std::string text(300'000, 'x');
  int result = -1;
  std::thread writing([&] {
    result = write_all(writer.get(), text);
    writer.reset();
  });
  std::string got;
  char buffer[4096];
  for (ssize_t n; (n = ::read(reader.get(), buffer, sizeof buffer)) > 0;)
    got.append(buffer, static_cast<size_t>(n));
  writing.join();
  CHECK(result == 0);
  CHECK(got == text);
}

TEST_CASE("a failure is its errno, and an error with the name", "[write-all]") {
  const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  REQUIRE(full);
  CHECK(write_all(full.get(), "x") == ENOSPC);
  CHECK(write_all(full.get(), "") == 0);
  const auto failed = write_all(full.get(), "x", "the file");
  REQUIRE_FALSE(failed);
  CHECK(failed.error().sys == ENOSPC);
  CHECK(failed.error().message.starts_with("the file"));
}
