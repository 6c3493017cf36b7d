// Value expansion: list and record literals, typed barewords, the items of a `for`
// head (LANGUAGE 3.2, D5). Each function comes twice, as those of expansion.h do.
#pragma once

#include <span>

#include "kernel/expansion.h"

namespace weir::kernel {

using parser::ValueExpr;

Result<Value> expand_value_now(Context& ctx, const ValueExpr& expr);
Task<Result<Value>> expand_value(Context& ctx, const ValueExpr& expr);

/// The items of a `for` head: a list gives its elements, $(…) its rows or lines.
bool for_items_need_task(std::span<const ValueExpr* const> items);
Result<void> expand_for_items_now(Context& ctx, std::span<const ValueExpr* const> items, List& out);
Task<Result<void>> expand_for_items(Context& ctx, std::span<const ValueExpr* const> items,
                                    List& out);

}  // namespace weir::kernel
