#include "base/user_directories.h"

#include <catch2/catch.hpp>
#include <map>

#include "support/temp_dir.h"

using weir::runtime_directory;
using weir::state_directory;

namespace {

weir::VariableLookup variables(std::map<std::string, std::string> values) {
  return [values](const char* name) {
    const auto found = values.find(name);
    return found == values.end() ? std::string() : found->second;
  };
}

}  // namespace

TEST_CASE("the directories of a user follow weir's variables, then XDG's, then HOME", "[base]") {
  const weir::test::TempDir home;
  std::map<std::string, std::string> values{{"HOME", home.path()}};
  CHECK(state_directory(variables(values)) == home.path() / ".local/state/weir");
  CHECK(runtime_directory(variables(values)) == home.path() / ".local/state/weir/run");
  values["XDG_STATE_HOME"] = "/state";
  CHECK(runtime_directory(variables(values)) == "/state/weir/run");
  values["XDG_RUNTIME_DIR"] = "/run/user/7";
  CHECK(state_directory(variables(values)) == "/state/weir");
  CHECK(runtime_directory(variables(values)) == "/run/user/7/weir");
  values["WEIR_RUNTIME_DIR"] = "/mine/run";
  values["WEIR_STATE_DIR"] = "/mine/state";
  CHECK(runtime_directory(variables(values)) == "/mine/run");
  CHECK(state_directory(variables(values)) == "/mine/state");
}

TEST_CASE("relative directories are none", "[base]") {
  const weir::test::TempDir home;
  CHECK(runtime_directory(variables({{"WEIR_RUNTIME_DIR", "run"}, {"HOME", home.path()}})) ==
        home.path() / ".local/state/weir/run");
  CHECK(state_directory(variables({{"HOME", "home"}})).empty());
  CHECK(runtime_directory(variables({})).empty());
}

TEST_CASE("a HOME that is not there is no place for state", "[base]") {
  const weir::test::TempDir home;
  const std::string missing = home.path() / "missing";
  CHECK(state_directory(variables({{"HOME", missing}})).empty());
  CHECK(runtime_directory(variables({{"HOME", missing}})).empty());
  CHECK(weir::no_directory_reason(variables({{"HOME", missing}})) ==
        "HOME is " + missing + ", which is no directory");
  CHECK(state_directory(variables({{"HOME", missing}, {"XDG_STATE_HOME", "/state"}})) ==
        "/state/weir");
}
