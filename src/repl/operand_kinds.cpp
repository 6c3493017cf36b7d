#include "repl/operand_kinds.h"

#include <algorithm>

namespace weir::repl {

namespace {

struct NamedKind {
  std::string_view name;
  OperandKind kind;
};

constexpr NamedKind kOperands[] = {
    {"cd", OperandKind::directory},    {"pushd", OperandKind::directory},
    {"rmdir", OperandKind::directory}, {"mkdir", OperandKind::directory},
    {"fg", OperandKind::stopped_job},  {"bg", OperandKind::stopped_job},
    {"wait", OperandKind::waited_job}, {"disown", OperandKind::live_job},
    {"jobs", OperandKind::job},        {"kill", OperandKind::killable_job},
    {"why", OperandKind::job},         {"unset", OperandKind::variable},
    {"export", OperandKind::variable}, {"readonly", OperandKind::variable},
    {"local", OperandKind::variable},  {"read", OperandKind::variable},
    {"push", OperandKind::variable},   {"alias", OperandKind::alias},
    {"unalias", OperandKind::alias},   {"abbr", OperandKind::abbreviation},
    {"type", OperandKind::command},    {"which", OperandKind::command},
    {"hash", OperandKind::command},    {"complete", OperandKind::command},
    {"man", OperandKind::command},     {"help", OperandKind::builtin},
    {"builtin", OperandKind::builtin}, {"trap", OperandKind::signal},
    {"ssh", OperandKind::host},        {"scp", OperandKind::host},
    {"sftp", OperandKind::host},       {"ping", OperandKind::host},
    {"git", OperandKind::git},         {"make", OperandKind::make_target},
    {"npm", OperandKind::npm},         {"su", OperandKind::user},
    {"exit", OperandKind::none},       {"return", OperandKind::none},
    {"break", OperandKind::none},      {"continue", OperandKind::none},
    {"shift", OperandKind::none},      {"sleep", OperandKind::none},
    {"umask", OperandKind::none},      {"ulimit", OperandKind::none},
};

constexpr NamedKind kValues[] = {
    {"FILE", OperandKind::file},         {"PATH", OperandKind::file},
    {"DIR", OperandKind::directory},     {"DIRECTORY", OperandKind::directory},
    {"JOB", OperandKind::job_output},    {"SIG", OperandKind::signal},
    {"SIGNAL", OperandKind::signal},     {"VAR", OperandKind::variable},
    {"FUNCTION", OperandKind::function}, {"OPTION", OperandKind::option},
    {"HOST", OperandKind::host},         {"USER", OperandKind::user},
    {"COMMAND", OperandKind::command},
};

OperandKind find_kind(std::span<const NamedKind> kinds, std::string_view name,
                      OperandKind otherwise) {
  const auto at = std::ranges::find(kinds, name, &NamedKind::name);
  return at == kinds.end() ? otherwise : at->kind;
}

/// How many operands of its own a wrapper takes before the command; -1: it is none.
int wrapper_operands(std::string_view name) {
  constexpr std::string_view kPlain[] = {"sudo",   "doas", "env",    "nohup", "command",
                                         "exec",   "nice", "ionice", "xargs", "strace",
                                         "setsid", "each", "time"};
  if (name == "timeout") return 1;
  return std::ranges::find(kPlain, name) == std::end(kPlain) ? -1 : 0;
}

}  // namespace

OperandKind operand_kind(std::string_view command) {
  return find_kind(kOperands, command.substr(command.rfind('/') + 1), OperandKind::file);
}

OperandKind value_kind(std::string_view value_name) {
  return find_kind(kValues, value_name, OperandKind::none);
}

const FlagSchema* flag_awaiting_value(const CommandSchema& schema, std::string_view word) {
  if (word.size() < 2 || word[0] != '-') return nullptr;
  for (const FlagSchema& flag : schema.flags) {
    if (flag.value.empty()) continue;
    const bool is_long = word.starts_with("--") && word.substr(2) == flag.long_name;
    // The last of clustered short ones: -rn 5.
    const bool is_short = flag.short_name != 0 && word[1] != '-' && word.back() == flag.short_name;
    if (is_long || is_short) return &flag;
  }
  return nullptr;
}

std::vector<std::string> without_wrappers(std::vector<std::string> words) {
  for (;;) {
    const int operands = words.empty() ? -1 : wrapper_operands(words.front());
    if (operands < 0) return words;
    size_t taken = 1;
    const auto is_own = [&](const std::string& word) {
      return word.starts_with('-') || word.find('=') != std::string::npos;
    };
    while (taken < words.size() && is_own(words[taken])) ++taken;
    taken = std::min(words.size() + 1, taken + static_cast<size_t>(operands));
    // An operand of the wrapper itself is being typed.
    if (taken > words.size()) return words;
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(taken));
  }
}

}  // namespace weir::repl
