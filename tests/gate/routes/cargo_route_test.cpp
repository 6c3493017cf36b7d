#include "gate/routes/cargo_route.h"

#include <catch2/catch.hpp>

#include <sstream>

using weir::gate::CargoFacts;

namespace {

std::string route_of(const std::string& line, const CargoFacts& facts) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return std::string(cargo_route_name(cargo_route(weir::gate::read_cargo_arguments(words), facts)));
}

struct Row {
  const char* words;
  const char* route;
};

}  // namespace

TEST_CASE("what only answers passes through", "[cargo_route]") {
  for (const char* words : {"",
                            "--version",
                            "-V",
                            "--list",
                            "help",
                            "build --help",
                            "version",
                            "metadata",
                            "tree",
                            "fmt --all",
                            "new x",
                            "init",
                            "login",
                            "logout",
                            "pkgid",
                            "locate-project",
                            "yank",
                            "owner",
                            "uninstall x",
                            "report future-incompatibilities",
                            "watch -x check",
                            "build --unit-graph",
                            "rustc --print cfg",
                            "config get"}) {
    INFO("cargo " << words);
    CHECK(route_of(words, {.is_warm = true}) == "passthrough");
    CHECK(route_of(words, {.is_warm = true, .wanted = "bulk"}) == "passthrough");
  }
}

TEST_CASE("what works with the package cache takes no slot", "[cargo_route]") {
  for (const char* words : {"search serde", "update", "fetch", "add serde", "remove serde",
                            "rm serde", "vendor", "info serde", "generate-lockfile"}) {
    INFO("cargo " << words);
    CHECK(route_of(words, {}) == "cache");
  }
}

TEST_CASE("small work on a warm directory is focus, the rest bulk", "[cargo_route]") {
  const CargoFacts warm{.is_warm = true};
  const Row rows[] = {
      {"build", "bulk"},
      {"check", "bulk"},
      {"check -p leaf", "focus"},
      {"build -p leaf", "focus"},
      {"test --lib", "focus"},
      {"test -p leaf --no-run", "focus"},
      {"run --bin tool", "focus"},
      {"clippy -p leaf", "focus"},
      {"check --workspace -p leaf", "bulk"},
      {"build -p leaf --release", "bulk"},
      {"build -p leaf --profile fast", "bulk"},
      {"bench -p leaf", "bulk"},
      {"doc -p leaf", "bulk"},
      {"install ripgrep", "bulk"},
      {"package -p leaf", "bulk"},
      {"frobnicate -p leaf", "bulk"},
      {"clean", "focus"},
  };
  for (const auto& [words, route] : rows) {
    INFO("cargo " << words);
    CHECK(route_of(words, warm) == route);
  }
}

TEST_CASE("a cold directory makes all but checks bulk", "[cargo_route]") {
  CHECK(route_of("build -p leaf", {}) == "bulk");
  CHECK(route_of("check -p leaf", {}) == "focus");
}

TEST_CASE("the directory of one member limits as -p does", "[cargo_route]") {
  CHECK(route_of("build", {.is_in_member = true, .is_warm = true}) == "focus");
  CHECK(route_of("build --workspace", {.is_in_member = true, .is_warm = true}) == "bulk");
}

TEST_CASE("the band is a guess where neither the subcommand nor the user says it",
          "[cargo_route]") {
  const auto guessed = [](std::vector<std::string> words, std::string_view wanted = {}) {
    return weir::gate::is_band_guessed(weir::gate::read_cargo_arguments(words), wanted);
  };
  CHECK(guessed({"build", "--release"}));
  CHECK(guessed({"check", "-p", "leaf"}));
  CHECK_FALSE(guessed({"check", "-p", "leaf"}, "bulk"));
  CHECK_FALSE(guessed({"doc"}));
  CHECK_FALSE(guessed({"clean"}));
  CHECK_FALSE(guessed({"strange"}));
}

TEST_CASE("GATE_BAND decides, except for what has no lease", "[cargo_route]") {
  CHECK(route_of("build --release", {.wanted = "focus"}) == "focus");
  CHECK(route_of("check -p leaf", {.is_warm = true, .wanted = "bulk"}) == "bulk");
  CHECK(route_of("update", {.wanted = "bulk"}) == "cache");
  CHECK(route_of("check -p leaf", {.is_warm = true, .wanted = "fast"}) == "focus");
}

TEST_CASE("a cargo inside of a lease passes through", "[cargo_route]") {
  CHECK(route_of("build --release", {.is_nested = true}) == "passthrough");
  CHECK(route_of("update", {.is_nested = true}) == "passthrough");
}
