#include "repl/key.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"

namespace weir::repl {

namespace {

struct Name {
  std::string_view name;
  char32_t code;
};

/// The first name of a code is the one that is printed.
constexpr Name kNames[] = {
    {"enter", Key::enter},
    {"return", Key::enter},
    {"tab", Key::tab},
    {"backspace", Key::backspace},
    {"escape", Key::escape},
    {"esc", Key::escape},
    {"up", Key::up},
    {"down", Key::down},
    {"left", Key::left},
    {"right", Key::right},
    {"home", Key::home},
    {"end", Key::end},
    {"insert", Key::insert},
    {"delete", Key::del},
    {"page-up", Key::page_up},
    {"pageup", Key::page_up},
    {"page-down", Key::page_down},
    {"pagedown", Key::page_down},
    {"f1", Key::f1},
    {"f2", Key::f2},
    {"f3", Key::f3},
    {"f4", Key::f4},
    {"f5", Key::f5},
    {"f6", Key::f6},
    {"f7", Key::f7},
    {"f8", Key::f8},
    {"f9", Key::f9},
    {"f10", Key::f10},
    {"f11", Key::f11},
    {"f12", Key::f12},
    {"space", U' '},
};

struct Prefix {
  std::string_view text;
  uint8_t modifier;
};
constexpr Prefix kPrefixes[] = {{"ctrl-", Key::ctrl}, {"control-", Key::ctrl}, {"c-", Key::ctrl},
                                {"^", Key::ctrl},     {"alt-", Key::alt},      {"meta-", Key::alt},
                                {"m-", Key::alt},     {"shift-", Key::shift},  {"s-", Key::shift}};

/// Takes the modifiers off the front of a name; what is left is never empty.
uint8_t take_modifiers(std::string_view& name) {
  uint8_t modifiers = 0;
  for (bool found = true; found;) {
    found = false;
    for (const Prefix& prefix : kPrefixes) {
      if (name.size() <= prefix.text.size()) continue;
      if (lower_all(name.substr(0, prefix.text.size())) != prefix.text) continue;
      name.remove_prefix(prefix.text.size());
      modifiers |= prefix.modifier;
      found = true;
    }
  }
  return modifiers;
}

std::optional<char32_t> code_of(std::string_view name) {
  const std::string lower = lower_all(name);
  for (const Name& known : kNames) {
    if (known.name == lower) return known.code;
  }
  const CodePoint c = decode_code_point(name, 0);
  if (!c.valid || c.size != name.size() || c.value < 0x20 || c.value == 0x7F) return {};
  return c.value;
}

Result<Key> parse_key(std::string_view word) {
  std::string_view name = word;
  Key key;
  key.modifiers = take_modifiers(name);
  const auto code = code_of(name);
  if (!code) return fail(ErrorKind::invalid, fmt::format("{} is not a key", quote_word(word)));
  key.code = *code;
  const bool is_letter = key.code < 0x80 && std::isalpha(static_cast<int>(key.code));
  if (is_letter && (key.modifiers & Key::ctrl)) key.code |= 0x20;
  if (is_letter && (key.modifiers & Key::shift) && !(key.modifiers & Key::ctrl)) {
    key.code &= ~char32_t{0x20};
    key.modifiers &= static_cast<uint8_t>(~Key::shift);
  }
  return key;
}

}  // namespace

std::string key_name(const Key& key) {
  std::string out;
  if (key.modifiers & Key::ctrl) out += "ctrl-";
  if (key.modifiers & Key::alt) out += "alt-";
  if (key.modifiers & Key::shift) out += "shift-";
  for (const Name& known : kNames) {
    if (known.code == key.code) return out.append(known.name);
  }
  append_utf8(out, key.code);
  return out;
}

std::string sequence_name(const KeySequence& keys) {
  std::string out;
  for (const Key& key : keys) {
    if (!out.empty()) out += ' ';
    out += key_name(key);
  }
  return out;
}

Result<KeySequence> parse_sequence(std::string_view names) {
  KeySequence keys;
  while (!names.empty()) {
    const size_t end = std::min(names.find(' '), names.size());
    if (end != 0) {
      auto key = parse_key(names.substr(0, end));
      if (!key) return fail(std::move(key.error()));
      keys.push_back(*key);
    }
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  if (keys.empty()) return fail(ErrorKind::invalid, "a key is needed, such as ctrl-t or alt-enter");
  return keys;
}

}  // namespace weir::repl
