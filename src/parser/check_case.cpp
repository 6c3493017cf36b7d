// Case items that no subject reaches (065).
#include <fmt/core.h>

#include <unordered_map>

#include "parser/checks.h"

namespace weir::parser {

namespace {

bool is_star(const Word& word) {
  if (word.parts.size() != 1 || word.parts[0]->kind != PartKind::literal || word.parts[0]->quoted) return false;
  return static_cast<const LiteralPart*>(word.parts[0])->text == "*";
}

/// A pattern that means the same wherever it stands: no expansion in it.
bool is_fixed(const Word& word) {
  for (const Part* part : word.parts)
    if (part->kind != PartKind::literal) return false;
  return true;
}

}  // namespace

void check_case(CheckReport& report, const CaseCommand& command) {
  // Where a text stands as a pattern, and where a pattern with * ? [ does, as it is written.
  std::unordered_map<std::string_view, uint32_t> texts;
  std::unordered_map<std::string_view, uint32_t> patterns;
  const Word* catches_all = nullptr;
  bool falls_in = false;
  for (const CaseItem& item : command.items) {
    for (const Word* pattern : item.patterns) {
      auto& seen = pattern->is_static ? texts : patterns;
      const std::string_view text = pattern->is_static ? pattern->text : report.unit->text(pattern->span);
      const auto line = [&](uint32_t at) { return report.unit->position(at).line; };
      const auto earlier = is_fixed(*pattern) ? seen.find(text) : seen.end();
      if (catches_all != nullptr && !falls_in) {
        report.warning(Check::unreached_item, pattern->span,
                       fmt::format("this is never reached: the * at line {} takes everything", line(catches_all->span.begin)),
                       "put the item for * last");
        return;
      }
      if (earlier != seen.end() && !falls_in)
        report.warning(Check::unreached_item, pattern->span, fmt::format("this pattern stands at line {} already", line(earlier->second)));
      if (item.end != CaseEnd::stop) continue;
      if (is_fixed(*pattern)) seen.emplace(text, pattern->span.begin);
      if (is_star(*pattern) && catches_all == nullptr) catches_all = pattern;
    }
    falls_in = item.end == CaseEnd::fall_through;
  }
}

}  // namespace weir::parser
