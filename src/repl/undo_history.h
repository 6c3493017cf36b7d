// UndoHistory: changes of a text, in groups that a person takes back at once.
//
// A change is what was at a place before and after. Typing one word is one
// group, so is deleting a stretch character by character, a paste, or a command.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace weir::repl {

struct TextChange {
  size_t at = 0;
  std::string removed;
  std::string inserted;
  size_t cursor_before = 0;
};

/// What kind of change it was: neighbours of one kind that touch are one group.
enum class ChangeKind : uint8_t { typed, erased, other };

class UndoHistory {
 public:
  /// Notes a change that was made. What was undone before it can no longer be redone.
  void add(TextChange change, ChangeKind kind);
  /// The next change begins a group of its own.
  void break_group() { is_open_ = false; }
  /// Changes until end_group() are one group, whatever they are. Nests.
  void begin_group();
  void end_group();

  /// The changes to take back, in the order in which to do so; empty when there is nothing.
  const std::vector<TextChange>* undo();
  /// The changes to make again, in order.
  const std::vector<TextChange>* redo();
  void clear();

 private:
  bool joins(const TextChange& change, ChangeKind kind) const;

  struct Group {
    std::vector<TextChange> changes;
    ChangeKind kind = ChangeKind::other;
  };
  std::vector<Group> groups_;
  size_t done_ = 0;  // groups before it are in the text, those from it on were undone
  bool is_open_ = false;
  int depth_ = 0;
};

}  // namespace weir::repl
