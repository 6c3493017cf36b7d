// Lanes by lock files alone, as far as the directories of a path go.
#include "gate/lock_files.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "support/gate_home.h"
#include "support/random.h"

using namespace weir;
using namespace weir::gate;
using test::gate_request;
using test::GateHome;

namespace {

/// Lock files of a test's own.
class Files {
 public:
  Files() : places_{.run = directory_.path(), .state = directory_.path()} {
    ::mkdir(places_.locks().c_str(), 0700);
  }
  std::optional<std::vector<UniqueFd>> lock(const LaneKey& lane) const {
    auto locked = try_lock_lane(places_, lane);
    REQUIRE(locked);
    return std::move(*locked);
  }
  bool is_free(const LaneKey& lane) const { return lock(lane).has_value(); }

 private:
  test::TempDirectory directory_;
  Places places_;
};

LaneKey lane_of(std::string directory) { return LaneKey({{std::move(directory)}}); }
LaneKey tree_of(std::string directory) { return LaneKey({{std::move(directory), true}}); }

/// "/d/d/d…", so deep.
std::string deep(int levels) {
  std::string path;
  for (int i = 0; i < levels; ++i) path += "/d";
  return path;
}

LaneKey some_lane(test::Random& random) {
  std::vector<LanePart> parts;
  for (std::uint32_t i = random.below(2) + 1; i > 0; --i) {
    std::string path;
    for (std::uint32_t level = random.below(5); level > 0; --level)
      path += random.one_in(2) ? "/a" : "/b";
    if (path.empty()) path = random.one_in(2) ? "/" : "name";
    parts.push_back({path, random.one_in(4)});
  }
  return LaneKey(std::move(parts));
}

}  // namespace

TEST_CASE("a lane's files keep it apart from every tree above it", "[gate]") {
  const Files files;
  const auto lane = files.lock(lane_of(deep(40)));
  REQUIRE(lane);
  for (int level = 1; level <= 40; ++level) CHECK_FALSE(files.is_free(tree_of(deep(level))));
  CHECK_FALSE(files.is_free(tree_of("/")));
  CHECK_FALSE(files.is_free(lane_of(deep(40))));
  CHECK(files.is_free(tree_of(deep(40) + "/below")));
  CHECK(files.is_free(tree_of("/dd")));
  CHECK(files.is_free(lane_of(deep(39))));
  CHECK(files.is_free(tree_of("d")));  // a name is no path
}

TEST_CASE("a tree's files keep it apart from every lane below it", "[gate]") {
  const Files files;
  const auto tree = files.lock(tree_of(deep(2)));
  REQUIRE(tree);
  for (int level = 2; level <= 40; ++level) {
    CHECK_FALSE(files.is_free(lane_of(deep(level))));
    CHECK_FALSE(files.is_free(tree_of(deep(level))));
  }
  CHECK_FALSE(files.is_free(tree_of(deep(1))));
  CHECK(files.is_free(lane_of(deep(1))));
  CHECK(files.is_free(lane_of("/d/other")));
}

TEST_CASE("lanes that meet are those whose files cannot be had together", "[gate]") {
  test::Random random;
  INFO("seed " << random.seed());
  const Files files;
  for (int i = 0; i < 500; ++i) {
    const LaneKey one = some_lane(random);
    const LaneKey other = some_lane(random);
    INFO(one.shown() << " and " << other.shown());
    const auto held = files.lock(one);
    REQUIRE(held);
    CHECK(files.is_free(other) == !one.meets(other));
  }
}

TEST_CASE("a deep lane's files go to its client, and stay when the daemon dies", "[gate]") {
  const GateHome home;
  auto lease = Lease::acquire(gate_request("first", deep(100)), home.lease_options());
  REQUIRE(lease);
  REQUIRE(lease->kind() == Lease::Kind::granted);
  home.kill_daemon();
  CHECK_FALSE(try_lock_lane(home.places(), tree_of(deep(1)))->has_value());
  CHECK_FALSE(try_lock_lane(home.places(), tree_of(deep(99)))->has_value());
  lease->release({.code = 0});
  CHECK(try_lock_lane(home.places(), tree_of(deep(1)))->has_value());
}
