#include "builtins/where_condition_support.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "base/text.h"
#include "builtins/row_filter_support.h"
#include "kernel/compare.h"
#include "kernel/subscript.h"
#include "kernel/value_kind.h"

namespace weir::builtins {

namespace {

using parser::TestOp;

struct Operator {
  std::string_view name;
  WhereOp op;
};
constexpr Operator kOperators[] = {
    {"==", WhereOp::equal},
    {"=", WhereOp::equal},
    {"!=", WhereOp::not_equal},
    {"<", WhereOp::less},
    {"<=", WhereOp::less_equal},
    {">", WhereOp::greater},
    {">=", WhereOp::greater_equal},
    {"-eq", WhereOp::num_equal},
    {"-ne", WhereOp::num_not_equal},
    {"-lt", WhereOp::num_less},
    {"-le", WhereOp::num_less_equal},
    {"-gt", WhereOp::num_greater},
    {"-ge", WhereOp::num_greater_equal},
    {"=~", WhereOp::matches},
    {"!~", WhereOp::matches_not},
    {"in", WhereOp::in},
    {"not-in", WhereOp::not_in},
    {"contains", WhereOp::contains},
};

std::optional<WhereOp> find_operator(const Value& word) {
  if (!word.is_string()) return {};
  for (const Operator& known : kOperators) {
    if (known.name == word.as_string()) return known.op;
  }
  return {};
}

bool is_word(const Value& word, std::string_view text) {
  return word.is_string() && word.as_string() == text;
}

std::unexpected<Error> misuse(std::string message) {
  return fail(ErrorKind::invalid, std::move(message));
}

std::string unknown_operator(const Value& word) {
  std::vector<std::string_view> names = {"and", "or"};
  for (const Operator& known : kOperators) names.push_back(known.name);
  const std::string text = word.to_text();
  return fmt::format("'{}' is no operator{}", text, did_you_mean(text, names));
}

bool is_true(const Value& value) {
  switch (value.type()) {
    case Value::Type::null:
      return false;
    case Value::Type::boolean:
      return value.as_bool();
    case Value::Type::integer:
      return value.as_int() != 0;
    case Value::Type::real:
      return value.as_real() != 0;
    case Value::Type::string:
      return !value.as_string().empty();
    case Value::Type::list:
      return !value.as_list().empty();
    case Value::Type::record:
      return !value.as_record().empty();
  }
  return false;
}

}  // namespace

// ---- parsing ----------------------------------------------------------------------

class ConditionParser {
 public:
  explicit ConditionParser(std::vector<Value> words) : words_(std::move(words)) {}

  Result<Condition> parse() {
    if (auto taken = take_flag(); !taken) return fail(std::move(taken.error()));
    Condition condition;
    condition.any_of_.emplace_back();
    for (;;) {
      auto test = take_test();
      if (!test) return fail(std::move(test.error()));
      condition.any_of_.back().push_back(std::move(*test));
      if (at_end()) return condition;
      const Value& joint = words_[next_++];
      if (is_word(joint, "or")) {
        condition.any_of_.emplace_back();
      } else if (!is_word(joint, "and")) {
        return misuse(unknown_operator(joint));
      }
      if (at_end())
        return misuse(fmt::format("a condition is missing after '{}'", joint.to_text()));
    }
  }

 private:
  bool at_end() const { return next_ == words_.size(); }

  Result<void> take_flag() {
    while (!at_end() && words_[next_].is_string()) {
      const std::string& word = words_[next_].as_string();
      if (word == "--") {
        ++next_;
        return {};
      }
      if (!word.starts_with("--")) return {};
      if (word.starts_with("--or=")) {
        otherwise_ = Value::from_bareword(word.substr(5));
      } else if (word == "--or") {
        if (++next_ == words_.size()) return misuse("--or needs a value: VALUE");
        otherwise_ = typed_word(words_[next_]);
      } else {
        return misuse(fmt::format("unknown flag {}", word));
      }
      ++next_;
    }
    return {};
  }

  Result<Condition::Test> take_test() {
    bool negated = false;
    while (!at_end() && is_word(words_[next_], "not")) {
      negated = !negated;
      ++next_;
    }
    if (at_end()) return misuse(negated ? "a field is missing after 'not'" : "a field is missing");
    std::string path_text = ".";
    if (!find_operator(words_[next_])) path_text = words_[next_++].to_text();
    auto path = FieldPath::parse(path_text);
    if (!path) return fail(std::move(path.error()));
    Condition::Test test{Field(std::move(*path), otherwise_), negated, WhereOp::truth, {}, {}};
    if (at_end() || is_word(words_[next_], "and") || is_word(words_[next_], "or")) return test;
    if (auto taken = take_comparison(test); !taken) return fail(std::move(taken.error()));
    return test;
  }

  Result<void> take_comparison(Condition::Test& test) {
    const Value& word = words_[next_++];
    auto op = find_operator(word);
    if (!op && is_word(word, "not") && !at_end() && is_word(words_[next_], "in")) {
      ++next_;
      op = WhereOp::not_in;
    }
    if (!op) return misuse(unknown_operator(word));
    if (at_end()) {
      return misuse(fmt::format("'{}' needs a value behind it", words_[next_ - 1].to_text()));
    }
    test.op = *op;
    const Value& operand = words_[next_++];
    if (*op == WhereOp::matches || *op == WhereOp::matches_not) return compile(test, operand);
    test.operand = *op == WhereOp::contains ? operand : typed_word(operand);
    if ((*op == WhereOp::in || *op == WhereOp::not_in) && operand.is_scalar()) {
      return misuse("in needs a list or a record: xs=[a b]; where FIELD in $xs");
    }
    return {};
  }

  static Result<void> compile(Condition::Test& test, const Value& operand) {
    RE2::Options options;
    options.set_log_errors(false);
    const std::string text = operand.to_text();
    options.set_encoding(is_utf8(text) ? RE2::Options::EncodingUTF8 : RE2::Options::EncodingLatin1);
    test.pattern = std::make_unique<RE2>(text, options);
    if (test.pattern->ok()) return {};
    return misuse(fmt::format("'{}' is no regular expression: {}", text, test.pattern->error()));
  }

  std::vector<Value> words_;
  size_t next_ = 0;
  std::optional<Value> otherwise_;
};

Condition::Condition() = default;
Condition::Condition(Condition&&) noexcept = default;
Condition& Condition::operator=(Condition&&) noexcept = default;
Condition::~Condition() = default;

Result<Condition> Condition::parse(std::vector<Value> words) {
  return ConditionParser(std::move(words)).parse();
}

// ---- asking -----------------------------------------------------------------------

Result<bool> Condition::holds(const Value& row, uint64_t number) const {
  for (const auto& tests : any_of_) {
    bool all = true;
    for (const Test& test : tests) {
      auto one = holds(test, row, number);
      if (!one) return one;
      if (!*one) {
        all = false;
        break;
      }
    }
    if (all) return true;
  }
  return false;
}

Result<bool> Condition::holds(const Test& test, const Value& row, uint64_t number) {
  auto value = test.field.of(row, number);
  if (!value) {
    // A question whether it is there and true has its answer.
    if (test.op == WhereOp::truth && kernel::is_absent(value.error())) return test.negated;
    return fail(std::move(value.error()));
  }
  if (test.op == WhereOp::truth) return is_true(**value) != test.negated;
  auto result = compare(test, **value);
  if (!result) {
    return fail(result.error().kind, fmt::format("row {}: {}: {}", number, test.field.path().text(),
                                                 result.error().message));
  }
  return *result != test.negated;
}

namespace {

/// Null is equal to null alone; see kernel::values_equal for the rest.
Result<bool> equal(const Value& value, const Value& operand) {
  if (value.is_null() || operand.is_null()) return value.is_null() && operand.is_null();
  return kernel::values_equal(value, operand);
}

/// A number against text that is none would compare letters: refused. Null has no place in an
/// order.
Result<bool> less(const Value& a, const Value& b) {
  if (a.is_null() || b.is_null()) return false;
  if (a.is_number() == b.is_number()) return kernel::value_less(a, b);
  auto left = kernel::to_number(a);
  if (!left) return fail(std::move(left.error()));
  auto right = kernel::to_number(b);
  if (!right) return fail(std::move(right.error()));
  return kernel::value_less(*left, *right);
}

Result<bool> inverted(Result<bool> result) {
  if (!result) return result;
  return !*result;
}

/// a <= b. Not the opposite of b < a: null stays out of both.
Result<bool> less_equal(const Value& a, const Value& b) {
  if (a.is_null() || b.is_null()) return false;
  return inverted(less(b, a));
}

Result<bool> holds_element(const Value& container, const Value& item) {
  if (container.is_scalar() && !container.is_null()) {
    return container.to_text().find(item.to_text()) != std::string::npos;
  }
  if (container.is_null()) return false;
  return kernel::contains(container, item);
}

TestOp numeric_op(WhereOp op) {
  switch (op) {
    case WhereOp::num_equal:
      return TestOp::num_equal;
    case WhereOp::num_not_equal:
      return TestOp::num_not_equal;
    case WhereOp::num_less:
      return TestOp::num_less;
    case WhereOp::num_less_equal:
      return TestOp::num_less_equal;
    case WhereOp::num_greater:
      return TestOp::num_greater;
    default:
      return TestOp::num_greater_equal;
  }
}

}  // namespace

Result<bool> Condition::compare(const Test& test, const Value& value) {
  switch (test.op) {
    case WhereOp::truth:
      return is_true(value);
    case WhereOp::equal:
      return equal(value, test.operand);
    case WhereOp::not_equal:
      return inverted(equal(value, test.operand));
    case WhereOp::less:
      return less(value, test.operand);
    case WhereOp::greater:
      return less(test.operand, value);
    case WhereOp::less_equal:
      return less_equal(value, test.operand);
    case WhereOp::greater_equal:
      return less_equal(test.operand, value);
    case WhereOp::matches:
    case WhereOp::matches_not: {
      const bool found =
          RE2::PartialMatch(value.is_string() ? value.as_string() : value.to_text(), *test.pattern);
      return found == (test.op == WhereOp::matches);
    }
    case WhereOp::in:
      return kernel::contains(test.operand, value);
    case WhereOp::not_in:
      return inverted(kernel::contains(test.operand, value));
    case WhereOp::contains:
      return holds_element(value, test.operand);
    default:
      return kernel::compare_numbers(numeric_op(test.op), value, test.operand);
  }
}

}  // namespace weir::builtins
