// `gate serve`: the daemon of the gate, in the foreground.

#include <fmt/format.h>

#include "base/text.h"
#include "gate/daemon/server.h"
#include "kernel/builtin.h"
#include "kernel/shell.h"

namespace weir::builtins {

namespace {

using kernel::BuiltinRegistry;
using kernel::Invocation;

constexpr FlagSchema kFlags[] = {
    {0, "idle-exit", "DURATION", "end after so long without work (10m); 0: never"},
    {0, "ready-fd", "FD", "write a byte there: 1 when it listens, 0 when another daemon runs"},
};
constexpr ExampleSchema kExamples[] = {
    {"gate serve --idle-exit 0", "as a service manager starts it"},
};
constexpr CommandSchema kGateServe = {.name = "gate serve",
                                      .summary = "be the daemon of the gate, in the foreground",
                                      .synopsis = "[--idle-exit DURATION] [--ready-fd FD]",
                                      .flags = kFlags,
                                      .max_operands = 0,
                                      .examples = kExamples,
                                      .details =
                                          "The first command that needs a daemon starts one by "
                                          "itself. TERM drains: no new command is\n"
                                          "taken, the end comes with the last one that runs. A "
                                          "second TERM, or INT, ends it at once;\n"
                                          "what runs goes on, and the next daemon takes it over.",
                                      .group = "gate"};

/// The descriptor that --ready-fd names; -1 without one.
Result<int> ready_descriptor(const kernel::Arguments& args) {
  const Value* given = args.value("ready-fd");
  if (!given) return -1;
  const std::string text = given->to_text();
  int number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 3) {
    return fail(ErrorKind::invalid, text + ": --ready-fd takes a descriptor from 3 on");
  }
  return number;
}

Result<gate::daemon::ServeOptions> read_options(const Invocation& call) {
  gate::daemon::ServeOptions options;
  options.token = call.ctx.token;
  auto ready = ready_descriptor(call.args);
  if (!ready) return fail(std::move(ready.error()));
  options.ready_fd = *ready;
  if (const Value* idle = call.args.value("idle-exit")) {
    auto time = parse_duration(idle->to_text());
    if (!time) return fail(std::move(time.error()));
    options.idle_exit = std::chrono::ceil<gate::Duration>(*time);
  }
  return options;
}

loop::Task<int> serve(Invocation call, gate::daemon::ServeOptions options) {
  auto ended = co_await gate::daemon::serve(call.ctx.shell.loop, std::move(options));
  if (!ended) co_return co_await kernel::complain(call, std::move(ended.error().message));
  co_return 0;
}

loop::ValueTask<int> run_gate_serve(Invocation call) {
  auto options = read_options(call);
  if (!options) return kernel::misuse(call, std::move(options.error().message));
  auto places = gate::Places::from_environment();
  if (!places) return kernel::complain(call, std::move(places.error().message));
  options->places = std::move(*places);
  return serve(std::move(call), std::move(*options));
}

}  // namespace

void register_gate_serve(BuiltinRegistry& registry) { registry.add({&kGateServe, run_gate_serve}); }

}  // namespace weir::builtins
