#include "gate/lane.h"

#include <catch2/catch.hpp>

namespace weir::gate {
namespace {

LaneKey key(std::vector<LanePart> parts) { return LaneKey(std::move(parts)); }

}  // namespace

TEST_CASE("lanes meet in a directory or in a tree above it", "[gate]") {
  CHECK(key({{"/t/debug"}}).meets(key({{"/t/debug"}})));
  CHECK_FALSE(key({{"/t/debug"}}).meets(key({{"/t/release"}})));
  CHECK_FALSE(key({{"/t"}}).meets(key({{"/t/debug"}})));
  CHECK(key({{"/t", true}}).meets(key({{"/t/debug"}})));
  CHECK(key({{"/t/debug"}}).meets(key({{"/t", true}})));
  CHECK(key({{"/t", true}}).meets(key({{"/t"}})));
  CHECK(key({{"/", true}}).meets(key({{"/t"}})));
  CHECK_FALSE(key({{"/", true}}).meets(key({{"gpu"}})));
  CHECK_FALSE(key({{"/t", true}}).meets(key({{"/tt/debug"}})));
  CHECK(key({{"/a"}, {"/b"}}).meets(key({{"/b"}, {"/c"}})));
}

TEST_CASE("an empty lane meets nothing", "[gate]") {
  CHECK_FALSE(LaneKey().meets(key({{"/", true}})));
  CHECK_FALSE(LaneKey().meets(LaneKey()));
  CHECK(LaneKey().hash() == 0);
}

TEST_CASE("a lane key is sorted and says a thing once", "[gate]") {
  const LaneKey lane = key({{"/t/debug"}, {"/b"}, {"/t", true}, {"/b"}, {"/t"}});
  CHECK(lane.shown() == "/b, /t/**");
  CHECK(lane == key({{"/t", true}, {"/b"}}));
  CHECK(lane.hash() == key({{"/t", true}, {"/b"}}).hash());
  CHECK(lane.hash() != key({{"/t"}, {"/b"}}).hash());
}

}  // namespace weir::gate
