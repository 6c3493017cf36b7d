// CompletionMenu: the candidates below the line, with their descriptions, and which is chosen.
//
// With descriptions each candidate has a row; without, they stand in columns.
#pragma once

#include <optional>
#include <vector>

#include "repl/editor_hooks.h"
#include "repl/layout.h"

namespace weir::repl {

class CompletionMenu {
 public:
  /// REQUIRES: there are candidates.
  explicit CompletionMenu(Completions completions) : completions_(std::move(completions)) {}

  const Completions& completions() const { return completions_; }
  const Candidate* chosen() const { return chosen_ ? &completions_.candidates[*chosen_] : nullptr; }
  /// The next or previous one, around the ends.
  void move(int by);
  /// One row of the menu up or down, or one column; as many rows as are shown, up to its ends.
  void move_row(int by);
  void move_page(int by);
  /// The text to be replaced has become longer or shorter.
  void grow_replaced(int by) { completions_.replaced.end += static_cast<uint32_t>(by); }
  std::vector<StyledLine> lines(TerminalSize size);

 private:
  std::vector<StyledLine> rows_with_descriptions(size_t columns, size_t height);
  std::vector<StyledLine> grid(size_t columns, size_t height);

  Completions completions_;
  std::optional<size_t> chosen_;
  size_t top_ = 0;
  size_t per_row_ = 1;
  size_t rows_shown_ = 1;
};

/// What all candidates begin with.
std::string common_prefix(const std::vector<Candidate>& candidates);

}  // namespace weir::repl
