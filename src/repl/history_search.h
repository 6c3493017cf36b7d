// HistorySearch: the incremental search with a list (Ctrl-R): what was typed, what matches, which
// is chosen.
//
// Looks only as far back as the list shows, so that a key costs little whatever the
// history holds. Small letters match capitals, too; capitals only themselves.
#pragma once

#include <string>
#include <vector>

#include "repl/layout.h"

namespace weir::repl {

class HistorySearch {
 public:
  /// `entries` from oldest to newest, each text once.
  explicit HistorySearch(std::vector<std::string> entries);

  const std::string& query() const { return query_; }
  void set_query(std::string query);
  void older();
  void newer();
  /// The chosen entry; null when nothing matches.
  const std::string* chosen() const;
  /// The query and up to `rows - 1` entries around the chosen one.
  std::vector<StyledLine> lines(size_t rows);
  /// Where the query ends, in columns of the first line.
  size_t cursor_column() const;

 private:
  bool matches(const std::string& entry) const;
  /// Finds matches until there are `count` of them or no more entries.
  void look_for(size_t count);
  StyledLine line_of(const std::string& entry, bool is_chosen) const;

  std::vector<std::string> entries_;
  std::string query_;
  bool ignores_case_ = true;
  std::vector<size_t> found_;  // newest first
  size_t next_;                // entries before it were not looked at yet
  size_t chosen_ = 0;
  size_t top_ = 0;             // of the list shown
};

}  // namespace weir::repl
