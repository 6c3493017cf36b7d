#include "gate/real_program.h"

#include <catch2/catch.hpp>

#include "support/temp_dir.h"

namespace fs = std::filesystem;

using weir::gate::find_real_program;

TEST_CASE("the real program is the first on PATH that is not weir", "[real_program]") {
  weir::test::TempDir dir;
  const std::string root = dir.path().string();
  fs::create_directories(dir.path() / "shims");
  fs::create_symlink("/proc/self/exe", dir.path() / "shims/tool");  // a shim of who asks
  dir.write("other/weir", "another weir");
  fs::permissions(dir.path() / "other/weir", fs::perms::owner_all);
  fs::create_symlink(dir.path() / "other/weir", dir.path() / "other/tool");
  dir.write("plain/tool", "not executable");
  fs::create_directories(dir.path() / "folder/tool");
  dir.write("real/tool", "#!/bin/sh\n");
  fs::permissions(dir.path() / "real/tool", fs::perms::owner_all);

  const auto in = [&](std::string_view names) {
    std::string path;
    for (size_t at = 0; at < names.size();) {
      const size_t end = std::min(names.find(' ', at), names.size());
      path += (path.empty() ? "" : ":") + root + "/" + std::string(names.substr(at, end - at));
      at = end + 1;
    }
    return find_real_program("tool", path).value_or("none").substr(0, 4096);
  };
  CHECK(in("shims other plain folder real") == root + "/real/tool");
  CHECK(in("missing") == "none");
  CHECK(in("shims") == "none");
  CHECK(find_real_program("no-such-program", "") == std::nullopt);
}

TEST_CASE("a shim is what comes first on PATH and is weir", "[real_program]") {
  weir::test::TempDir dir;
  const auto in = [&](const char* name) { return (dir.path() / name).string(); };
  fs::create_directories(dir.path() / "shims");
  fs::create_symlink("/proc/self/exe", dir.path() / "shims/tool");
  dir.write("real/tool", "#!/bin/sh\n");
  fs::permissions(dir.path() / "real/tool", fs::perms::owner_all);
  using weir::gate::find_shim;
  CHECK(find_shim("tool", in("missing") + ":" + in("shims") + ":" + in("real")) ==
        in("shims/tool"));
  CHECK(find_shim("tool", in("real") + ":" + in("shims")) == std::nullopt);
  CHECK(find_shim("tool", in("missing")) == std::nullopt);
}
