// Reports: what builtins print about the shell, as text or with --json as one
// array of records. Also the names that every builtin of the shell uses.
#pragma once

#include <string>

#include "kernel/builtin.h"
#include "kernel/shell.h"

namespace weir::builtins {

using kernel::Arguments;
using kernel::Builtin;
using kernel::BuiltinRegistry;
using kernel::complain;
using kernel::Context;
using kernel::Invocation;
using kernel::misuse;
using kernel::print;
using kernel::refuse;
using loop::Task;
using loop::ValueTask;

inline constexpr FlagSchema kJsonFlag{0, "json", {}, "one JSON array of records"};

/// The rows as one JSON array.
ValueTask<int> print_array(const Invocation& call, List rows, int code = 0);

/// What is printed, and what was wrong on the way: a builtin that takes several
/// operands goes on after an error and then gives its code.
class Report {
 public:
  explicit Report(const Invocation& call) : call_(call) {}

  std::string out;
  List rows;
  /// "PLACE: NAME: MESSAGE", written after `out`.
  void error(std::string_view message, int code = 1);
  /// The same; one of kind misuse gives 2, and the usage line follows the errors.
  void error(const Error& error);
  void fail_quietly(int code = 1) { code_ = code; }
  int code() const { return code_; }
  /// Writes out (or the rows, with --json), then the errors, and gives the code.
  ValueTask<int> finish() &&;

 private:
  const Invocation& call_;
  std::string errors_;
  int code_ = 0;
  bool misused_ = false;
};

}  // namespace weir::builtins
