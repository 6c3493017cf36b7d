// `gate run`: any command behind the gate.
#include <algorithm>

#include "base/text.h"
#include "builtins/reports_support.h"
#include "gate/run_shim.h"
#include "gate/shim.h"
#include "kernel/evaluator.h"
#include "kernel/external.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {0, "lane", "LANE", "what nobody else may use meanwhile: a name, or a path with a slash"},
    {0, "band", "BAND", "focus: starts at once; bulk: takes its turn"},
    {0, "jobs", "N", "how much it does at once; 0: as much as the machine can"},
    {0, "mem", "SIZE", "memory for each of its jobs: 500M, 2G"},
};
constexpr ExampleSchema kExamples[] = {
    {"gate run --lane ./build --jobs 0 ninja -C build", "one build of a directory at a time"},
    {"gate run --lane gpu -- python train.py", "a lane may be any name"},
    {"gate run --band focus pytest tests/test_one.py", "somebody waits for it"},
};
constexpr CommandSchema kGateRun = {
    .name = "gate run",
    .summary = "run a command when the gate lets it",
    .synopsis = "[--lane LANE] [--band BAND] [--jobs N] [--mem SIZE] [--] COMMAND [WORD…]",
    .flags = kFlags,
    .min_operands = 1,
    .examples = kExamples,
    .details =
        "What is not given comes from the first fitting route of gate.json, else: no lane, bulk, "
        "one job.\nThe command is a program. A command inside of another that has a lease runs at "
        "once.",
    .group = "gate"};

constexpr const char* kThisProgram = "/proc/self/exe";
constexpr int64_t kMostJobs = 4096;

Result<gate::RunSettings> read_settings(const Arguments& args) {
  gate::RunSettings settings;
  if (const Value* lane = args.value("lane")) {
    settings.lane = lane->to_text();
    if (settings.lane->empty()) return fail(ErrorKind::invalid, "--lane: the name is empty");
  }
  if (const Value* band = args.value("band")) {
    settings.band = band->to_text();
    if (settings.band != "focus" && settings.band != "bulk")
      return fail(ErrorKind::invalid,
                  "--band: " + quote_word(settings.band) + " is neither focus nor bulk");
  }
  if (const Value* jobs = args.value("jobs")) {
    auto number = kernel::whole_number(*jobs, "--jobs", 0, kMostJobs);
    if (!number) return fail(std::move(number.error()));
    settings.jobs = static_cast<int>(*number);
  }
  if (const Value* memory = args.value("mem")) {
    auto size = parse_size(memory->to_text());
    if (!size) return fail(ErrorKind::invalid, "--mem: " + size.error().message);
    settings.memory = *size;
  }
  return settings;
}

ValueTask<int> run_gate_run(Invocation call) {
  const auto settings = read_settings(call.args);
  if (!settings) return misuse(call, settings.error().message);
  const std::string name = call.operands()[0].to_text();
  const auto found = kernel::resolve(call.ctx, name, {.functions = false, .builtins = false});
  if (found.kind != kernel::Resolution::Kind::file) {
    if (kernel::resolve(call.ctx, name).kind != kernel::Resolution::Kind::none)
      return complain(call, quote_word(name) + " is not a program; weir -c TEXT makes it one", 127);
    return kernel::report_not_found(call.ctx, name, found.not_executable);
  }
  List words{std::string(gate::kRunName)};
  for (std::string& word : words_of(*settings)) words.emplace_back(std::move(word));
  std::ranges::move(call.operands(), std::back_inserter(words));
  return kernel::run_external(call.ctx, kThisProgram, std::move(words), {}, name);
}

}  // namespace

void register_gate_run(BuiltinRegistry& registry) { registry.add({&kGateRun, run_gate_run}); }

}  // namespace weir::builtins
