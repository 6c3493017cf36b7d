#include "parser/call.h"

#include <algorithm>

#include "parser/set_names.h"

namespace weir::parser {

namespace {

template <size_t N>
bool is_one_of(std::string_view name, const std::string_view (&names)[N]) {
  return std::ranges::find(names, name) != std::end(names);
}

/// A builtin that runs the command among its words.
struct Wrapper {
  std::string_view name;
  size_t operands = 0;                // before the command
  bool skips_functions = false;
  bool skips_builtins = false;
  bool is_open = false;
};
constexpr Wrapper kWrappers[] = {{"command", 0, true},
                                 {"builtin", 0, true},
                                 {"exec", 0, true, true},
                                 {"timeout", 1},
                                 {"each", 0, false, false, true}};

const Wrapper* find_wrapper(std::string_view name) {
  const auto* found = std::ranges::find(kWrappers, name, &Wrapper::name);
  return found == std::end(kWrappers) ? nullptr : found;
}

/// How many words a flag takes: itself, and its value where that is apart.
size_t flag_width(const CommandSchema& schema, std::string_view flag) {
  for (const FlagSchema& one : schema.flags) {
    if (one.value.empty()) continue;
    const bool is_last_letter = !flag.starts_with("--") && flag.back() == one.short_name;
    if (is_last_letter || (flag.starts_with("--") && flag.substr(2) == one.long_name)) return 2;
  }
  return 1;
}

/// The words of the command; none where there is no command, or only its name is asked for.
std::span<const Word* const> wrapped_words(const Wrapper& wrapper, const Call& call) {
  auto words = call.arguments();
  while (!words.empty() && words[0]->is_static && words[0]->text.starts_with('-') &&
         words[0]->text.size() > 1) {
    const std::string_view flag = words[0]->text;
    if (wrapper.name == "command" && flag.find_first_of("vV") != std::string_view::npos) return {};
    words = words.subspan(std::min(words.size(), flag_width(*call.builtin.schema, flag)));
    if (flag == "--") break;
  }
  return words.subspan(std::min(words.size(), wrapper.operands));
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
  traits.is_scatter = name == "scatter" || name == "gather";
  traits.wraps = find_wrapper(name) != nullptr;
  return traits;
}

}  // namespace

const CallReader::Known& CallReader::find(std::string_view name) {
  const auto byte = [&](size_t at) { return static_cast<unsigned char>(name[at]); };
  const size_t slot = name.empty() ? 0 : name.size() * 17 + byte(0) * 5u + byte(name.size() - 1);
  Known& known = known_[slot % known_.size()];
  if (known.name == name) return known;
  const BuiltinFacts found = shell_.builtin(name);
  known = {std::string(name), found,
           found.schema != nullptr ? traits_of(*found.schema) : BuiltinTraits{}};
  return known;
}

Call CallReader::make(const SimpleCommand& command, std::span<const Word* const> words,
                      bool skips_functions) {
  Call call{.command = command, .words = words, .skips_functions = skips_functions};
  if (words.empty() || !words[0]->is_static) return call;
  call.name = words[0]->text;
  const Known& known = find(call.name);
  if (known.builtin.schema == nullptr) return call;
  const bool is_hidden =
      !skips_functions &&
      (shell_.is_alias(call.name) || (!known.builtin.is_special && shell_.is_function(call.name)));
  if (is_hidden) return call;
  call.builtin = known.builtin;
  call.traits = known.traits;
  if (known.builtin.schema->has_commands) enter_command(call);
  return call;
}

// `gate status` has a schema of its own.
void CallReader::enter_command(Call& call) {
  if (call.words.size() < 2 || !call.words[1]->is_static) return;
  const Known& known = find(std::string(call.name) + " " + std::string(call.words[1]->text));
  if (known.builtin.schema == nullptr) return;
  call.words = call.words.subspan(1);
  call.name = known.builtin.schema->name;
  call.builtin = known.builtin;
  call.traits = known.traits;
}

std::optional<Call> CallReader::inner(const Call& call) {
  if (!call.traits.wraps) return std::nullopt;
  const Wrapper& wrapper = *find_wrapper(call.name);
  const auto words = wrapped_words(wrapper, call);
  if (words.empty()) return std::nullopt;
  Call inner = make(call.command, words, wrapper.skips_functions);
  if (wrapper.skips_builtins) {
    inner.builtin = {};
    inner.traits = {};
  }
  inner.is_open = wrapper.is_open || call.is_open;
  return inner;
}

bool is_several(const Word& word) {
  if (word.spread || word.has_pattern || word.has_brace) return true;
  return std::ranges::any_of(word.parts, [](const Part* part) {
    return part->kind == PartKind::parameter &&
           static_cast<const ParameterPart*>(part)->name == "@";
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
