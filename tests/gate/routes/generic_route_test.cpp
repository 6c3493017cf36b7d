#include "gate/routes/generic_route.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "support/paths.h"

using weir::gate::GenericRoute;

namespace {

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::vector<GenericRoute> routes_of(const std::string& json) {
  auto settings = weir::gate::parse_gate_settings(json);
  if (!settings) FAIL(settings.error().message);
  return settings->routes;
}

/// "bulk LANE JOBS", or "none".
std::string shown(const std::vector<GenericRoute>& routes, const std::string& line) {
  const auto words = words_of(line);
  const GenericRoute* route = find_route(routes, words);
  if (!route) return "none";
  constexpr const char* kBands[] = {"passthrough", "focus", "bulk"};
  return fmt::format("{} {} {}", kBands[static_cast<int>(route->band)], route->lane,
                     jobs_of(*route, words));
}

std::string problem(const std::string& json) {
  auto settings = weir::gate::parse_gate_settings(json);
  return settings ? "none" : settings.error().message;
}

}  // namespace

TEST_CASE("the first route whose words a command begins with counts", "[generic_route]") {
  const auto routes = routes_of(R"({"routes": [
    {"command": "make clean", "band": "focus", "lane": "directory"},
    {"command": "make", "lane": "directory", "jobs_flag": "-j"},
    {"command": "pytest *::*", "band": "focus"},
    {"command": "py*", "jobs": 3},
    {"command": "go version", "band": "passthrough"}]})");
  CHECK(shown(routes, "make") == "bulk directory 1");
  CHECK(shown(routes, "make clean all") == "focus directory 1");
  CHECK(shown(routes, "/usr/bin/make all") == "bulk directory 1");
  CHECK(shown(routes, "make -j4 all") == "bulk directory 4");
  CHECK(shown(routes, "make -j 8") == "bulk directory 8");
  CHECK(shown(routes, "make -j") == "bulk directory 0");
  CHECK(shown(routes, "make -j all") == "bulk directory 0");
  CHECK(shown(routes, "make -j=2") == "bulk directory 2");
  CHECK(shown(routes, "make -jx") == "bulk directory 1");
  CHECK(shown(routes, "pytest a.py::one") == "focus none 1");
  CHECK(shown(routes, "pytest a.py") == "bulk none 3");
  CHECK(shown(routes, "go version") == "passthrough none 1");
  CHECK(shown(routes, "go") == "none");
  CHECK(shown(routes, "maker") == "none");
}

TEST_CASE("checks build aside unless gate.json says otherwise", "[generic_route]") {
  CHECK(weir::gate::parse_gate_settings(R"({"routes": []})")->checks_aside);
  CHECK_FALSE(weir::gate::parse_gate_settings(R"({"checks_aside": false})")->checks_aside);
  CHECK(problem(R"({"checks_aside": 1})") == "checks_aside is neither true nor false");
  CHECK(problem(R"({"checks_aside": true, "routes": 1})") == "routes is no list");
}

TEST_CASE("a route that cannot be read is named with what is wrong", "[generic_route]") {
  CHECK(problem("{\"routes\": []}") == "none");
  CHECK(problem("{}") == "none");
  CHECK(problem("[]") == "the document is no record");
  CHECK(problem(R"({"routes": [{"command": "a"}, 3]})") == "route 2 is no record");
  CHECK(problem(R"({"routes": [{"lane": "x"}]})") == "route 1 has no command");
  CHECK(problem(R"({"routes": [{"command": "a", "jobs": -1}]})") ==
        "route 1 has jobs that are no number from 0 to 4096");
  CHECK(problem(R"({"routes": [{"command": "a", "band": "fast"}]})") ==
        "route 1 has a band that is none of focus, bulk and passthrough");
  CHECK_THAT(problem(R"({"routes": [{"command": "a", "memory": "much"}]})"),
             Catch::StartsWith("route 1 has a memory that is no size: "));
  CHECK(problem("{") != "none");
}

TEST_CASE("a member that nobody knows is named, with the one that was meant", "[generic_route]") {
  CHECK(problem(R"({"check_aside": false})") ==
        "the document has no member check_aside; did you mean \"checks_aside\"?");
  CHECK(problem(R"({"routes": [], "limits": {}})") ==
        "the document has no member limits; there are routes, checks_aside, note");
  CHECK(problem(R"({"note": "mine", "routes": [{"command": "a", "lanes": "x"}]})") ==
        "route 1 has no member lanes; did you mean \"lane\"?");
  CHECK(problem(R"({"routes": [{"command": "a"}, {"command": "b", "cost": 1}]})") ==
        "route 2 has no member cost; there are command, lane, band, jobs, jobs_flag, memory, note");
  CHECK(problem(R"({"note": 1})") == "the document has a note that is no string");
}

TEST_CASE("the routes that are shipped as an example are right", "[generic_route]") {
  std::ifstream file(std::string(weir::test::kSourceDir) + "/examples/gate.json");
  const auto routes = routes_of({std::istreambuf_iterator<char>(file), {}});
  CHECK(shown(routes, "make -j3") == "bulk directory 3");
  CHECK(shown(routes, "make --version") == "passthrough none 1");
  CHECK(shown(routes, "ninja") == "bulk directory 0");
  CHECK(shown(routes, "npm test") == "bulk directory 2");
  CHECK(shown(routes, "npm view x") == "passthrough none 1");
  CHECK(shown(routes, "go test ./...") == "bulk none 0");
  CHECK(shown(routes, "go env") == "passthrough none 1");
  CHECK(shown(routes, "pytest tests/a.py::one") == "focus none 1");
  CHECK(shown(routes, "pytest -n 4") == "bulk directory 4");
}
