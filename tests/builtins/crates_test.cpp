#include <catch2/catch.hpp>

#include "base/value.h"
#include "support/cargo_workspace.h"
#include "support/paths.h"
#include "support/run_program.h"
#include "support/temp_dir.h"

extern char** environ;

namespace {

weir::test::ProgramEnd run_weir(const std::filesystem::path& directory, const std::string& text) {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry; ++entry) environment.emplace_back(*entry);
  return weir::test::run_program({.argv = {weir::test::kWeirProgram, "-c", text},
                                  .environment = environment,
                                  .directory = directory});
}

}  // namespace

TEST_CASE("crates gives a row for each package of the workspace", "[crates]") {
  if (!weir::test::has_cargo()) return;
  weir::test::TempDir dir;
  weir::test::write_cargo_workspace(dir.path(), {.crates = 7, .types = 1});
  const auto end = run_weir(dir.path(), "crates | get name deps kind version");
  CHECK(end.code == "0");
  CHECK(end.err == "");
  CHECK(end.out ==
        "app\t[\"c02\",\"c03\",\"c04\",\"c05\"]\tbin\t0.1.0\n"
        "c01\t[]\tlib\t0.1.0\n"
        "c02\t[\"c01\"]\tlib\t0.1.0\n"
        "c03\t[\"c01\"]\tlib\t0.1.0\n"
        "c04\t[\"c02\"]\tlib\t0.1.0\n"
        "c05\t[\"c01\",\"c02\"]\tlib\t0.1.0\n"
        "leaf\t[]\tlib\t0.1.0\n");
}

TEST_CASE("crates finds the workspace by its manifest and says what cargo says", "[crates]") {
  if (!weir::test::has_cargo()) return;
  weir::test::TempDir dir;
  weir::test::write_cargo_workspace(dir.path() / "w", {.crates = 3, .types = 1});
  auto end = run_weir(dir.path(), "crates --manifest-path w/Cargo.toml --json");
  CHECK(end.code == "0");
  auto rows = weir::Value::parse_json(end.out);
  REQUIRE(rows);
  CHECK(rows->as_list().size() == 3);
  end = run_weir(dir.path(), "crates");
  CHECK(end.code == "101");
  CHECK(end.out == "");
  CHECK_THAT(end.err, Catch::StartsWith("error: could not find `Cargo.toml`"));
}

TEST_CASE("crates feed a graph in the order of their dependencies", "[crates]") {
  if (!weir::test::has_cargo()) return;
  weir::test::TempDir dir;
  weir::test::write_cargo_workspace(dir.path(), {.crates = 5, .types = 1});
  const auto end =
      run_weir(dir.path(),
               "crates | scatter --limit 1 --needs deps --as C | "
               "sh -c 'echo $0 >> order' \"${C[name]}\" | gather > /dev/null; cat order");
  CHECK(end.code == "0");
  CHECK(end.out.find("c01") < end.out.find("c02"));
  CHECK(end.out.find("c02") < end.out.find("app"));
  CHECK(end.out.find("c03") < end.out.find("app"));
}
