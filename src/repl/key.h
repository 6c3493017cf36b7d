// Key: one key as a person pressed it, whatever bytes the terminal sent for it.
//
// A character, or a named key, with modifiers. Normal form: Ctrl-A is {'a', ctrl},
// a capital letter is the character itself without shift, and Enter, Tab,
// Backspace and Escape are named keys. Names are for `bindkey`: "ctrl-a", "alt-enter",
// "shift-left", "f5", "space"; a sequence is names with blanks between: "ctrl-x ctrl-e".
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace weir::repl {

struct Key {
  enum Modifier : uint8_t { shift = 1, alt = 2, ctrl = 4 };

  /// Named keys lie above the last code point.
  static constexpr char32_t kNamed = 0x110000;
  enum Named : char32_t {
    enter = kNamed,
    tab,
    backspace,
    escape,
    up,
    down,
    left,
    right,
    home,
    end,
    insert,
    del,
    page_up,
    page_down,
    f1,
    f2,
    f3,
    f4,
    f5,
    f6,
    f7,
    f8,
    f9,
    f10,
    f11,
    f12,
    named_end,
  };

  char32_t code = 0;
  uint8_t modifiers = 0;

  bool is_named() const { return code >= kNamed; }
  /// True for what is typed into the text: a character that is no control, without ctrl or alt.
  bool is_text() const {
    return !is_named() && code >= 0x20 && code != 0x7F && !(modifiers & (ctrl | alt));
  }

  friend auto operator<=>(const Key&, const Key&) = default;
};

using KeySequence = std::vector<Key>;

std::string key_name(const Key& key);
/// "ctrl-x ctrl-e".
std::string sequence_name(const KeySequence& keys);
/// Also takes ^A, C-a, M-a and names in any letter case. The error names the word that is no key.
Result<KeySequence> parse_sequence(std::string_view names);

}  // namespace weir::repl
