#include "gate/routes/cargo_lane.h"

#include <catch2/catch.hpp>

#include <sstream>

using weir::gate::CargoDirectories;

namespace {

weir::gate::CargoArguments arguments_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return weir::gate::read_cargo_arguments(words);
}

struct Row {
  const char* words;
  const char* lane;
};

}  // namespace

TEST_CASE("a lane is what cargo locks", "[cargo_lane]") {
  const CargoDirectories same{.workspace = "/w", .target = "/t", .build = "/t"};
  const CargoDirectories apart{.workspace = "/w", .target = "/t", .build = "/b"};
  const Row one[] = {
      {"build", "/t/debug"},
      {"test", "/t/debug"},
      {"check", "/t/debug"},
      {"build -r", "/t/release"},
      {"bench", "/t/release"},
      {"build --profile fast", "/t/fast"},
      {"build --target arm", "/t/arm/debug, /t/debug"},
      {"build --target a --target specs/b.json -r", "/t/a/release, /t/b/release, /t/release"},
      {"clean", "/t/**"},
      {"clean -p leaf", "/t/**"},
      {"frobnicate", "/t/debug"},
  };
  for (const auto& [words, lane] : one) {
    INFO("cargo " << words);
    CHECK(cargo_lane(arguments_of(words), same).shown() == lane);
  }
  const Row two[] = {
      {"build", "/b/debug, /t/debug"},
      {"check", "/b/debug"},
      {"clippy", "/b/debug"},
      {"clean", "/b/**, /t/**"},
  };
  for (const auto& [words, lane] : two) {
    INFO("cargo " << words);
    CHECK(cargo_lane(arguments_of(words), apart).shown() == lane);
  }
}

TEST_CASE("commands of one shape differ in nothing that makes them slower", "[cargo_lane]") {
  const CargoDirectories directories{.workspace = "/w", .target = "/t", .build = "/t"};
  const auto shape = [&](const char* words) {
    return cargo_shape(arguments_of(words), directories);
  };
  CHECK(shape("b") == "cargo build dev /w");
  CHECK(shape("build -v -j4") == shape("build"));
  CHECK(shape("check -p b -p a --lib") == "cargo check dev /w --lib -p a -p b");
  CHECK(shape("check -p a -p b --lib") == shape("check --lib --package b -pa"));
  CHECK(shape("build --release") != shape("build"));
  CHECK(shape("build --target x") != shape("build"));
}
