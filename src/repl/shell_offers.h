// What the shell itself knows that could stand at a cursor: names of commands, variables,
// keys, jobs, signals, flags. All at once, from memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/command_schema.h"
#include "kernel/context.h"
#include "kernel/other_shells.h"
#include "repl/completion_match.h"

namespace weir::repl {

using Offers = std::vector<Offer>;

/// Keywords, aliases, functions and builtins; not the files of PATH.
void offer_commands(const kernel::Context& ctx, Offers& offers);
void offer_builtins(const kernel::Context& ctx, Offers& offers);
void offer_functions(const kernel::Context& ctx, Offers& offers);
void offer_aliases(const kernel::Context& ctx, Offers& offers);
void offer_abbreviations(const kernel::Context& ctx, Offers& offers);
/// With a glimpse of the value.
void offer_variables(const kernel::Context& ctx, Offers& offers);
/// Keys of the record that `name` and then `path` lead to; indices of a short list.
void offer_keys(const kernel::Context& ctx, std::string_view name,
                const std::vector<std::string>& path, Offers& offers);
/// Live ones have not ended.
enum class OfferedJobs : uint8_t { all, live, live_stopped_first };
void offer_jobs(const kernel::Context& ctx, OfferedJobs which, Offers& offers);
/// Those of other shells, behind them: what lives, or what has left files with its output.
enum class JobsElsewhere : uint8_t { live, with_output };
void offer_jobs_elsewhere(const std::vector<kernel::JobElsewhere>& jobs, JobsElsewhere which,
                          Offers& offers);
/// Each name with `prefix` in front, as they are typed: "", "SIG", "-", "-SIG".
void offer_signals(std::string_view prefix, Offers& offers);
/// What `trap` can be set for: EXIT and ERR first.
void offer_trap_conditions(std::string_view prefix, Offers& offers);
void offer_options(Offers& offers);
/// Of the gate: focus and bulk.
void offer_bands(Offers& offers);
/// Of the line editor, where there is one: the keys that are bound, or what they may be bound to.
void offer_bound_keys(const kernel::Context& ctx, Offers& offers);
void offer_editor_commands(const kernel::Context& ctx, Offers& offers);
/// The commands that have completions of their own.
void offer_completed(const kernel::Context& ctx, Offers& offers);
/// Those of a builtin that has commands (CommandSchema::has_commands).
void offer_subcommands(const kernel::Context& ctx, std::string_view name, Offers& offers);
/// -f and --flag, and --help.
void offer_flags(const CommandSchema& schema, Offers& offers);

/// One line of at most some 40 columns.
std::string glimpse(std::string_view text);

}  // namespace weir::repl
