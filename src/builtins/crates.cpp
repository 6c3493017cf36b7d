// `crates`: the packages of a cargo workspace as rows, as `cargo metadata` tells them.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "builtins/reports_support.h"
#include "kernel/evaluator.h"
#include "scheduler/collector.h"
#include "scheduler/kernel_file.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {0, "manifest-path", "FILE", "the Cargo.toml, instead of the one found from here upward"},
    {0, "dev", {}, "deps holds what only tests and examples need, too"},
    kJsonFlag,
};
constexpr ExampleSchema kExamples[] = {
    {"crates | where kind == bin", "the programs"},
    {"crates | scatter --needs deps --as C | cargo build -p \"${C[name]}\" | gather",
     "each package after those that it needs"},
};
constexpr CommandSchema kCrates = {
    .name = "crates",
    .summary = "list the packages of the cargo workspace",
    .synopsis = "[--manifest-path FILE] [--dev] [--json]",
    .flags = kFlags,
    .max_operands = 0,
    .examples = kExamples,
    .details =
        "Emits rows {name, version, path, deps, kind}. deps are the names of other packages of "
        "the workspace\nthat are compiled before it; kind is lib, bin, proc-macro, or that of its "
        "first target.",
    .group = "gate"};

const Value& member(const Record& record, std::string_view name) {
  static const Value kNull;
  const Value* found = record.find(name);
  return found ? *found : kNull;
}

std::string text_of(const Record& record, std::string_view name) {
  return member(record, name).to_text();
}

/// The records of a list; what is none is passed over.
std::vector<const Record*> records_of(const Value& list) {
  std::vector<const Record*> found;
  if (!list.is_list()) return found;
  for (const Value& item : list.as_list()) {
    if (item.is_record()) found.push_back(&item.as_record());
  }
  return found;
}

std::string directory_of(const Record& package) {
  const std::string manifest = text_of(package, "manifest_path");
  return manifest.substr(0, manifest.rfind('/'));
}

std::string kind_of(const Record& package) {
  std::vector<std::string> kinds;
  for (const Record* target : records_of(member(package, "targets"))) {
    const Value& list = member(*target, "kind");
    if (!list.is_list()) continue;
    for (const Value& kind : list.as_list()) kinds.push_back(kind.to_text());
  }
  const auto has = [&](std::string_view kind) {
    return std::ranges::find(kinds, kind) != kinds.end();
  };
  if (has("proc-macro")) return "proc-macro";
  if (std::ranges::any_of(kinds, [](const std::string& kind) { return kind.ends_with("lib"); }))
    return "lib";
  return has("bin") || kinds.empty() ? "bin" : kinds.front();
}

/// Directory of a package to its name.
using Names = std::unordered_map<std::string, std::string>;

Value needs_of(const Record& package, const Names& members, bool with_dev) {
  const std::string own = text_of(package, "name");
  List needs;
  for (const Record* dependency : records_of(member(package, "dependencies"))) {
    if (!with_dev && text_of(*dependency, "kind") == "dev") continue;
    const auto found = members.find(text_of(*dependency, "path"));
    if (found == members.end() || found->second == own) continue;
    if (std::ranges::find(needs, Value(found->second)) == needs.end())
      needs.emplace_back(found->second);
  }
  return needs;
}

Result<List> crate_rows(std::string_view metadata, bool with_dev) {
  auto document = Value::parse_json(metadata);
  if (!document) return fail(std::move(document.error()));
  if (!document->is_record()) return fail(ErrorKind::invalid, "cargo metadata gave no record");
  const auto packages = records_of(member(document->as_record(), "packages"));
  Names members;
  for (const Record* package : packages)
    members[directory_of(*package)] = text_of(*package, "name");
  List rows;
  for (const Record* package : packages) {
    rows.emplace_back(Record{{"name", member(*package, "name")},
                             {"version", member(*package, "version")},
                             {"path", Value(directory_of(*package))},
                             {"deps", needs_of(*package, members, with_dev)},
                             {"kind", Value(kind_of(*package))}});
  }
  std::ranges::sort(rows, {}, [](const Value& row) { return text_of(row.as_record(), "name"); });
  return rows;
}

List metadata_words(const Arguments& args) {
  List words{"cargo", "metadata", "--no-deps", "--format-version=1"};
  if (const Value* manifest = args.value("manifest-path")) {
    words.emplace_back("--manifest-path");
    words.push_back(*manifest);
  }
  return words;
}

/// Runs it as a program, whatever else is called cargo here; its messages are the user's.
Task<int> run_metadata(Context& ctx, List words, std::string& output) {
  auto capture = scheduler::make_capture(ctx.shell.loop);
  int status = 0;
  {
    Context sub = ctx.subshell();
    sub.is_last_command = false;
    sub.fds.set(1, capture);
    status =
        co_await kernel::run_words(sub, std::move(words), {.functions = false, .builtins = false});
  }
  co_await capture->finish(true, ctx.token);
  output = capture->take_bytes();
  co_return status;
}

Task<int> list_crates(Invocation call) {
  std::string metadata;
  const int status = co_await run_metadata(call.ctx, metadata_words(call.args), metadata);
  if (status != 0) co_return status;
  auto rows = crate_rows(metadata, call.args.has("dev"));
  if (!rows) co_return co_await complain(call, rows.error().message);
  if (call.args.has("json")) co_return co_await print_array(call, std::move(*rows));
  std::vector<scheduler::Row> typed;
  for (Value& row : *rows) typed.emplace_back(std::move(row));
  co_return co_await kernel::emit(call, std::move(typed));
}

ValueTask<int> run_crates(Invocation call) { return list_crates(std::move(call)); }

}  // namespace

void register_crates(BuiltinRegistry& registry) { registry.add({&kCrates, run_crates}); }

}  // namespace weir::builtins
