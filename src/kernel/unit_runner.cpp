// Whole units: parse, validate, run (D4).
#include <fmt/format.h>

#include "kernel/builtin.h"
#include "kernel/evaluator.h"
#include "kernel/flow.h"
#include "kernel/unit_check.h"

namespace weir::kernel {

Task<int> run_unit(Context& ctx, parser::UnitPtr unit) {
  const auto outer = std::exchange(ctx.unit, unit);
  const auto position = ctx.position;
  if (unit->body) (void)co_await run_list(ctx, *unit->body);
  if (outer) {  // else it stays: the EXIT trap is told where the end was
    ctx.unit = outer;
    ctx.position = position;
  }
  co_return ctx.status;
}

Task<int> run_text(Context& ctx, std::string name, std::string text) {
  auto checked = check_unit(ctx, std::move(name), std::move(text));
  if (!checked.messages.empty()) {
    if (checked.messages.back() == '\n') checked.messages.pop_back();
    co_await warn(ctx, std::move(checked.messages));
  }
  if (!checked.unit) co_return ctx.status = 2;
  if (ctx.scope.options.noexec) co_return ctx.status = 0;
  co_return co_await run_unit(ctx, std::move(checked.unit));
}

}  // namespace weir::kernel
