#include "repl/git_state.h"

#include <fmt/format.h>

#include <charconv>

#include "base/text.h"

namespace weir::repl {

namespace {

int number_after(std::string_view text, char sign) {
  const size_t at = text.find(sign);
  int number = 0;
  if (at != std::string_view::npos)
    std::from_chars(text.data() + at + 1, text.data() + text.size(), number);
  return number;
}

void read_header(std::string_view line, std::string_view& commit, GitState& state) {
  constexpr size_t kShortCommit = 7;
  if (line.starts_with("# branch.oid ")) commit = line.substr(13).substr(0, kShortCommit);
  if (line.starts_with("# branch.head ")) state.branch = line.substr(14);
  if (line.starts_with("# branch.ab ")) {
    state.ahead = number_after(line, '+');
    state.behind = number_after(line, '-');
  }
}

/// "1 XY …" and "2 XY …": X of the index, Y of the files; a dot for no change.
void read_change(std::string_view line, GitState& state) {
  if (line.size() < 4) return;
  state.has_staged |= line[2] != '.';
  state.has_changed |= line[3] != '.';
}

void read_line(std::string_view line, std::string_view& commit, GitState& state) {
  if (line.starts_with('#')) read_header(line, commit, state);
  if (line.starts_with("1 ") || line.starts_with("2 ")) read_change(line, state);
  if (line.starts_with("u ")) state.has_conflicts = true;
  if (line.starts_with("? ")) state.has_untracked = true;
}

}  // namespace

GitState parse_git_status(std::string_view porcelain) {
  GitState state;
  std::string_view commit;
  while (!porcelain.empty()) {
    const size_t end = std::min(porcelain.find('\n'), porcelain.size());
    read_line(porcelain.substr(0, end), commit, state);
    porcelain.remove_prefix(std::min(end + 1, porcelain.size()));
  }
  if (state.branch == "(detached)") state.branch = commit;
  return state;
}

std::string git_text(const GitState& state) {
  if (state.branch.empty()) return {};
  std::string text = one_line(state.branch);
  if (state.has_conflicts) text += '!';
  if (state.has_changed) text += '*';
  if (state.has_staged) text += '+';
  if (state.has_untracked) text += '?';
  if (state.ahead > 0) text += fmt::format("↑{}", state.ahead);
  if (state.behind > 0) text += fmt::format("↓{}", state.behind);
  return text;
}

}  // namespace weir::repl
