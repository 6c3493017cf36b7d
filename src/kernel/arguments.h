// Arguments: the words of a builtin, read as its schema says.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/read_arguments.h"

namespace weir::kernel {

class Arguments {
 public:
  /// Flags and operands of `words` (without the command name). Errors name the
  /// flag or operand and end a call with exit 2; `--help` is not an error: see wants_help().
  static Result<Arguments> parse(const CommandSchema& schema, std::vector<Value> words);

  bool has(std::string_view flag) const { return find(flag) != nullptr; }
  bool has(char short_flag) const;
  /// The value of the last occurrence; null when absent. By long name, or a one-letter short name.
  const Value* value(std::string_view flag) const;
  std::vector<Value> values(std::string_view flag) const;  // of every occurrence
  std::string text(std::string_view flag, std::string_view otherwise = {}) const;
  /// How often a flag was given.
  int count(std::string_view flag) const;
  /// The flags in the order they were given, by their name in the schema.
  using Given = GivenFlag;
  const std::vector<Given>& given() const { return given_; }

  std::vector<Value> operands;
  bool wants_help() const { return wants_help_; }

 private:
  const Given* find(std::string_view flag) const;
  std::vector<Given> given_;
  bool wants_help_ = false;
};

/// "usage: NAME SYNOPSIS" and the whole --help text, for a terminal of that many columns; 0: in the
/// lines of the source.
std::string usage_line(const CommandSchema& schema);
std::string help_text(const CommandSchema& schema, size_t width = 0);

/// A whole number within [low, high], from an int or a text; the error names `what`.
Result<int64_t> whole_number(const Value& value, std::string_view what, int64_t low = INT64_MIN,
                             int64_t high = INT64_MAX);

}  // namespace weir::kernel
