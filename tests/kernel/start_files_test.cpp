#include "kernel/start_files.h"

#include <catch2/catch.hpp>

#include "kernel/kernel.h"
#include "support/temp_dir.h"

using namespace weir;
using kernel::CommandLine;
using kernel::start_files;

namespace {

using Files = std::vector<std::string>;

// The person's own: what stands in /etc of this machine is left out.
Files own_files(Kernel& kernel, const CommandLine& line, bool is_interactive) {
  Files files = start_files(kernel.context(), line, is_interactive);
  std::erase(files, "/etc/weir/profile.ksh");
  return files;
}

}  // namespace

TEST_CASE("which start files are read depends on login and prompt") {
  const test::TempDir dir;
  const std::string profile = dir.write("weir/profile.ksh", "").string();
  const std::string init = dir.write("weir/init.ksh", "").string();
  Kernel kernel;
  REQUIRE(kernel.set("XDG_CONFIG_HOME", Value(dir.path().string())));
  CHECK(own_files(kernel, {}, false).empty());
  CHECK(own_files(kernel, {}, true) == Files{init});
  CHECK(own_files(kernel, {.login = true}, false) == Files{profile});
  CHECK(own_files(kernel, {.login = true}, true) == Files{profile, init});
  CHECK(own_files(kernel, {.rcfile = "/x"}, true) == Files{"/x"});
  CHECK(own_files(kernel, {.rcfile = "x"}, true) == Files{"./x"});
  CHECK(own_files(kernel, {.rcfile = "x"}, false).empty());
  CHECK(own_files(kernel, {.login = true, .norc = true, .rcfile = "x"}, true).empty());
}

TEST_CASE("start files are looked for below HOME without XDG_CONFIG_HOME") {
  const test::TempDir dir;
  const std::string init = dir.write(".config/weir/init.ksh", "").string();
  Kernel kernel;
  REQUIRE(kernel.set("HOME", Value(dir.path().string())));
  for (const char* unusable : {"", "relative"}) {
    REQUIRE(kernel.set("XDG_CONFIG_HOME", Value(unusable)));
    CHECK(own_files(kernel, {}, true) == Files{init});
  }
  REQUIRE(kernel.set("HOME", Value("")));
  CHECK(own_files(kernel, {}, true).empty());
}
