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
    {"builtin", OperandKind::builtin}, {"trap", OperandKind::trap_condition},
    {"ssh", OperandKind::host},        {"scp", OperandKind::host_path},
    {"sftp", OperandKind::host_path},  {"rsync", OperandKind::host_path},
    {"ping", OperandKind::host},       {"history", OperandKind::none},
    {"git", OperandKind::git},         {"make", OperandKind::make_target},
    {"npm", OperandKind::npm},         {"su", OperandKind::user},
    {"exit", OperandKind::none},       {"return", OperandKind::none},
    {"break", OperandKind::none},      {"continue", OperandKind::none},
    {"shift", OperandKind::none},      {"sleep", OperandKind::none},
    {"umask", OperandKind::none},      {"ulimit", OperandKind::none},
    {"gate why", OperandKind::lease},  {"gate kill", OperandKind::lease},
    {"gate bump", OperandKind::lease},
};

constexpr NamedKind kValues[] = {
    {"FILE", OperandKind::file},         {"PATH", OperandKind::file},
    {"DIR", OperandKind::directory},     {"DIRECTORY", OperandKind::directory},
    {"JOB", OperandKind::job_output},    {"SIG", OperandKind::signal},
    {"SIGNAL", OperandKind::signal},     {"VAR", OperandKind::variable},
    {"FUNCTION", OperandKind::function}, {"OPTION", OperandKind::option},
    {"HOST", OperandKind::host},         {"USER", OperandKind::user},
    {"COMMAND", OperandKind::command},   {"BAND", OperandKind::band},
    {"LANE", OperandKind::lane},         {"WHO", OperandKind::requester},
};

OperandKind find_kind(std::span<const NamedKind> kinds, std::string_view name,
                      OperandKind otherwise) {
  const auto at = std::ranges::find(kinds, name, &NamedKind::name);
  return at == kinds.end() ? otherwise : at->kind;
}

struct Wrapper {
  std::string_view name;
  std::string_view valued;  // its flags that take the next word, with a blank around each
  size_t operands = 0;      // of its own, before the command
};

constexpr Wrapper kWrappers[] = {
    {"sudo", " -u -g -h -p -C -T -R -D --user --group --host --prompt --chdir "},
    {"doas", " -u -C "},
    {"env", " -u -C -S --unset --chdir --split-string "},
    {"nohup", ""},
    {"command", ""},
    {"exec", " -a "},
    {"nice", " -n --adjustment "},
    {"ionice", " -c -n -p --class --classdata "},
    {"xargs", " -I -n -P -L -s -d -E -a "},
    {"strace", " -e -o -p -s -E -P -u "},
    {"setsid", ""},
    {"each", ""},
    {"time", " -f -o "},
    {"timeout", " -k -s --kill-after --signal ", 1},
    {"gate run", " --lane --band --jobs --mem "},
};

/// The one that the words begin with; null: none.
const Wrapper* wrapper_of(const std::vector<std::string>& words) {
  if (words.empty()) return nullptr;
  const std::string two = words.size() > 1 ? words[0] + " " + words[1] : words[0];
  const auto at = std::ranges::find_if(kWrappers, [&](const Wrapper& wrapper) {
    return wrapper.name == words[0] || wrapper.name == two;
  });
  return at == std::end(kWrappers) ? nullptr : at;
}

/// Behind its name, its flags with their values and its operands; more than there are words where
/// one of them is still to come.
size_t wrapper_words(const Wrapper& wrapper, const std::vector<std::string>& words) {
  size_t at = wrapper.name.contains(' ') ? 2 : 1;
  while (at < words.size() && (words[at].starts_with('-') || words[at].contains('='))) {
    const bool is_end = words[at] == "--";
    const bool has_value = wrapper.valued.contains(" " + words[at] + " ");
    at += has_value ? 2 : 1;
    if (is_end) break;
  }
  return at + wrapper.operands;
}

const FlagSchema* short_flag(const CommandSchema& schema, char letter) {
  const auto at = std::ranges::find(schema.flags, letter, &FlagSchema::short_name);
  return at == schema.flags.end() ? nullptr : &*at;
}

}  // namespace

OperandKind operand_kind(std::string_view command) {
  if (command.starts_with("gate ")) return find_kind(kOperands, command, OperandKind::none);
  return find_kind(kOperands, command.substr(command.rfind('/') + 1), OperandKind::file);
}

OperandKind value_kind(std::string_view value_name) {
  return find_kind(kValues, value_name, OperandKind::none);
}

const FlagSchema* long_flag(const CommandSchema& schema, std::string_view name) {
  if (name.empty()) return nullptr;
  const auto at = std::ranges::find(schema.flags, name, &FlagSchema::long_name);
  return at == schema.flags.end() ? nullptr : &*at;
}

const FlagSchema* flag_awaiting_value(const CommandSchema& schema, std::string_view word) {
  if (word.size() < 2 || word[0] != '-') return nullptr;
  if (word.starts_with("--")) {
    const FlagSchema* flag = long_flag(schema, word.substr(2));
    return flag && !flag->value.empty() ? flag : nullptr;
  }
  // The last of clustered short ones: -rn 5. In -n5 and -$n it is none.
  for (const char letter : word.substr(1, word.size() - 2)) {
    const FlagSchema* flag = short_flag(schema, letter);
    if (!flag || !flag->value.empty()) return nullptr;
  }
  const FlagSchema* last = short_flag(schema, word.back());
  return last && !last->value.empty() ? last : nullptr;
}

size_t end_of_flags(const CommandSchema& schema, std::span<const std::string> words) {
  for (size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "--") return i;
    if (flag_awaiting_value(schema, words[i])) ++i;
  }
  return words.size();
}

WrappedCommand unwrapped(std::vector<std::string> words) {
  WrappedCommand result{std::move(words), {}};
  while (const Wrapper* wrapper = wrapper_of(result.words)) {
    const size_t taken = wrapper_words(*wrapper, result.words);
    if (taken > result.words.size()) break;
    result.wrapper = wrapper->name;
    result.words.erase(result.words.begin(),
                       result.words.begin() + static_cast<std::ptrdiff_t>(taken));
  }
  return result;
}

std::span<const KnownWord> known_words(std::string_view command) {
  static constexpr KnownWord kHistory[] = {{"delete", "take entries out"}};
  static constexpr KnownWord kShim[] = {{"install", "put the shims in front of the programs"},
                                        {"remove", "take them away"},
                                        {"status", "tell which there are"}};
  if (command == "history") return kHistory;
  if (command == "gate shim") return kShim;
  return {};
}

}  // namespace weir::repl
