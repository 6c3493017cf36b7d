#include "repl/git_state.h"

#include <catch2/catch.hpp>

using namespace weir::repl;

TEST_CASE("the state of a repository is read from git's lines", "[prompt]") {
  const GitState state = parse_git_status(
      "# branch.oid 0123456789abcdef\n# branch.head main\n# branch.upstream origin/main\n# "
      "branch.ab +2 -1\n"
      "1 M. N... 100644 100644 100644 a b staged\n1 .M N... 100644 100644 100644 a b changed\n"
      "u UU N... 1 2 3 4 a b c both\n? new\n");
  CHECK(state == GitState{.branch = "main",
                          .ahead = 2,
                          .behind = 1,
                          .has_staged = true,
                          .has_changed = true,
                          .has_untracked = true,
                          .has_conflicts = true});
  CHECK(git_text(state) == "main!*+?↑2↓1");
}

TEST_CASE("without a branch the commit is shown, without a repository nothing", "[prompt]") {
  CHECK(git_text(parse_git_status("# branch.oid 0123456789abcdef\n# branch.head (detached)\n")) ==
        "0123456");
  CHECK(git_text(parse_git_status("")) == "");
  CHECK(git_text(parse_git_status("1\n1 \nu\n# branch.ab x\n")) == "");
}
