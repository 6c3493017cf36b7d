// PromptMaker: the prompt of an entry, at once with what is known, and again when more is.
//
// The left side is the function `weir_prompt`, else PS1, else the default; the right side
// `weir_right_prompt`, else RPS1. The state of git and what functions write come from
// refresh(); make() never waits and uses what was found last.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "kernel/context.h"
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

 private:
  PromptFacts facts(const LastEntry& last) const;
  loop::Task<void> ask_git(loop::CancelToken token);
  loop::Task<void> ask_function(std::string name, int status, loop::CancelToken token);
  std::string side(std::string_view function, std::string_view variable, const PromptFacts& facts,
                   std::string otherwise) const;

  kernel::Context& ctx_;
  PromptFacts constant_;
  std::map<std::string, GitState> git_states_;          // by directory
  std::map<std::string, std::string, std::less<>> written_;  // by function: what it wrote last
};

}  // namespace weir::repl
