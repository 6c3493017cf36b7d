// Completer: what could stand at the cursor: context, offers, the best of them, written as they
// must be.
//
// The editor's `complete` hook. Files, PATH, hosts and users are read on the thread pool,
// programs (git) and people's functions run as commands of their own; all ends when the
// request's token is cancelled.
#pragma once

#include "kernel/context.h"
#include "repl/command_index.h"
#include "repl/completion_context.h"
#include "repl/editor_hooks.h"
#include "repl/operand_kinds.h"
#include "repl/pool_desk.h"
#include "repl/shell_offers.h"

namespace weir::repl {

class Completer {
 public:
  /// `ctx` is the shell's own; both must outlive this.
  Completer(kernel::Context& ctx, CommandIndex& commands)
      : ctx_(ctx), commands_(commands), desk_(ctx.shell) {}

  loop::Task<Completions> complete(CompletionRequest request);

 private:
  struct Search;
  loop::Task<void> find(Search& search);
  loop::Task<void> find_command(Search& search);
  loop::Task<void> find_argument(Search& search);
  loop::Task<void> find_of_builtin(Search& search, const CommandSchema& schema);
  loop::Task<void> find_flag(Search& search, const CommandSchema& schema);
  loop::Task<void> find_operand(Search& search, const CommandSchema& schema);
  loop::Task<void> find_behind_equals(Search& search);
  loop::Task<void> find_hosts(Search& search, std::string suffix);
  std::vector<std::string> without_aliases(std::vector<std::string> words) const;
  loop::Task<void> find_kind(Search& search, OperandKind kind);
  loop::Task<void> find_files(Search& search, OperandKind kind);
  loop::Task<void> find_by_rule(Search& search, kernel::CompletionRule rule);
  loop::Task<void> find_path_commands(Search& search);
  loop::Task<void> find_names(Search& search, std::function<std::vector<std::string>()> names,
                              std::string suffix);
  loop::Task<void> find_jobs(Search& search, OfferedJobs own, JobsElsewhere others);
  loop::Task<List> gate_rows(const Search& search, std::string_view report) const;
  loop::Task<void> find_leases(Search& search);
  loop::Task<void> find_lanes(Search& search);
  loop::Task<void> find_requesters(Search& search);
  loop::Task<void> find_git_refs(Search& search);
  loop::Task<void> find_git(Search& search);
  loop::Task<void> find_lines(Search& search, List words);

  kernel::Context& ctx_;
  CommandIndex& commands_;
  PoolDesk desk_;
};

/// The text of the abbreviation that `request` is one of: a whole word in command position.
std::optional<std::string> expand_abbreviation(const kernel::TypingAids& aids,
                                               const AbbreviationRequest& request);

}  // namespace weir::repl
