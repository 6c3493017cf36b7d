// `gate history`: what ran behind the gate, how long it took and how it ended.
#include <fmt/format.h>

#include "base/text.h"
#include "builtins/directory_support.h"
#include "builtins/gate_client_support.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {'n', "limit", "N", "at most so many, the newest (20)"},
    kJsonFlag,
};
constexpr ExampleSchema kExamples[] = {
    {"gate history", "what ran last?"},
    {"gate history -n 100 clippy | where state == failed | get command", "those that hold a text"},
};
constexpr CommandSchema kGateHistory = {
    .name = "gate history",
    .summary = "list what ran behind the gate, newest first",
    .synopsis = "[-n N] [--json] [TEXT]",
    .flags = kFlags,
    .max_operands = 1,
    .style = ArgumentStyle::flags_anywhere,
    .examples = kExamples,
    .details =
        "With TEXT only commands that hold it. `lost` is what ended while nobody could tell how;\n"
        "`gave_up` went away while it waited, `killed` was made to by gate kill.",
    .group = "gate"};

constexpr int64_t kMost = 10'000;
constexpr int64_t kUsual = 20;

std::string ago(const Value& run) {
  using namespace std::chrono;
  const auto now = duration_cast<milliseconds>(system_clock::now().time_since_epoch());
  return short_duration(
             std::max(milliseconds(0), now - milliseconds(member_number(run, "time_ms")))) +
         " ago";
}

std::string end_of(const Value& run) {
  const std::string state = member_text(run, "state");
  return state == "failed" ? state + " " + member_text(run, "code") : state;
}

TableRow table_row(const Context& ctx, const Value& run) {
  return {member_text(run, "id"),
          end_of(run),
          member_time(run, "run_ms"),
          member_time(run, "waited_ms"),
          member_text(run, "band"),
          who_text(run),
          one_line(member_text(run, "command")),
          fmt::format("{}  {}", ago(run), shown_directory(ctx, member_text(run, "directory")))};
}

Task<int> history(Invocation call, int64_t limit) {
  Record query{{"limit", Value(limit)}};
  if (!call.operands().empty()) query.set("text", Value(call.operands()[0].to_text()));
  auto answer = co_await ask_gate(call.ctx, "history", std::move(query), NoDaemon::starts_one);
  if (!answer) co_return co_await complain(call, std::move(answer.error().message));
  Table table{.head = {"ID", "STATE", "TIME", "WAITED", "BAND", "WHO", "WHAT", "ENDED"},
              .flexible = 6,
              .droppable = {"WHO", "BAND", "WAITED"}};
  const List runs = member_list(*answer, "runs");
  for (const Value& run : runs) table.rows.push_back(table_row(call.ctx, run));
  co_return co_await show_table(call, table, runs);
}

ValueTask<int> run_gate_history(Invocation call) {
  const Value* given = call.args.value("limit");
  auto limit = given ? kernel::whole_number(*given, "--limit", 1, kMost) : Result<int64_t>(kUsual);
  if (!limit) return misuse(call, std::move(limit.error().message));
  return history(std::move(call), *limit);
}

}  // namespace

void register_gate_history(BuiltinRegistry& registry) {
  registry.add({&kGateHistory, run_gate_history});
}

}  // namespace weir::builtins
