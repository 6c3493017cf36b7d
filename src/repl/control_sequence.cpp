#include "repl/control_sequence.h"

#include <array>
#include <charconv>
#include <string>

namespace weir::repl {

namespace {

constexpr size_t kMaxParameters = 4;

/// `1:2:3;4` as numbers; a missing one is 0. Of each parameter the first three subparameters.
struct Parameters {
  std::array<std::array<uint32_t, 3>, kMaxParameters> values{};

  explicit Parameters(std::string_view body) {
    size_t parameter = 0;
    size_t sub = 0;
    for (const char c : body) {
      if (c == ';') {
        ++parameter;
        sub = 0;
      } else if (c == ':') {
        ++sub;
      } else if (c >= '0' && c <= '9' && parameter < kMaxParameters && sub < 3) {
        uint32_t& value = values[parameter][sub];
        value = std::min<uint32_t>(value * 10 + static_cast<uint32_t>(c - '0'), 0x1000000);
      }
    }
  }
  uint32_t at(size_t parameter, size_t sub = 0) const { return values[parameter][sub]; }
};

constexpr uint32_t kRelease = 3;  // event type of kitty

/// xterm's modifier parameter: 1 + shift 1, alt 2, ctrl 4, and kitty's super 8, hyper 16, meta 32.
/// Nothing when a modifier is held that weir has no use for.
std::optional<uint8_t> modifiers_of(uint32_t parameter) {
  if (parameter == 0) return uint8_t{0};
  const uint32_t bits = parameter - 1;
  if (bits & (8 | 16)) return {};
  uint8_t modifiers = bits & 7;
  if (bits & 32) modifiers |= Key::alt;
  return modifiers;
}

std::optional<char32_t> code_of_letter(char last) {
  switch (last) {
    case 'A':
      return Key::up;
    case 'B':
      return Key::down;
    case 'C':
      return Key::right;
    case 'D':
      return Key::left;
    case 'H':
      return Key::home;
    case 'F':
      return Key::end;
    case 'P':
      return Key::f1;
    case 'Q':
      return Key::f2;
    case 'R':
      return Key::f3;
    case 'S':
      return Key::f4;
    default:
      return {};
  }
}

/// The number in front of `~` (VT220 and xterm).
std::optional<char32_t> code_of_number(uint32_t number) {
  static constexpr uint32_t kFunctionKeys[] = {11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24};
  switch (number) {
    case 1:
    case 7:
      return Key::home;
    case 2:
      return Key::insert;
    case 3:
      return Key::del;
    case 4:
    case 8:
      return Key::end;
    case 5:
      return Key::page_up;
    case 6:
      return Key::page_down;
    default:
      break;
  }
  for (size_t i = 0; i < std::size(kFunctionKeys); ++i) {
    if (kFunctionKeys[i] == number) return Key::f1 + static_cast<char32_t>(i);
  }
  return {};
}

/// Codes of the keypad in kitty's protocol; 0 for what is no key to us (modifiers, media).
char32_t code_of_keypad(uint32_t code) {
  static constexpr char32_t kKeypad[] = {
      '0',       '1',        '2',         '3',        '4',          '5',
      '6',       '7',        '8',         '9',        '.',          '/',
      '*',       '-',        '+',         Key::enter, '=',          ',',
      Key::left, Key::right, Key::up,     Key::down,  Key::page_up, Key::page_down,
      Key::home, Key::end,   Key::insert, Key::del};
  constexpr uint32_t kFirst = 57399;
  return code >= kFirst && code - kFirst < std::size(kKeypad) ? kKeypad[code - kFirst] : 0;
}

std::optional<Key> key_of_code(uint32_t code, uint8_t modifiers) {
  if (code >= 57344 && code <= 63743) code = code_of_keypad(code);
  if (code == 0 || (code >= 0xD800 && code < 0xE000)) return {};
  if (code >= Key::kNamed && code < Key::named_end) return Key{code, modifiers};
  if (code > 0x10FFFF) return {};
  if (code < 0x20 || code == 0x7F) {
    Key key = key_of_control(static_cast<unsigned char>(code));
    key.modifiers |= modifiers;
    return key;
  }
  return normal_key(code, modifiers);
}

/// CSI code[:shifted[:base]] ; modifiers[:event] ; text u
std::optional<Key> key_of_csi_u(const Parameters& p) {
  if (p.at(1, 1) == kRelease) return {};
  const auto modifiers = modifiers_of(p.at(1));
  if (!modifiers) return {};
  const bool is_shifted = (*modifiers & Key::shift) != 0;
  if (p.at(2) >= 0x20 && !(*modifiers & (Key::ctrl | Key::alt))) return key_of_code(p.at(2), 0);
  if (is_shifted && p.at(0, 1) != 0 && !(*modifiers & Key::ctrl)) {
    return key_of_code(p.at(0, 1), *modifiers & static_cast<uint8_t>(~Key::shift));
  }
  return key_of_code(p.at(0), *modifiers);
}

std::optional<Key> with_modifiers(std::optional<char32_t> code, uint32_t parameter,
                                  uint32_t event) {
  const auto modifiers = modifiers_of(parameter);
  if (!code || !modifiers || event == kRelease) return {};
  return Key{*code, *modifiers};
}

/// rxvt sends the arrows in lower case with shift, after ESC O with ctrl.
std::optional<Key> key_of_rxvt_arrow(char last, uint8_t modifier) {
  static constexpr char32_t kArrows[] = {Key::up, Key::down, Key::right, Key::left};
  if (last < 'a' || last > 'd') return {};
  return Key{kArrows[last - 'a'], modifier};
}

}  // namespace

Key normal_key(char32_t code, uint8_t modifiers) {
  const bool is_lower = code >= 'a' && code <= 'z';
  const bool is_upper = code >= 'A' && code <= 'Z';
  if (modifiers & Key::ctrl) {
    if (is_upper) code |= 0x20;
    return {code, modifiers};
  }
  if (is_lower && (modifiers & Key::shift)) code &= ~char32_t{0x20};
  // What shift makes of a character is that character; a shifted space is a space.
  return {code, static_cast<uint8_t>(modifiers & ~Key::shift)};
}

Key key_of_control(unsigned char c) {
  switch (c) {
    case 0x00:
      return {' ', Key::ctrl};
    case 0x09:
      return {Key::tab};
    case 0x0D:
      return {Key::enter};
    case 0x1B:
      return {Key::escape};
    case 0x7F:
      return {Key::backspace};
    default:
      break;
  }
  if (c <= 0x1A) return {static_cast<char32_t>('a' + c - 1), Key::ctrl};
  return {static_cast<char32_t>(c + 0x40), Key::ctrl};  // \ ] ^ _
}

std::optional<Key> key_of_csi(std::string_view body, char last) {
  // `<`, `=`, `>`, `?` in front: mouse and answers. Intermediates: answers, too.
  if (!body.empty() && body[0] >= '<' && body[0] <= '?') return {};
  if (body.find_first_of(" !\"#$%&'()*+,-./") != std::string_view::npos) return {};
  const Parameters p(body);
  switch (last) {
    case 'u':
      return key_of_csi_u(p);
    case '~':
      if (p.at(0) == 27) {  // modifyOtherKeys
        const auto modifiers = modifiers_of(p.at(1));
        return modifiers ? key_of_code(p.at(2), *modifiers) : std::nullopt;
      }
      return with_modifiers(code_of_number(p.at(0)), p.at(1), p.at(1, 1));
    case '^':
      return with_modifiers(code_of_number(p.at(0)), 1 + Key::ctrl, 0);
    case '@':
      return with_modifiers(code_of_number(p.at(0)), 1 + Key::ctrl + Key::shift, 0);
    case 'Z':
      return Key{Key::tab, Key::shift};
    case 'R':
      // Also the answer with the cursor's place: row ; column.
      if (p.at(0) > 1 || p.at(1) > 64) return {};
      break;
    default:
      break;
  }
  if (last >= 'a') return key_of_rxvt_arrow(last, Key::shift);
  return with_modifiers(code_of_letter(last), p.at(1), p.at(1, 1));
}

std::optional<Key> key_of_ss3(char last) {
  if (last == 'M') return Key{Key::enter};
  // The keypad in application mode: j to y are * + , - . / 0 to 9.
  if (last >= 'j' && last <= 'y') return Key{static_cast<char32_t>(last - 0x40)};
  if (last >= 'a') return key_of_rxvt_arrow(last, Key::ctrl);
  return with_modifiers(code_of_letter(last), 0, 0);
}

}  // namespace weir::repl
