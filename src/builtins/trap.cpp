// `trap`: what is run at EXIT, on ERR and when a signal arrives.
//
// The text is parsed when the trap is set (D4), so a mistake in it is found
// then and not in the middle of a clean-up.
#include "kernel/traps.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/signal_names.h"
#include "base/text.h"
#include "builtins/reports_support.h"
#include "kernel/scope_signals.h"
#include "kernel/trap_condition.h"
#include "kernel/unit_check.h"

namespace weir::builtins {

namespace {

using kernel::Scope;
using kernel::Trap;

constexpr FlagSchema kFlags[] = {
    {'p', {}, {}, "print the traps (of these signals), to be read back"},
    {'l', {}, {}, "list the signals"},
    kJsonFlag,
};
constexpr ExampleSchema kExamples[] = {
    {"tmp=$(mktemp); trap 'rm -f $tmp' EXIT", "clean up, however the shell ends"},
    {"trap 'echo \"failed: line $LINENO\" >&2' ERR", "tell of each command that fails"},
    {"trap '' INT; trap - INT", "ignore Ctrl-C, and no longer"},
};
constexpr CommandSchema kTrap = {
    .name = "trap",
    .summary = "run commands at the end, after a failure or on a signal",
    .synopsis = "[ACTION SIGNAL… | - SIGNAL… | SIGNAL] | [-p] [SIGNAL…] [--json] | -l",
    .flags = kFlags,
    .examples = kExamples,
    .details =
        "SIGNAL is EXIT (0), ERR or a signal's name or number. ACTION is the text to run, '' to "
        "ignore\n"
        "the signal, - to have it act as before; a SIGNAL alone is the same as - SIGNAL. KILL and "
        "STOP\n"
        "cannot be trapped.",
    .group = "shell"};

std::string condition_name(int signal) {
  if (signal == Scope::kTrapExit) return "EXIT";
  if (signal == Scope::kTrapErr) return "ERR";
  return signal_name(signal);
}

Result<std::vector<int>> conditions(const std::vector<Value>& operands, size_t from) {
  std::vector<int> all;
  for (size_t i = from; i < operands.size(); ++i) {
    auto signal = kernel::parse_settable_condition(operands[i].to_text());
    if (!signal) return fail(std::move(signal.error()));
    all.push_back(*signal);
  }
  return all;
}

ValueTask<int> list_traps(const Invocation& call) {
  std::vector<int> wanted;
  for (const Value& operand : call.args.operands) {
    auto signal = kernel::parse_trap_condition(operand.to_text());
    if (!signal) return misuse(call, std::move(signal.error().message));
    wanted.push_back(*signal);
  }
  Report report(call);
  const auto show = [&](int signal, const Trap& trap) {
    if (!wanted.empty() && std::ranges::find(wanted, signal) == wanted.end()) return;
    const std::string name = condition_name(signal);
    report.out += fmt::format("trap -- {} {}\n", quote_word(trap.text), name);
    report.rows.emplace_back(Record{{"signal", Value(name)}, {"action", Value(trap.text)}});
  };
  for (const auto& [signal, trap] : *call.ctx.scope.traps) {
    if (signal >= 0) show(signal, trap);
  }
  for (const auto& [signal, trap] : *call.ctx.scope.traps) {
    if (signal < 0) show(signal, trap);
  }
  return std::move(report).finish();
}

ValueTask<int> list_signals(const Invocation& call) {
  Report report(call);
  for (int signal : all_signals()) {
    report.out += fmt::format("{}\t{}\n", signal, signal_name(signal));
    report.rows.emplace_back(
        Record{{"number", Value(signal)}, {"name", Value(signal_name(signal))}});
  }
  return std::move(report).finish();
}

ValueTask<int> reset(const Invocation& call, size_t from) {
  auto signals = conditions(call.args.operands, from);
  if (!signals) return misuse(call, std::move(signals.error().message));
  for (int signal : *signals) {
    if (call.ctx.scope.traps->contains(signal)) call.ctx.scope.traps.edit().erase(signal);
  }
  kernel::update_signal_watchers(call.ctx);
  return 0;
}

Task<int> report_bad_action(Context& ctx, std::string messages) {
  co_await kernel::warn(ctx, std::move(messages));
  co_return 2;
}

bool is_heard(const Context& ctx, int signal) {
  return signal <= 0 || ctx.subshell_depth == 0 || (ctx.signals && ctx.signals->hears(signal));
}

/// Of those that end a subshell no trap is run there. What the EXIT trap does for them, too, is
/// done.
std::string unheard_names(const Invocation& call, const Trap& trap,
                          const std::vector<int>& signals) {
  const bool has_exit = std::ranges::find(signals, kernel::Scope::kTrapExit) != signals.end();
  if (trap.text.empty() || has_exit) return "";
  std::string names;
  for (const int signal : signals) {
    if (!is_heard(call.ctx, signal)) names += (names.empty() ? "" : ", ") + condition_name(signal);
  }
  return names;
}

Task<int> warn_unheard(Context& ctx, std::string names) {
  const char* where = ctx.signals
                          ? "in a subshell in the foreground no traps but those on EXIT, "
                            "ERR, INT and QUIT run"
                          : "in a part of a pipeline, a subshell or a job no traps but those "
                            "on EXIT and ERR run";
  co_await kernel::warn(
      ctx, fmt::format("{}: trap: {}: {}; `weir -c` has all of them", ctx.place(), names, where));
  co_return 0;
}

ValueTask<int> set_traps(const Invocation& call, const std::string& text) {
  auto signals = conditions(call.args.operands, 1);
  if (!signals) return misuse(call, std::move(signals.error().message));
  Trap trap{text, nullptr};
  if (!text.empty()) {
    auto checked = kernel::check_unit(call.ctx, "trap", text, {.role = kernel::TextRole::trap});
    if (!checked.unit) {
      return report_bad_action(call.ctx, fmt::format("{}{}: trap: the action is not set",
                                                     checked.messages, call.ctx.place()));
    }
    trap.unit = std::move(checked.unit);
  }
  for (int signal : *signals) call.ctx.scope.traps.edit().insert_or_assign(signal, trap);
  kernel::update_signal_watchers(call.ctx);
  std::string unheard = unheard_names(call, trap, *signals);
  if (!unheard.empty()) return warn_unheard(call.ctx, std::move(unheard));
  return 0;
}

bool is_unsigned_number(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

ValueTask<int> run_trap(Invocation call) {
  if (call.args.has('l') && !call.operands().empty())
    return misuse(call, fmt::format("-l takes no operands, got {}",
                                    quote_word(call.operands()[0].to_text())));
  if (call.args.has('l')) return list_signals(call);
  if (call.operands().empty() || call.args.has('p')) return list_traps(call);
  const std::string action = call.operands()[0].to_text();
  // POSIX: a number first means that there is no action, and so does a lone signal.
  if (is_unsigned_number(action)) return reset(call, 0);
  if (call.operands().size() == 1) {
    if (!kernel::parse_trap_condition(action)) return misuse(call, "a signal is missing");
    return reset(call, 0);
  }
  if (action == "-") return reset(call, 1);
  return set_traps(call, action);
}

}  // namespace

void register_trap(BuiltinRegistry& registry) { registry.add({&kTrap, run_trap, true}); }

}  // namespace weir::builtins
