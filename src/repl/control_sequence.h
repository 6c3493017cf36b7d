// Control sequences that terminals send for keys: what stands behind ESC [ and ESC O.
#pragma once

#include <optional>
#include <string_view>

#include "repl/key.h"

namespace weir::repl {

/// The key of `ESC [ BODY LAST`: parameters and intermediates in `body`. Nothing for what is
/// no key press: mouse, answers, releases, modifiers alone.
std::optional<Key> key_of_csi(std::string_view body, char last);
/// The key of `ESC O LAST`.
std::optional<Key> key_of_ss3(char last);
/// A character with modifiers in the normal form of Key.
Key normal_key(char32_t code, uint8_t modifiers);
/// What a control character or DEL stands for.
Key key_of_control(unsigned char c);

}  // namespace weir::repl
