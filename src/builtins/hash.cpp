// `hash`: where commands were found, so that PATH is searched once.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "builtins/reports_support.h"
#include "kernel/evaluator.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {'r', {}, {}, "forget all"},
    {'d', {}, {}, "forget the names"},
    {'t', {}, {}, "print where the names were found"},
    {'p', {}, "PATH", "from now on the name is this file"},
    {'l', {}, {}, "print them as commands, to be read back"},
    kJsonFlag,
};
constexpr ExampleSchema kExamples[] = {
    {"hash -r", "after a command moved"},
    {"hash -p ./build/tool tool", "`tool` is this file, whatever PATH says"},
};
constexpr CommandSchema kHash = {
    .name = "hash",
    .summary = "remember where commands are, or print what is remembered",
    .synopsis = "[-l] [--json] | -r | -d NAME… | -t NAME… | [-p PATH] NAME…",
    .flags = kFlags,
    .examples = kExamples,
    .details =
        "Prints a name, a tab and a path a line. Places found in PATH are forgotten when PATH "
        "changes.",
    .group = "commands"};

std::map<std::string, std::string> remembered(const Context& ctx) {
  const auto& cache = ctx.shell.command_cache.found;
  std::map<std::string, std::string> all(cache.begin(), cache.end());
  for (const auto& [name, path] : *ctx.scope.command_paths) all.insert_or_assign(name, path);
  return all;
}

ValueTask<int> list(const Invocation& call) {
  Report report(call);
  for (const auto& [name, path] : remembered(call.ctx)) {
    report.rows.emplace_back(Record{{"name", Value(name)}, {"path", Value(path)}});
    report.out += call.args.has('l')
                      ? fmt::format("hash -p {} {}\n", quote_word(path), quote_word(name))
                      : fmt::format("{}\t{}\n", name, path);
  }
  return std::move(report).finish();
}

void forget(Context& ctx, const std::string& name) {
  ctx.shell.command_cache.found.erase(name);
  if (ctx.scope.command_paths->contains(name)) ctx.scope.command_paths.edit().erase(name);
}

/// Looks the name up; the resolution itself remembers the file.
bool remember(Context& ctx, const std::string& name) {
  if (name.find('/') != std::string::npos) return true;
  return kernel::resolve(ctx, name).kind != kernel::Resolution::Kind::none;
}

void apply(const Invocation& call, const std::string& name, Report& report) {
  Context& ctx = call.ctx;
  if (call.args.has('p')) {
    ctx.scope.command_paths.edit().insert_or_assign(name, call.args.text("p"));
    return;
  }
  const auto known = remembered(ctx);
  const auto at = known.find(name);
  if (call.args.has('d')) {
    if (at == known.end()) report.error(fmt::format("{}: nothing is remembered of it", name));
    forget(ctx, name);
  } else if (call.args.has('t')) {
    if (at == known.end()) {
      report.error(fmt::format("{}: nothing is remembered of it", name));
      return;
    }
    report.out += call.args.operands.size() > 1 ? fmt::format("{}\t{}\n", name, at->second)
                                                : at->second + "\n";
    report.rows.emplace_back(Record{{"name", Value(name)}, {"path", Value(at->second)}});
  } else {
    forget(ctx, name);
    if (!remember(ctx, name)) report.error(fmt::format("{}: not found", name));
  }
}

ValueTask<int> run_hash(Invocation call) {
  if (call.args.has('r')) {
    call.ctx.shell.command_cache.found.clear();
    if (!call.ctx.scope.command_paths->empty()) call.ctx.scope.command_paths.edit().clear();
  }
  if (call.operands().empty()) {
    if (call.args.has('r')) return 0;
    if (call.args.has('d') || call.args.has('t') || call.args.has('p')) {
      return misuse(call, "a name is missing");
    }
    return list(call);
  }
  Report report(call);
  for (const Value& operand : call.operands()) apply(call, operand.to_text(), report);
  return std::move(report).finish();
}

}  // namespace

void register_hash(BuiltinRegistry& registry) { registry.add({&kHash, run_hash}); }

}  // namespace weir::builtins
