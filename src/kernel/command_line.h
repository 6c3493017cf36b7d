// The command line of the program: `weir [options] [FILE | -c TEXT] [args]`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "kernel/options.h"

namespace weir::kernel {

struct CommandLine {
  enum class Source : uint8_t { file, text, standard_input };
  enum class Action : uint8_t { run, check, dump_ast, print, help, version };

  Action action = Action::run;
  Source source = Source::standard_input;
  std::string text;                     // FILE, or TEXT of -c
  std::string name = "weir";            // $0
  std::vector<std::string> arguments;   // $1 …
  std::string printed;                  // WHAT of --print
  bool interactive = false;             // -i
  bool login = false;                   // -l
  bool json = false;                    // --json
  std::optional<size_t> output_budget;  // --output-limit SIZE, bytes
  bool dumb_editor = false;             // --editor=dumb
  bool norc = false;                    // --norc
  std::optional<std::string> rcfile;    // --rcfile F
  /// Options to switch, in order: -e +u -o NAME +o NAME.
  std::vector<std::pair<const OptionSchema*, bool>> options;
  std::vector<std::string> value_options;  // -o NAME=VALUE, checked
};

/// Errors are for stderr, with exit 2.
Result<CommandLine> parse_command_line(int argc, char** argv);

/// --json is among the options, so whoever called reads a result object (an array with -n, then
/// false). For a line that may be wrong elsewhere.
bool asks_for_result(int argc, char** argv);

/// The --help text of the program.
std::string program_help();

}  // namespace weir::kernel
