#include "kernel/math_functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "kernel/compare.h"

namespace weir::kernel {

namespace {

std::unexpected<Error> invalid(std::string message) {
  return fail(ErrorKind::invalid, std::move(message));
}

std::unexpected<Error> division_by_zero() { return invalid("division by zero"); }

bool is_zero(const Value& number) { return number.number() == 0; }
bool are_ints(const Value& a, const Value& b) { return a.is_int() && b.is_int(); }

Result<Value> real_result(double d) {
  if (std::isnan(d)) return invalid("the result is not a real number");
  if (std::isinf(d)) return invalid("the result is too large for a float");
  return Value(d);
}

/// An int where the double is whole and holds it exactly.
Result<Value> int_where_exact(double d) {
  constexpr double exact = 0x1p53;
  if (std::trunc(d) == d && std::fabs(d) < exact) return Value(static_cast<int64_t>(d));
  return real_result(d);
}

// ---- operators --------------------------------------------------------------------

Result<Value> add(const Value& a, const Value& b) {
  int64_t sum = 0;
  if (are_ints(a, b) && !__builtin_add_overflow(a.as_int(), b.as_int(), &sum)) return Value(sum);
  return real_result(a.number() + b.number());
}

Result<Value> subtract(const Value& a, const Value& b) {
  int64_t difference = 0;
  if (are_ints(a, b) && !__builtin_sub_overflow(a.as_int(), b.as_int(), &difference)) {
    return Value(difference);
  }
  return real_result(a.number() - b.number());
}

Result<Value> multiply(const Value& a, const Value& b) {
  int64_t product = 0;
  if (are_ints(a, b) && !__builtin_mul_overflow(a.as_int(), b.as_int(), &product)) {
    return Value(product);
  }
  return real_result(a.number() * b.number());
}

/// INT64_MIN / -1 does not fit and traps the processor.
bool is_safe_int_division(const Value& a, const Value& b) {
  return are_ints(a, b) && !(a.as_int() == INT64_MIN && b.as_int() == -1);
}

Result<Value> divide(const Value& a, const Value& b) {
  if (is_zero(b)) return division_by_zero();
  if (is_safe_int_division(a, b) && a.as_int() % b.as_int() == 0) {
    return Value(a.as_int() / b.as_int());
  }
  return real_result(a.number() / b.number());
}

Result<Value> floor_divide(const Value& a, const Value& b) {
  if (is_zero(b)) return division_by_zero();
  if (is_safe_int_division(a, b)) {
    const int64_t quotient = a.as_int() / b.as_int();
    const bool rounded_up = a.as_int() % b.as_int() != 0 && (a.as_int() < 0) != (b.as_int() < 0);
    return Value(quotient - (rounded_up ? 1 : 0));
  }
  return real_result(std::floor(a.number() / b.number()));
}

Result<Value> modulo(const Value& a, const Value& b) {
  if (is_zero(b)) return division_by_zero();
  if (is_safe_int_division(a, b)) return Value(a.as_int() % b.as_int());
  if (are_ints(a, b)) return Value(0);
  return real_result(std::fmod(a.number(), b.number()));
}

/// By squaring; nothing where it does not fit.
std::optional<int64_t> int_power(int64_t base, int64_t exponent) {
  int64_t result = 1;
  while (true) {
    if ((exponent & 1) != 0 && __builtin_mul_overflow(result, base, &result)) return std::nullopt;
    exponent >>= 1;
    if (exponent == 0) return result;
    if (__builtin_mul_overflow(base, base, &base)) return std::nullopt;
  }
}

Result<Value> power(const Value& a, const Value& b) {
  if (is_zero(a) && b.number() < 0) return division_by_zero();
  if (are_ints(a, b) && b.as_int() >= 0) {
    if (const auto result = int_power(a.as_int(), b.as_int())) return Value(*result);
  }
  return real_result(std::pow(a.number(), b.number()));
}

}  // namespace

Result<Value> apply_operator(MathOperator op, const Value& a, const Value& b) {
  using parser::TestOp;
  switch (op) {
    case MathOperator::add:
      return add(a, b);
    case MathOperator::subtract:
      return subtract(a, b);
    case MathOperator::multiply:
      return multiply(a, b);
    case MathOperator::divide:
      return divide(a, b);
    case MathOperator::floor_divide:
      return floor_divide(a, b);
    case MathOperator::modulo:
      return modulo(a, b);
    case MathOperator::power:
      return power(a, b);
    case MathOperator::less:
      return compare_numbers(TestOp::num_less, a, b);
    case MathOperator::less_equal:
      return compare_numbers(TestOp::num_less_equal, a, b);
    case MathOperator::greater:
      return compare_numbers(TestOp::num_greater, a, b);
    case MathOperator::greater_equal:
      return compare_numbers(TestOp::num_greater_equal, a, b);
    case MathOperator::equal:
      return compare_numbers(TestOp::num_equal, a, b);
    case MathOperator::not_equal:
      return compare_numbers(TestOp::num_not_equal, a, b);
  }
  return Value();
}

Result<Value> negate_number(const Value& a) {
  if (a.is_real()) return Value(-a.as_real());
  return subtract(0, a);
}

namespace {

// ---- functions --------------------------------------------------------------------

using Arguments = std::span<const Value>;

/// A function of doubles. Of ints, a whole result is an int: sqrt(16) is 4.
template <double (*Function)(double)>
Result<Value> real_function(Arguments arguments) {
  const double result = Function(arguments[0].number());
  return arguments[0].is_int() ? int_where_exact(result) : real_result(result);
}

template <double (*Function)(double, double)>
Result<Value> real_function2(Arguments arguments) {
  const double result = Function(arguments[0].number(), arguments[1].number());
  return are_ints(arguments[0], arguments[1]) ? int_where_exact(result) : real_result(result);
}

/// Rounding gives an int, where it fits one.
template <double (*Function)(double)>
Result<Value> rounding(Arguments arguments) {
  if (arguments[0].is_int()) return arguments[0];
  const double whole = Function(arguments[0].as_real());
  if (whole >= -0x1p63 && whole < 0x1p63) return Value(static_cast<int64_t>(whole));
  return real_result(whole);
}

double sqrt_of(double x) { return std::sqrt(x); }
double cbrt_of(double x) { return std::cbrt(x); }
double sin_of(double x) { return std::sin(x); }
double cos_of(double x) { return std::cos(x); }
double tan_of(double x) { return std::tan(x); }
double asin_of(double x) { return std::asin(x); }
double acos_of(double x) { return std::acos(x); }
double atan_of(double x) { return std::atan(x); }
double sinh_of(double x) { return std::sinh(x); }
double cosh_of(double x) { return std::cosh(x); }
double tanh_of(double x) { return std::tanh(x); }
double exp_of(double x) { return std::exp(x); }
double log_of(double x) { return std::log(x); }
double log2_of(double x) { return std::log2(x); }
double log10_of(double x) { return std::log10(x); }
double floor_of(double x) { return std::floor(x); }
double ceil_of(double x) { return std::ceil(x); }
double trunc_of(double x) { return std::trunc(x); }
double round_of(double x) { return std::round(x); }
double atan2_of(double y, double x) { return std::atan2(y, x); }
double hypot_of(double x, double y) { return std::hypot(x, y); }

/// log has a pole at 0: "too large" would be the wrong thing to say.
template <double (*Function)(double)>
Result<Value> logarithm(Arguments arguments) {
  if (arguments[0].number() <= 0) return invalid("only numbers above 0 have a logarithm");
  return real_function<Function>(arguments);
}

/// round(x) or round(x, digits): digits after the point, half away from zero
/// for whole numbers and by the exact binary value otherwise.
Result<Value> round_number(Arguments arguments) {
  if (arguments.size() == 1) return rounding<round_of>(arguments);
  constexpr int64_t max_digits = 15;
  if (!arguments[1].is_int() || arguments[1].as_int() < 0 || arguments[1].as_int() > max_digits) {
    return invalid("the digits of round are an int from 0 to 15");
  }
  if (arguments[0].is_int()) return arguments[0];
  const std::string text =
      fmt::format("{:.{}f}", arguments[0].as_real(), static_cast<int>(arguments[1].as_int()));
  return real_result(std::strtod(text.c_str(), nullptr));
}

Result<Value> absolute(Arguments arguments) {
  if (arguments[0].is_real()) return Value(std::fabs(arguments[0].as_real()));
  return arguments[0].as_int() < 0 ? negate_number(arguments[0]) : arguments[0];
}

bool is_less(const Value& a, const Value& b) { return sort_order(a, b) < 0; }

Result<Value> minimum(Arguments arguments) { return *std::ranges::min_element(arguments, is_less); }
Result<Value> maximum(Arguments arguments) { return *std::ranges::max_element(arguments, is_less); }
Result<Value> power_function(Arguments arguments) { return power(arguments[0], arguments[1]); }

constexpr size_t kAny = SIZE_MAX;

constexpr MathFunction kFunctions[] = {
    {"abs", 1, 1, absolute},
    {"acos", 1, 1, real_function<acos_of>},
    {"asin", 1, 1, real_function<asin_of>},
    {"atan", 1, 1, real_function<atan_of>},
    {"atan2", 2, 2, real_function2<atan2_of>},
    {"cbrt", 1, 1, real_function<cbrt_of>},
    {"ceil", 1, 1, rounding<ceil_of>},
    {"cos", 1, 1, real_function<cos_of>},
    {"cosh", 1, 1, real_function<cosh_of>},
    {"exp", 1, 1, real_function<exp_of>},
    {"floor", 1, 1, rounding<floor_of>},
    {"hypot", 2, 2, real_function2<hypot_of>},
    {"log", 1, 1, logarithm<log_of>},
    {"log10", 1, 1, logarithm<log10_of>},
    {"log2", 1, 1, logarithm<log2_of>},
    {"max", 1, kAny, maximum},
    {"min", 1, kAny, minimum},
    {"pow", 2, 2, power_function},
    {"round", 1, 2, round_number},
    {"sin", 1, 1, real_function<sin_of>},
    {"sinh", 1, 1, real_function<sinh_of>},
    {"sqrt", 1, 1, real_function<sqrt_of>},
    {"tan", 1, 1, real_function<tan_of>},
    {"tanh", 1, 1, real_function<tanh_of>},
    {"trunc", 1, 1, rounding<trunc_of>},
};

struct MathConstant {
  std::string_view name;
  double value;
};
constexpr MathConstant kConstants[] = {
    {"e", std::numbers::e}, {"pi", std::numbers::pi}, {"tau", 2 * std::numbers::pi}};

}  // namespace

const MathFunction* find_math_function(std::string_view name) {
  const auto* found = std::ranges::find(kFunctions, name, &MathFunction::name);
  return found == std::end(kFunctions) ? nullptr : found;
}

std::optional<double> find_math_constant(std::string_view name) {
  const auto* found = std::ranges::find(kConstants, name, &MathConstant::name);
  return found == std::end(kConstants) ? std::nullopt : std::optional(found->value);
}

std::vector<std::string_view> math_names() {
  std::vector<std::string_view> names;
  for (const MathFunction& function : kFunctions) names.push_back(function.name);
  for (const MathConstant& constant : kConstants) names.push_back(constant.name);
  return names;
}

}  // namespace weir::kernel
