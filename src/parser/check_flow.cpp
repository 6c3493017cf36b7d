// Control flow: commands that have nothing to act on, and what is never reached (043 to 045, 062,
// 063).
#include <fmt/core.h>

#include <algorithm>

#include "parser/checks.h"
#include "parser/scatter_stages.h"

namespace weir::parser {

namespace {

bool wants_help(const Call& call) {
  return call.words.size() > 1 && call.words[1]->is_static && call.words[1]->text == "--help";
}

/// The simple command that is all of a list item; null for anything else.
const SimpleCommand* alone(const ListItem& item) {
  if (item.background || item.items.size() != 1) return nullptr;
  const Pipeline& pipeline = *item.items[0].pipeline;
  if (pipeline.stages.size() != 1 || pipeline.negated || pipeline.timed) return nullptr;
  const Command& command = *pipeline.stages[0].command;
  return command.kind == CommandKind::simple ? &as<SimpleCommand>(command) : nullptr;
}

// ---- what is never reached ----------------------------------------------------------

/// Nothing behind it in its list runs.
bool leaves(const SimpleCommand& command, const Place& place) {
  const std::string_view name = static_name(command);
  const size_t operands = command.words.empty() ? 0 : command.words.size() - 1;
  if (operands > 0 && first_byte(*command.words[1]) == '-') return false;  // --help
  if (name == "exit") return true;
  if (name == "return") return place.may_return;
  if (name == "break" || name == "continue") return place.loops > 0 && operands == 0;
  return name == "exec" && operands > 0;
}

// ---- cd -----------------------------------------------------------------------------

/// Commands whose harm depends on the directory that they run in.
constexpr std::string_view kDestructive[] = {"rm",     "rmdir",    "mv",   "shred",
                                             "unlink", "truncate", "find", "rsync",
                                             "chmod",  "chown",    "dd",   "git"};

bool is_destructive(const Command& command) {
  std::string_view name = static_name(command);
  if (name.empty()) return false;
  const auto& words = as<SimpleCommand>(command).words;
  if (name == "sudo" && words.size() > 1 && words[1]->is_static) name = words[1]->text;
  return std::ranges::find(kDestructive, name) != std::end(kDestructive);
}

bool is_destructive(const ListItem& item) {
  return std::ranges::any_of(item.items, [](const AndOrItem& one) {
    return std::ranges::any_of(one.pipeline->stages,
                               [](const Stage& stage) { return is_destructive(*stage.command); });
  });
}

/// `cd DIR` that may fail: not `cd`, not `cd /`.
bool may_fail(const SimpleCommand& command) {
  return static_name(command) == "cd" && command.words.size() == 2 &&
         !(command.words[1]->is_static &&
           (command.words[1]->text == "/" || command.words[1]->text == "."));
}

}  // namespace

void ListCheck::item(const ListItem& item) {
  if (leaving_ && !is_reported_) {
    report_.warning(
        Check::unreachable, item.span,
        fmt::format("this is never reached: `{}` at line {} leaves", report_.unit->text(*leaving_),
                    report_.unit->position(leaving_->begin).line));
    is_reported_ = true;
  }
  if (cd_ && is_destructive(item)) {
    report_.warning(Check::unchecked_cd, *cd_,
                    fmt::format("when this fails, line {} runs in the wrong directory",
                                report_.unit->position(item.span.begin).line),
                    fmt::format("write: {} || exit", report_.unit->text(*cd_)));
    cd_.reset();
  }
  const SimpleCommand* command = alone(item);
  if (command == nullptr) return;
  if (!leaving_ && leaves(*command, place_)) leaving_ = command->words[0]->span;
  if (may_fail(*command)) cd_ = command->span;
}

void check_flow(CheckReport& report, const Call& call, const Place& place) {
  if (wants_help(call)) return;
  const Span at = call.words[0]->span;
  if ((call.is("break") || call.is("continue")) && place.loops == 0) {
    report.error(
        Check::outside_loop, at, fmt::format("`{}` has no loop around it", call.name),
        place.in_function
            ? "a function leaves itself with return; the loop around its call looks at the status"
            : "exit leaves the script");
  } else if (call.is("return") && !place.may_return) {
    report.error(Check::outside_function, at, "`return` has no function around it",
                 "exit leaves the script");
  } else if (call.is("local") && !place.in_function) {
    report.misuse(Check::local_outside, "local", place, at, "`local` has no function around it",
                  "assign the name without it");
  }
}

}  // namespace weir::parser
