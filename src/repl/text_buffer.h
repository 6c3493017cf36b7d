// TextBuffer: the text being edited, its cursor and mark, and its undo history.
//
// Positions are bytes and lie between graphemes. Every change goes through
// replace(), so that all of them can be undone. Lines are those of the text
// (\n), not of the screen. Knows no keys: commands are in edit_commands.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/span.h"
#include "repl/undo_history.h"

namespace weir::repl {

class TextBuffer {
 public:
  const std::string& text() const { return text_; }
  size_t cursor() const { return cursor_; }
  size_t size() const { return text_.size(); }
  bool empty() const { return text_.empty(); }
  /// Counts changes of the text: whoever keeps something about it compares.
  uint64_t version() const { return version_; }

  /// Goes to the boundary at or before `at`.
  void set_cursor(size_t at);
  /// Inserts at the cursor, which then stands behind it.
  void insert(std::string_view text, ChangeKind kind = ChangeKind::other);
  /// Removes [begin, end) and gives it; the cursor stays at its character, or goes to `begin`.
  std::string erase(size_t begin, size_t end, ChangeKind kind = ChangeKind::other);
  /// The cursor then stands behind what was put in.
  void replace(size_t begin, size_t end, std::string_view with,
               ChangeKind kind = ChangeKind::other);
  /// Another text altogether, as one step that can be undone.
  void set_text(std::string_view text);
  /// Begins anew, without a history.
  void reset(std::string text = {});

  bool undo();
  bool redo();
  void break_undo_group() { history_.break_group(); }
  /// Changes while it lives are undone at once.
  class Group {
   public:
    explicit Group(TextBuffer& buffer) : buffer_(buffer) { buffer_.history_.begin_group(); }
    ~Group() { buffer_.history_.end_group(); }
    Group(const Group&) = delete;
    Group& operator=(const Group&) = delete;

   private:
    TextBuffer& buffer_;
  };

  void set_mark(std::optional<size_t> at) { mark_ = at; }
  std::optional<size_t> mark() const { return mark_; }
  /// Between mark and cursor; nothing when there is no mark.
  std::optional<Span> region() const;

  size_t line_begin(size_t at) const;
  size_t line_end(size_t at) const;  // before its \n
  bool is_multi_line() const { return text_.find('\n') != std::string::npos; }
  /// One line up or down, to the column that the movement began in. False at the first or last
  /// line.
  bool move_up();
  bool move_down();

 private:
  void apply(size_t at, size_t removed, std::string_view inserted);
  size_t column() const;
  void go_to_column(size_t line, size_t column);

  std::string text_;
  size_t cursor_ = 0;
  std::optional<size_t> mark_;
  std::optional<size_t> wanted_column_;  // of vertical movement under way
  UndoHistory history_;
  uint64_t version_ = 0;
};

}  // namespace weir::repl
