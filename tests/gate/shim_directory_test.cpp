#include "gate/shim_directory.h"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>

#include "support/temp_dir.h"

namespace fs = std::filesystem;
namespace gate = weir::gate;

namespace {

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

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
  CHECK(gate::add_path_line(file, "/a b") == true);
  CHECK(gate::add_path_line(file, "/a b") == false);
  CHECK(text_of(file) ==
        "first\nlast without end\nexport PATH='/a b':\"$PATH\" # weir: the shims of the gate\n");
  CHECK(gate::add_path_line(file, "/moved") == true);
  CHECK(text_of(file) ==
        "first\nlast without end\nexport PATH=/moved:\"$PATH\" # weir: the shims of the gate\n");
  CHECK(gate::remove_path_line(file) == true);
  CHECK(gate::remove_path_line(file) == false);
  CHECK(text_of(file) == "first\nlast without end\n");
  CHECK((fs::status(file).permissions() & fs::perms::mask) ==
        (fs::perms::owner_read | fs::perms::owner_write));
  const std::string fish = (dir.path() / "gate.fish").string();
  CHECK(gate::add_path_line(fish, "/s") == true);
  CHECK(text_of(fish) == "set -gx PATH /s $PATH # weir: the shims of the gate\n");
}

TEST_CASE("a start-up file that is a link stays one", "[shim_directory]") {
  weir::test::TempDir dir;
  dir.write("kept/profile", "x\n");
  fs::create_symlink("kept/profile", dir.path() / "profile");
  CHECK(gate::add_path_line((dir.path() / "profile").string(), "/s") == true);
  CHECK(fs::is_symlink(dir.path() / "profile"));
  CHECK_THAT(text_of(dir.path() / "kept/profile"), Catch::StartsWith("x\nexport PATH=/s"));
}
