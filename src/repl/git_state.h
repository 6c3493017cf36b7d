// GitState: what a prompt shows of a repository, from `git status --porcelain=v2 --branch`.
#pragma once

#include <string>
#include <string_view>

namespace weir::repl {

struct GitState {
  std::string branch;  // a short commit where none is checked out; empty: no repository
  int ahead = 0;
  int behind = 0;
  bool has_staged = false;
  bool has_changed = false;
  bool has_untracked = false;
  bool has_conflicts = false;
  friend bool operator==(const GitState&, const GitState&) = default;
};

GitState parse_git_status(std::string_view porcelain);
/// "main*+?↑2↓1": * changed, + staged, ? untracked, ! conflicts; empty without a repository.
std::string git_text(const GitState& state);

}  // namespace weir::repl
