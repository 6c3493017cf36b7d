#include "kernel/options.h"

#include <array>

namespace weir::kernel {

namespace {

constexpr std::array kOptions = {
    OptionSchema{'a', "allexport", &Options::allexport, false,
                 "export every variable that is assigned"},
    OptionSchema{'e', "errexit", &Options::errexit, false, "leave when a command fails"},
    OptionSchema{'f', "glob", &Options::glob, true, "expand patterns into file names (-f: do not)"},
    OptionSchema{'m', "monitor", &Options::monitor, false, "job control"},
    OptionSchema{'C', "noclobber", &Options::noclobber, false, "'>' does not overwrite a file"},
    OptionSchema{'n', "noexec", &Options::noexec, false, "check commands without running them"},
    OptionSchema{'b', "notify", &Options::notify, false, "report the end of jobs at once"},
    OptionSchema{'u', "nounset", &Options::nounset, false, "an unset variable is an error"},
    OptionSchema{0, "nullglob", &Options::nullglob, false, "a pattern without a match is nothing"},
    OptionSchema{0, "pipefail", &Options::pipefail, false,
                 "a pipeline fails with its last failing stage"},
    OptionSchema{'v', "verbose", &Options::verbose, false, "print the text that is read"},
    OptionSchema{'x', "xtrace", &Options::xtrace, false, "print each command that is run"},
};

}  // namespace

std::span<const OptionSchema> option_schemas() { return kOptions; }

const OptionSchema* find_option(std::string_view name) {
  for (const auto& option : kOptions) {
    if (option.name == name) return &option;
  }
  return nullptr;
}

const OptionSchema* find_option(char letter) {
  if (letter == 0) return nullptr;
  for (const auto& option : kOptions) {
    if (option.letter == letter) return &option;
  }
  return nullptr;
}

std::string option_letters(const Options& options) {
  std::string letters;
  for (const auto& option : kOptions) {
    if (option.letter != 0 && options.*option.flag != option.inverted) letters += option.letter;
  }
  return letters;
}

}  // namespace weir::kernel
