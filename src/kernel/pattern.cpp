#include "kernel/pattern.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace weir::kernel {

namespace {

struct Character {
  char32_t value;
  size_t size;
};

Character character_at(std::string_view text, size_t at) {
  const CodePoint c = decode_code_point(text, at);
  return {c.valid ? c.value : Pattern::kByteBase + c.value, c.size};
}

/// Where the character that ends at `end` begins. UTF-8 synchronizes itself, so
/// this agrees with reading forward. REQUIRES: end > 0.
size_t previous_character(std::string_view text, size_t end) {
  for (size_t size = 2; size <= 4 && size <= end; ++size) {
    const CodePoint c = decode_code_point(text, end - size);
    if (c.valid && c.size == size) return end - size;
  }
  return end - 1;
}

size_t find_bytes(std::string_view text, std::string_view wanted, size_t from) {
  if (wanted.empty()) return from;
  // Not string_view::find: memmem stays linear on hostile text.
  const void* found =
      ::memmem(text.data() + from, text.size() - from, wanted.data(), wanted.size());
  return found ? static_cast<size_t>(static_cast<const char*>(found) - text.data())
               : std::string_view::npos;
}

}  // namespace

bool Pattern::Set::contains(char32_t c) const {
  const bool listed =
      std::ranges::any_of(ranges, [c](Range r) { return c >= r.low && c <= r.high; }) ||
      std::ranges::any_of(classes, [c](CharacterClass k) { return is_in_class(c, k); });
  return listed != negated;
}

bool Pattern::accepts(const Element& element, char32_t c) const {
  switch (element.kind) {
    case Element::Kind::character:
      return element.character == c;
    case Element::Kind::any:
      return true;
    case Element::Kind::set:
      return sets_[element.set].contains(c);
  }
  return false;
}

/// The end of `run` placed at `at`, if it matches there.
std::optional<size_t> Pattern::match_at(const Run& run, std::string_view text, size_t at) const {
  if (run.only_bytes) {
    if (!text.substr(at).starts_with(run.bytes)) return std::nullopt;
    return at + run.bytes.size();
  }
  for (const Element& element : run.elements) {
    if (at == text.size()) return std::nullopt;
    const Character c = character_at(text, at);
    if (!accepts(element, c.value)) return std::nullopt;
    at += c.size;
  }
  return at;
}

/// The start of `run` placed so that it ends at `end`, if it matches there.
std::optional<size_t> Pattern::match_before(const Run& run, std::string_view text,
                                            size_t end) const {
  if (run.only_bytes) {
    if (!text.substr(0, end).ends_with(run.bytes)) return std::nullopt;
    return end - run.bytes.size();
  }
  for (size_t i = run.elements.size(); i-- > 0;) {
    if (end == 0) return std::nullopt;
    end = previous_character(text, end);
    if (!accepts(run.elements[i], character_at(text, end).value)) return std::nullopt;
  }
  return end;
}

std::optional<Pattern::Place> Pattern::find_first(const Run& run, std::string_view text,
                                                  size_t from) const {
  if (run.only_bytes) {
    const size_t at = find_bytes(text, run.bytes, from);
    if (at == std::string_view::npos) return std::nullopt;
    return Place(at, at + run.bytes.size());
  }
  for (size_t at = from; at < text.size(); at += character_at(text, at).size) {
    if (const auto end = match_at(run, text, at)) return Place(at, *end);
  }
  return std::nullopt;
}

/// The last place of `run` within [floor, limit).
std::optional<Pattern::Place> Pattern::find_last(const Run& run, std::string_view text,
                                                 size_t floor, size_t limit) const {
  if (run.only_bytes) {
    const size_t at = text.substr(floor, limit - floor).rfind(run.bytes);
    if (at == std::string_view::npos) return std::nullopt;
    return Place(floor + at, floor + at + run.bytes.size());
  }
  for (size_t end = limit; end > floor; end = previous_character(text, end)) {
    const auto at = match_before(run, text, end);
    if (at && *at >= floor) return Place(*at, end);
  }
  return std::nullopt;
}

bool Pattern::matches(std::string_view text) const {
  if (is_literal_) return text == literal_;
  if (runs_.size() == 1) return match_at(runs_[0], text, 0) == text.size();
  const auto begin = match_at(runs_.front(), text, 0);
  const auto end = match_before(runs_.back(), text, text.size());
  if (!begin || !end) return false;
  size_t at = *begin;
  for (size_t i = 1; i + 1 < runs_.size(); ++i) {
    const auto place = find_first(runs_[i], text, at);
    if (!place) return false;
    at = place->second;
  }
  return at <= *end;
}

/// Where a match that begins at `at` ends. Each run as far left as it goes gives
/// the shortest; the last one as far right as it goes gives the longest.
std::optional<size_t> Pattern::end_of_match(std::string_view text, size_t at, bool longest) const {
  auto end = match_at(runs_[0], text, at);
  for (size_t i = 1; i < runs_.size() && end; ++i) {
    const bool last = i + 1 == runs_.size();
    const auto place = last && longest ? find_last(runs_[i], text, *end, text.size())
                                       : find_first(runs_[i], text, *end);
    end = place ? std::optional(place->second) : std::nullopt;
  }
  return end;
}

std::optional<size_t> Pattern::prefix(std::string_view text, bool longest) const {
  return end_of_match(text, 0, longest);
}

/// The mirror image of end_of_match.
std::optional<size_t> Pattern::suffix(std::string_view text, bool longest) const {
  auto begin = match_before(runs_.back(), text, text.size());
  for (size_t i = runs_.size() - 1; i-- > 0 && begin;) {
    auto place = find_last(runs_[i], text, 0, *begin);
    if (place && i == 0 && longest) place = find_first(runs_[i], text, 0);
    begin = place ? std::optional(place->first) : std::nullopt;
  }
  return begin;
}

std::optional<std::pair<size_t, size_t>> Pattern::find(std::string_view text, size_t from) const {
  // Where the leftmost first run leaves no room for the rest, no later one does.
  const auto first = find_first(runs_[0], text, from);
  if (!first) return std::nullopt;
  const auto end = end_of_match(text, first->first, true);
  if (!end) return std::nullopt;
  return std::pair(first->first, *end);
}

}  // namespace weir::kernel
