#include "kernel/foreign_completion.h"

#include <fmt/format.h>

#include "kernel/options.h"
#include "kernel/program_flags.h"

namespace weir::kernel {

namespace {

std::string option_names() {
  std::string names;
  for (const OptionSchema& option : option_schemas()) {
    names += fmt::format("{}{}", names.empty() ? "" : " ", option.name);
  }
  for (const ValueOptionSchema& option : value_option_schemas()) {
    for (const auto& word : option.words) names += fmt::format(" {}={}", option.name, word.word);
  }
  return names;
}

constexpr std::string_view kPrinted = "man builtins-man bash zsh fish";

/// The words that a flag's value can be; empty: a file, or a text of any kind.
std::string values_of(const FlagSchema& flag) {
  if (flag.value == "NAME") return option_names();
  return flag.value == "WHAT" ? std::string(kPrinted) : "";
}

/// For '…' in zsh and fish. REQUIRES: no quote in it (program_flags() has none).
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':') out += '\\';
    out += c;
  }
  return out;
}

std::string for_bash() {
  std::string flags;
  for (const FlagSchema& flag : program_flags()) {
    if (flag.short_name) flags += fmt::format("-{} ", flag.short_name);
    if (!flag.long_name.empty()) flags += fmt::format("--{} ", flag.long_name);
  }
  return fmt::format(
      "_weir() {{\n"
      "  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}\n"
      "  case $before in\n"
      "    -o|+o) COMPREPLY=($(compgen -W '{}' -- \"$word\")); return ;;\n"
      "    --print) COMPREPLY=($(compgen -W '{}' -- \"$word\")); return ;;\n"
      "    -c) COMPREPLY=(); return ;;\n"
      "  esac\n"
      "  case $word in\n"
      "    -*) COMPREPLY=($(compgen -W '{}' -- \"$word\")) ;;\n"
      "    *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n"
      "  esac\n"
      "}}\n"
      "complete -o filenames -F _weir weir\n",
      option_names(), kPrinted, flags);
}

std::string for_zsh() {
  std::string out = "#compdef weir\n_arguments -s \\\n";
  for (const FlagSchema& flag : program_flags()) {
    const std::string values = values_of(flag);
    std::string value;
    if (!values.empty())
      value = fmt::format(":{}:({})", flag.value, values);
    else if (!flag.value.empty())
      value = fmt::format(":{}:{}", flag.value, flag.value == "FILE" ? "_files" : " ");
    const std::string help = plain(flag.help);
    if (flag.short_name) out += fmt::format("  '-{}[{}]{}' \\\n", flag.short_name, help, value);
    if (!flag.long_name.empty())
      out += fmt::format("  '--{}[{}]{}' \\\n", flag.long_name, help, value);
  }
  return out + "  '*:file:_files'\n";
}

std::string for_fish() {
  std::string out;
  for (const FlagSchema& flag : program_flags()) {
    out += "complete -c weir";
    if (flag.short_name) out += fmt::format(" -s {}", flag.short_name);
    if (!flag.long_name.empty()) out += fmt::format(" -l {}", flag.long_name);
    if (!flag.value.empty()) out += flag.value == "FILE" ? " -r -F" : " -x";
    if (const std::string values = values_of(flag); !values.empty())
      out += fmt::format(" -a '{}'", values);
    out += fmt::format(" -d '{}'\n", flag.help);
  }
  return out;
}

}  // namespace

std::optional<std::string> completion_for(std::string_view shell) {
  if (shell == "bash") return for_bash();
  if (shell == "zsh") return for_zsh();
  if (shell == "fish") return for_fish();
  return std::nullopt;
}

}  // namespace weir::kernel
