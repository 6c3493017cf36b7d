// Reading the words of a command as its schema says: flags, their values, operands.
//
// One reading for both: the kernel gives the words of a builtin that is about to
// run, the validator those that stand in the text. Errors name the flag or
// operand; what they cost (exit 2, a diagnostic) is the caller's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/command_schema.h"
#include "base/value.h"

namespace weir {

struct GivenFlag {
  const FlagSchema* flag = nullptr;
  Value value;  // null for a flag that takes none
};

struct ReadArguments {
  std::vector<GivenFlag> flags;  // in the order they were given
  std::vector<Value> operands;
  bool wants_help = false;  // --help: the rest was not read
};

/// Only text is ever a flag: a typed value is an operand, or a flag's value.
/// Operands are not counted. REQUIRES: the style is not raw.
Result<ReadArguments> read_arguments(const CommandSchema& schema, std::vector<Value> words);

/// What is wrong with that number of operands; `extra` is the first that is too
/// many, looked at only where there is one.
std::optional<std::string> operand_count_problem(const CommandSchema& schema, size_t count,
                                                 std::string_view extra);

/// `; did you mean "--limit"?` where a flag of the schema is near to `word`, "--limt" or
/// "--limt=3"; or "".
std::string suggested_flag(const CommandSchema& schema, std::string_view word);

/// "--limit", or "-n" for a flag without a long name.
std::string spelled(const FlagSchema& flag);

}  // namespace weir
