// CommandSchema: what a builtin takes, written once as data.
//
// The schema gives argument parsing, --help, `help`, completion, validation
// before running and the documentation. It lives in base because the validator
// (parser) and the builtins (kernel) both read it and may not include each
// other. All texts are string literals: a schema is constant and static.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace weir {

struct FlagSchema {
  char short_name = 0;             // 'n' for -n; 0 when there is none
  std::string_view long_name = {};  // "limit" for --limit; empty when there is none
  std::string_view value = {};      // "N", "NAME", "DUR", …; empty when the flag takes no value
  std::string_view help = {};       // one line, lower case, no full stop
};

struct ExampleSchema {
  std::string_view command;
  std::string_view help;
};

/// How the arguments of a command are to be read.
enum class ArgumentStyle : uint8_t {
  flags,  // flags (clustered short ones, --long=V, --long V, --) anywhere before operands
  flags_anywhere,  // the same, but flags may also follow operands (GNU style)
  raw,  // the command reads its words itself (echo, test, [, :, printf, export …)
};

struct CommandSchema {
  std::string_view name;
  std::string_view summary;  // one line, lower case, no full stop
  std::string_view synopsis;  // what follows the name: "[-p] [JOB…]"
  std::span<const FlagSchema> flags = {};
  int min_operands = 0;
  int max_operands = -1;  // -1: any number
  ArgumentStyle style = ArgumentStyle::flags;
  std::span<const ExampleSchema> examples = {};
  std::string_view details = {};  // further paragraphs of --help
  /// The heading in `help`: "control flow", "variables", "directories", "commands", "jobs",
  /// "shell", "tests", "text", "rows", "scatter", "gate"; empty: "other".
  std::string_view group = {};
  /// The first word names a command of its own, whose schema is called "NAME WORD".
  bool has_commands = false;
};

}  // namespace weir
