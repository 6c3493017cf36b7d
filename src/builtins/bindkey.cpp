// `bindkey`: the keys of the line editor.
#include <fmt/format.h>

#include "builtins/reports_support.h"

namespace weir::builtins {

namespace {

using Port = kernel::InteractivePort;

constexpr FlagSchema kFlags[] = {
    {'r', "remove", {}, "unbind the KEYS"},
    {'l', "commands", {}, "list the commands that keys can be bound to"},
    kJsonFlag,
};
constexpr ExampleSchema kExamples[] = {
    {"bindkey ctrl-t transpose-chars", "one key"},
    {"bindkey 'ctrl-x ctrl-u' undo", "one key after the other"},
    {"bindkey -r alt-e", "the key does nothing"},
};
constexpr CommandSchema kBindkey = {
    .name = "bindkey",
    .summary = "list or change what the keys of the line editor do",
    .synopsis = "[-l] [-r] [--json] [KEYS [COMMAND]]",
    .flags = kFlags,
    .max_operands = 2,
    .examples = kExamples,
    .details =
        "KEYS are names such as ctrl-a, alt-f, shift-tab, f5, with blanks between those of a "
        "sequence. "
        "Without COMMAND it says what KEYS do, without KEYS it lists all.",
    .group = "shell"};

ValueTask<int> list(const Invocation& call, const std::vector<Port::Named>& rows, const char* first,
                    const char* second) {
  if (call.args.has("json")) {
    List records;
    for (const auto& row : rows)
      records.emplace_back(Record{{first, Value(row.name)}, {second, Value(row.what)}});
    return print_array(call, std::move(records));
  }
  std::string out;
  for (const auto& row : rows) out += fmt::format("{:<24} {}\n", row.name, row.what);
  return print(call, std::move(out));
}

ValueTask<int> show(const Invocation& call, const Port& port, const std::string& keys) {
  std::vector<Port::Named> found;
  for (auto& row : port.key_bindings()) {
    if (row.name == keys) found.push_back(std::move(row));
  }
  if (found.empty()) return complain(call, fmt::format("{} is not bound", keys));
  return list(call, found, "keys", "command");
}

ValueTask<int> run_bindkey(Invocation call) {
  Port* port = call.ctx.shell.interactive_port;
  if (!port)
    return complain(call, "there is no line editor here: keys are bound in an interactive shell");
  const auto& operands = call.operands();
  if (call.args.has("commands")) return list(call, port->editor_commands(), "command", "help");
  if (call.args.has("remove")) {
    if (operands.size() != 1) return misuse(call, "-r takes the keys to unbind");
    auto done = port->unbind_key(operands[0].to_text());
    return done ? ValueTask<int>(0) : complain(call, done.error().message);
  }
  if (operands.empty()) return list(call, port->key_bindings(), "keys", "command");
  if (operands.size() == 1) return show(call, *port, operands[0].to_text());
  auto done = port->bind_key(operands[0].to_text(), operands[1].to_text());
  return done ? ValueTask<int>(0) : complain(call, done.error().message);
}

}  // namespace

void register_bindkey(BuiltinRegistry& registry) { registry.add({&kBindkey, run_bindkey}); }

}  // namespace weir::builtins
