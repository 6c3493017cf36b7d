// Options: what `set -o` and the command line switch on and off.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace weir::kernel {

/// What becomes of the jobs that live when an interactive shell is left.
enum class ExitJobs : uint8_t { ask, kill, detach, wait, stay };

struct Options {
  bool allexport = false;   // -a
  bool errexit = false;     // -e
  bool noclobber = false;   // -C
  bool noexec = false;      // -n
  bool glob = true;         // +f; `set -f` and `set +o glob` turn it off
  bool nounset = true;      // -u
  bool xtrace = false;      // -x
  bool verbose = false;     // -v
  bool pipefail = true;
  bool nullglob = false;
  bool monitor = false;     // -m
  bool notify = false;      // -b
  int64_t recursion_limit = 10'000;
  ExitJobs exit_jobs = ExitJobs::ask;
};

struct OptionSchema {
  char letter = 0;             // 'e' for -e; 0 when there is none
  std::string_view name;       // "errexit"
  bool Options::* flag = nullptr;
  bool inverted = false;       // the letter turns it off (-f: no globbing)
  std::string_view help;
};

/// All on/off options, by name.
std::span<const OptionSchema> option_schemas();
const OptionSchema* find_option(std::string_view name);
const OptionSchema* find_option(char letter);
/// As its letter does: -f turns something off.
void switch_option(Options& options, const OptionSchema& schema, bool on);
/// `set -o NAME`, `set +o NAME`, with values. The error names near names. What other shells switch
/// and is always so here can be set to that alone: the ERR trap acts in functions (-E), braces
/// expand (-B), `!` is no history (+H).
Result<void> switch_option(Options& options, std::string_view name, bool on);
Result<void> switch_option(Options& options, char letter, bool on);
/// An option with a value: `set -o NAME=VALUE`.
struct ValueOptionSchema {
  std::string_view name;
  std::string_view value;  // "N", "ask|kill|detach|wait|stay"
  std::string_view help;
  struct Word {
    std::string_view word;
    std::string_view help;
  };
  std::span<const Word> words;  // that it may be, where those can be listed
  std::string (*read)(const Options&);
  Result<void> (*write)(Options&, std::string_view);  // the error names what is possible
};

std::span<const ValueOptionSchema> value_option_schemas();
const ValueOptionSchema* find_value_option(std::string_view name);
/// "NAME=VALUE", or a NAME without its value, which is an error. Nothing where no option with a
/// value has the name.
std::optional<Result<void>> set_value_option(Options& options, std::string_view assignment);

/// The letters that are on: what $- holds.
std::string option_letters(const Options& options);

}  // namespace weir::kernel
