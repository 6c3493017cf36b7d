// `gate`: the commands of the admission gate.
//
// Each is a builtin of its own, `gate_NAME.cpp`, whose schema is called "gate NAME"; this one only
// finds it, so that adding a command is adding a file.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "builtins/reports_support.h"

namespace weir::builtins {

namespace {

constexpr ExampleSchema kExamples[] = {
    {"gate", "what commands are there?"},
    {"gate status --help", "how is one of them called?"},
};
constexpr CommandSchema kGate = {
    .name = "gate",
    .summary = "ask and steer the gate, which decides what may start on this machine",
    .synopsis = "[COMMAND [WORD…] | --json]",
    .style = ArgumentStyle::raw,
    .examples = kExamples,
    .details =
        "Many builds on one machine get in each other's way. The gate lets those start that can "
        "run "
        "at\n"
        "full speed, and says why the others wait. Without a COMMAND its commands are listed, with "
        "--json as rows.",
    .group = "gate",
    .has_commands = true};

constexpr std::string_view kPrefix = "gate ";

std::vector<const CommandSchema*> commands(const Invocation& call) {
  std::vector<const CommandSchema*> schemas;
  for (const Builtin* builtin : call.ctx.shell.builtins.all()) {
    if (builtin->schema->name.starts_with(kPrefix)) schemas.push_back(builtin->schema);
  }
  return schemas;
}

ValueTask<int> rows_of_commands(const Invocation& call) {
  List rows;
  for (const CommandSchema* schema : commands(call)) {
    rows.emplace_back(Record{{"name", Value(std::string(schema->name))},
                             {"summary", Value(std::string(schema->summary))},
                             {"usage", Value(kernel::usage_line(*schema))}});
  }
  return print_array(call, std::move(rows));
}

ValueTask<int> list_commands(const Invocation& call) {
  std::string out = kernel::usage_line(call.schema) + "\n\n";
  size_t width = 0;
  for (const CommandSchema* schema : commands(call)) width = std::max(width, schema->name.size());
  for (const CommandSchema* schema : commands(call)) {
    out += fmt::format("  {:<{}}  {}\n", schema->name, width, schema->summary);
  }
  return print(call, std::move(out));
}

ValueTask<int> unknown_command(const Invocation& call, std::string_view name) {
  if (name.starts_with('-')) return misuse(call, fmt::format("unknown flag {}", name));
  std::vector<std::string_view> known;
  for (const CommandSchema* schema : commands(call)) {
    known.push_back(schema->name.substr(kPrefix.size()));
  }
  return misuse(
      call, fmt::format("there is no command {}{}", quote_word(name), did_you_mean(name, known)));
}

ValueTask<int> run_gate(Invocation call) {
  if (call.operands().empty()) return list_commands(call);
  const std::string name = call.operands().front().to_text();
  if (name == "--json" && call.operands().size() == 1) return rows_of_commands(call);
  const Builtin* builtin = call.ctx.shell.builtins.find(std::string(kPrefix) + name);
  if (builtin == nullptr) return unknown_command(call, name);
  List words(std::make_move_iterator(call.operands().begin() + 1),
             std::make_move_iterator(call.operands().end()));
  return kernel::run_builtin(call.ctx, *builtin, std::move(words));
}

}  // namespace

void register_gate(BuiltinRegistry& registry) { registry.add({&kGate, run_gate}); }

}  // namespace weir::builtins
