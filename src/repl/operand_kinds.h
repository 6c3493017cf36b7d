// What the operands and the flag values of commands are, for completion.
#pragma once

#include <cstdint>
#include <span>
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
  trap_condition,  // EXIT, ERR, a signal that can be trapped
  option,
  user,
  host,
  git,
  make_target,
  npm,
  band,            // of the gate
  lease,           // what runs or waits behind the gate, and a live job of this shell
  lane,            // of the gate, and a directory
  requester,       // who has something behind the gate
  bound_keys,      // of the line editor
  editor_command,  // of the line editor
  completed,       // a command that has completions of its own (`complete`)
  host_path,       // a file, or a host and a colon
};

/// Of a command without completions of its own: files where nothing else is known.
OperandKind operand_kind(std::string_view command);

/// A word that a command knows, such as the name of a command of its own.
struct KnownWord {
  std::string_view word;
  std::string_view help;
};
/// Those that may stand as its first operand, beside what operand_kind() says.
std::span<const KnownWord> known_words(std::string_view command);
/// By what the schema calls the value: "FILE", "JOB", "N", ….
OperandKind value_kind(std::string_view value_name);

/// The flag of `schema` with that name, without its dashes; null: none.
const FlagSchema* long_flag(const CommandSchema& schema, std::string_view name);
/// The flag of `schema` that `word` gives and that takes the next word as its value; null: none.
const FlagSchema* flag_awaiting_value(const CommandSchema& schema, std::string_view word);
/// The index of the `--` behind which `words`, the command and its arguments, are operands; their
/// count where there is none.
size_t end_of_flags(const CommandSchema& schema, std::span<const std::string> words);

/// The command that counts: without `sudo`, `timeout 5`, `env A=1` and such in front.
struct WrappedCommand {
  std::vector<std::string> words;  // empty where the next word is the command
  std::string wrapper;             // the last one in front; empty: none
};
WrappedCommand unwrapped(std::vector<std::string> words);

}  // namespace weir::repl
