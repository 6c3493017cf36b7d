#include "parser/foreign_variables.h"

#include <algorithm>

namespace weir::parser {

namespace {

struct Foreign {
  std::string_view name;
  std::string_view instead;
};

constexpr std::string_view kNoVersion = "weir has no variable for its version: $(weir --version)";
constexpr std::string_view kNoCallers = "weir has no variable for what called a function";

constexpr Foreign kForeign[] = {
    {"BASH_SOURCE", "the script is $0; `source FILE FILE` gives a sourced file its own path as $1"},
    {"BASH_REMATCH", "the captures of =~ are in MATCH: ${MATCH[1]}"},
    {"BASH_VERSION", kNoVersion},
    {"BASH_VERSINFO", kNoVersion},
    {"BASH_LINENO", kNoCallers},
    {"FUNCNAME", kNoCallers},
    {"BASHPID", "a subshell is no process of its own: $$"},
    {"UID", "write $(id -u)"},
    {"EUID", "write $(id -u)"},
    {"GROUPS", "write $(id -G)"},
    {"HOSTNAME", "write $(uname -n)"},
    {"HOSTTYPE", "write $(uname -m)"},
    {"MACHTYPE", "write $(uname -m)"},
    {"OSTYPE", "write $(uname -s)"},
    {"DIRSTACK", "write $(dirs)"},
};

}  // namespace

std::string_view instead_of_variable(std::string_view name) {
  const auto* found = std::ranges::find(kForeign, name, &Foreign::name);
  return found == std::end(kForeign) ? std::string_view() : found->instead;
}

}  // namespace weir::parser
