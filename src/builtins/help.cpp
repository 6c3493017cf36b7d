// `help`: the builtins by group, the text of each (made from its schema), and topics.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "builtins/help_topics_support.h"
#include "builtins/reports_support.h"
#include "builtins/table_support.h"

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
    {"help language", "a topic: what is different from sh"},
    {"help --json | where group == jobs | get name", "as data"},
};
constexpr CommandSchema kHelp = {.name = "help",
                                 .summary = "list the builtins and topics, or explain some",
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
  report.out += "\ntopics\n";
  for (const HelpTopic& topic : help_topics()) {
    report.out += fmt::format("  {:<10}{}\n", topic.name, topic.summary);
  }
  report.out += "\n`help NAME` explains one of them, and so does `NAME --help` for a builtin.\n";
  return std::move(report).finish();
}

void explain_builtin(const Invocation& call, const CommandSchema& schema, Report& report) {
  report.rows.push_back(row_of(schema));
  if (call.args.has('s'))
    report.out += kernel::usage_line(schema) + "\n";
  else if (call.args.has('d'))
    report.out += fmt::format("{}: {}\n", schema.name, schema.summary);
  else
    report.out +=
        (report.out.empty() ? "" : "\n") + kernel::help_text(schema, terminal_width(call.ctx));
}

/// For a terminal that is narrower than the text.
std::string fitted(const Invocation& call, std::string_view text) {
  const size_t width = terminal_width(call.ctx);
  return width > 0 ? wrap_lines(text, width) : std::string(text);
}

void explain_topic(const Invocation& call, const HelpTopic& topic, Report& report) {
  report.rows.emplace_back(Record{{"name", Value(topic.name)},
                                  {"group", Value("topics")},
                                  {"summary", Value(topic.summary)},
                                  {"details", Value(topic.text)}});
  if (call.args.has('s') || call.args.has('d'))
    report.out += fmt::format("{}: {}\n", topic.name, topic.summary);
  else
    report.out += (report.out.empty() ? "" : "\n") + fitted(call, topic.text);
}

/// What is known that is like `name`.
std::string suggestion(const Invocation& call, std::string_view name) {
  std::vector<std::string_view> known;
  for (const Builtin* builtin : call.ctx.shell.builtins.all())
    known.push_back(builtin->schema->name);
  for (const HelpTopic& topic : help_topics()) known.push_back(topic.name);
  return did_you_mean(name, known);
}

/// A name that both a builtin and a topic have (jobs, scatter) gives both.
ValueTask<int> run_help(Invocation call) {
  if (call.operands().empty()) return list_all(call);
  Report report(call);
  for (const Value& operand : call.operands()) {
    const std::string name = operand.to_text();
    const Builtin* builtin = call.ctx.shell.builtins.find(name);
    const HelpTopic* topic = find_help_topic(name);
    if (builtin) explain_builtin(call, *builtin->schema, report);
    if (topic) explain_topic(call, *topic, report);
    if (!builtin && !topic) {
      report.error(fmt::format("{} is neither a builtin nor a topic{}", quote_word(name),
                               suggestion(call, name)));
    }
  }
  return std::move(report).finish();
}

}  // namespace

void register_help(BuiltinRegistry& registry) { registry.add({&kHelp, run_help}); }

}  // namespace weir::builtins
