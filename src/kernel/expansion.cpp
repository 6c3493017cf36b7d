#include "kernel/expansion.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include "kernel/arithmetic.h"
#include "kernel/parameter.h"
#include "kernel/pieces.h"
#include "kernel/subscript.h"
#include "kernel/substitution.h"

namespace weir::kernel {

namespace {

using parser::ArithmeticPart;
using parser::as;
using parser::CommandPart;
using parser::LiteralPart;
using parser::ParameterPart;
using parser::Part;
using parser::PartKind;
using parser::ProcessPart;
using parser::Subscript;
using parser::TildePart;
using parser::ValueKind;

std::unexpected<Error> failed(Error& error) { return fail(std::move(error)); }

// ---- single parts -------------------------------------------------------------

Result<Value> home_directory(Context& ctx, const TildePart& part) {
  if (part.user.empty()) {
    if (auto home = ctx.lookup("HOME")) return Value(home->to_text());
  }
  const std::string user(part.user);
  const passwd* entry = user.empty() ? ::getpwuid(::getuid()) : ::getpwnam(user.c_str());
  // As in sh, a name nobody has stays as it was written.
  if (!entry) return Value("~" + user);
  return Value(entry->pw_dir);
}

bool is_parameters_part(const Part& part) {
  if (part.kind != PartKind::parameter) return false;
  const auto& parameter = as<ParameterPart>(part);
  return parameter.name == "@" && parameter.path.empty() &&
         parameter.op == parser::ParameterOp::none;
}

Piece literal_piece(const LiteralPart& part) {
  return {Value(part.text), true, part.quoted, false, part.span};
}

Piece parameters_piece(Context& ctx, const Part& part) {
  return {Value(*ctx.scope.parameters), false, part.quoted, true, part.span};
}

Result<Value> index_bound(Value value, Span span) {
  if (value.is_null() || value.is_int()) return value;
  auto number = parse_integer(value.to_text());
  if (!number) return fail(std::move(number.error()).at(span));
  return Value(*number);
}

/// The key of a subscript: an index, or the two bounds of a slice.
Result<Value> key_of(const Subscript& subscript, Value index, Value end) {
  if (subscript.index) index = typed_bareword(*subscript.index, std::move(index));
  if (!subscript.slice) return index;
  auto from = index_bound(std::move(index), subscript.span);
  if (!from) return failed(from.error());
  auto to = index_bound(std::move(end), subscript.span);
  if (!to) return failed(to.error());
  return Value(List{std::move(*from), std::move(*to)});
}

// ---- without waiting ------------------------------------------------------------

Result<Value> parameter_now(Context& ctx, const ParameterPart& part) {
  // The common case: $x or ${x}, set.
  if (part.op == parser::ParameterOp::none && part.path.empty()) {
    const Variable* variable = ctx.scope.variables.find(part.name, part.name_hash);
    if (variable && variable->is_set) return variable->value;
  }
  auto path = expand_path_now(ctx, part.path);
  if (!path) return failed(path.error());
  auto state = look_up(ctx, part, *path);
  if (!state) return failed(state.error());
  Operands operands;
  const OperandUse use = operand_use(part, *state);
  if (use == OperandUse::value && part.operand) {
    auto value = expand_operand_now(ctx, *part.operand);
    if (!value) return failed(value.error());
    operands.value = std::move(*value);
  } else if (use == OperandUse::value) {
    operands.value = Value("");
  }
  if (use >= OperandUse::pattern && part.operand) {
    auto pattern = expand_pattern_now(ctx, *part.operand);
    if (!pattern) return failed(pattern.error());
    operands.pattern = std::move(*pattern);
  }
  if (use == OperandUse::pattern_and_text && part.replacement) {
    auto text = expand_text_now(ctx, *part.replacement);
    if (!text) return failed(text.error());
    operands.replacement = std::move(*text);
  }
  return apply(ctx, part, std::move(*state), *path, std::move(operands));
}

Result<Piece> piece_now(Context& ctx, const Part& part) {
  if (part.kind == PartKind::literal) return literal_piece(as<LiteralPart>(part));
  if (is_parameters_part(part)) return parameters_piece(ctx, part);
  Result<Value> value;
  switch (part.kind) {
    case PartKind::parameter:
      value = parameter_now(ctx, as<ParameterPart>(part));
      break;
    case PartKind::arithmetic: {
      const auto* expr = as<ArithmeticPart>(part).expr;
      Result<int64_t> number = expr ? evaluate_arithmetic(ctx, *expr) : Result<int64_t>(0);
      if (!number) return failed(number.error());
      value = Value(*number);
      break;
    }
    case PartKind::tilde:
      value = home_directory(ctx, as<TildePart>(part));
      break;
    default:
      return fail(ErrorKind::invalid, "internal: a substitution where nothing may wait", part.span);
  }
  if (!value) return failed(value.error());
  return Piece{std::move(*value), false, part.quoted, false, part.span};
}

Result<Pieces> pieces_now(Context& ctx, const PartSequence& parts) {
  Pieces pieces;
  pieces.reserve(parts.size());
  for (const SequencePart& item : parts) {
    if (!item.part) {
      pieces.push_back({Value(item.text), true, true, false, {}});
      continue;
    }
    auto piece = piece_now(ctx, *item.part);
    if (!piece) return failed(piece.error());
    pieces.push_back(std::move(*piece));
  }
  return pieces;
}

Result<Pieces> pieces_now(Context& ctx, const Word& word) {
  Pieces pieces;
  pieces.reserve(word.parts.size());
  for (const Part* part : word.parts) {
    auto piece = piece_now(ctx, *part);
    if (!piece) return failed(piece.error());
    pieces.push_back(std::move(*piece));
  }
  return pieces;
}

Result<void> spread_now(Context& ctx, const Word& word, List& out) {
  if (word.parts.size() == 1 && is_parameters_part(*word.parts[0])) {
    for (const Value& value : *ctx.scope.parameters) out.push_back(value);
    return {};
  }
  auto pieces = pieces_now(ctx, word);
  if (!pieces) return failed(pieces.error());
  return spread(value_of(std::move(*pieces)), word.span, out);
}

// ---- with waiting -----------------------------------------------------------------

Task<Result<Value>> parameter_task(Context& ctx, const ParameterPart& part) {
  auto path = co_await expand_path(ctx, part.path);
  if (!path) co_return failed(path.error());
  auto state = look_up(ctx, part, *path);
  if (!state) co_return failed(state.error());
  Operands operands;
  const OperandUse use = operand_use(part, *state);
  if (use == OperandUse::value && part.operand) {
    auto value = co_await expand_operand(ctx, *part.operand);
    if (!value) co_return failed(value.error());
    operands.value = std::move(*value);
  } else if (use == OperandUse::value) {
    operands.value = Value("");
  }
  if (use >= OperandUse::pattern && part.operand) {
    auto pattern = co_await expand_pattern(ctx, *part.operand);
    if (!pattern) co_return failed(pattern.error());
    operands.pattern = std::move(*pattern);
  }
  if (use == OperandUse::pattern_and_text && part.replacement) {
    auto text = co_await expand_text(ctx, *part.replacement);
    if (!text) co_return failed(text.error());
    operands.replacement = std::move(*text);
  }
  co_return apply(ctx, part, std::move(*state), *path, std::move(operands));
}

Task<Result<Value>> arithmetic_task(Context& ctx, const ArithmeticPart& part) {
  if (!part.expr) co_return Value(0);
  std::vector<const Word*> words;
  collect_substitutions(*part.expr, words);
  OperandValues operands;
  for (const Word* word : words) {
    auto value = co_await expand_operand(ctx, *word);
    if (!value) co_return failed(value.error());
    operands.emplace_back(word, std::move(*value));
  }
  auto number = evaluate_arithmetic(ctx, *part.expr, operands);
  if (!number) co_return failed(number.error());
  co_return Value(*number);
}

Task<Result<Piece>> piece_task(Context& ctx, const Part& part) {
  Result<Value> value;
  switch (part.kind) {
    case PartKind::command:
      value = co_await substitute(ctx, *as<CommandPart>(part).body);
      if (value && part.quoted && !value->is_string()) value = Value(value->to_text());
      break;
    case PartKind::process:
      value = co_await start_process_substitution(ctx, as<ProcessPart>(part));
      break;
    case PartKind::parameter:
      if (is_parameters_part(part)) co_return parameters_piece(ctx, part);
      value = co_await parameter_task(ctx, as<ParameterPart>(part));
      break;
    case PartKind::arithmetic:
      value = co_await arithmetic_task(ctx, as<ArithmeticPart>(part));
      break;
    default:
      co_return piece_now(ctx, part);
  }
  if (!value) co_return fail(std::move(value.error()).at(part.span));
  co_return Piece{std::move(*value), false, part.quoted, false, part.span};
}

Task<Result<Pieces>> pieces_task(Context& ctx, PartSequence parts) {
  Pieces pieces;
  for (const SequencePart& item : parts) {
    if (!item.part) {
      pieces.push_back({Value(item.text), true, true, false, {}});
      continue;
    }
    auto piece = co_await piece_task(ctx, *item.part);
    if (!piece) co_return failed(piece.error());
    pieces.push_back(std::move(*piece));
  }
  co_return pieces;
}

PartSequence sequence_of(const Word& word) {
  PartSequence sequence;
  for (const Part* part : word.parts) sequence.push_back({part});
  return sequence;
}

// ---- words with a meaning of their own ---------------------------------------------------

bool is_command(Words words, std::string_view name) {
  return words[0]->is_static && words[0]->text == name;
}

/// `kill %?text`: what begins with %? is a job, no pattern.
bool is_job_word(Words words, const Word& word) {
  constexpr std::string_view kCommands[] = {"bg", "disown", "fg", "jobs", "kill", "wait", "why"};
  if (word.parts[0]->kind != PartKind::literal) return false;
  const auto& first = as<LiteralPart>(*word.parts[0]);
  return !first.quoted && first.text.starts_with("%?") &&
         std::ranges::any_of(kCommands, [&](auto name) { return is_command(words, name); });
}

/// `unset r[key]` and `push xs[0] …` name a place; the brackets are no pattern (LANGUAGE 3.5).
bool names_place(Words words, size_t i) {
  if (i == 0 || !words[i]->has_pattern || words[i]->has_brace || words[i]->spread) return false;
  return is_command(words, "unset") || (i == 1 && is_command(words, "push")) ||
         is_job_word(words, *words[i]);
}

/// D6: a lone expansion behind -z or -n of `[` and `test` may be unset.
bool may_be_unset(Words words, size_t i, const Error& error) {
  if (i < 2 || (error.kind != ErrorKind::unset && !is_absent(error))) return false;
  if (words[i]->parts.size() != 1 || words[i]->parts[0]->kind != PartKind::parameter) return false;
  const Word& op = *words[i - 1];
  return op.is_static && (op.text == "-z" || op.text == "-n") &&
         (is_command(words, "[") || is_command(words, "test"));
}

Result<void> take_place(Result<Value> value, List& out) {
  if (!value) return failed(value.error());
  out.push_back(std::move(*value));
  return {};
}

/// An unset operand that may be unset is empty.
Result<void> forgive_unset(Words words, size_t i, Result<void> done, List& out) {
  if (done || !may_be_unset(words, i, done.error())) return done;
  out.emplace_back("");
  return {};
}

}  // namespace

// ---- the interface ----------------------------------------------------------------------

Value typed_bareword(const Word& word, Value value) {
  if (word.is_static && !word.has_quotes) return Value::from_bareword(word.text);
  return value;
}

Result<List> expand_path_now(Context& ctx, std::span<const Subscript> path) {
  List keys;
  for (const Subscript& subscript : path) {
    Result<Value> index;
    Result<Value> end;
    if (subscript.index) index = expand_operand_now(ctx, *subscript.index);
    if (!index) return failed(index.error());
    if (subscript.end) end = expand_operand_now(ctx, *subscript.end);
    if (!end) return failed(end.error());
    auto key = key_of(subscript, std::move(*index), std::move(*end));
    if (!key) return failed(key.error());
    keys.push_back(std::move(*key));
  }
  return keys;
}

Task<Result<List>> expand_path(Context& ctx, std::span<const Subscript> path) {
  List keys;
  for (const Subscript& subscript : path) {
    Result<Value> index;
    Result<Value> end;
    if (subscript.index) index = co_await expand_operand(ctx, *subscript.index);
    if (!index) co_return failed(index.error());
    if (subscript.end) end = co_await expand_operand(ctx, *subscript.end);
    if (!end) co_return failed(end.error());
    auto key = key_of(subscript, std::move(*index), std::move(*end));
    if (!key) co_return failed(key.error());
    keys.push_back(std::move(*key));
  }
  co_return keys;
}

const CommandPart* lone_substitution(const Word& word) {
  if (word.parts.size() != 1 || word.parts[0]->kind != PartKind::command) return nullptr;
  return word.parts[0]->quoted ? nullptr : &as<CommandPart>(*word.parts[0]);
}

Result<void> expand_argument_now(Context& ctx, const Word& word, List& out) {
  if (word.is_static) {
    out.emplace_back(word.text);
    return {};
  }
  if (word.spread) return spread_now(ctx, word, out);
  if (!word.has_brace) {
    if (word.parts.size() == 1 && word.parts[0]->kind != PartKind::literal &&
        !word.parts[0]->quoted && !is_parameters_part(*word.parts[0])) {
      auto piece = piece_now(ctx, *word.parts[0]);
      if (!piece) return failed(piece.error());
      out.push_back(std::move(piece->value));
      return {};
    }
    auto pieces = pieces_now(ctx, word);
    if (!pieces) return failed(pieces.error());
    return fields_of(ctx, std::move(*pieces), word.span, out);
  }
  auto sequences = expand_braces(word);
  if (!sequences) return failed(sequences.error());
  for (const PartSequence& sequence : *sequences) {
    auto pieces = pieces_now(ctx, sequence);
    if (!pieces) return failed(pieces.error());
    if (auto done = fields_of(ctx, std::move(*pieces), word.span, out); !done) return done;
  }
  return {};
}

Task<Result<void>> expand_argument(Context& ctx, const Word& word, List& out) {
  if (word.spread) {
    // ...$(cmd) gives one element per row or line, as a for head does.
    if (const CommandPart* part = lone_substitution(word)) {
      co_return co_await substitute_items(ctx, *part->body, out);
    }
    auto value = co_await expand_operand(ctx, word);
    if (!value) co_return failed(value.error());
    co_return spread(std::move(*value), word.span, out);
  }
  auto sequences = expand_braces(word);
  if (!sequences) co_return failed(sequences.error());
  for (PartSequence& sequence : *sequences) {
    auto pieces = co_await pieces_task(ctx, std::move(sequence));
    if (!pieces) co_return failed(pieces.error());
    if (auto done = fields_of(ctx, std::move(*pieces), word.span, out); !done) co_return done;
  }
  co_return Result<void>{};
}

Result<void> expand_arguments_now(Context& ctx, Words words, List& out) {
  out.reserve(words.size());
  for (size_t i = 0; i < words.size(); ++i) {
    Result<void> done = names_place(words, i) ? take_place(expand_operand_now(ctx, *words[i]), out)
                                              : expand_argument_now(ctx, *words[i], out);
    if (!done) done = forgive_unset(words, i, std::move(done), out);
    if (!done) return done;
  }
  return {};
}

Task<Result<void>> expand_arguments(Context& ctx, Words words, List& out) {
  for (size_t i = 0; i < words.size(); ++i) {
    const Word& word = *words[i];
    Result<void> done;
    if (names_place(words, i)) {
      done = take_place(co_await expand_operand(ctx, word), out);
    } else if (word.has_substitution) {
      done = co_await expand_argument(ctx, word, out);
    } else {
      done = expand_argument_now(ctx, word, out);
    }
    if (!done) done = forgive_unset(words, i, std::move(done), out);
    if (!done) co_return done;
  }
  co_return Result<void>{};
}

Result<Value> expand_operand_now(Context& ctx, const Word& word) {
  if (word.is_static) return Value(word.text);
  auto pieces = pieces_now(ctx, word);
  if (!pieces) return failed(pieces.error());
  return value_of(std::move(*pieces));
}

Task<Result<Value>> expand_operand(Context& ctx, const Word& word) {
  if (!word.has_substitution) co_return expand_operand_now(ctx, word);
  auto pieces = co_await pieces_task(ctx, sequence_of(word));
  if (!pieces) co_return failed(pieces.error());
  co_return value_of(std::move(*pieces));
}

Result<std::string> expand_text_now(Context& ctx, const Word& word) {
  if (word.is_static) return std::string(word.text);
  auto pieces = pieces_now(ctx, word);
  if (!pieces) return failed(pieces.error());
  return text_of(*pieces);
}

Task<Result<std::string>> expand_text(Context& ctx, const Word& word) {
  if (!word.has_substitution) co_return expand_text_now(ctx, word);
  auto pieces = co_await pieces_task(ctx, sequence_of(word));
  if (!pieces) co_return failed(pieces.error());
  co_return text_of(*pieces);
}

Result<PatternSegments> expand_pattern_now(Context& ctx, const Word& word) {
  auto pieces = pieces_now(ctx, word);
  if (!pieces) return failed(pieces.error());
  return pattern_of(*pieces);
}

Task<Result<PatternSegments>> expand_pattern(Context& ctx, const Word& word) {
  if (!word.has_substitution) co_return expand_pattern_now(ctx, word);
  auto pieces = co_await pieces_task(ctx, sequence_of(word));
  if (!pieces) co_return failed(pieces.error());
  co_return pattern_of(*pieces);
}

Result<std::string> expand_regex_now(Context& ctx, const Word& word) {
  auto pieces = pieces_now(ctx, word);
  if (!pieces) return failed(pieces.error());
  return regex_of(*pieces);
}

Task<Result<std::string>> expand_regex(Context& ctx, const Word& word) {
  if (!word.has_substitution) co_return expand_regex_now(ctx, word);
  auto pieces = co_await pieces_task(ctx, sequence_of(word));
  if (!pieces) co_return failed(pieces.error());
  co_return regex_of(*pieces);
}

}  // namespace weir::kernel
