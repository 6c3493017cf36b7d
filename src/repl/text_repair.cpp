#include "repl/text_repair.h"

#include <algorithm>
#include <string>

namespace weir::repl {

namespace {

using parser::Outcome;
using parser::ParseResult;

constexpr int kMaxRepairs = 40;

struct Repair {
  std::string_view missing;
  std::string_view added;
  int depth;  // blocks that this closes; a head without its body yet is none
};

constexpr Repair kRepairs[] = {
    {"done", "\n:\ndone", 1},
    {"fi", "\n:\nfi", 1},
    {"esac", "\nesac", 1},
    {"do", "\ndo", -1},
    {"then", "\nthen", -1},
    {"in", "\nin", -1},
    {"{", " {", -1},
    {"a variable name", " x", 0},
    {"an operand", " 1", 0},
    {"a command", " :", 0},
    {"a file name", " x", 0},
    {"the next line", "\n", 0},
    {"]]", " ]]", 0},
    {")", "\n)", 1},
    {"]", "\n]", 1},
    {"\"", "\"", 0},
    {"'", "'", 0},
    {"))", "))", 0},
};

/// r[ and r[a][, not x=[ : no newline may stand in a subscript.
bool opens_subscript(std::string_view text, size_t bracket) {
  if (bracket == 0) return false;
  const char before = text[bracket - 1];
  const bool is_letter = (before | 0x20) >= 'a' && (before | 0x20) <= 'z';
  const bool is_digit = before >= '0' && before <= '9';
  return is_letter || is_digit || before == '_' || before == ']' || before == '{';
}

/// What to add, and the blocks that it closes. A word that is in no row ends a here-document.
Repair repair_for(const ParseResult& result, std::string_view text, std::string& storage) {
  const std::string_view missing = result.missing;
  const Span opener = result.diagnostics[0].span;
  if (missing == "}") {
    const bool is_expansion = text.substr(opener.begin).starts_with("${");
    const bool is_value = opener.begin > 0 && text[opener.begin - 1] == '=';
    return {missing, is_expansion ? "}" : is_value ? "\n}" : "\n:\n}", is_expansion ? 0 : 1};
  }
  if (missing == "]" && opens_subscript(text, opener.begin)) return {missing, "]", 0};
  for (const Repair& repair : kRepairs) {
    if (repair.missing == missing) return repair;
  }
  storage = "\n" + std::string(missing) + "\n";
  return {missing, storage, 0};
}

/// At the end of a text without `esac`: ;; ends the commands of a case, and stands nowhere else.
bool is_in_case(const std::string& text) {
  return parser::parse("entry", text + "\n;;\nesac").outcome != Outcome::error;
}

bool is_quote(std::string_view missing) { return missing == "\"" || missing == "'"; }

/// " or ' or $', where `at` begins.
Span opening_quote(std::string_view text, uint32_t at) {
  return {at, at + (text.substr(at).starts_with('$') ? 2 : 1)};
}

bool is_inside_text(std::string_view missing) {
  const bool is_known =
      std::ranges::any_of(kRepairs, [&](const Repair& r) { return r.missing == missing; });
  return is_quote(missing) || (!is_known && missing != "}");
}

}  // namespace

RepairedText repair_text(std::string_view text) {
  RepairedText repaired;
  std::string source(text);
  bool is_first = true;
  for (int i = 0; i < kMaxRepairs; ++i) {
    ParseResult result = parser::parse("entry", source);
    if (std::exchange(is_first, false)) {
      repaired.outcome = result.outcome;
      repaired.is_inside_text = is_inside_text(result.missing);
    }
    repaired.unit = result.unit;
    if (result.outcome == Outcome::ok) break;
    if (result.outcome == Outcome::error) {
      const uint32_t at = result.diagnostics[0].span.begin;
      // An error behind the text is one of what was added: that way it cannot be read.
      if (repaired.error || at == 0 || at >= source.size()) {
        if (!repaired.error && at < text.size()) repaired.error = result.diagnostics[0].span;
        break;
      }
      if (at < text.size()) repaired.error = result.diagnostics[0].span;
      source.resize(std::min<size_t>(at, text.size()));
      continue;
    }
    const uint32_t opener = result.diagnostics[0].span.begin;
    if (is_quote(result.missing) && opener < text.size())
      repaired.open_quotes.push_back(opening_quote(text, opener));
    std::string storage;
    const Repair repair = repair_for(result, source, storage);
    repaired.depth += repair.depth;
    if (result.missing == "esac" && is_in_case(source)) ++repaired.depth;
    source += repair.added;
  }
  if (repaired.is_inside_text) repaired.depth = 0;
  repaired.depth = std::max(repaired.depth, 0);
  return repaired;
}

}  // namespace weir::repl
