// Commands: what is checked and filled in when one is complete.
#include <fmt/core.h>

#include <algorithm>

#include "parser/builder.h"
#include "parser/bytes.h"
#include "parser/parser.h"

namespace weir::parser {

namespace {

/// A command word that weir refuses, and what to write instead.
struct RefusedCommand {
  std::string_view name;
  std::string_view code;
  std::string_view reason;
  std::string_view help;
};

constexpr RefusedCommand kRefusedCommands[] = {
    {"eval", "E004", "`eval` runs text as code and is not in weir",
     "keep a command in a list and run it with ...$words, or write a function"},
    {"declare", "E011", "`declare` is not in weir: values have types of their own",
     "x=[] is a list, x={} a record; in a function write: local x=…"},
    {"typeset", "E011", "`typeset` is not in weir: values have types of their own",
     "x=[] is a list, x={} a record; in a function write: local x=…"},
    {"let", "E012", "`let` is not in weir", "write: ((x = y + 1))"},
};

void check_command_name(const Builder& b, const Word& word) {
  const std::string_view name = word.text;
  if (name.size() != 3 && name.size() != 4 && name.size() != 7) return;
  for (const RefusedCommand& refused : kRefusedCommands)
    if (refused.name == name)
      b.fail(std::string(refused.code), word.span, std::string(refused.reason),
             std::string(refused.help));
}

bool reads_stdin(const Redirect& redirect) {
  if (!redirect.fd_variable.empty() || redirect.fd > 0) return false;
  switch (redirect.op) {
    case RedirectOp::read:
    case RedirectOp::read_write:
    case RedirectOp::here_document:
    case RedirectOp::here_string:
      return true;
    case RedirectOp::dup_in:
      return redirect.target->text != "-";
    default:
      return false;
  }
}

/// D13: in sh the last one wins without a word.
void check_stdin(const Builder& b, std::span<const Redirect> redirects) {
  bool seen = false;
  for (const Redirect& redirect : redirects) {
    if (!reads_stdin(redirect)) continue;
    if (seen)
      b.fail("E005", redirect.span, "two sources for the standard input of one command",
             "keep one of them, or join them first: cat FILE - <<END | …");
    seen = true;
  }
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return kDigits[c]; });
}

}  // namespace

void Builder::add_redirect(Span at) {
  Redirect made{.op = redirect.op,
                .fd = redirect.fd,
                .fd_variable = redirect.fd_variable,
                .span = at,
                .target = words.pop()};
  const bool duplicates = made.op == RedirectOp::dup_in || made.op == RedirectOp::dup_out;
  if (duplicates && made.target->is_static && made.target->text != "-" &&
      !all_digits(made.target->text)) {
    if (made.op != RedirectOp::dup_out || made.fd != -1 || !made.fd_variable.empty())
      fail("E021", at, fmt::format("`{}` is not a descriptor to duplicate", made.target->text),
           "write a number, or - to close; a file takes > or <");
    made.op = RedirectOp::both;
  }
  if (made.fd >= 1 << 20) fail("E021", at, "a descriptor number this large cannot be opened");
  redirects.push(made);
}

void Builder::pipe_stderr(Span at) {
  stages.back().pipe_stderr = true;
  auto* one = arena.make<Word>();
  one->span = at;
  one->text = "1";
  one->is_static = true;
  const size_t mark = redirects.size();
  for (const Redirect& own : last_stage->redirects) redirects.push(own);
  redirects.push({.op = RedirectOp::dup_out, .fd = 2, .span = at, .target = one});
  last_stage->redirects = redirects.take(arena, mark);
}

void Builder::add_declaration(const Assignment& assignment) {
  // For readers that want only words, such as the plan: NAME=VALUE where that is known.
  auto* word = arena.make<Word>();
  word->span = assignment.span;
  const Word* value = assignment.value != nullptr && assignment.value->kind == ValueKind::word
                          ? assignment.value->word
                          : nullptr;
  const bool known = assignment.value == nullptr || (value != nullptr && value->is_static);
  if (known && assignment.path.empty() && !assignment.append) {
    const std::string_view text = value != nullptr ? value->text : std::string_view();
    word->is_static = true;
    char* joined = arena.make_chars(assignment.name.size() + 1 + text.size());
    char* p = std::ranges::copy(assignment.name, joined).out;
    *p++ = '=';
    p = std::ranges::copy(text, p).out;
    word->text = {joined, static_cast<size_t>(p - joined)};
  }
  word->has_substitution = assignment.value != nullptr && assignment.value->has_substitution;
  declared.push({words.size(), arena.make<Assignment>(assignment)});
  words.push(word);
}

std::span<const Assignment* const> Builder::take_declarations(size_t mark, size_t first_word) {
  if (declared.size() == mark) return {};
  const size_t count = words.size() - first_word;
  auto** all = arena.make_array<const Assignment*>(count);
  std::fill_n(all, count, nullptr);
  for (const Declared& one : declared.since(mark)) all[one.word - first_word] = one.assignment;
  declared.truncate(mark);
  return {all, count};
}

void Builder::finish_redirects(Command& command) {
  check_stdin(*this, command.redirects);
  for (const Redirect& one : command.redirects)
    command.has_substitution |= one.target->has_substitution;
  command.span.end = std::max(command.span.end, command.redirects.back().span.end);
  for (size_t i = first_pending; i < pending.size(); ++i)
    if (pending[i].owner == nullptr) pending[i].owner = &command;
}

void Builder::finish_simple(SimpleCommand& command) {
  uint32_t to = command.span.begin;
  for (const Word* word : command.words) command.has_substitution |= word->has_substitution;
  for (const Assignment& assignment : command.assignments) {
    command.has_substitution |= assignment.value != nullptr && assignment.value->has_substitution;
    for (const Subscript& step : assignment.path)
      command.has_substitution |= step.index->has_substitution;
  }
  if (!command.words.empty()) {
    to = command.words.back()->span.end;
    if (command.words.front()->is_static) check_command_name(*this, *command.words.front());
  } else if (!command.assignments.empty()) {
    to = command.assignments.back().span.end;
  }
  command.span.end = to;
  if (!command.redirects.empty()) finish_redirects(command);
}

void Builder::give_items(std::span<const ListItem> items) {
  if (reader == nullptr) return;
  while (items_given < items.size()) reader->item(unit, items[items_given++]);
  // Between two items nothing on the stacks but those items points into the arena.
  if (reader->drops_tree) arena.reset();
}

}  // namespace weir::parser
