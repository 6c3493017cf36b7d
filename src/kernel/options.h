// Options: what `set -o` and the command line switch on and off.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weir::kernel {

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
/// The letters that are on: what $- holds.
std::string option_letters(const Options& options);

}  // namespace weir::kernel
