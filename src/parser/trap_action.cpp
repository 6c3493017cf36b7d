#include "parser/trap_action.h"

#include <algorithm>

namespace weir::parser {

namespace {

using Words = std::span<const Word* const>;

Words operands(const Call& call) {
  if (!call.is("trap")) return {};
  const Words words = call.arguments();
  const bool has_mark = !words.empty() && words[0]->is_static && words[0]->text == "--";
  return has_mark ? words.subspan(1) : words;
}

/// The word in the action's position; null where there is none.
const Word* action_word(const Call& call) {
  const Words words = operands(call);
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

Words trap_conditions(const Call& call) {
  const Words words = operands(call);
  if (words.empty() || is_several(*words[0])) return {};
  const std::string_view first = words[0]->is_static ? words[0]->text : std::string_view();
  if (first.size() > 1 && first[0] == '-') return {};
  const bool has_action = words.size() > 1 && (first.empty() || !is_number(first));
  return has_action ? words.subspan(1) : words;
}

bool has_unknown_action(const Call& call) {
  const Word* action = action_word(call);
  return action != nullptr && !action->is_static;
}

}  // namespace weir::parser
