// `gate status`: what runs and what waits.
#include <fmt/format.h>

#include "base/text.h"
#include "builtins/gate_client_support.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {0, "json", {}, "all of it as one JSON object"},
};
constexpr ExampleSchema kExamples[] = {
    {"gate status", "what runs, what waits, and for what?"},
    {"gate status | where state == waiting | get requester", "each command is a record"},
    {"gate status --json | jq .machine", "the machine as the gate sees it"},
};
constexpr CommandSchema kGateStatus = {
    .name = "gate status",
    .summary = "show what runs behind the gate, what waits, and for what",
    .synopsis = "[--json]",
    .flags = kFlags,
    .max_operands = 0,
    .examples = kExamples,
    .details =
        "At a terminal the machine and a table. What takes rows gets a record for each command, "
        "everything\n"
        "else a line with tabs between id, state, milliseconds, expected end, band, requester, "
        "jobs, "
        "command\n"
        "and note. Exit 1 where no daemon runs.",
    .group = "gate"};

std::string band_line(const Value& status, const char* band) {
  const Value& sums = member(member(status, "bands"), band);
  const int64_t leases = member_number(sums, "leases");
  const int64_t used = leases + member_number(sums, "issued");
  std::string line = fmt::format("{}: {} of {} leases, {} job{}", band, leases,
                                 member_number(sums, "slots"), used, used == 1 ? "" : "s");
  if (const int64_t waiting = member_number(sums, "waiting"); waiting > 0) {
    line += fmt::format(", {} waiting", waiting);
  }
  return line;
}

std::string percent(const Value& machine, const char* name) {
  const Value& value = member(machine, name);
  return fmt::format("{:.0f} %", value.is_number() ? value.number() : 0.0);
}

// The lines above the table.
std::string summary(const Value& status) {
  const Value& machine = member(status, "machine");
  const int64_t jobs = member_number(status, "jobs");
  std::string out = fmt::format("{} job{} at once · {} · {}\n", jobs, jobs == 1 ? "" : "s",
                                band_line(status, "bulk"), band_line(status, "focus"));
  const Value& memory = member(machine, "memory_available");
  const std::string left =
      memory.is_int() ? format_size(static_cast<uint64_t>(memory.as_int())) : "?";
  const std::string pressed = member_text(machine, "pressure");
  out += fmt::format("{} of memory left · pressure: memory {}, io {}{}\n", left,
                     percent(machine, "memory_some10"), percent(machine, "io_full10"),
                     pressed.empty() ? "" : " (no more bulk starts: " + pressed + ")");
  for (const Value& hold : member_list(status, "holds")) {
    const std::string kind = member_text(hold, "kind");
    const std::string by = member_text(hold, "by");
    out += fmt::format("paused: {}{}, for {}\n",
                       kind == "all" ? "everything" : kind + " " + member_text(hold, "name"),
                       by.empty() ? "" : " by " + by, member_time(hold, "time_ms"));
  }
  if (const auto warning = member_text(member(status, "daemon"), "warning"); !warning.empty()) {
    out += "warning: " + warning + "\n";
  }
  if (member_flag(member(status, "daemon"), "draining")) {
    out += "the daemon takes no more requests and ends with the last lease\n";
  }
  return out;
}

List all_commands(const Value& status) {
  List all = member_list(status, "leases");
  const List& waiting = member_list(status, "waiting");
  all.insert(all.end(), waiting.begin(), waiting.end());
  return all;
}

std::string progress_of(const Value& report) {
  const int64_t total = member_number(report, "total");
  std::string state = member_text(report, "state");
  if (state == "running" && member_text(report, "phase") == "run") state = "built, runs";
  return total > 0 ? fmt::format("{} {}/{}", state, member_number(report, "done"), total) : state;
}

TableRow table_row(const Context& ctx, const Value& report, bool is_for_people) {
  const bool waits = member_text(report, "state") == "waiting";
  const std::string time = is_for_people ? (waits ? "+" : "") + member_time(report, "time_ms")
                                         : member_text(report, "time_ms");
  return {member_text(report, "id"),
          progress_of(report),
          time,
          eta_text(report),
          member_text(report, "band"),
          who_text(report),
          waits ? "" : member_text(report, "jobs"),
          one_line(member_text(report, "command")),
          state_note(ctx, report)};
}

Task<int> status(Invocation call) {
  auto answer = co_await ask_gate(call.ctx, "status", Record{});
  if (!answer) co_return co_await complain(call, std::move(answer.error().message));
  if (call.args.has("json")) {
    std::vector<scheduler::Row> whole;
    whole.emplace_back(std::move(*answer));
    co_return co_await kernel::emit(call, std::move(whole));
  }
  const bool is_for_people = terminal_width(call.ctx) > 0;
  Table table{.head = {"ID", "STATE", "TIME", "ETA", "BAND", "WHO", "JOBS", "WHAT", ""},
              .flexible = 7,
              .droppable = {"JOBS", "WHO", "BAND", "ETA"}};
  List commands = all_commands(*answer);
  for (const Value& report : commands) {
    table.rows.push_back(table_row(call.ctx, report, is_for_people));
  }
  if (is_for_people) {
    const int code = co_await print(call, summary(*answer));
    if (code != 0) co_return code;
  }
  co_return co_await show_table(call, table, std::move(commands));
}

ValueTask<int> run_gate_status(Invocation call) { return status(std::move(call)); }

}  // namespace

void register_gate_status(BuiltinRegistry& registry) {
  registry.add({&kGateStatus, run_gate_status});
}

}  // namespace weir::builtins
