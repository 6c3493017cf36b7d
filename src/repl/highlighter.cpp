#include "repl/highlighter.h"

#include <algorithm>
#include <cctype>

#include "parser/walker.h"

namespace weir::repl {

namespace {

using namespace parser;

/// What a byte of the text belongs to. Bytes of no word are syntax: keywords, operators, comments.
enum class Role : uint8_t {
  syntax,
  blank,
  command,
  unknown,
  argument,
  flag,
  path,
  string,
  variable,
  keyword,
  op,
  comment,
  number,
  error
};

constexpr Style color(uint8_t index, uint8_t attributes = 0) {
  return {.foreground = Color::palette(index), .attributes = attributes};
}

Style style_of(Role role) {
  switch (role) {
    case Role::command:
      return color(4);
    case Role::unknown:
      return color(1);
    case Role::flag:
      return color(6);
    case Role::path:
      return {.attributes = Style::underline};
    case Role::string:
      return color(3);
    case Role::variable:
      return color(6);
    case Role::keyword:
      return color(5);
    case Role::op:
      return color(6);
    case Role::comment:
      return color(8);
    case Role::number:
      return color(5);
    case Role::error:
      return color(1, Style::bold | Style::underline);
    default:
      return {};
  }
}

class Painter : public Visitor {
 public:
  /// Bytes from `limit` on are not those of the tree.
  Painter(std::string_view text, size_t limit, const HighlightFacts& facts)
      : text_(text), limit_(limit), facts_(facts), roles_(text.size(), Role::syntax) {}

  void command(const Command& command, const Place&) override {
    for (const Redirect& redirect : command.redirects) {
      if (redirect.target) word(*redirect.target, Role::argument);
    }
    switch (command.kind) {
      case CommandKind::simple:
        return simple(as<SimpleCommand>(command));
      case CommandKind::for_in: {
        const auto& loop = as<ForInCommand>(command);
        fill(loop.name_span, Role::variable);
        for (const ValueExpr* item : loop.items) value(*item);
        return;
      }
      case CommandKind::case_: {
        const auto& choice = as<CaseCommand>(command);
        if (choice.subject) value(*choice.subject);
        for (const CaseItem& item : choice.items) {
          for (const Word* pattern : item.patterns) word(*pattern, Role::argument);
        }
        return;
      }
      case CommandKind::function:
        return fill(as<FunctionCommand>(command).name_span, Role::command);
      default:
        return;
    }
  }
  void assignment(const Assignment& assignment, const Place&) override {
    fill(assignment.name_span, Role::variable);
    if (assignment.value) value(*assignment.value);
  }
  void parameter(const ParameterPart& part, const Place&) override {
    fill(part.span, Role::variable);
  }
  void test(const TestExpr& test, const Place&) override {
    if (test.left) word(*test.left, Role::argument);
    if (test.right) word(*test.right, Role::argument);
    if (test.right_value) value(*test.right_value);
  }
  void arithmetic(const ArithExpr& expression, const Place&) override {
    if (expression.op == ArithOp::variable) fill(expression.span, Role::variable);
    if (expression.op == ArithOp::number) fill(expression.span, Role::number);
  }

  void open_quote(Span span) { fill(span, Role::error); }
  std::vector<StyledSpan> spans();

 private:
  void fill(Span span, Role role) {
    const size_t begin = std::min<size_t>(span.begin, limit_);
    const size_t end = std::clamp<size_t>(span.end, begin, limit_);
    std::fill(roles_.begin() + static_cast<std::ptrdiff_t>(begin),
              roles_.begin() + static_cast<std::ptrdiff_t>(end), role);
  }
  void simple(const SimpleCommand& command);
  void value(const ValueExpr& value);
  void word(const Word& word, Role plain);
  void part(const Part& part, Role plain);
  Role role_of_argument(const Word& word) const;
  void paint_syntax();

  std::string_view text_;
  size_t limit_;
  const HighlightFacts& facts_;
  std::vector<Role> roles_;
};

void Painter::simple(const SimpleCommand& command) {
  for (size_t i = 0; i < command.words.size(); ++i) {
    const Word& w = *command.words[i];
    if (!command.declarations.empty() && command.declarations[i]) continue;
    if (i > 0 || !w.is_static) {
      word(w, i == 0 ? Role::command : role_of_argument(w));
      continue;
    }
    const bool is_unknown = facts_.name_kind && facts_.name_kind(w.text) == NameKind::unknown;
    word(w, is_unknown ? Role::unknown : Role::command);
  }
}

Role Painter::role_of_argument(const Word& word) const {
  if (!word.is_static) return Role::argument;
  if (word.text.starts_with('-') && !word.has_quotes) return Role::flag;
  // What is still being typed is looked at, too; what reaches behind the text was added.
  if (!word.text.empty() && word.span.end <= text_.size() && facts_.path_exists &&
      facts_.path_exists(word.text))
    return Role::path;
  return Role::argument;
}

void Painter::value(const ValueExpr& value) {
  if (value.word) word(*value.word, Role::argument);
  for (const ValueExpr* item : value.items) this->value(*item);
  for (const RecordEntry& entry : value.entries) {
    if (entry.key) word(*entry.key, Role::argument);
    if (entry.value) this->value(*entry.value);
  }
}

void Painter::word(const Word& word, Role plain) {
  fill(word.span, word.has_quotes && plain != Role::path ? Role::string : plain);
  for (const Part* p : word.parts) part(*p, plain);
}

void Painter::part(const Part& p, Role plain) {
  switch (p.kind) {
    case PartKind::literal:
      if (!p.quoted) fill(p.span, plain);
      return;
    case PartKind::parameter:
    case PartKind::tilde:
      return fill(p.span, Role::variable);
    case PartKind::command:
    case PartKind::process:
    case PartKind::arithmetic:
      return fill(p.span, Role::syntax);  // what is in it is visited later
    default:
      return;
  }
}

/// Bytes of no word: letters are keywords, # begins a comment, the rest are operators.
void Painter::paint_syntax() {
  for (size_t i = 0; i < limit_; ++i) {
    if (roles_[i] != Role::syntax) continue;
    const auto c = static_cast<unsigned char>(text_[i]);
    if (std::isspace(c)) {
      roles_[i] = Role::blank;
    } else if (c == '#') {
      for (; i < limit_ && text_[i] != '\n' && roles_[i] == Role::syntax; ++i)
        roles_[i] = Role::comment;
    } else {
      roles_[i] = std::isalpha(c) ? Role::keyword : Role::op;
    }
  }
}

std::vector<StyledSpan> Painter::spans() {
  paint_syntax();
  std::vector<StyledSpan> spans;
  for (size_t i = 0; i < roles_.size();) {
    size_t end = i + 1;
    while (end < roles_.size() && roles_[end] == roles_[i]) ++end;
    const Style style = style_of(roles_[i]);
    if (style != Style{})
      spans.push_back({{static_cast<uint32_t>(i), static_cast<uint32_t>(end)}, style});
    i = end;
  }
  return spans;
}

}  // namespace

std::vector<StyledSpan> highlight(std::string_view text, const RepairedText& repaired,
                                  const HighlightFacts& facts) {
  const size_t limit =
      repaired.error ? std::min<size_t>(repaired.error->begin, text.size()) : text.size();
  Painter painter(text, limit, facts);
  if (repaired.unit && repaired.unit->body) walk(*repaired.unit, painter, Detail::everything);
  for (const Span quote : repaired.open_quotes) painter.open_quote(quote);
  auto spans = painter.spans();
  if (repaired.error) {
    const Span at = *repaired.error;
    spans.push_back({{at.begin, std::max(at.end, at.begin + 1)}, style_of(Role::error)});
  }
  return spans;
}

}  // namespace weir::repl
