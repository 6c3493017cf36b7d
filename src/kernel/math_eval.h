// The engine of `math EXPR`: arithmetic with floats and the usual functions.
//
// + - * / % // ** with the precedence of $(( )), comparisons (bools), and
// functions with parentheses. Ints stay ints while the result is exact (6/3 is 2,
// 7/2 is 3.5, an overflow becomes a float); % has the sign of its left side, as
// in $(( )), and // rounds down. What has no finite real value is an error, so no
// result is ever NaN or infinite.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "base/value.h"

namespace weir::kernel {

/// The value of a name that is neither a function nor a constant.
using MathLookup = std::function<std::optional<Value>(std::string_view name)>;

/// An int, a float, or the bool of a comparison.
Result<Value> evaluate_math(std::string_view expression, const MathLookup& lookup = {});

}  // namespace weir::kernel
