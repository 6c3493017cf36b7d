#include "parser/trap_action.h"

#include <algorithm>

namespace weir::parser {

namespace {

/// The word in the action's position; null where there is none.
const Word* action_word(const Call& call) {
  if (!call.is("trap")) return nullptr;
  auto words = call.arguments();
  if (!words.empty() && words[0]->is_static && words[0]->text == "--") words = words.subspan(1);
  return words.size() > 1 ? words[0] : nullptr;
}

/// POSIX: a number first means that there is no action.
bool is_number(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

const Word* trap_action(const Call& call) {
  const Word* action = action_word(call);
  if (action == nullptr || !action->is_static) return nullptr;
  const bool is_code = !action->text.empty() && action->text[0] != '-' && !is_number(action->text);
  return is_code ? action : nullptr;
}

bool has_unknown_action(const Call& call) {
  const Word* action = action_word(call);
  return action != nullptr && !action->is_static;
}

}  // namespace weir::parser
