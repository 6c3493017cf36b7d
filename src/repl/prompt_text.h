// The texts of prompts, from facts: the default one, and PS1 with the escapes of bash.
//
// Pure. prompt_maker.h collects the facts.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "repl/git_state.h"

namespace weir::repl {

struct PromptFacts {
  std::string user;
  std::string host;       // whole; \h is its first label
  std::string directory;  // absolute
  std::string home;
  size_t jobs = 0;  // live ones
  int status = 0;   // of the last entry
  std::chrono::nanoseconds duration{};  // of the last entry
  bool is_root = false;
  bool has_colors = true;
  uint64_t entry = 1;  // \#
  std::chrono::system_clock::time_point now{};
  GitState git;
};

/// "~/projects/weir main* 2& !3 12s $ ": directory, git, jobs, status, a duration over 2 s.
std::string default_prompt(const PromptFacts& facts);

/// PS1: \w \W \u \h \H \$ \j \t \T \@ \A \d \D{…} \s \# \! \n \r \a \e \\ \nnn, \[ and \] (dropped:
/// nobody needs them here), \? the last status and \g the git state. Other letters stay.
std::string expand_prompt_escapes(std::string_view text, const PromptFacts& facts);

/// ~ for home; of more than four directories the inner ones by their first letters.
std::string short_directory(std::string_view directory, std::string_view home);

/// Columns of the last line, without escape sequences.
size_t prompt_width(std::string_view text);

}  // namespace weir::repl
