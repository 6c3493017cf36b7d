#include "gate/finished_units.h"

#include <catch2/catch.hpp>

#include <fstream>

#include "support/temp_dir.h"

using weir::gate::FinishedUnits;
using weir::gate::LaneKey;

TEST_CASE("a unit is done when cargo has noted it, and a script that has run is none", "[gate]") {
  const weir::test::TempDir place;
  const auto lane = place.path() / "debug";
  FinishedUnits units(LaneKey({{lane.string()}, {"/nowhere"}}));
  CHECK(units.count() == 0);
  const auto note = [&](const char* file) {
    const auto path = lane / ".fingerprint" / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << "{}";
  };
  note("leaf-1/invoked.timestamp");
  CHECK(units.count() == 0);
  note("leaf-1/lib-leaf.json");
  note("app-2/run-build-script-build-script-build.json");
  CHECK(units.count() == 1);
  note("app-3/invoked.timestamp");
  note("app-4/build-script-build-script-build.json");
  CHECK(units.count() == 2);
  note("app-3/bin-app.json");
  CHECK(units.count() == 3);
  CHECK(units.count() == 3);
}
