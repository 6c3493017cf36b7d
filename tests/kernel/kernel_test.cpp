#include "kernel/kernel.h"

#include <unistd.h>

#include <catch2/catch.hpp>

using weir::Kernel;
using weir::KernelOptions;

namespace {

weir::ExecResult run_confined(const std::string& text) {
  Kernel kernel(KernelOptions{.confined = true});
  return kernel.execute(text);
}

}  // namespace

TEST_CASE("a confined shell starts no program and goes on") {
  for (const char* text :
       {"/bin/sh -c 'exit 0'; echo $?", "x=$(/bin/true); echo $?", "echo a | /bin/cat; echo $?"}) {
    INFO(text);
    const auto result = run_confined(text);
    CHECK(result.out == "126\n");
    CHECK_THAT(result.err, Catch::Contains("external commands are off"));
  }
}

TEST_CASE("exec in a confined shell ends the shell with 126") {
  const auto result = run_confined("exec /bin/true; echo not reached");
  CHECK(result.code == 126);
  CHECK(result.out.empty());
}

TEST_CASE("a confined shell writes no file, and /dev/null is none") {
  const auto result = run_confined(
      "echo a > never-made\necho b >> never-made\n: <> never-made\necho c > /dev/null");
  CHECK(result.code == 0);
  CHECK(::access("never-made", F_OK) != 0);
  CHECK_THAT(result.err, Catch::Contains("never-made: writing files is off"));
  CHECK(run_confined("seq 2 | scatter --resume never-made | echo $ITEM | gather").code == 1);
  CHECK(::access("never-made", F_OK) != 0);
}

TEST_CASE("a confined shell signals its jobs and no process") {
  const auto result = run_confined("kill -0 $$ || echo refused\nsleep 60 & kill %1; echo ended");
  CHECK(result.out == "refused\nended\n");
  CHECK_THAT(result.err, Catch::Contains("signals to processes are off"));
}

TEST_CASE("what takes longer than the limit is cancelled, and the shell goes on") {
  Kernel kernel(KernelOptions{.time_limit = std::chrono::milliseconds(1)});
  CHECK(kernel.execute("while :; do :; done").code == 124);
  CHECK(kernel.execute("sleep 60").code == 124);
  CHECK(kernel.execute("echo on").out == "on\n");
}

TEST_CASE("a result has the stages of the last pipeline, of each text anew") {
  Kernel kernel;
  const auto first = kernel.execute("false | true | false");
  REQUIRE(first.stages.size() == 3);
  CHECK(first.stages[0].command == "false");
  CHECK(first.stages[0].code == 1);
  CHECK(first.stages[1].code == 0);
  const auto second = kernel.execute("true && { false | true; }");
  REQUIRE(second.stages.size() == 1);
  CHECK(second.stages[0].command == "{ false | true; }");
  CHECK(second.stages[0].code == second.code);
  CHECK(kernel.execute("if").stages.empty());
  CHECK(kernel.execute("").stages.empty());
}

TEST_CASE("LINENO in the EXIT trap is the line at which the last text ended") {
  Kernel kernel;
  CHECK(kernel.execute("trap 'x=$LINENO' EXIT\ntrue").code == 0);
  CHECK(kernel.execute("true\n\n\ntrue").code == 0);
  CHECK(kernel.finish() == 0);
  CHECK(kernel.get("x").to_text() == "4");
}
