#include "kernel/unit_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/context_surroundings.h"
#include "parser/diagnostic.h"
#include "parser/plan.h"

namespace weir::kernel {

namespace {

/// More findings than these are counted: nobody reads on, and a line is rendered for each.
constexpr size_t kMostShown = 100;

std::string shown_findings(const std::vector<parser::Diagnostic>& found, const parser::Unit& unit) {
  std::vector<const parser::Diagnostic*> shown;
  for (const auto& diagnostic : found) shown.push_back(&diagnostic);
  if (found.size() > kMostShown) {
    // In their order, but what stops the text first, so that it is not left out.
    std::ranges::sort(shown, {}, [](const parser::Diagnostic* one) {
      return std::pair(one->severity != parser::Severity::error, one);
    });
    shown.resize(kMostShown);
  }
  std::string text;
  for (const auto* diagnostic : shown) text += parser::render(*diagnostic, unit);
  if (found.size() > kMostShown)
    text += fmt::format("{}: {} more findings; validate --json gives all\n", unit.name,
                        found.size() - kMostShown);
  return text;
}

}  // namespace

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
  checked.messages = shown_findings(checked.diagnostics, *checked.text);
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
