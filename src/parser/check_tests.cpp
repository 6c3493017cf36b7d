// Tests that always give the same, in [[ … ]], [ … ] and test (064).
#include <fmt/core.h>

#include <algorithm>

#include "base/name.h"
#include "parser/bytes.h"
#include "parser/checks.h"
#include "parser/operator_names.h"

namespace weir::parser {

namespace {

std::string_view source(const CheckReport& report, const Word& word) {
  return report.unit->text(word.span);
}

/// `$a=b` in one word: the comparison that was meant has blanks.
bool looks_like_comparison(const Word& word) {
  return std::ranges::any_of(word.parts, [&](const Part* part) {
    return part->kind == PartKind::literal && !part->quoted && word.parts.size() > 1 &&
           static_cast<const LiteralPart*>(part)->text.find('=') != std::string_view::npos;
  });
}

bool is_endless(const Word& word, const Place& place) {
  return place.construct == Construct::loop_condition && word.is_static &&
         (word.text == "1" || word.text == "true");
}

std::string named_help(std::string_view text) {
  return is_name(text) ? fmt::format("for the value of the name write: ${}", text) : std::string();
}

/// [[ word ]]
void check_nonempty(CheckReport& report, const Word& word, const Place& place) {
  if (is_endless(word, place)) return;
  if (word.is_static && word.text.empty()) {
    report.warning(Check::constant_test, word.span, "this is always false: the text is empty");
  } else if (word.is_static && word.text.find('=') == std::string_view::npos) {
    const bool is_constant = word.text == "true" || word.text == "false";
    report.warning(
        Check::constant_test, word.span, "this is always true: the text is not empty",
        is_constant ? fmt::format("the command {} needs no brackets; a value is compared: $x == {}",
                                  word.text, word.text)
                    : named_help(word.text));
  } else if (looks_like_comparison(word) || word.is_static) {
    report.warning(Check::constant_test, word.span, "this is always true: it is one word",
                   "write blanks around the operator: $x == y");
  } else if (is_never_empty(word)) {
    report.warning(Check::constant_test, word.span,
                   "this is always true: some of the text is written here");
  }
}

/// -z word, -n word
void check_length(CheckReport& report, const Word& word, bool zero) {
  const bool empty = word.is_static && word.text.empty();
  if (!empty && !is_never_empty(word)) return;
  report.warning(Check::constant_test, word.span,
                 fmt::format("this is always {}: the text is{} empty",
                             empty == zero ? "true" : "false", empty ? "" : " not"),
                 word.is_static && !empty ? named_help(word.text) : "");
}

/// Both sides are text, or the same expansion of something that does not change.
void check_equal(CheckReport& report, const Word& left, const Word& right, bool wants_equal) {
  const Span both{left.span.begin, right.span.end};
  if (left.is_static && right.is_static) {
    report.warning(Check::constant_test, both,
                   fmt::format("this is always {}: both sides are text",
                               (left.text == right.text) == wants_equal ? "true" : "false"),
                   "the value of a name is written with a $");
    return;
  }
  const std::string_view text = source(report, left);
  const bool changes = left.has_substitution || text.find("RANDOM") != std::string_view::npos ||
                       text.find("EPOCH") != std::string_view::npos ||
                       text.find("++") != std::string_view::npos;
  if (!left.parts.empty() && !left.is_static && !changes && !left.has_pattern &&
      text == source(report, right))
    report.warning(
        Check::constant_test, both,
        fmt::format("this is always {}: both sides are the same", wants_equal ? "true" : "false"));
}

/// -a and -o between two tests: the command would say so when it runs, and be false.
void check_connective(CheckReport& report, std::string_view command,
                      std::span<const Word* const> words, const Place& place) {
  if (std::ranges::any_of(words, [](const Word* word) { return is_several(*word); })) return;
  if (words.size() == 3) words = words.subspan(1, 1);  // [ ! -o errexit ] is a test of one word
  if (words.size() == 2) return;
  for (const Word* word : words) {
    const bool is_and = word->is_static && word->text == "-a";
    if (!is_and && !(word->is_static && word->text == "-o")) continue;
    report.misuse(Check::refused_command, command, place, word->span,
                  fmt::format("{} between two tests is not in weir", word->text),
                  fmt::format("write two tests with {} between them", is_and ? "&&" : "||"));
    return;
  }
}

/// The operands of `[` and `test`, as the number of words decides (POSIX).
void check_operands(CheckReport& report, std::span<const Word* const> words, const Place& place) {
  if (!words.empty() && words[0]->is_static && words[0]->text == "!") words = words.subspan(1);
  if (std::ranges::any_of(words, [](const Word* word) { return is_several(*word); })) return;
  if (words.size() == 1) return check_nonempty(report, *words[0], place);
  if (words.size() == 2 && words[0]->is_static) {
    const std::string_view op = words[0]->text;
    if (op == "-z" || op == "-n") check_length(report, *words[1], op == "-z");
  }
  if (words.size() == 3 && words[1]->is_static) {
    const std::string_view op = words[1]->text;
    if (op == "=" || op == "==" || op == "!=")
      check_equal(report, *words[0], *words[2], op != "!=");
  }
}

}  // namespace

void check_test(CheckReport& report, const TestExpr& test, const Place& place) {
  switch (test.op) {
    case TestOp::nonempty:
      return check_nonempty(report, *test.left, place);
    case TestOp::zero_length:
      return check_length(report, *test.left, true);
    case TestOp::nonzero_length:
      return check_length(report, *test.left, false);
    case TestOp::equal:
    case TestOp::not_equal:
      return check_equal(report, *test.left, *test.right, test.op == TestOp::equal);
    default:
      return;
  }
}

void check_test_call(CheckReport& report, const Call& call, const Place& place) {
  auto words = call.arguments();
  if (call.is("[")) {
    if (words.empty() || !words.back()->is_static || words.back()->text != "]") return;
    words = words.first(words.size() - 1);
  } else if (!call.is("test")) {
    return;
  }
  check_connective(report, call.name, words, place);
  if (report.wants_warnings) check_operands(report, words, place);
}

}  // namespace weir::parser
