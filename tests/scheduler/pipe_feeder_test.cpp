#include "scheduler/pipe_feeder.h"

#include <catch2/catch.hpp>

#include "support/children.h"

using namespace weir;
using namespace weir::scheduler;
using namespace weir::test;

TEST_CASE("what fits fills a fresh pipe at once, what does not is not begun") {
  auto pipe = make_kernel_pipe();
  REQUIRE(pipe);
  CHECK(*fill_at_once(*pipe, "some text"));
  pipe->writer.reset();
  CHECK(read_all(pipe->reader.get()) == "some text");

  auto other = make_kernel_pipe();
  REQUIRE(other);
  CHECK_FALSE(*fill_at_once(*other, std::string(64 << 20, 'x')));
  other->writer.reset();
  CHECK(read_all(other->reader.get()).empty());
}

TEST_CASE("a fed pipe gives the text, then the rest, then the end") {
  const std::string text(5 << 20, 't');
  auto rest = make_kernel_pipe();
  REQUIRE(rest);
  auto reader = feed(text, std::move(rest->reader));
  REQUIRE(reader);
  REQUIRE(::write(rest->writer.get(), "rest", 4) == 4);
  rest->writer.reset();
  CHECK((read_all(reader->get()) == text + "rest"));
}

TEST_CASE("when nobody reads a fed pipe, who writes its rest gets a broken pipe") {
  ignore_sigpipe();
  auto rest = make_kernel_pipe();
  REQUIRE(rest);
  auto reader = feed("text", std::move(rest->reader));
  REQUIRE(reader);
  reader->reset();
  ssize_t written = 0;
  while (written >= 0) written = ::write(rest->writer.get(), "x", 1);
  CHECK(errno == EPIPE);
}
