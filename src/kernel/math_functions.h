// What `math` can compute: operators and functions over ints and floats. Used by
// math_eval.cpp only; kept apart from the reading of expressions.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/value.h"

namespace weir::kernel {

enum class MathOperator : uint8_t {
  add,
  subtract,
  multiply,
  divide,
  floor_divide,
  modulo,
  power,
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal,
};

/// REQUIRES: a and b are numbers.
Result<Value> apply_operator(MathOperator op, const Value& a, const Value& b);
Result<Value> negate_number(const Value& a);

struct MathFunction {
  std::string_view name;
  size_t min_arguments;
  size_t max_arguments;
  Result<Value> (*apply)(std::span<const Value> arguments);  // REQUIRES: numbers, as many as fit
};

const MathFunction* find_math_function(std::string_view name);
std::optional<double> find_math_constant(std::string_view name);
/// The names of all functions and constants, for did-you-mean.
std::vector<std::string_view> math_names();

}  // namespace weir::kernel
