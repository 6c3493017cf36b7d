#include "kernel/math_eval.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/name.h"
#include "base/text.h"
#include "kernel/compare.h"
#include "kernel/math_functions.h"
#include "kernel/value_kind.h"

namespace weir::kernel {

namespace {

constexpr int kMaxDepth = 200;

struct OperatorText {
  std::string_view text;
  MathOperator op;
};

// Longer ones first: a prefix must not win.
constexpr OperatorText kComparisons[] = {
    {"<=", MathOperator::less_equal}, {">=", MathOperator::greater_equal},
    {"==", MathOperator::equal},      {"!=", MathOperator::not_equal},
    {"<", MathOperator::less},        {">", MathOperator::greater}};
constexpr OperatorText kSums[] = {{"+", MathOperator::add}, {"-", MathOperator::subtract}};
constexpr OperatorText kProducts[] = {{"//", MathOperator::floor_divide},
                                      {"*", MathOperator::multiply},
                                      {"/", MathOperator::divide},
                                      {"%", MathOperator::modulo}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Recursive descent, one function for each level of precedence:
/// comparison < sum < product < power < sign < operand.
class MathReader {
 public:
  MathReader(std::string_view text, const MathLookup& lookup) : text_(text), lookup_(lookup) {}

  Result<Value> read_all() {
    auto value = comparison();
    if (!value) return value;
    skip_blanks();
    if (at_ < text_.size()) return unexpected();
    return value;
  }

 private:
  Result<Value> comparison() {
    auto left = chain(kSums, &MathReader::product);
    const auto op = left ? take_operator(kComparisons) : std::nullopt;
    if (!op) return left;
    auto right = chain(kSums, &MathReader::product);
    if (!right) return right;
    return apply_operator(*op, *left, *right);
  }

  Result<Value> product() { return chain(kProducts, &MathReader::power); }

  /// operand (op operand)…, from the left.
  Result<Value> chain(std::span<const OperatorText> operators,
                      Result<Value> (MathReader::*operand)()) {
    auto left = (this->*operand)();
    while (left) {
      const auto op = take_operator(operators);
      if (!op) break;
      const auto right = (this->*operand)();
      if (!right) return right;
      left = apply_operator(*op, *left, *right);
    }
    return left;
  }

  /// From the right; a sign binds tighter, as in $(( )): -2**2 is 4.
  Result<Value> power() {
    const Nesting nesting(*this);
    if (!nesting.ok()) return too_deep();
    auto base = sign();
    if (!base || !take("**")) return base;
    const auto exponent = power();
    if (!exponent) return exponent;
    return apply_operator(MathOperator::power, *base, *exponent);
  }

  Result<Value> sign() {
    const Nesting nesting(*this);
    if (!nesting.ok()) return too_deep();
    if (take("+")) return sign();
    if (!take("-")) return operand();
    // Read with its sign, the smallest int fits.
    if (at_ < text_.size() && is_digit(text_[at_])) return number(true);
    const auto value = sign();
    if (!value) return value;
    return negate_number(*value);
  }

  Result<Value> operand() {
    skip_blanks();
    if (at_ == text_.size()) return unexpected();
    const char c = text_[at_];
    if (c == '(') return parenthesized();
    if (is_digit(c) || c == '.') return number(false);
    if (begins_name(c)) return named();
    return unexpected();
  }

  Result<Value> parenthesized() {
    ++at_;
    auto value = comparison();
    if (value && !take(")")) return missing_parenthesis();
    if (value && !value->is_number()) return failure("the result of a comparison is not a number");
    return value;
  }

  Result<Value> number(bool negative) {
    if (text_.substr(at_).starts_with("0x") || text_.substr(at_).starts_with("0X")) {
      at_ += 2;
      return integer(negative, 16);
    }
    const char* const begin = text_.data() + at_;
    double value = 0;
    const auto [stop, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error == std::errc::invalid_argument) return unexpected();
    if (error != std::errc()) return failure("a number is out of range");
    const std::string_view digits(begin, stop);
    if (digits.find_first_of(".eE") == std::string_view::npos) return integer(negative, 10);
    at_ += digits.size();
    return Value(negative ? -value : value);
  }

  /// An int beyond 64 bits is a float, as it is in JSON.
  Result<Value> integer(bool negative, int base) {
    const char* const begin = text_.data() + at_;
    uint64_t magnitude = 0;
    const auto [stop, error] = std::from_chars(begin, text_.data() + text_.size(), magnitude, base);
    if (error == std::errc::invalid_argument) return unexpected();
    at_ += static_cast<size_t>(stop - begin);
    const uint64_t limit = static_cast<uint64_t>(INT64_MAX) + (negative ? 1 : 0);
    if (error == std::errc() && magnitude <= limit) {
      return Value(static_cast<int64_t>(negative ? 0 - magnitude : magnitude));
    }
    double real = static_cast<double>(magnitude);
    if (error != std::errc()) {
      const auto format = base == 16 ? std::chars_format::hex : std::chars_format::fixed;
      std::from_chars(begin, stop, real, format);
    }
    return Value(negative ? -real : real);
  }

  Result<Value> named() {
    const size_t begin = at_;
    while (at_ < text_.size() && continues_name(text_[at_])) ++at_;
    const std::string_view name = text_.substr(begin, at_ - begin);
    skip_blanks();
    const bool is_call = at_ < text_.size() && text_[at_] == '(';
    if (const MathFunction* function = find_math_function(name)) {
      if (!is_call) return wrong(fmt::format("{0} is a function: write {0}(…)", name));
      return call(*function);
    }
    if (is_call) return unknown(name, "function");
    if (const auto constant = find_math_constant(name)) return Value(*constant);
    const auto value = lookup_ ? lookup_(name) : std::nullopt;
    if (!value) return unknown(name, "name");
    const auto converted = to_number(*value);
    if (!converted) return failure(fmt::format("{}: {}", name, converted.error().message));
    return converted;
  }

  Result<Value> call(const MathFunction& function) {
    ++at_;
    std::vector<Value> arguments;
    if (!take(")")) {
      do {
        auto argument = chain(kSums, &MathReader::product);
        if (!argument) return argument;
        arguments.push_back(std::move(*argument));
      } while (take(","));
      if (!take(")")) return missing_parenthesis();
    }
    if (arguments.size() < function.min_arguments || arguments.size() > function.max_arguments) {
      return wrong(fmt::format("{} does not take {} argument{}", function.name, arguments.size(),
                               arguments.size() == 1 ? "" : "s"));
    }
    auto result = function.apply(arguments);
    if (!result) return failure(fmt::format("{}: {}", function.name, result.error().message));
    return result;
  }

  // ---- the text ----

  void skip_blanks() { at_ = std::min(text_.find_first_not_of(" \t\n", at_), text_.size()); }

  bool take(std::string_view wanted) {
    skip_blanks();
    if (!text_.substr(at_).starts_with(wanted)) return false;
    at_ += wanted.size();
    return true;
  }

  std::optional<MathOperator> take_operator(std::span<const OperatorText> operators) {
    for (const OperatorText& candidate : operators) {
      if (take(candidate.text)) return candidate.op;
    }
    return std::nullopt;
  }

  /// Counts how deep the reader calls itself.
  class Nesting {
   public:
    explicit Nesting(MathReader& reader) : depth_(reader.depth_) { ++depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
    ~Nesting() { --depth_; }
    bool ok() const { return depth_ <= kMaxDepth; }

   private:
    int& depth_;
  };

  // ---- errors ----

  static std::unexpected<Error> failure(std::string message) {
    return fail(ErrorKind::invalid, std::move(message));
  }

  /// Not what a value made of it: the text is no expression.
  static std::unexpected<Error> wrong(std::string message) {
    return fail(ErrorKind::misuse, std::move(message));
  }

  static std::unexpected<Error> too_deep() {
    return fail(ErrorKind::limit, "the expression is nested too deeply");
  }

  Result<Value> missing_parenthesis() {
    skip_blanks();
    return at_ == text_.size() ? wrong("a closing parenthesis is missing") : unexpected();
  }

  Result<Value> unexpected() const {
    if (at_ == text_.size()) return wrong("the expression ends too early");
    const CodePoint c = decode_code_point(text_, at_);
    return wrong(fmt::format("unexpected {} at character {}{}",
                             preview(std::string(text_.substr(at_, c.size))),
                             count_code_points(text_.substr(0, at_)) + 1,
                             c.value == '^' ? "; a power is written **" : ""));
  }

  static std::unexpected<Error> unknown(std::string_view name, std::string_view what) {
    return wrong(fmt::format("unknown {} {}{}", what, preview(std::string(name)),
                             did_you_mean(name, math_names())));
  }

  std::string_view text_;
  const MathLookup& lookup_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Result<Value> evaluate_math(std::string_view expression, const MathLookup& lookup) {
  return MathReader(expression, lookup).read_all();
}

}  // namespace weir::kernel
