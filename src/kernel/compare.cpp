#include "kernel/compare.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "kernel/value_kind.h"

namespace weir::kernel {

namespace {

std::unexpected<Error> invalid(std::string message) {
  return fail(ErrorKind::invalid, std::move(message));
}

/// The text of a scalar without copying a string.
class ScalarText {
 public:
  explicit ScalarText(const Value& value) {
    if (value.is_string()) {
      view_ = value.as_string();
    } else {
      own_ = value.to_text();
      view_ = own_;
    }
  }
  ScalarText(const ScalarText&) = delete;
  ScalarText& operator=(const ScalarText&) = delete;
  std::string_view view() const { return view_; }

 private:
  std::string own_;
  std::string_view view_;
};

/// Exact: an int is never rounded to a double.
std::partial_ordering order_int_real(int64_t i, double d) {
  if (std::isnan(d)) return std::partial_ordering::unordered;
  if (d >= 0x1p63) return std::partial_ordering::less;
  if (d < -0x1p63) return std::partial_ordering::greater;
  const double whole = std::trunc(d);
  const auto truncated = static_cast<int64_t>(whole);
  if (i != truncated) return i <=> truncated;
  return 0.0 <=> d - whole;
}

std::partial_ordering order_numbers(const Value& a, const Value& b) {
  if (a.is_int() && b.is_int()) return a.as_int() <=> b.as_int();
  if (a.is_int()) return order_int_real(a.as_int(), b.as_real());
  if (b.is_int()) return 0 <=> order_int_real(b.as_int(), a.as_real());
  return a.as_real() <=> b.as_real();
}

std::unexpected<Error> not_comparable(const Value& a, const Value& b) {
  return invalid(
      fmt::format("{} cannot be compared with {}", kind_with_article(a), kind_with_article(b)));
}

}  // namespace

Result<bool> values_equal(const Value& a, const Value& b) {
  if (a.is_scalar() != b.is_scalar()) return not_comparable(a, b);
  if (!a.is_scalar() || (a.is_number() && b.is_number())) return a == b;
  return ScalarText(a).view() == ScalarText(b).view();
}

Result<bool> value_less(const Value& a, const Value& b) {
  if (!a.is_scalar() || !b.is_scalar()) {
    return invalid(
        fmt::format("{} has no order for < and >", kind_with_article(a.is_scalar() ? b : a)));
  }
  if (a.is_number() && b.is_number()) return order_numbers(a, b) < 0;
  return ScalarText(a).view() < ScalarText(b).view();
}

namespace {

std::string_view without_blanks(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\n") - begin + 1);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A number in decimal: from_chars takes "inf" and "nan" too, which nobody means.
std::optional<Value> number_in_text(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const size_t first = text.starts_with('-') ? 1 : 0;
  if (first >= text.size() || (!is_digit(text[first]) && text[first] != '.')) return std::nullopt;
  const char* const end = text.data() + text.size();
  int64_t i = 0;
  if (const auto [stop, error] = std::from_chars(text.data(), end, i);
      stop == end && error == std::errc()) {
    return Value(i);
  }
  double d = 0;
  const auto [stop, error] = std::from_chars(text.data(), end, d);
  if (stop != end || error != std::errc()) return std::nullopt;
  return Value(d);
}

}  // namespace

Result<Value> to_number(const Value& value) {
  if (value.is_number()) return value;
  if (value.is_string()) {
    if (const auto number = number_in_text(without_blanks(value.as_string()))) return *number;
  }
  return invalid(fmt::format("{} is not a number", preview(value)));
}

Result<bool> compare_numbers(parser::TestOp op, const Value& a, const Value& b) {
  const auto left = to_number(a);
  if (!left) return fail(left.error());
  const auto right = to_number(b);
  if (!right) return fail(right.error());
  const std::partial_ordering order = order_numbers(*left, *right);
  switch (op) {
    case parser::TestOp::num_equal:
      return order == 0;
    case parser::TestOp::num_not_equal:
      return order != 0;
    case parser::TestOp::num_less:
      return order < 0;
    case parser::TestOp::num_less_equal:
      return order <= 0;
    case parser::TestOp::num_greater:
      return order > 0;
    case parser::TestOp::num_greater_equal:
      return order >= 0;
    default:
      return invalid("not a comparison of numbers");
  }
}

Result<bool> contains(const Value& container, const Value& item) {
  if (container.is_record()) {
    if (!item.is_scalar()) return not_comparable(item, Value(""));
    return container.as_record().find(ScalarText(item).view()) != nullptr;
  }
  if (!container.is_list()) {
    return invalid(
        fmt::format("`in` takes a list or a record, not {}", kind_with_article(container)));
  }
  for (const Value& element : container.as_list()) {
    if (values_equal(element, item).value_or(false)) return true;
  }
  return false;
}

}  // namespace weir::kernel
