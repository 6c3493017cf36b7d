// Byte classes of the lexical grammar: which bytes run on, and which end a word.
//
// Tables made at compile time, one for each place where a word may stand. A run
// of ordinary bytes is found with one look-up a byte; everything else is left to
// the rules of grammar_words.h.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace weir::parser {

/// Where a word stands decides what ends it and what is special in it.
enum class WordMode : uint8_t {
  argument,         // command words and for heads: braces expand
  brace_item,       // the same, inside an open {
  plain,            // redirect targets, case words and patterns, operands of [[ ]]
  assigned,         // after = : ~ after each :
  element,          // inside [a b c] and values of {k: v}
  key,              // before : of {k: v}
  subscript,        // inside [index] and [begin:end]
  fallback,         // ${x:-here}
  quoted_fallback,  // "${x:-here}"
  pattern,          // ${x#here}, and r of ${x/p/r}
  replaced,         // p of ${x/p/r}
  regex,            // after =~
  quoted,           // inside "…"
  here_document,    // the body of an unquoted here-document
};

class ByteSet {
 public:
  constexpr ByteSet() = default;
  constexpr explicit ByteSet(std::string_view bytes) { add(bytes); }

  constexpr bool operator[](char c) const { return in_[static_cast<unsigned char>(c)]; }
  constexpr ByteSet& add(std::string_view bytes) {
    for (char c : bytes) in_[static_cast<unsigned char>(c)] = true;
    return *this;
  }
  constexpr ByteSet& add_range(char from, char to) {
    for (int c = static_cast<unsigned char>(from); c <= static_cast<unsigned char>(to); ++c)
      in_[static_cast<size_t>(c)] = true;
    return *this;
  }
  constexpr ByteSet without() const {
    ByteSet others;
    for (size_t c = 0; c < 256; ++c) others.in_[c] = !in_[c];
    return others;
  }

 private:
  std::array<bool, 256> in_ = {};
};

/// Blanks, newline and the operators' bytes: they end an unquoted word.
inline constexpr std::string_view kMetaBytes = " \t\n|&;<>()";

constexpr std::string_view special_bytes(WordMode mode) {
  switch (mode) {
    case WordMode::argument:
      return "\\'\"$`*?[{\r";
    case WordMode::brace_item:
      return "\\'\"$`*?[{},\r";
    case WordMode::plain:
      return "\\'\"$`*?[\r";
    case WordMode::assigned:
      return "\\'\"$`*?[:\r";
    case WordMode::element:
      return "\\'\"$`*?[]{},\r";
    case WordMode::key:
      return "\\'\"$`*?[]{},:\r";
    case WordMode::subscript:
      return "\\'\"$`*?[]: \t\n";
    case WordMode::fallback:
      return "\\'\"$`*?[}";
    case WordMode::quoted_fallback:
      return "\\\"$`}";
    case WordMode::pattern:
      return "\\'\"$`*?[}";
    case WordMode::replaced:
      return "\\'\"$`*?[}/";
    case WordMode::regex:
      return "\\'\"$`()[ \t\n&;<>\r";
    case WordMode::quoted:
      return "\\\"$`";
    case WordMode::here_document:
      return "\\$`";
  }
  return {};
}

/// In these places blanks and operators end the word.
constexpr bool ends_at_meta(WordMode mode) { return mode <= WordMode::key; }

constexpr ByteSet running_bytes(WordMode mode) {
  ByteSet special(special_bytes(mode));
  special.add(std::string_view("\0", 1));
  if (ends_at_meta(mode)) special.add(kMetaBytes);
  return special.without();
}

/// Bytes that are ordinary text in a word of this mode.
template <WordMode Mode>
inline constexpr ByteSet kRunning = running_bytes(Mode);

constexpr ByteSet ending_bytes(WordMode mode) {
  ByteSet ends(kMetaBytes);
  ends.add(std::string_view("\0", 1));
  if (mode == WordMode::element) ends.add(",]}");
  if (mode == WordMode::key) ends.add(",]}:");
  if (mode == WordMode::subscript) return ByteSet("]:");
  return ends;
}

/// Bytes that end a word of this mode.
template <WordMode Mode>
inline constexpr ByteSet kEnding = ending_bytes(Mode);

inline constexpr ByteSet kNameStart = ByteSet("_").add_range('a', 'z').add_range('A', 'Z');
inline constexpr ByteSet kNameBytes = ByteSet(kNameStart).add_range('0', '9');
inline constexpr ByteSet kDigits = ByteSet().add_range('0', '9');
inline constexpr ByteSet kUserBytes = ByteSet(kNameBytes).add(".-+");

}  // namespace weir::parser
