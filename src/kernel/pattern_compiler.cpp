// From the segments of a word to the runs of a Pattern.
#include <algorithm>

#include "base/text.h"
#include "kernel/pattern.h"

namespace weir::kernel {

namespace {

/// A character of the pattern; only an active one can be * ? [ ] - ! ^.
struct Unit {
  char32_t value;
  bool active;

  bool is(char c) const { return active && value == static_cast<char32_t>(c); }
};

void append_units(std::vector<Unit>& units, const PatternSegment& segment) {
  const std::string& text = segment.text;
  for (size_t i = 0; i < text.size();) {
    const bool escapes = !segment.quoted && text[i] == '\\' && i + 1 < text.size();
    if (escapes) ++i;
    const CodePoint c = decode_code_point(text, i);
    units.push_back(
        {c.valid ? c.value : Pattern::kByteBase + c.value, !segment.quoted && !escapes});
    i += c.size;
  }
}

/// Bytes that stand apart in the pattern (`\xc3\\\xa9`) are one character in a text.
void join_bytes(std::vector<Unit>& units) {
  const auto is_byte = [](const Unit& unit) { return unit.value >= Pattern::kByteBase; };
  if (std::ranges::none_of(units, is_byte)) return;
  std::vector<Unit> joined;
  for (size_t i = 0; i < units.size();) {
    std::string bytes;
    for (; i < units.size() && is_byte(units[i]); ++i)
      bytes += static_cast<char>(units[i].value - Pattern::kByteBase);
    append_units(joined, {std::move(bytes), true});
    if (i < units.size()) joined.push_back(units[i++]);
  }
  units = std::move(joined);
}

bool is_all_literal(std::span<const PatternSegment> segments) {
  for (const PatternSegment& segment : segments) {
    if (!segment.quoted && segment.text.find_first_of("*?[\\") != std::string::npos) return false;
  }
  return true;
}

}  // namespace

class PatternCompiler {
 public:
  explicit PatternCompiler(std::vector<Unit> units) : units_(std::move(units)) {}

  Pattern compile() {
    pattern_.runs_.emplace_back();
    while (at_ < units_.size()) compile_unit();
    return std::move(pattern_);
  }

 private:
  void compile_unit() {
    const Unit unit = units_[at_];
    if (unit.is('*')) {
      ++at_;
      add_star();
    } else if (unit.is('?')) {
      ++at_;
      add_acting({Pattern::Element::Kind::any});
    } else if (!unit.is('[') || !compile_set()) {
      ++at_;
      add_character(unit.value);
    }
  }

  void add_star() {
    pattern_.is_literal_ = false;
    // Two stars in a row are one; only the first run may be empty.
    if (pattern_.runs_.size() == 1 || !pattern_.runs_.back().elements.empty()) {
      pattern_.runs_.emplace_back();
    }
  }

  void add_acting(Pattern::Element element) {
    pattern_.is_literal_ = false;
    pattern_.runs_.back().only_bytes = false;
    pattern_.runs_.back().elements.push_back(element);
  }

  void add_character(char32_t c) {
    Pattern::Run& run = pattern_.runs_.back();
    run.elements.push_back({Pattern::Element::Kind::character, c});
    if (c < Pattern::kByteBase) {
      append_utf8(run.bytes, c);
      append_utf8(pattern_.literal_, c);
    } else {
      // Found as bytes it could be the middle of a character.
      run.only_bytes = false;
      pattern_.literal_ += static_cast<char>(c - Pattern::kByteBase);
    }
  }

  /// [set] at at_; false, and nothing changed, when it is malformed.
  bool compile_set() {
    size_t i = at_ + 1;
    Pattern::Set set;
    if (i < units_.size() && (units_[i].is('!') || units_[i].is('^'))) {
      set.negated = true;
      ++i;
    }
    const size_t first = i;
    while (i < units_.size() && (i == first || !units_[i].is(']'))) {
      if (!take_named(set, i)) take_range(set, i);
    }
    if (i >= units_.size()) return false;
    at_ = i + 1;
    add_acting({Pattern::Element::Kind::set, 0, static_cast<uint32_t>(pattern_.sets_.size())});
    pattern_.sets_.push_back(std::move(set));
    return true;
  }

  /// [:class:], [.x.] or [=x=] at i.
  bool take_named(Pattern::Set& set, size_t& i) {
    if (!units_[i].is('[') || i + 1 >= units_.size()) return false;
    const Unit kind = units_[i + 1];
    if (!kind.is(':') && !kind.is('.') && !kind.is('=')) return false;
    std::string name;
    size_t k = i + 2;
    for (; k + 1 < units_.size(); ++k) {
      if (units_[k].is(static_cast<char>(kind.value)) && units_[k + 1].is(']')) break;
      append_utf8(name, units_[k].value);
    }
    if (k + 1 >= units_.size()) return false;
    if (kind.is(':')) {
      const auto found = find_character_class(name);
      if (!found) return false;
      set.classes.push_back(*found);
    } else {
      if (k != i + 3) return false;
      set.ranges.push_back({units_[i + 2].value, units_[i + 2].value});
    }
    i = k + 2;
    return true;
  }

  /// x or x-y at i. A range the wrong way round holds nothing.
  void take_range(Pattern::Set& set, size_t& i) {
    const char32_t low = units_[i].value;
    const bool is_range = i + 2 < units_.size() && units_[i + 1].is('-') && !units_[i + 2].is(']');
    const char32_t high = is_range ? units_[i + 2].value : low;
    set.ranges.push_back({low, high});
    i += is_range ? 3 : 1;
  }

  std::vector<Unit> units_;
  size_t at_ = 0;
  Pattern pattern_;
};

Pattern Pattern::compile(std::span<const PatternSegment> segments) {
  if (is_all_literal(segments)) {
    Pattern pattern;
    for (const PatternSegment& segment : segments) pattern.literal_ += segment.text;
    if (is_utf8(pattern.literal_)) {
      pattern.runs_.emplace_back().bytes = pattern.literal_;
      return pattern;
    }
  }
  std::vector<Unit> units;
  for (const PatternSegment& segment : segments) append_units(units, segment);
  join_bytes(units);
  return PatternCompiler(std::move(units)).compile();
}

}  // namespace weir::kernel
