#include "parser/call.h"

#include <algorithm>

#include "parser/set_names.h"

namespace weir::parser {

namespace {

template <size_t N>
bool is_one_of(std::string_view name, const std::string_view (&names)[N]) {
  return std::ranges::find(names, name) != std::end(names);
}

BuiltinTraits traits_of(const CommandSchema& schema) {
  static constexpr std::string_view kSteering[] = {"break", "continue", "return", "local"};
  static constexpr std::string_view kStating[] = {"source", ".", "alias", "set"};
  const std::string_view name = schema.name;
  BuiltinTraits traits;
  traits.takes_anything = schema.style == ArgumentStyle::raw && schema.min_operands == 0;
  traits.is_refused = schema.group == "refused";
  traits.steers = is_one_of(name, kSteering);
  traits.is_test = name == "[" || name == "test";
  traits.sets_names = sets_names(name);
  traits.states_facts = is_one_of(name, kStating);
  traits.is_trap = name == "trap";
  traits.wraps = name == "command" || name == "builtin";
  return traits;
}

}  // namespace

CallReader::Known CallReader::find(std::string_view name) {
  if (name.empty()) return {};
  const auto first = static_cast<unsigned char>(name.front());
  const auto last = static_cast<unsigned char>(name.back());
  Known& known = known_[(name.size() * 17 + first * 5u + last) % known_.size()];
  if (known.builtin.schema != nullptr && known.builtin.schema->name == name) return known;
  const BuiltinFacts found = shell_.builtin(name);
  if (found.schema == nullptr) return {};
  return known = {found, traits_of(*found.schema)};
}

Call CallReader::make(const SimpleCommand& command, std::span<const Word* const> words,
                      bool skips_functions) {
  Call call{command, words, {}, {}, {}, skips_functions};
  if (words.empty() || !words[0]->is_static) return call;
  call.name = words[0]->text;
  const Known known = find(call.name);
  if (known.builtin.schema == nullptr) return call;
  const bool is_hidden = !skips_functions &&
                         (shell_.is_alias(call.name) ||
                          (!known.builtin.is_special && shell_.is_function(call.name)));
  if (is_hidden) return call;
  call.builtin = known.builtin;
  call.traits = known.traits;
  return call;
}

std::optional<Call> CallReader::inner(const Call& call) {
  if (!call.traits.wraps) return std::nullopt;
  auto words = call.arguments();
  while (!words.empty() && words[0]->is_static && (words[0]->text == "-p" || words[0]->text == "--"))
    words = words.subspan(1);
  if (words.empty() || first_byte(*words[0]) == '-') return std::nullopt;
  return make(call.command, words, true);
}

bool is_several(const Word& word) {
  if (word.spread || word.has_pattern || word.has_brace) return true;
  return std::ranges::any_of(word.parts, [](const Part* part) {
    return part->kind == PartKind::parameter && static_cast<const ParameterPart*>(part)->name == "@";
  });
}

std::optional<char> first_byte(const Word& word) {
  if (word.is_static) return word.text.empty() ? '\0' : word.text.front();
  if (word.parts.empty() || word.parts[0]->kind != PartKind::literal) return std::nullopt;
  const auto text = static_cast<const LiteralPart*>(word.parts[0])->text;
  return text.empty() ? std::nullopt : std::optional(text.front());
}

bool is_never_empty(const Word& word) {
  if (word.is_static) return !word.text.empty();
  return std::ranges::any_of(word.parts, [](const Part* part) {
    return part->kind == PartKind::literal && !static_cast<const LiteralPart*>(part)->text.empty();
  });
}

}  // namespace weir::parser
