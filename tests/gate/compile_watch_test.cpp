#include "gate/compile_watch.h"

#include <catch2/catch.hpp>

#include <fstream>

#include "gate/shim_world.h"

using weir::gate::compiled_crate;

TEST_CASE("the crate of a compiler is in its command line", "[compile_watch]") {
  CHECK(compiled_crate({"rustc", "--crate-name", "leaf", "--edition=2021"}) == "leaf");
  CHECK(compiled_crate({"/w/wrapper", "/r/rustc", "--crate-name", "a_b", "src/lib.rs"}) == "a_b");
  CHECK(compiled_crate({"rustc", "-", "--crate-name", "___", "--print=file-names"}) == "");
  CHECK(compiled_crate({"rustc", "-vV"}) == "");
  CHECK(compiled_crate({"rustc", "--crate-name"}) == "");
  CHECK(compiled_crate({}) == "");
}

TEST_CASE("what a cargo compiles is seen, and counted when it has ended", "[compile_watch]") {
  weir::test::ShimWorld world(weir::test::ShimWorld::Cargo::script);
  // The compiler says when it is there and stays until the file is.
  world.run_as(
      "perl -e '$| = 1; print \"ready\\n\"; select(undef, undef, undef, 0.002) until -e \"go\"' -- "
      "--crate-name leaf; echo over; while [ ! -e end ]; do sleep 0.01; done");
  weir::test::StartedProgram cargo(world, {world.cargo(), "build"});
  weir::gate::CompileWatch watch(cargo.pid());
  REQUIRE(cargo.line() == "ready");
  auto seen = watch.look();
  REQUIRE(seen);
  CHECK(seen->current == "leaf");
  CHECK(seen->done == 0);
  CHECK_FALSE(watch.look());
  std::ofstream(world.directory() / "go").put('\n');
  REQUIRE(cargo.line() == "over");
  seen = watch.look();
  REQUIRE(seen);
  CHECK(seen->current == "");
  CHECK(seen->done == 1);
  CHECK_FALSE(watch.look());
}

TEST_CASE("a process that is gone has come no further", "[compile_watch]") {
  weir::gate::CompileWatch watch(0x3fffff);
  CHECK_FALSE(watch.look());
}
