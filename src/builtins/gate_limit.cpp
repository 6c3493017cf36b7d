// `gate limit`: shows and changes the bounds of the gate.
#include <fmt/format.h>

#include "base/text.h"
#include "builtins/gate_client_support.h"

namespace weir::builtins {

namespace {

// What a person calls it, and what the daemon does.
struct LimitFlag {
  FlagSchema schema;
  const char* member;
  enum class Kind : uint8_t { count, time, percent } kind;
};
using Kind = LimitFlag::Kind;
constexpr LimitFlag kLimits[] = {
    {{'j', "jobs", "N", "jobs of bulk at once; 0: as many as processors"}, "jobs", Kind::count},
    {{0, "focus", "N", "focus leases at once; 0: a quarter of the jobs"},
     "focus_slots",
     Kind::count},
    {{0, "bulk", "N", "bulk leases at once; 0: as many as jobs"}, "bulk_slots", Kind::count},
    {{0, "age", "TIME", "what waits longer goes by age, and its lane is kept for it"},
     "age_bound_ms",
     Kind::time},
    {{0, "demote-after", "TIME", "focus that takes longer, and thrice its usual, becomes bulk"},
     "demote_after_ms",
     Kind::time},
    {{0, "memory-pressure", "PERCENT", "nothing more starts above it"},
     "memory_pressure",
     Kind::percent},
    {{0, "io-pressure", "PERCENT", "no more bulk starts above it"}, "io_pressure", Kind::percent},
};
constexpr FlagSchema kFlags[] = {
    kLimits[0].schema, kLimits[1].schema,
    kLimits[2].schema, kLimits[3].schema,
    kLimits[4].schema, kLimits[5].schema,
    kLimits[6].schema, {0, "reset", {}, "all as they are without this command"},
    kJsonFlag,
};
constexpr ExampleSchema kExamples[] = {
    {"gate limit", "what are the bounds?"},
    {"gate limit --jobs 4", "leave some processors to others"},
    {"gate limit --reset", "as it was"},
};
constexpr CommandSchema kGateLimit = {
    .name = "gate limit",
    .summary = "show or change how much the gate lets run",
    .synopsis =
        "[-j N] [--focus N] [--bulk N] [--age TIME] [--demote-after TIME]\n"
        "                  [--memory-pressure PERCENT] [--io-pressure PERCENT] [--reset] "
        "[--json]",
    .flags = kFlags,
    .max_operands = 0,
    .examples = kExamples,
    .details =
        "Without flags the bounds are shown. A smaller bound ends nothing that runs: tokens come "
        "back as\nthey are not used.",
    .group = "gate"};

Result<Value> read_value(const LimitFlag& limit, const Value& given) {
  const std::string what = fmt::format("--{}", limit.schema.long_name);
  if (limit.kind == Kind::time) {
    auto time = parse_duration(given.to_text());
    if (!time) return fail(ErrorKind::invalid, what + ": " + time.error().message);
    return Value(std::chrono::duration_cast<std::chrono::milliseconds>(*time).count());
  }
  constexpr int64_t kMostJobs = 4096;
  auto number = kernel::whole_number(given, what, 0, limit.kind == Kind::count ? kMostJobs : 100);
  if (!number) return fail(std::move(number.error()));
  return Value(*number);
}

Result<Record> read_limits(const kernel::Arguments& args) {
  Record params;
  for (const LimitFlag& limit : kLimits) {
    if (args.has("reset")) params.set(limit.member, Value());
    const Value* given = args.value(limit.schema.long_name);
    if (given == nullptr) continue;
    auto value = read_value(limit, *given);
    if (!value) return fail(std::move(value.error()));
    params.set(limit.member, std::move(*value));
  }
  return params;
}

std::string shown(const LimitFlag& limit, const Value& limits) {
  if (limit.kind == Kind::time) return member_time(limits, limit.member);
  if (limit.kind == Kind::count && member_number(limits, limit.member) == 0) return "by processors";
  const Value& value = member(limits, limit.member);
  return limit.kind == Kind::percent && value.is_number() ? fmt::format("{:.0f} %", value.number())
                                                          : value.to_text();
}

Task<int> limit(Invocation call, Record params) {
  auto limits = co_await ask_gate(call.ctx, "limit", std::move(params), NoDaemon::starts_one);
  if (!limits) co_return co_await complain(call, std::move(limits.error().message));
  if (call.args.has("json")) co_return co_await print_array(call, {*limits});
  Table table{.head = {"LIMIT", "IS", "MEANS"}, .flexible = 2};
  List rows;
  for (const LimitFlag& each : kLimits) {
    const std::string name(each.schema.long_name);
    table.rows.push_back({name, shown(each, *limits), std::string(each.schema.help)});
    rows.emplace_back(Record{{"name", Value(name)}, {"value", member(*limits, each.member)}});
  }
  co_return co_await show_table(call, table, std::move(rows));
}

ValueTask<int> run_gate_limit(Invocation call) {
  auto params = read_limits(call.args);
  if (!params) return misuse(call, std::move(params.error().message));
  return limit(std::move(call), std::move(*params));
}

}  // namespace

void register_gate_limit(BuiltinRegistry& registry) { registry.add({&kGateLimit, run_gate_limit}); }

}  // namespace weir::builtins
