// `gate lanes`: which directories are built in, by whom, and who waits for them.
#include "base/text.h"
#include "builtins/directory_support.h"
#include "builtins/gate_client_support.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {kJsonFlag};
constexpr ExampleSchema kExamples[] = {
    {"gate lanes", "who builds in which directory?"},
    {"gate lanes | where holder == 12 | get lane", "the directories of one lease"},
};
constexpr CommandSchema kGateLanes = {
    .name = "gate lanes",
    .summary = "list the directories that are built in, with who waits for them",
    .synopsis = "[--json]",
    .flags = kFlags,
    .max_operands = 0,
    .examples = kExamples,
    .details =
        "A lane is a directory that two builds must not use at once. A lane that ends in /** "
        "is all\nthat lies below.",
    .group = "gate"};

/// When the lane is free again.
std::string holder_eta(const Value& lane) {
  if (member(lane, "holder").is_null()) return "";
  return member_text(lane, "state") == "stopped" ? "stopped" : eta_text(lane);
}

std::string waiting_text(const Value& lane) {
  std::string text;
  for (const Value& id : member_list(lane, "waiting"))
    text += (text.empty() ? "" : " ") + id.to_text();
  return text;
}

Task<int> lanes(Invocation call) {
  auto answer = co_await ask_gate(call.ctx, "lanes", Record{});
  if (!answer) co_return co_await complain(call, std::move(answer.error().message));
  Table table{.head = {"LANE", "HOLDER", "TIME", "ETA", "WHO", "WHAT", "WAITING"},
              .flexible = 5,
              .droppable = {"WHO", "TIME", "ETA"}};
  const List lanes = member_list(*answer, "lanes");
  for (const Value& lane : lanes) {
    table.rows.push_back({shown_directory(call.ctx, member_text(lane, "lane")),
                          member_text(lane, "holder"), member_time(lane, "time_ms"),
                          holder_eta(lane), who_text(lane), one_line(member_text(lane, "command")),
                          waiting_text(lane)});
  }
  co_return co_await show_table(call, table, lanes);
}

ValueTask<int> run_gate_lanes(Invocation call) { return lanes(std::move(call)); }

}  // namespace

void register_gate_lanes(BuiltinRegistry& registry) { registry.add({&kGateLanes, run_gate_lanes}); }

}  // namespace weir::builtins
