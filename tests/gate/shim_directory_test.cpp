#include "gate/shim_directory.h"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>

#include "support/no_umask.h"
#include "support/temp_dir.h"

namespace fs = std::filesystem;
namespace gate = weir::gate;

namespace {

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

fs::perms mode_of(const fs::path& path) { return fs::status(path).permissions() & fs::perms::mask; }

}  // namespace

TEST_CASE("shims are links that come and go", "[shim_directory]") {
  weir::test::TempDir dir;
  const std::string shims = (dir.path() / "a/shims").string();
  const std::string self = fs::read_symlink("/proc/self/exe").string();
  CHECK(gate::installed_shims(shims).empty());
  CHECK(gate::install_shim("make", shims, "/old/weir") == true);
  CHECK_FALSE(gate::is_installed_shim("make", shims));
  CHECK(gate::install_shim("make", shims, self) == true);
  CHECK(gate::install_shim("make", shims, self) == false);
  CHECK(gate::install_shim("cargo", shims, self) == true);
  CHECK(gate::installed_shims(shims) == std::vector<std::string>{"cargo", "make"});
  CHECK(gate::is_installed_shim("make", shims));
  CHECK_FALSE(gate::is_installed_shim("ninja", shims));
  CHECK_FALSE(gate::is_installed_shim("../shims/make", shims));
  CHECK(gate::remove_shim("make", shims) == true);
  CHECK(gate::remove_shim("make", shims) == false);
  CHECK(gate::installed_shims(shims) == std::vector<std::string>{"cargo"});
}

TEST_CASE("one line of a start-up file is added once and taken out again", "[shim_directory]") {
  weir::test::TempDir dir;
  const std::string file = dir.write("profile", "first\nlast without end").string();
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  CHECK(gate::add_path_line(file, "/a b", 0600) == true);
  CHECK(gate::add_path_line(file, "/a b", 0600) == false);
  CHECK(text_of(file) ==
        "first\nlast without end\nexport PATH='/a b':\"$PATH\" # weir: the shims of the gate\n");
  CHECK(gate::add_path_line(file, "/moved", 0600) == true);
  CHECK(text_of(file) ==
        "first\nlast without end\nexport PATH=/moved:\"$PATH\" # weir: the shims of the gate\n");
  CHECK(gate::remove_path_line(file) == true);
  CHECK(gate::remove_path_line(file) == false);
  CHECK(text_of(file) == "first\nlast without end\n");
  CHECK(mode_of(file) == (fs::perms::owner_read | fs::perms::owner_write));
  const std::string fish = (dir.path() / "gate.fish").string();
  CHECK(gate::add_path_line(fish, "/s", 0600) == true);
  CHECK(text_of(fish) == "set -gx PATH /s $PATH # weir: the shims of the gate\n");
}

TEST_CASE("a start-up file that is a link stays one", "[shim_directory]") {
  weir::test::TempDir dir;
  dir.write("kept/profile", "x\n");
  fs::create_symlink("kept/profile", dir.path() / "profile");
  CHECK(gate::add_path_line((dir.path() / "profile").string(), "/s", 0600) == true);
  CHECK(fs::is_symlink(dir.path() / "profile"));
  CHECK_THAT(text_of(dir.path() / "kept/profile"), Catch::StartsWith("x\nexport PATH=/s"));
}

TEST_CASE("what comes to stand on PATH is written to by its owner only", "[shim_directory]") {
  weir::test::TempDir dir;
  const weir::test::NoUmask as_weir;
  const std::string shims = (dir.path() / "share/weir/shims").string();
  REQUIRE(gate::install_shim("make", shims, "/some/weir") == true);
  for (const char* made : {"share", "share/weir", "share/weir/shims"})
    CHECK(mode_of(dir.path() / made) == fs::perms::owner_all);
  fs::permissions(shims, fs::perms::all);
  CHECK_FALSE(gate::install_shim("ninja", shims, "/some/weir"));
  const std::string profile = (dir.path() / "profile").string();
  REQUIRE(gate::add_path_line(profile, shims, 0640) == true);
  CHECK(mode_of(profile) ==
        (fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read));
}

TEST_CASE("what is no start-up file is told and left alone", "[shim_directory]") {
  weir::test::TempDir dir;
  const std::string directory = dir.path().string();
  const auto added = gate::add_path_line(directory, "/s", 0600);
  REQUIRE_FALSE(added);
  CHECK(added.error().message == directory + ": Is a directory");
}
