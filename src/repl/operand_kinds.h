// What the operands and the flag values of commands are, for completion.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/command_schema.h"

namespace weir::repl {

enum class OperandKind : uint8_t {
  none,
  file,
  directory,
  command,
  builtin,
  function,
  alias,
  abbreviation,
  variable,
  job,
  live_job,      // one that has not ended
  stopped_job,   // the same, stopped ones first
  waited_job,    // any of this shell, live ones of others
  killable_job,  // a live one of any shell
  job_output,    // any of this shell, and what others have left files of
  signal,
  option,
  user,
  host,
  git,
  make_target,
  npm,
};

/// Of a command without completions of its own: files where nothing else is known.
OperandKind operand_kind(std::string_view command);
/// By what the schema calls the value: "FILE", "JOB", "N", ….
OperandKind value_kind(std::string_view value_name);

/// The flag of `schema` that `word` gives and that takes the next word as its value; null: none.
const FlagSchema* flag_awaiting_value(const CommandSchema& schema, std::string_view word);

/// The command that counts: without `sudo`, `timeout 5`, `env A=1` and such in front. Empty
/// where the next word is the command.
std::vector<std::string> without_wrappers(std::vector<std::string> words);

}  // namespace weir::repl
