#include "repl/key_map.h"

#include <cassert>

namespace weir::repl {

namespace {

struct Default {
  std::string_view keys;
  std::string_view command;
};

constexpr Default kDefaults[] = {
    {"enter", "accept-line"},
    {"ctrl-j", "accept-line"},
    {"alt-enter", "insert-newline"},
    {"shift-enter", "insert-newline"},
    {"tab", "complete"},
    {"shift-tab", "complete-backward"},
    {"escape", "close"},
    {"ctrl-g", "close"},
    {"ctrl-c", "interrupt"},
    {"ctrl-d", "delete-char-or-exit"},
    {"ctrl-l", "clear-screen"},
    {"ctrl-v", "quoted-insert"},
    {"ctrl-q", "quoted-insert"},
    {"left", "backward-char"},
    {"ctrl-b", "backward-char"},
    {"right", "accept-or-forward-char"},
    {"ctrl-f", "accept-or-forward-char"},
    {"alt-b", "backward-word"},
    {"alt-left", "backward-word"},
    {"ctrl-left", "backward-word"},
    {"alt-f", "accept-word-or-forward-word"},
    {"alt-right", "accept-word-or-forward-word"},
    {"ctrl-right", "accept-word-or-forward-word"},
    {"ctrl-alt-b", "backward-shell-word"},
    {"ctrl-alt-f", "forward-shell-word"},
    {"home", "beginning-of-line"},
    {"ctrl-a", "beginning-of-line"},
    {"end", "accept-or-end-of-line"},
    {"ctrl-e", "accept-or-end-of-line"},
    {"alt-<", "beginning-of-text"},
    {"ctrl-home", "beginning-of-text"},
    {"alt->", "end-of-text"},
    {"ctrl-end", "end-of-text"},
    {"up", "up-or-history"},
    {"down", "down-or-history"},
    {"ctrl-p", "up-or-history"},
    {"ctrl-n", "down-or-history"},
    {"page-up", "previous-history"},
    {"page-down", "next-history"},
    {"alt-p", "previous-history"},
    {"alt-n", "next-history"},
    {"alt-up", "previous-line"},
    {"alt-down", "next-line"},
    {"ctrl-r", "search-history"},
    {"alt-.", "insert-last-word"},
    {"alt-_", "insert-last-word"},
    {"delete", "delete-char"},
    {"backspace", "backward-delete-char"},
    {"ctrl-h", "backward-delete-char"},
    {"alt-backspace", "backward-kill-word"},
    {"ctrl-backspace", "backward-kill-word"},
    {"ctrl-alt-h", "backward-kill-word"},
    {"ctrl-w", "backward-kill-shell-word"},
    {"alt-/", "backward-kill-path-part"},
    {"alt-d", "kill-word"},
    {"ctrl-delete", "kill-word"},
    {"ctrl-k", "kill-line"},
    {"ctrl-u", "backward-kill-line"},
    {"ctrl-x ctrl-k", "kill-whole-line"},
    {"ctrl-y", "yank"},
    {"alt-y", "yank-pop"},
    {"ctrl-space", "set-mark"},
    {"ctrl-x ctrl-x", "exchange-point-and-mark"},
    {"alt-w", "copy-region"},
    {"ctrl-x ctrl-w", "kill-region"},
    {"ctrl-t", "transpose-chars"},
    {"alt-t", "transpose-words"},
    {"ctrl-alt-t", "transpose-shell-words"},
    {"alt-u", "upcase-word"},
    {"alt-l", "downcase-word"},
    {"alt-c", "capitalize-word"},
    {"alt-#", "toggle-comment"},
    {"ctrl-_", "undo"},
    {"ctrl-z", "undo"},
    {"ctrl-x ctrl-u", "undo"},
    {"alt-r", "redo"},
    {"ctrl-alt-_", "redo"},
    {"ctrl-shift-z", "redo"},
    {"alt-e", "edit-in-editor"},
    {"ctrl-x ctrl-e", "edit-in-editor"},
};

KeySequence without_shift(KeySequence keys) {
  for (Key& key : keys) key.modifiers &= static_cast<uint8_t>(~Key::shift);
  return keys;
}

}  // namespace

KeyMap KeyMap::emacs() {
  KeyMap map;
  for (const Default& row : kDefaults) {
    auto keys = parse_sequence(row.keys);
    assert(keys);
    map.bind(*keys, std::string(row.command));
  }
  return map;
}

KeyMap::Match KeyMap::find(const KeySequence& keys) const {
  Match match;
  auto at = bindings_.lower_bound(keys);
  if (at != bindings_.end() && at->first == keys) match.command = (at++)->second;
  // What begins with the keys follows them in the order of sequences.
  match.is_prefix = at != bindings_.end() && at->first.size() > keys.size() &&
                    std::equal(keys.begin(), keys.end(), at->first.begin());
  if (!match.command.empty() || match.is_prefix) return match;
  const KeySequence plain = without_shift(keys);
  return plain == keys ? match : find(plain);
}

void KeyMap::bind(const KeySequence& keys, std::string command) {
  bindings_[keys] = std::move(command);
}

bool KeyMap::unbind(const KeySequence& keys) { return bindings_.erase(keys) > 0; }

}  // namespace weir::repl
