#include "gate/daemon/built_program.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include <filesystem>

#include "base/child_processes.h"
#include "gate/shim_world.h"

using namespace weir;
using test::comes_true;
using test::StartedProgram;

namespace fs = std::filesystem;

namespace {

/// A cargo that is a shell, and a lane below its directory. Programs are shells that wait.
class Stage {
 public:
  Stage() {
    for (const char* program :
         {"target/debug/tool", "target/debug/deps/tool-1f",
          "target/debug/build/a-2e/build-script-x",
          "target/debug/build/a/2e/out/build_script_build-2e", "elsewhere/rustdoc",
          "elsewhere/rustc", "elsewhere/runner", "elsewhere/debug/tool"}) {
      fs::create_directories((world_.directory() / program).parent_path());
      fs::copy_file("/bin/sh", world_.directory() / program);
    }
    fs::create_directories(world_.directory() / "target/debug/incremental");
    REQUIRE(::mkfifo((world_.directory() / "never").c_str(), 0600) == 0);
  }

  /// With a cargo that becomes, or waits for, the program NAME with these words.
  bool is_run_phase(const std::string& name, const std::string& text) {
    world_.run_as("hold='read a < " + (world_.directory() / "never").string() + "'\n" + text);
    StartedProgram cargo(world_, {world_.cargo(), "run"});
    REQUIRE(comes_true([&] { return runs(cargo.pid(), name); }));
    return gate::daemon::runs_built_program(cargo.pid(), world_.lane());
  }

 private:
  static bool is(pid_t pid, const std::string& name) {
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/" + std::to_string(pid) + "/exe", error);
    return program.filename() == name;
  }
  static bool runs(pid_t cargo, const std::string& name) {
    if (is(cargo, name)) return true;
    const auto children = children_of(cargo);
    return std::ranges::any_of(children, [&](pid_t child) { return is(child, name); });
  }

  test::ShimWorld world_{test::ShimWorld::Cargo::script};
};

}  // namespace

TEST_CASE("what a cargo has built and runs is seen", "[built_program]") {
  Stage stage;
  CHECK(stage.is_run_phase("tool", "exec target/debug/tool -c \"$hold\""));
  CHECK(stage.is_run_phase("tool", "cd /; exec \"$OLDPWD/target/debug/tool\" -c \"$hold\""));
  CHECK(stage.is_run_phase("tool-1f", "target/debug/deps/tool-1f -c \"$hold\"; :"));
}

TEST_CASE("a program below a runner, and doc tests, are a run phase", "[built_program]") {
  Stage stage;
  CHECK(stage.is_run_phase("runner", "exec elsewhere/runner -c \"$hold\" with target/debug/tool"));
  CHECK(stage.is_run_phase("runner",
                           "elsewhere/runner -c \"$hold\" with $PWD/target/debug/deps/tool-1f; :"));
  CHECK(stage.is_run_phase("rustdoc", "elsewhere/rustdoc -c \"$hold\" rustdoc --test; :"));
}

TEST_CASE("a cargo that compiles, asks or runs build scripts runs nothing that it has built",
          "[built_program]") {
  Stage stage;
  CHECK_FALSE(stage.is_run_phase("build-script-x",
                                 "target/debug/build/a-2e/build-script-x -c \"$hold\"; :"));
  CHECK_FALSE(
      stage.is_run_phase("build_script_build-2e",
                         "target/debug/build/a/2e/out/build_script_build-2e -c \"$hold\"; :"));
  CHECK_FALSE(stage.is_run_phase("tool", "elsewhere/debug/tool -c \"$hold\"; :"));
  CHECK_FALSE(stage.is_run_phase(
      "rustc",
      "elsewhere/rustc -c \"$hold\" rustc --crate-name tool --test --out-dir "
      "$PWD/target/debug/deps -C incremental=$PWD/target/debug/incremental --extern "
      "a=target/debug/tool; :"));
  CHECK_FALSE(gate::daemon::runs_built_program(::getpid(), gate::LaneKey({{"/nowhere"}})));
}
