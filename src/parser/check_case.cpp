// Case items that no subject reaches (065).
#include <fmt/core.h>

#include <algorithm>
#include <tuple>
#include <vector>

#include "parser/checks.h"

namespace weir::parser {

namespace {

bool is_star(const Word& word) {
  if (word.parts.size() != 1 || word.parts[0]->kind != PartKind::literal || word.parts[0]->quoted)
    return false;
  return static_cast<const LiteralPart*>(word.parts[0])->text == "*";
}

/// A pattern that means the same wherever it stands: no expansion in it.
bool is_fixed(const Word& word) {
  return std::ranges::all_of(word.parts,
                             [](const Part* part) { return part->kind == PartKind::literal; });
}

struct Pattern {
  bool is_text;  // it matches just this text; else a pattern as it is written
  std::string_view text;
  uint32_t at;
  bool ends;         // what it matches is looked at no further
  bool is_entered;   // the item before runs on into its item

  auto key() const { return std::tie(is_text, text); }
};

std::vector<Pattern> fixed_patterns(const CheckReport& report, const CaseCommand& command) {
  std::vector<Pattern> patterns;
  CaseEnd before = CaseEnd::stop;
  for (const CaseItem& item : command.items) {
    for (const Word* word : item.patterns) {
      if (is_fixed(*word))
        patterns.push_back(
            {word->is_static, word->is_static ? word->text : report.unit->text(word->span),
             word->span.begin, item.end == CaseEnd::stop, before == CaseEnd::fall_through});
    }
    before = item.end;
  }
  return patterns;
}

void check_repeated(CheckReport& report, std::vector<Pattern> patterns) {
  std::ranges::sort(patterns, [](const Pattern& a, const Pattern& b) {
    return std::tuple(a.is_text, a.text, a.at) < std::tuple(b.is_text, b.text, b.at);
  });
  for (size_t i = 1; i < patterns.size(); ++i) {
    const Pattern& earlier = patterns[i - 1];
    const Pattern& pattern = patterns[i];
    if (earlier.key() != pattern.key() || !earlier.ends || pattern.is_entered) continue;
    const auto size = static_cast<uint32_t>(pattern.text.size());
    report.warning(Check::unreached_item, {pattern.at, pattern.at + size},
                   fmt::format("this pattern stands at line {} already",
                               report.unit->position(earlier.at).line));
  }
}

/// False where an item behind `*` was told.
bool check_star(CheckReport& report, const CaseCommand& command) {
  const Word* star = nullptr;
  for (const CaseItem& item : command.items) {
    if (star != nullptr) {
      report.warning(Check::unreached_item, item.patterns.front()->span,
                     fmt::format("this is never reached: the * at line {} takes everything",
                                 report.unit->position(star->span.begin).line),
                     "put the item for * last");
      return false;
    }
    const auto at =
        std::ranges::find_if(item.patterns, [](const Word* word) { return is_star(*word); });
    if (item.end == CaseEnd::stop && at != item.patterns.end()) star = *at;
  }
  return true;
}

}  // namespace

void check_case(CheckReport& report, const CaseCommand& command) {
  if (check_star(report, command)) check_repeated(report, fixed_patterns(report, command));
}

}  // namespace weir::parser
