// TypingAids: what a person has told the shell about their own words: completions of
// commands (`complete`) and abbreviations (`abbr`).
//
// Written by those builtins, read by the line editor's hooks. One for the shell, not
// for each scope: it is about typing, and nothing that runs depends on it.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace weir::kernel {

struct CompletionWord {
  std::string value;
  std::string description;  // may be empty
};

/// What can follow one command: words, and the function that is asked for more.
struct CompletionRule {
  std::vector<CompletionWord> words;
  std::string function;  // empty: none
};

struct TypingAids {
  std::map<std::string, CompletionRule, std::less<>> completions;   // by command
  std::map<std::string, std::string, std::less<>> abbreviations;  // to their texts
};

}  // namespace weir::kernel
