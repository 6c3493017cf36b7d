#include "gate/routes/target_directory.h"

#include <catch2/catch.hpp>

#include <algorithm>

#include "gate/real_program.h"
#include "support/cargo_workspace.h"
#include "support/temp_dir.h"

extern char** environ;

using weir::Result;
using weir::gate::CargoDirectories;
using weir::gate::CargoPlace;
using weir::test::TempDir;

namespace fs = std::filesystem;

namespace {

// A workspace of one library and one program, and what is asked about it with the real cargo.
class Asked {
 public:
  Asked() : root_(fs::canonical(dir_.path())), directory_(root_ / "w") {
    weir::test::write_cargo_workspace(directory_, {.crates = 3, .types = 1});
    fs::create_directory(root_ / "cache");
    fs::create_directory(root_ / "home");
    for (char** entry = environ; *entry; ++entry) {
      if (!std::string_view(*entry).starts_with("CARGO_")) environment_.emplace_back(*entry);
    }
    set("CARGO_HOME", (root_ / "home").string());
  }

  const fs::path& root() const { return root_; }
  void set(const std::string& name, const std::string& value) {
    environment_.push_back(name + "=" + value);
  }
  void move_to(const std::string& directory) { directory_ = root_ / directory; }
  void write(const std::string& file, const std::string& text) const { dir_.write(file, text); }

  Result<CargoDirectories> answer(std::vector<std::string> words = {"build"}) const {
    return find_cargo_directories(weir::gate::read_cargo_arguments(words), place());
  }
  /// The target directory, below the root.
  std::string target(std::vector<std::string> words = {"build"}) const {
    auto found = answer(std::move(words));
    if (!found) return found.error().message;
    return fs::relative(found->target, root_).string();
  }
  CargoPlace place() const {
    return {.program = *weir::gate::find_real_program("cargo", std::getenv("PATH")),
            .directory = directory_.string(),
            .environment = environment_,
            .cache = (root_ / "cache").string()};
  }
  int kept() const {
    return static_cast<int>(std::distance(fs::directory_iterator(root_ / "cache"), {}));
  }

 private:
  TempDir dir_;
  fs::path root_;
  fs::path directory_;
  std::vector<std::string> environment_;
};

}  // namespace

TEST_CASE("the target directory is the one that cargo will use", "[target_directory]") {
  if (!weir::test::has_cargo()) return;
  Asked asked;
  CHECK(asked.target() == "w/target");
  CHECK(asked.target({"build", "--target-dir", "here"}) == "w/here");
  CHECK(asked.target({"-C", "crates/leaf", "build", "--target-dir=../here"}) == "w/crates/here");
  CHECK(asked.target({"build", "--config", "build.target-dir='configured'"}) == "w/configured");
  asked.write("w/.cargo/config.toml", "[build]\ntarget-dir = \"from-file\"\n");
  CHECK(asked.target() == "w/from-file");
  asked.move_to("w/crates/leaf");
  CHECK(asked.target() == "w/from-file");
  asked.set("CARGO_TARGET_DIR", "by-variable");
  CHECK(asked.target() == "w/crates/leaf/by-variable");
  CHECK(asked.target({"build", "--target-dir", "here"}) == "w/crates/leaf/here");
}

TEST_CASE("a manifest elsewhere is followed, its configuration is not", "[target_directory]") {
  if (!weir::test::has_cargo()) return;
  Asked asked;
  asked.write("w/.cargo/config.toml", "[build]\ntarget-dir = \"from-file\"\n");
  asked.write("other/empty", "");
  asked.move_to("other");
  CHECK(asked.target({"build", "--manifest-path", "../w/crates/app/Cargo.toml"}) == "w/target");
  CHECK(asked.target({"install", "--path", "../w/crates/app"}) == "w/target");
  CHECK_FALSE(asked.answer());
}

TEST_CASE("a build directory of its own is told apart", "[target_directory]") {
  if (!weir::test::has_cargo()) return;
  Asked asked;
  asked.write("w/.cargo/config.toml", "[build]\nbuild-dir = \"../intermediate\"\n");
  auto found = asked.answer();
  REQUIRE(found);
  CHECK(found->target == (asked.root() / "w/target").string());
  CHECK(found->build == (asked.root() / "intermediate").string());
  CHECK(found->workspace == (asked.root() / "w").string());
}

TEST_CASE("being inside of a member is told", "[target_directory]") {
  if (!weir::test::has_cargo()) return;
  Asked asked;
  CHECK_FALSE(asked.answer()->is_in_member);
  CHECK(asked.answer({"build", "--manifest-path", "crates/leaf/Cargo.toml"})->is_in_member);
  asked.move_to("w/crates/leaf/src");
  CHECK(asked.answer()->is_in_member);
}

TEST_CASE("an answer is kept until a file that it depends on changes", "[target_directory]") {
  if (!weir::test::has_cargo()) return;
  Asked asked;
  CHECK(asked.target() == "w/target");
  CHECK(asked.kept() == 1);
  CHECK(asked.target() == "w/target");
  CHECK(asked.kept() == 1);
  asked.write("w/.cargo/config.toml", "[build]\ntarget-dir = \"changed\"\n");
  CHECK(asked.target() == "w/changed");
  CHECK(asked.target() == "w/changed");
  CHECK(asked.target({"build", "--config", "build.target-dir='c'"}) == "w/c");
  CHECK(asked.kept() == 2);
  // What was kept is damaged: it is asked again.
  for (const auto& entry : fs::directory_iterator(asked.root() / "cache"))
    fs::resize_file(entry.path(), fs::file_size(entry.path()) - 1);
  CHECK(asked.target() == "w/changed");
}

TEST_CASE("a manifest that cargo refuses gives an error", "[target_directory]") {
  if (!weir::test::has_cargo()) return;
  Asked asked;
  asked.write("w/Cargo.toml", "[workspace\n");
  CHECK_FALSE(asked.answer());
  CHECK(asked.kept() == 0);
}
