// Condition: what `where` asks of a row: tests joined by `and` and `or`.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "builtins/field_path_support.h"

namespace re2 {
class RE2;
}

namespace weir::builtins {

enum class WhereOp : uint8_t {
  truth,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  num_equal,
  num_not_equal,
  num_less,
  num_less_equal,
  num_greater,
  num_greater_equal,
  matches,
  matches_not,
  in,
  not_in,
  contains,
};

class Condition {
 public:
  Condition(Condition&&) noexcept;
  Condition& operator=(Condition&&) noexcept;
  ~Condition();

  /// The words of `where`. Errors say what is wrong with them.
  static Result<Condition> parse(std::vector<Value> words);
  /// Errors name the row and the field.
  Result<bool> holds(const Value& row, uint64_t number) const;

 private:
  struct Test {
    Field field;
    bool negated = false;
    WhereOp op = WhereOp::truth;
    Value operand;  // words that are numbers, true, false or null are typed
    std::unique_ptr<re2::RE2> pattern = {};
  };
  friend class ConditionParser;

  Condition();
  static Result<bool> holds(const Test& test, const Value& row, uint64_t number);
  static Result<bool> compare(const Test& test, const Value& value);

  std::vector<std::vector<Test>> any_of_;  // of all of these
};

}  // namespace weir::builtins
