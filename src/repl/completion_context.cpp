#include "repl/completion_context.h"

#include <algorithm>

#include "parser/walker.h"
#include "repl/text_repair.h"

namespace weir::repl {

namespace {

using parser::PartKind;
using parser::Word;

// Stands where the cursor is: part of a word, of a name, of a user's name.
constexpr std::string_view kMarker = "_weir_cursor_";

std::string_view without_marker(std::string_view text) {
  return text.substr(0, text.find(kMarker));
}

/// Finds what holds the cursor. Inner things are visited after outer ones and win.
class CursorFinder : public parser::Visitor {
 public:
  /// `before`: the text up to the cursor.
  CursorFinder(std::string_view before, const VariableText& variable_text)
      : before_(before),
        cursor_(static_cast<uint32_t>(before.size())),
        variable_text_(variable_text) {}

  CompletionContext context;
  bool found = false;

  void command(const parser::Command& command, const parser::Place&) override {
    for (const parser::Redirect& redirect : command.redirects) visit_redirect(redirect);
    if (command.kind == parser::CommandKind::simple) {
      visit_words(parser::as<parser::SimpleCommand>(command));
    } else if (command.kind == parser::CommandKind::for_in) {
      for (const auto* item : parser::as<parser::ForInCommand>(command).items)
        visit_value(*item, CompletionPlace::argument);
    } else if (command.kind == parser::CommandKind::case_) {
      visit_value(*parser::as<parser::CaseCommand>(command).subject, CompletionPlace::argument);
    }
  }

  void assignment(const parser::Assignment& assignment, const parser::Place&) override {
    visit_path(assignment.name, assignment.path);
    if (assignment.value) visit_value(*assignment.value, CompletionPlace::assignment_value);
  }

  void parameter(const parser::ParameterPart& part, const parser::Place&) override {
    if (!holds(part.span)) return;
    visit_path(part.name, part.path);
    if (part.name.ends_with(kMarker))
      take_name(part.name);
    else if (part.operand && holds(part.operand->span))
      take(*part.operand, CompletionPlace::argument);
  }

  void arithmetic(const parser::ArithExpr& expr, const parser::Place&) override {
    if (expr.op == parser::ArithOp::variable && expr.name.ends_with(kMarker)) take_name(expr.name);
  }

  void test(const parser::TestExpr& expr, const parser::Place&) override {
    for (const Word* word : {expr.left, expr.right}) {
      if (word && holds(word->span)) take(*word, CompletionPlace::argument);
    }
    if (expr.op == parser::TestOp::variable_set && found) context.place = CompletionPlace::variable;
    if (expr.right_value) visit_value(*expr.right_value, CompletionPlace::argument);
  }

 private:
  bool holds(Span span) const { return span.begin <= cursor_ && cursor_ < span.end; }

  void visit_words(const parser::SimpleCommand& command) {
    for (size_t i = 0; i < command.words.size(); ++i) {
      if (!holds(command.words[i]->span)) continue;
      take(*command.words[i], i == 0 ? CompletionPlace::command : CompletionPlace::argument);
      for (const Word* before : command.words.first(i))
        context.words.push_back(known_or_written(*before));
      context.has_command = i > 0;
    }
  }

  void visit_redirect(const parser::Redirect& redirect) {
    if (!redirect.target || !holds(redirect.target->span)) return;
    if (redirect.op == parser::RedirectOp::here_document) {
      context = {};
      found = true;
    } else {
      take(*redirect.target, CompletionPlace::redirect_target);
    }
  }

  void visit_value(const parser::ValueExpr& value, CompletionPlace place) {
    if (!holds(value.span)) return;
    if (value.word && holds(value.word->span)) take(*value.word, place);
    for (const auto* item : value.items) visit_value(*item, place);
    for (const auto& entry : value.entries) {
      if (entry.value) visit_value(*entry.value, place);
    }
  }

  void visit_path(std::string_view name, std::span<const parser::Subscript> path) {
    std::vector<std::string> keys;
    for (const parser::Subscript& subscript : path) {
      if (!subscript.index) return;
      if (holds(subscript.index->span)) {
        take(*subscript.index, CompletionPlace::subscript);
        context.name = name;
        context.path = std::move(keys);
        return;
      }
      keys.push_back(known_text(*subscript.index));
    }
  }

  void take_name(std::string_view name) {
    context = {};
    found = true;
    context.place = CompletionPlace::variable;
    context.value = without_marker(name);
    context.typed = {static_cast<uint32_t>(cursor_ - context.value.size()), cursor_};
  }

  void take(const Word& word, CompletionPlace place) {
    context = {};
    found = true;
    context.place = place;
    context.typed = {word.span.begin, cursor_};
    for (const parser::Part* part : word.parts) {
      if (part->span.begin > cursor_ || !append_part(*part)) break;
    }
  }

  /// False where the value ends: at the cursor, or where only running could tell.
  bool append_part(const parser::Part& part) {
    if (part.kind == PartKind::literal) {
      const std::string_view text = parser::as<parser::LiteralPart>(part).text;
      context.value += without_marker(text);
      return text.find(kMarker) == std::string_view::npos;
    }
    if (part.kind == PartKind::tilde) {
      const std::string_view user = parser::as<parser::TildePart>(part).user;
      context.value += '~';
      context.value += without_marker(user);
      if (user.find(kMarker) != std::string_view::npos) context.place = CompletionPlace::user;
      return true;
    }
    if (part.kind == PartKind::parameter) {
      const auto& parameter = parser::as<parser::ParameterPart>(part);
      const bool is_plain = parameter.op == parser::ParameterOp::none && parameter.path.empty();
      if (auto text = is_plain ? variable_text_(parameter.name) : std::nullopt) {
        context.value += *text;
        return true;
      }
    }
    context.place = CompletionPlace::none;
    return false;
  }

  static std::string known_text(const Word& word) {
    return word.is_static ? std::string(word.text) : std::string();
  }

  std::string known_or_written(const Word& word) const {
    if (word.is_static) return std::string(word.text);
    return std::string(before_.substr(word.span.begin, word.span.end - word.span.begin));
  }

  std::string_view before_;
  uint32_t cursor_;
  const VariableText& variable_text_;
};

/// Of a text that the parser cannot read up to the cursor: a word between blanks.
CompletionContext plain_word(std::string_view text) {
  CompletionContext context;
  const size_t blank = text.find_last_of(" \t\n");
  const size_t begin = blank == std::string_view::npos ? 0 : blank + 1;
  context.place = CompletionPlace::argument;
  context.typed = {static_cast<uint32_t>(begin), static_cast<uint32_t>(text.size())};
  context.value = text.substr(begin);
  return context;
}

}  // namespace

CompletionContext completion_context(std::string_view text, size_t cursor,
                                     const VariableText& variable_text) {
  const std::string_view before = text.substr(0, cursor);
  const RepairedText repaired = repair_text(std::string(before) + std::string(kMarker));
  if (repaired.error || !repaired.unit || !repaired.unit->body) return plain_word(before);
  CursorFinder finder(before, variable_text);
  parser::walk(*repaired.unit, finder, parser::Detail::everything);
  return finder.context;
}

Quote open_quote(std::string_view raw) {
  Quote quote = Quote::none;
  for (size_t i = 0; i < raw.size(); ++i) {
    const char c = raw[i];
    if (c == '\\' && quote != Quote::single) {
      ++i;
    } else if (quote == Quote::none) {
      const bool is_dollar = c == '\'' && i > 0 && raw[i - 1] == '$';
      if (c == '\'') quote = is_dollar ? Quote::dollar : Quote::single;
      if (c == '"') quote = Quote::double_;
    } else if (c == (quote == Quote::double_ ? '"' : '\'')) {
      quote = Quote::none;
    }
  }
  return quote;
}

bool is_closed_behind(std::string_view raw, std::string_view behind) {
  if (open_quote(raw) == Quote::none) return false;
  std::string line(raw);
  line += behind.substr(0, behind.find('\n'));
  return open_quote(line) == Quote::none;
}

}  // namespace weir::repl
