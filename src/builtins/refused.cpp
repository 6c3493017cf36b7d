// Commands that other shells have and weir refuses on purpose: each says what to write (D10).
#include <fmt/format.h>

#include "builtins/reports_support.h"

namespace weir::builtins {

namespace {

constexpr CommandSchema refused(std::string_view name, std::string_view what_to_write) {
  return {.name = name,
          .summary = "refused on purpose: see what to write instead",
          .synopsis = "…",
          .style = ArgumentStyle::raw,
          .details = what_to_write,
          .group = "refused"};
}

constexpr CommandSchema kRefused[] = {
    refused(
        "eval",
        "text is parsed once, before anything runs. Write ...$words for a command kept in a list, "
        "f() {…} for code to call later, r[$name]=… for a variable named at run time, and "
        "source <(cmd) for commands that a program prints"),
    refused("declare",
            "variables have no declared type. Write xs=[a b] for an array, r={k: v} for an "
            "associative one, "
            "local, export or readonly for the attributes; typeof and set show what is there"),
    refused("typeset",
            "variables have no declared type. Write xs=[a b] for an array, r={k: v} for an "
            "associative one, "
            "local, export or readonly for the attributes; typeof and set show what is there"),
    refused("let", "write ((expression))"),
    refused("mapfile", "write xs=[...$(lines < file)] for the list of the lines"),
    refused("readarray", "write xs=[...$(lines < file)] for the list of the lines"),
    refused(
        "shopt",
        "write set -o NAME and set +o NAME; set -o lists the options. ** and lastpipe are always "
        "on, extglob is not in weir"),
    refused("enable", "builtins are always there; write command NAME for the program of that name"),
};

ValueTask<int> run_refused(Invocation call) {
  return complain(call, fmt::format("refused: {}", call.schema.details), 2);
}

}  // namespace

void register_refused(BuiltinRegistry& registry) {
  for (const CommandSchema& schema : kRefused) registry.add({&schema, run_refused});
}

}  // namespace weir::builtins
