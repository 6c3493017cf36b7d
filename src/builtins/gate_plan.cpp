// `gate plan`: what would become of a command, without running it.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "builtins/gate_client_support.h"
#include "gate/cargo_command.h"
#include "gate/protocol/request_message.h"
#include "gate/real_program.h"
#include "loop/loop.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {0, "lane", "LANE", "what nobody else may use meanwhile: a name or a directory"},
    {0, "band", "BAND", "focus or bulk"},
    {0, "jobs", "N", "at most so many jobs at once"},
    {0, "mem", "SIZE", "memory for each of its jobs: 500M, 2G"},
    kJsonFlag,
};
constexpr ExampleSchema kExamples[] = {
    {"gate plan cargo build --workspace", "would it start, or wait for whom?"},
    {"gate plan --lane gpu --jobs 2", "of any command with such a lane and cost"},
};
constexpr CommandSchema kGatePlan = {
    .name = "gate plan",
    .summary = "tell what would become of a command, without running it",
    .synopsis = "[--lane LANE] [--band BAND] [--jobs N] [--mem SIZE] [--json] [cargo WORD…]",
    .flags = kFlags,
    .examples = kExamples,
    .details =
        "Lane, band and cost of a cargo command are found as for `cargo` itself, its aliases too; "
        "the "
        "flags say\notherwise, or stand for a command of another kind.",
    .group = "gate"};

constexpr int64_t kMostJobs = 4096;

struct Wanted {
  gate::Request request;
  bool has_band = false;
  gate::CargoCommand cargo;
  bool is_passthrough = false;
};

Result<void> read_flags(const kernel::Arguments& args, Wanted& wanted) {
  gate::Request& request = wanted.request;
  if (const Value* lane = args.value("lane")) {
    if (lane->to_text().empty()) return fail(ErrorKind::invalid, "--lane: the name is empty");
    request.lane = gate::LaneKey({{lane->to_text(), false}});
  }
  if (const Value* band = args.value("band")) {
    auto read = gate::protocol::parse_band(band->to_text());
    if (!read) return fail(ErrorKind::invalid, "--band: it is focus or bulk");
    request.band = *read;
    wanted.has_band = true;
  }
  if (const Value* jobs = args.value("jobs")) {
    auto number = kernel::whole_number(*jobs, "--jobs", 1, kMostJobs);
    if (!number) return fail(std::move(number.error()));
    request.max_jobs = static_cast<int>(*number);
  }
  if (const Value* memory = args.value("mem")) {
    auto size = parse_size(memory->to_text());
    if (!size) return fail(ErrorKind::invalid, "--mem: " + size.error().message);
    request.memory_per_job = *size;
  }
  return {};
}

// Lane, band and cost of the cargo command, where the flags did not say. On the thread pool: cargo
// itself is asked where its directories are.
void read_cargo(Wanted& wanted) {
  gate::CargoPlan plan = gate::plan_cargo(wanted.cargo);
  wanted.is_passthrough =
      plan.route == gate::CargoRoute::passthrough || plan.route == gate::CargoRoute::cache;
  const gate::Request flags = std::exchange(wanted.request, std::move(plan.request));
  gate::Request& request = wanted.request;
  if (!flags.lane.empty()) request.lane = flags.lane;
  if (flags.max_jobs > 0) request.max_jobs = flags.max_jobs;
  if (flags.memory_per_job > 0) request.memory_per_job = flags.memory_per_job;
  if (!wanted.has_band) return;
  request.band = flags.band;
  request.guesses_band = false;
}

std::string plan_text(const Context& ctx, const Value& plan) {
  const std::string state = member_text(plan, "state");
  if (state == "passthrough") return "it does not wait for the gate\n";
  if (state != "would_start") return why_text(ctx, plan, "it:");
  const int64_t jobs = member_number(plan, "jobs");
  std::string out = fmt::format("it would start at once, {}, with up to {} job{}\n",
                                member_text(plan, "band"), jobs, jobs == 1 ? "" : "s");
  if (const auto lane = member_text(plan, "lane"); !lane.empty())
    out += "  lane     " + lane + "\n";
  if (const auto usual = member_time(plan, "usual_ms"); !usual.empty()) {
    out += "  usually  " + usual + "\n";
  }
  return out;
}

Task<int> plan(Invocation call, Wanted wanted) {
  Context& ctx = call.ctx;
  if (!call.operands().empty() && !wanted.is_passthrough) {
    co_await loop::run_on_pool(ctx.shell.loop, [&] { read_cargo(wanted); });
  }
  Value answer = Record{{"state", "passthrough"}};
  if (!wanted.is_passthrough) {
    auto planned = co_await ask_gate(ctx, "plan", gate::protocol::to_value(wanted.request),
                                     NoDaemon::starts_one);
    if (!planned) co_return co_await complain(call, std::move(planned.error().message));
    answer = std::move(*planned);
  }
  Report report(call);
  report.out = plan_text(ctx, answer);
  report.rows.push_back(std::move(answer));
  co_return co_await std::move(report).finish();
}

ValueTask<int> run_gate_plan(Invocation call) {
  Wanted wanted;
  if (auto read = read_flags(call.args, wanted); !read) {
    return misuse(call, std::move(read.error().message));
  }
  gate::Request& request = wanted.request;
  request.requester = own_requester(call.ctx);
  request.directory = call.ctx.scope.directory->path;
  request.command = "a command";
  if (call.operands().empty()) return plan(std::move(call), std::move(wanted));

  if (call.operands()[0].to_text() != "cargo") {
    return misuse(call, fmt::format("{} is not cargo: say --lane, --band and --jobs instead",
                                    quote_word(call.operands()[0].to_text())));
  }
  for (size_t i = 1; i < call.operands().size(); ++i) {
    wanted.cargo.words.push_back(call.operands()[i].to_text());
  }
  wanted.is_passthrough =
      gate::is_cargo_passthrough(gate::read_cargo_arguments(wanted.cargo.words));
  if (wanted.is_passthrough) return plan(std::move(call), std::move(wanted));
  wanted.cargo.environment = exported_environment(call.ctx);
  const auto cargo = gate::find_real_program("cargo", wanted.cargo.environment.text("PATH"));
  if (!cargo) return complain(call, "there is no cargo on PATH", 127);
  wanted.cargo.program = *cargo;
  wanted.cargo.directory = request.directory;
  return plan(std::move(call), std::move(wanted));
}

}  // namespace

void register_gate_plan(BuiltinRegistry& registry) { registry.add({&kGatePlan, run_gate_plan}); }

}  // namespace weir::builtins
