#include "repl/undo_history.h"

namespace weir::repl {

bool UndoHistory::joins(const TextChange& change, ChangeKind kind) const {
  if (!is_open_ || done_ == 0) return false;
  if (depth_ > 0) return true;
  const Group& group = groups_[done_ - 1];
  if (kind == ChangeKind::other || group.kind != kind) return false;
  const TextChange& last = group.changes.back();
  if (kind == ChangeKind::erased)
    return change.at == last.at || change.at + change.removed.size() == last.at;
  // A word and the blanks behind it: a new group begins where a word does.
  const bool begins_word = last.inserted.ends_with(' ') && !change.inserted.starts_with(' ');
  return change.at == last.at + last.inserted.size() && !begins_word;
}

void UndoHistory::add(TextChange change, ChangeKind kind) {
  groups_.resize(done_);
  if (!joins(change, kind)) {
    groups_.push_back({.kind = depth_ > 0 ? ChangeKind::other : kind});
    ++done_;
  }
  auto& changes = groups_.back().changes;
  // Typing goes into the last change, so that a long line is one string.
  if (kind == ChangeKind::typed && !changes.empty() && change.removed.empty() &&
      change.at == changes.back().at + changes.back().inserted.size()) {
    changes.back().inserted += change.inserted;
  } else {
    changes.push_back(std::move(change));
  }
  is_open_ = true;
}

void UndoHistory::begin_group() {
  if (depth_++ == 0) is_open_ = false;
}

void UndoHistory::end_group() {
  if (--depth_ == 0) is_open_ = false;
}

const std::vector<TextChange>* UndoHistory::undo() {
  is_open_ = false;
  return done_ == 0 ? nullptr : &groups_[--done_].changes;
}

const std::vector<TextChange>* UndoHistory::redo() {
  is_open_ = false;
  return done_ == groups_.size() ? nullptr : &groups_[done_++].changes;
}

void UndoHistory::clear() {
  groups_.clear();
  done_ = 0;
  is_open_ = false;
}

}  // namespace weir::repl
