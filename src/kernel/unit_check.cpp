#include "kernel/unit_check.h"

#include "kernel/context_surroundings.h"
#include "parser/diagnostic.h"
#include "parser/plan.h"

namespace weir::kernel {

CheckedUnit check_unit(const Context& ctx, std::string name, std::string text,
                       CheckOptions options) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  const ContextSurroundings shell(ctx, options.role, options.is_fresh);
  auto parsed = parser::parse_and_validate(std::move(name), std::move(text), options.first_line,
                                           shell, options.findings, !options.is_check_only);
  CheckedUnit checked;
  checked.outcome = parsed.outcome;
  checked.text = parsed.unit;
  checked.diagnostics = std::move(parsed.diagnostics);
  for (const auto& diagnostic : checked.diagnostics)
    checked.messages += parser::render(diagnostic, *checked.text);
  if (parsed.outcome == parser::Outcome::ok && !options.is_check_only)
    checked.unit = std::move(parsed.unit);
  return checked;
}

List finding_rows(const CheckedUnit& checked) {
  List rows;
  for (const auto& diagnostic : checked.diagnostics)
    rows.push_back(to_row(diagnostic, *checked.text));
  return rows;
}

List plan_rows(const Context& ctx, const CheckedUnit& checked, CheckOptions options) {
  return parser::plan(*checked.unit, ContextSurroundings(ctx, options.role, options.is_fresh));
}

}  // namespace weir::kernel
