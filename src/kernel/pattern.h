// Pattern: a shell pattern (* ? [set]), compiled once and matched often.
//
// Used by [[ == ]], case, ${x#p} and its kin, and for each component of a glob.
// Characters are code points where the text is valid UTF-8 and single bytes
// elsewhere. A pattern is a row of runs of fixed length with a star between
// each two, so a match is found by placing the runs one after the other and
// never by backtracking: time is at most text times pattern, in practice linear.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/character_class.h"

namespace weir::kernel {

struct PatternSegment {
  std::string text;
  bool quoted;  // then literal; otherwise * ? [ and \c act
};

class Pattern {
 public:
  /// A malformed [ is literal, \c in an unquoted segment is a literal c.
  static Pattern compile(std::span<const PatternSegment> segments);

  /// True when nothing acts; then literal() is all it matches.
  bool is_literal() const { return is_literal_; }
  const std::string& literal() const { return literal_; }

  /// The whole text.
  bool matches(std::string_view text) const;
  /// Length of the shortest or longest prefix that matches, for ${x#p} and ${x##p}.
  std::optional<size_t> prefix(std::string_view text, bool longest) const;
  /// Offset of the shortest or longest suffix that matches, for ${x%p} and ${x%%p}.
  std::optional<size_t> suffix(std::string_view text, bool longest) const;
  /// The longest match at the leftmost place at or after `from`, as [begin, end).
  std::optional<std::pair<size_t, size_t>> find(std::string_view text, size_t from) const;

  /// A [set]: code points, ranges and classes. Bytes that are not UTF-8 are code
  /// points above Unicode (kByteBase + byte).
  struct Set {
    struct Range {
      char32_t low, high;
    };
    bool negated = false;
    std::vector<Range> ranges;
    std::vector<CharacterClass> classes;

    bool contains(char32_t c) const;
  };
  static constexpr char32_t kByteBase = 0x110000;

  /// What matches exactly one character.
  struct Element {
    enum class Kind : uint8_t { character, any, set } kind;
    char32_t character = 0;
    uint32_t set = 0;  // index into sets_
  };

  /// Elements without a star between them: always the same number of characters.
  struct Run {
    std::vector<Element> elements;
    std::string bytes;   // the same as UTF-8, where only_bytes
    bool only_bytes = true;  // only characters, and all of them valid UTF-8
  };

 private:
  friend class PatternCompiler;
  using Place = std::pair<size_t, size_t>;

  bool accepts(const Element& element, char32_t c) const;
  std::optional<size_t> match_at(const Run& run, std::string_view text, size_t at) const;
  std::optional<size_t> match_before(const Run& run, std::string_view text, size_t end) const;
  std::optional<Place> find_first(const Run& run, std::string_view text, size_t from) const;
  std::optional<Place> find_last(const Run& run, std::string_view text, size_t floor,
                                 size_t limit) const;
  std::optional<size_t> end_of_match(std::string_view text, size_t at, bool longest) const;

  bool is_literal_ = true;
  std::string literal_;
  std::vector<Run> runs_;  // one more than there are stars
  std::vector<Set> sets_;
};

}  // namespace weir::kernel
