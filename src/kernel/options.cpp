#include "kernel/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "kernel/arguments.h"

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

// ---- with values ---------------------------------------------------------------------

using Word = ValueOptionSchema::Word;

constexpr std::string_view kRecursionLimit = "recursion-limit";
constexpr std::string_view kExitJobs = "exit-jobs";

/// In the order of ExitJobs.
constexpr std::array kExitJobsWords = {
    Word{"ask", "ask what is to become of them"},
    Word{"kill", "end them, with all that they have started"},
    Word{"detach", "let them go on without the shell"},
    Word{"wait", "leave when they have ended"},
    Word{"stay", "stay, and leave as `kill` does when told so twice"},
};

std::string read_recursion_limit(const Options& options) {
  return std::to_string(options.recursion_limit);
}

Result<void> write_recursion_limit(Options& options, std::string_view text) {
  auto limit = whole_number(Value(text), kRecursionLimit, 1, 1'000'000'000);
  if (!limit) return fail(std::move(limit.error()));
  options.recursion_limit = *limit;
  return {};
}

std::string read_exit_jobs(const Options& options) {
  return std::string(kExitJobsWords[static_cast<size_t>(options.exit_jobs)].word);
}

Result<void> write_exit_jobs(Options& options, std::string_view text) {
  for (size_t i = 0; i < kExitJobsWords.size(); ++i) {
    if (kExitJobsWords[i].word != text) continue;
    options.exit_jobs = static_cast<ExitJobs>(i);
    return {};
  }
  return fail(ErrorKind::invalid, fmt::format("{} is ask, kill, detach, wait or stay, not {}",
                                              kExitJobs, quote_word(text)));
}

constexpr std::array kValueOptions = {
    ValueOptionSchema{kExitJobs, "ask|kill|detach|wait|stay",
                      "what becomes of live jobs when an interactive shell is left", kExitJobsWords,
                      read_exit_jobs, write_exit_jobs},
    ValueOptionSchema{kRecursionLimit,
                      "N",
                      "how deep calls and substitutions may be nested",
                      {},
                      read_recursion_limit,
                      write_recursion_limit},
};

}  // namespace

std::span<const ValueOptionSchema> value_option_schemas() { return kValueOptions; }

const ValueOptionSchema* find_value_option(std::string_view name) {
  for (const auto& option : kValueOptions) {
    if (option.name == name) return &option;
  }
  return nullptr;
}

std::optional<Result<void>> set_value_option(Options& options, std::string_view assignment) {
  const size_t equals = assignment.find('=');
  const ValueOptionSchema* option = find_value_option(assignment.substr(0, equals));
  if (!option) return std::nullopt;
  if (equals == std::string_view::npos) {
    return fail(ErrorKind::invalid,
                fmt::format("{0} needs a value: -o {0}={1}", option->name, option->value));
  }
  return option->write(options, assignment.substr(equals + 1));
}

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

namespace {

/// What other shells switch, and what is always so here.
struct Constant {
  char letter;
  std::string_view name;
  bool on;
  std::string_view fact;
};
constexpr Constant kConstants[] = {
    {'B', "braceexpand", true, "braces always expand; quote those that are text"},
    {'E', "errtrace", true, "the ERR trap always runs in functions"},
    {'H', "histexpand", false, "! is never history"},
};

/// Nothing where the option can be switched, or is unknown.
std::optional<Result<void>> switch_constant(const Constant* constant, std::string_view written,
                                            bool on) {
  if (constant == std::end(kConstants)) return std::nullopt;
  if (constant->on == on) return Result<void>();
  return fail(ErrorKind::refused, fmt::format("{} cannot be turned {}: {}", written,
                                              on ? "on" : "off", constant->fact));
}

}  // namespace

void switch_option(Options& options, const OptionSchema& schema, bool on) {
  options.*schema.flag = schema.inverted ? !on : on;
}

Result<void> switch_option(Options& options, std::string_view name, bool on) {
  if (on) {
    if (auto done = set_value_option(options, name)) return std::move(*done);
  }
  const auto* constant = std::ranges::find(kConstants, name, &Constant::name);
  if (auto done = switch_constant(constant, name, on)) return std::move(*done);
  // The names of sh for what weir calls by what it does.
  if (name == "noglob") {
    options.glob = !on;
    return {};
  }
  const OptionSchema* option = find_option(name);
  if (!option) {
    std::vector<std::string_view> known;
    for (const ValueOptionSchema& other : value_option_schemas()) {
      known.push_back(other.name);
    }
    for (const OptionSchema& other : option_schemas()) known.push_back(other.name);
    return fail(ErrorKind::not_found,
                fmt::format("there is no option {}{}", quote_word(name),
                            did_you_mean(name.substr(0, name.find('=')), known)));
  }
  options.*option->flag = on;
  return {};
}

Result<void> switch_option(Options& options, char letter, bool on) {
  const auto* constant = std::ranges::find(kConstants, letter, &Constant::letter);
  const std::string written{'-', letter};
  if (auto done = switch_constant(constant, written, on)) return std::move(*done);
  const OptionSchema* option = find_option(letter);
  if (!option) {
    return fail(ErrorKind::not_found,
                fmt::format("there is no option {}{}", on ? '-' : '+', letter));
  }
  switch_option(options, *option, on);
  return {};
}

std::string option_letters(const Options& options) {
  std::string letters;
  for (const auto& option : kOptions) {
    if (option.letter != 0 && options.*option.flag != option.inverted) letters += option.letter;
  }
  return letters;
}

}  // namespace weir::kernel
