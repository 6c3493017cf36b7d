#include "kernel/unit_check.h"

#include "parser/diagnostic.h"

namespace weir::kernel {

CheckedUnit check_unit(Context& ctx, std::string name, std::string text,
                       Findings findings, uint32_t first_line) {
  (void)ctx;
  (void)findings;
  auto parsed = parser::parse(std::move(name), std::move(text), first_line);
  CheckedUnit checked;
  checked.outcome = parsed.outcome;
  for (const auto& diagnostic : parsed.diagnostics) {
    checked.messages += parser::render(diagnostic, *parsed.unit);
  }
  if (parsed.outcome == parser::Outcome::ok) checked.unit = std::move(parsed.unit);
  return checked;
}

}  // namespace weir::kernel
