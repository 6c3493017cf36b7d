// Builtin: the interface of the commands that run inside the shell, and their registry.
//
// A builtin is a schema and a function from an Invocation to an exit code. It
// reads and writes through the context's files, returns at once with a value
// where it need not wait, and is a coroutine where it must (then it takes the
// Invocation by value, which the frame keeps). Adding one is adding one file to
// src/builtins that defines register_<file>(BuiltinRegistry&).
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/command_schema.h"
#include "kernel/arguments.h"
#include "kernel/context.h"
#include "loop/task.h"
#include "scheduler/row.h"

namespace weir::kernel {

struct Invocation {
  Context& ctx;
  const CommandSchema& schema;
  Arguments args;  // ArgumentStyle::raw: all the words are operands

  std::vector<Value>& operands() { return args.operands; }
};

using BuiltinFunction = loop::ValueTask<int> (*)(Invocation call);

struct Builtin {
  const CommandSchema* schema = nullptr;
  BuiltinFunction run = nullptr;
  /// POSIX special builtins (: . break continue exec exit export readonly return set shift trap
  /// unset): found before functions, and prefix assignments to them stay.
  bool special = false;
};

class BuiltinRegistry {
 public:
  /// REQUIRES: the schema is static and the name not taken.
  void add(Builtin builtin);
  const Builtin* find(std::string_view name) const;
  std::vector<const Builtin*> all() const;  // by name

 private:
  std::unordered_map<std::string_view, Builtin> by_name_;
};

/// Reads the words behind the name as the schema says (--help, misuse) and runs the builtin.
loop::ValueTask<int> run_builtin(Context& ctx, const Builtin& builtin, List words);

// ---- what nearly every builtin does ---------------------------------------------

/// Writes `text` to stdout; then gives `code`. A reader that went away ends the
/// context as SIGPIPE would (141); other failures are reported and give 1.
loop::ValueTask<int> print(const Invocation& call, std::string text, int code = 0);
/// Emits rows to stdout, then gives `code`.
loop::ValueTask<int> emit(const Invocation& call, std::vector<scheduler::Row> rows, int code = 0);
/// "PLACE: NAME: MESSAGE" on stderr; gives `code`.
loop::ValueTask<int> complain(const Invocation& call, std::string message, int code = 1);
/// The same with the usage line; gives 2.
loop::ValueTask<int> misuse(const Invocation& call, std::string message);
/// misuse() for an error of that kind, else complain() with 1.
loop::ValueTask<int> refuse(const Invocation& call, Error error);
/// What a failed write or read of a stream means for the command: broken_pipe
/// ends the context quietly (141), cancelled gives 128 + reason, the rest is reported (1).
loop::ValueTask<int> stream_failed(const Invocation& call, Error error);
/// What the shell itself says, to stderr: control characters in it are those of names, and become
/// blanks. Failures are ignored (there is nowhere to tell).
loop::Task<void> warn(Context& ctx, std::string lines);

}  // namespace weir::kernel
