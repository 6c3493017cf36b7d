// `help`: the builtins by group, and the text of each (made from its schema).
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "builtins/reports_support.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {'s', {}, {}, "only the usage line"},
    {'d', {}, {}, "only one line of what it does"},
    kJsonFlag,
};
constexpr ExampleSchema kExamples[] = {
    {"help", "what builtins are there?"},
    {"help read", "the same as read --help"},
    {"help --json | where group == jobs | get name", "as data"},
};
constexpr CommandSchema kHelp = {.name = "help",
                                 .summary = "list the builtins, or explain some",
                                 .synopsis = "[-s | -d] [--json] [NAME…]",
                                 .flags = kFlags,
                                 .style = ArgumentStyle::flags_anywhere,
                                 .examples = kExamples,
                                 .group = "shell"};

constexpr std::string_view kGroups[] = {
    "control flow", "variables", "directories", "commands", "jobs",  "shell",  "tests",
    "text",         "rows",      "scatter",     "gate",     "other", "refused"};

std::string_view group_of(const CommandSchema& schema) {
  return schema.group.empty() ? std::string_view("other") : schema.group;
}

Value row_of(const CommandSchema& schema) {
  List flags;
  for (const FlagSchema& flag : schema.flags) {
    flags.emplace_back(Record{
        {"short", flag.short_name ? Value(std::string(1, flag.short_name)) : Value()},
        {"long", flag.long_name.empty() ? Value() : Value(flag.long_name)},
        {"value", flag.value.empty() ? Value() : Value(flag.value)},
        {"help", Value(flag.help)},
    });
  }
  List examples;
  for (const ExampleSchema& example : schema.examples) {
    examples.emplace_back(
        Record{{"command", Value(example.command)}, {"help", Value(example.help)}});
  }
  return Value(Record{
      {"name", Value(schema.name)},
      {"group", Value(group_of(schema))},
      {"summary", Value(schema.summary)},
      {"synopsis", Value(schema.synopsis)},
      {"flags", Value(std::move(flags))},
      {"examples", Value(std::move(examples))},
      {"details", Value(schema.details)},
  });
}

void append_group(std::string_view group, const std::vector<const CommandSchema*>& members,
                  std::string& out) {
  size_t width = 0;
  for (const auto* schema : members) width = std::max(width, schema->name.size());
  if (!out.empty()) out += '\n';
  out += fmt::format("{}\n", group);
  for (const auto* schema : members) {
    out += fmt::format("  {:<{}}  {}\n", schema->name, width, schema->summary);
  }
}

ValueTask<int> list_all(const Invocation& call) {
  std::map<std::string_view, std::vector<const CommandSchema*>> groups;
  Report report(call);
  for (const Builtin* builtin : call.ctx.shell.builtins.all()) {
    groups[group_of(*builtin->schema)].push_back(builtin->schema);
    report.rows.push_back(row_of(*builtin->schema));
  }
  for (std::string_view group : kGroups) {
    const auto at = groups.find(group);
    if (at == groups.end()) continue;
    append_group(group, at->second, report.out);
    groups.erase(at);
  }
  for (const auto& [group, members] : groups) append_group(group, members, report.out);
  report.out += "\n`help NAME` and `NAME --help` explain one of them.\n";
  return std::move(report).finish();
}

ValueTask<int> run_help(Invocation call) {
  if (call.operands().empty()) return list_all(call);
  Report report(call);
  for (const Value& operand : call.operands()) {
    const std::string name = operand.to_text();
    const Builtin* builtin = call.ctx.shell.builtins.find(name);
    if (!builtin) {
      std::vector<std::string_view> known;
      for (const Builtin* other : call.ctx.shell.builtins.all())
        known.push_back(other->schema->name);
      report.error(
          fmt::format("{} is not a builtin{}", quote_word(name), did_you_mean(name, known)));
      continue;
    }
    const CommandSchema& schema = *builtin->schema;
    report.rows.push_back(row_of(schema));
    if (call.args.has('s'))
      report.out += kernel::usage_line(schema) + "\n";
    else if (call.args.has('d'))
      report.out += fmt::format("{}: {}\n", schema.name, schema.summary);
    else
      report.out += (report.out.empty() ? "" : "\n") + kernel::help_text(schema);
  }
  return std::move(report).finish();
}

}  // namespace

void register_help(BuiltinRegistry& registry) { registry.add({&kHelp, run_help}); }

}  // namespace weir::builtins
