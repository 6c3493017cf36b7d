// ask_for_key(): one key, for a question that is answered by one.
//
// The terminal is raw while it waits, and as before afterwards. What was typed before the question
// was there is not its answer: it is thrown away, but for what the line editor has kept for itself.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "loop/loop.h"
#include "repl/key.h"
#include "repl/terminal.h"

namespace weir::repl {

struct KeyQuestion {
  std::string text;  // one line, without a newline
  std::function<bool(const Key&)> is_answer;
  std::function<std::string_view(const Key&)> shown_as;  // what stands behind it then
};

/// The first key that is an answer. Nothing when the token was triggered, or the terminal is gone.
/// Pasted text is none.
loop::Task<std::optional<Key>> ask_for_key(loop::Loop& loop, Terminal& terminal,
                                           KeyQuestion question, loop::CancelToken token);

}  // namespace weir::repl
