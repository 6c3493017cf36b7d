// Surroundings: what the checks must know of the shell that would run a text.
//
// The parser may not look at the kernel; the kernel fills this in (unit_check.h).
// It tells what is there before the text runs, never what the text does itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/command_schema.h"

namespace weir::parser {

struct BuiltinFacts {
  const CommandSchema* schema = nullptr;  // null: there is no builtin of the name
  bool is_special = false;                // found before a function of the same name
};

class Surroundings {
 public:
  virtual ~Surroundings() = default;

  virtual BuiltinFacts builtin(std::string_view name) const = 0;
  virtual bool is_function(std::string_view name) const = 0;
  virtual bool is_alias(std::string_view name) const = 0;
  /// A variable with a value, from the environment too, or one that weir makes (LINENO).
  virtual bool is_set(std::string_view name) const = 0;
  virtual bool is_readonly(std::string_view name) const = 0;
  /// What `set` says to a letter, or to a name behind -o or +o that it cannot switch; else "".
  virtual std::string option_problem(std::string_view name, bool on) const = 0;
  virtual std::string option_problem(char letter, bool on) const = 0;
  /// What `trap` says to what it cannot be set for; else "".
  virtual std::string trap_problem(std::string_view condition) const = 0;

  bool nounset = true;
  bool errexit = false;
  /// The text is a program: nothing else defines functions in its shell.
  bool is_program = true;
  /// Of a function that is running around the text, of a file that is sourced,
  /// of a loop that may be around a trap's action.
  bool in_function = false;
  bool may_return = false;
  bool may_break = false;
};

}  // namespace weir::parser
