// PromptMaker: the prompt of an entry, at once with what is known, and again when more is.
//
// The left side is the function `weir_prompt`, else PS1, else the default; the right side
// `weir_right_prompt`, else RPS1. The state of git and what functions write come from
// refresh(); make() never waits and uses what was found last. A function that fails and writes
// nothing is as if it were not there, and what it said is told once (take_problem()).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "kernel/context.h"
#include "kernel/run_captured.h"
#include "repl/editor_hooks.h"
#include "repl/prompt_text.h"

namespace weir::repl {

/// What became of the entry before.
struct LastEntry {
  int status = 0;
  std::chrono::nanoseconds duration{};
  uint64_t number = 0;
};

class PromptMaker {
 public:
  /// `ctx` is the shell's own and must outlive this.
  explicit PromptMaker(kernel::Context& ctx);

  Prompt make(const LastEntry& last);
  const std::string& host() const { return constant_.host; }
  /// Asks git and the functions; nothing when the prompt stays as it was, or is cancelled.
  loop::Task<std::optional<Prompt>> refresh(LastEntry last, loop::CancelToken token);
  /// The left side and the continuation without styles, for a terminal that has none. Waits for
  /// all that is in them, as they cannot be written anew.
  loop::Task<Prompt> make_plain(LastEntry last, loop::CancelToken token);
  /// What went wrong in a function since the last time; empty: nothing new.
  std::string take_problem() { return std::exchange(problem_, {}); }

 private:
  PromptFacts facts(const LastEntry& last) const;
  loop::Task<void> ask_git(loop::CancelToken token);
  loop::Task<void> ask_function(std::string name, int status, loop::CancelToken token);
  void note_messages(std::string_view name, const kernel::CapturedRun& run);
  std::string continuation(const PromptFacts& facts) const;
  std::string side(std::string_view function, std::string_view variable, const PromptFacts& facts,
                   std::string otherwise) const;

  /// What was told of a function, as it was defined then.
  struct Told {
    parser::UnitPtr unit;
    std::string messages;
  };

  kernel::Context& ctx_;
  PromptFacts constant_;
  std::map<std::string, GitState> git_states_;          // by directory
  std::map<std::string, std::string, std::less<>> written_;  // by function: what it wrote last
  std::map<std::string, Told, std::less<>> told_;            // by function
  std::string problem_;
};

}  // namespace weir::repl
