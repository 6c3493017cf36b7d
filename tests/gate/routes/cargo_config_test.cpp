// What the real cargo says of its configuration.
#include "gate/routes/cargo_config.h"

#include <catch2/catch.hpp>

#include <filesystem>
#include <iterator>

#include "gate/real_program.h"
#include "support/cargo_workspace.h"
#include "support/temp_dir.h"

extern char** environ;

using weir::test::TempDir;

namespace fs = std::filesystem;

namespace {

class Configured {
 public:
  Configured() : root_(fs::canonical(dir_.path())) {
    for (const char* name : {"cache", "home", "w/sub"}) fs::create_directories(root_ / name);
    for (char** entry = environ; *entry; ++entry) {
      if (!std::string_view(*entry).starts_with("CARGO_")) environment_.emplace_back(*entry);
    }
    set("CARGO_HOME", (root_ / "home").string());
  }

  void set(const std::string& name, const std::string& value) {
    environment_.push_back(name + "=" + value);
  }
  void write(const std::string& file, const std::string& text) const { dir_.write(file, text); }
  void wrap_cargo(const std::string& script) {
    program_ = dir_.write("cargo", script).string();
    fs::permissions(program_, fs::perms::owner_all);
  }
  int kept() const {
    return static_cast<int>(std::distance(fs::directory_iterator(root_ / "cache"), {}));
  }

  std::string jobs(std::vector<std::string> words = {"build"}) const {
    return configured_jobs(weir::gate::read_cargo_arguments(words), place()).value_or("none");
  }
  std::string alias(const std::string& name) const {
    const auto words = configured_alias({}, place(), name);
    if (!words) return "none";
    std::string text;
    for (const std::string& word : *words) text += "<" + word + ">";
    return text;
  }

 private:
  weir::gate::CargoPlace place() const {
    return {.program = program_,
            .directory = (root_ / "w/sub").string(),
            .environment = environment_,
            .cache = (root_ / "cache").string()};
  }

  TempDir dir_;
  fs::path root_;
  std::string program_ = *weir::gate::find_real_program("cargo", std::getenv("PATH"));
  std::vector<std::string> environment_;
};

}  // namespace

TEST_CASE("build.jobs is of --config, the environment, the files upward, cargo's home",
          "[cargo_config]") {
  if (!weir::test::has_cargo()) return;
  Configured cargo;
  CHECK(cargo.jobs() == "none");
  cargo.write("home/config.toml", "[build]\njobs = 2\n");
  CHECK(cargo.jobs() == "2");
  cargo.write("w/.cargo/config.toml", "[build]\njobs = -3\n");
  CHECK(cargo.jobs() == "-3");
  cargo.write("w/sub/.cargo/config.toml", "[build]\njobs = \"default\"\n");
  CHECK(cargo.jobs() == "default");
  cargo.set("CARGO_BUILD_JOBS", "5");
  CHECK(cargo.jobs() == "5");
  CHECK(cargo.jobs({"build", "--config", "build.jobs=6"}) == "6");
  cargo.write("w/sub/more.toml", "build.jobs = 7\n");
  CHECK(cargo.jobs({"--config=more.toml", "build"}) == "7");
  cargo.write("w/sub/more.toml", "build.jobs = 89\n");
  CHECK(cargo.jobs({"--config=more.toml", "build"}) == "89");
  cargo.write("w/sub/.cargo/config.toml", "[build\n");
  CHECK(cargo.jobs() == "none");  // cargo will tell
}

TEST_CASE("an alias is of the environment and the files, a text or a list", "[cargo_config]") {
  if (!weir::test::has_cargo()) return;
  Configured cargo;
  CHECK(cargo.alias("b") == "none");
  cargo.write("w/.cargo/config.toml",
              "[alias]\nb = \"check  -p leaf\"\nrun-it = [\"run\", \"a b\"]\n");
  CHECK(cargo.alias("b") == "<check><-p><leaf>");
  CHECK(cargo.alias("run-it") == "<run><a b>");
  CHECK(cargo.alias("run.it") == "none");
  CHECK(cargo.alias("") == "none");
  cargo.set("CARGO_ALIAS_B", "tree");
  CHECK(cargo.alias("b") == "<tree>");
}

TEST_CASE("that nothing is set is kept, that cargo could not be asked is not", "[cargo_config]") {
  if (!weir::test::has_cargo()) return;
  Configured cargo;
  cargo.wrap_cargo("#!/bin/sh\nkill -9 $$\n");
  CHECK(cargo.jobs() == "none");
  CHECK(cargo.kept() == 0);
  cargo.wrap_cargo("#!/bin/sh\nexit 101\n");
  CHECK(cargo.jobs() == "none");
  CHECK(cargo.kept() == 1);
}
