// `test` and `[`: POSIX tests, decided by the number of operands (one to four).
//
// What POSIX leaves open or calls obsolescent (-a, -o, more operands) is refused
// in favour of && and ||. Fast: loops are full of it.
#include <fmt/format.h>

#include <span>

#include "base/text.h"
#include "builtins/names_support.h"
#include "builtins/reports_support.h"
#include "kernel/compare.h"
#include "kernel/file_test.h"
#include "kernel/open_path.h"
#include "kernel/subscript.h"

namespace weir::builtins {

namespace {

using parser::TestOp;
using Words = std::span<const Value>;

constexpr ExampleSchema kExamples[] = {
    {"[ -f $file ] && [ -r $file ]", "a file that can be read"},
    {"[ $count -gt 10 ]", "numbers"},
    {"[ $name = root ]", "text; `[[ … ]]` has patterns, regular expressions and more"},
};
constexpr std::string_view kDetails =
    "Files: -e -f -d -r -w -x -s -L -h -p -S -b -c -u -g -k -O -G; A -nt B, A -ot B, A -ef B.\n"
    "Text: -z -n, = == != < >. Numbers: -eq -ne -lt -le -gt -ge. Others: -t DESCRIPTOR, -v NAME.\n"
    "! negates. Exit 0 true, 1 false, 2 when it could not be decided.";
constexpr CommandSchema kTest = {.name = "test",
                                 .summary = "test files, text and numbers",
                                 .synopsis = "[!] [OPERATOR] WORD [OPERATOR WORD]",
                                 .style = ArgumentStyle::raw,
                                 .examples = kExamples,
                                 .details = kDetails,
                                 .group = "tests"};
constexpr CommandSchema kBracket = {.name = "[",
                                    .summary = "test files, text and numbers",
                                    .synopsis = "[!] [OPERATOR] WORD [OPERATOR WORD] ]",
                                    .style = ArgumentStyle::raw,
                                    .examples = kExamples,
                                    .details = kDetails,
                                    .group = "tests"};

struct Operator {
  std::string_view text;
  TestOp op;
};

constexpr Operator kUnary[] = {
    {"-z", TestOp::zero_length},  {"-n", TestOp::nonzero_length}, {"-e", TestOp::exists},
    {"-f", TestOp::is_file},      {"-d", TestOp::is_directory},   {"-r", TestOp::readable},
    {"-w", TestOp::writable},     {"-x", TestOp::executable},     {"-s", TestOp::nonempty_file},
    {"-L", TestOp::is_link},      {"-h", TestOp::is_link},        {"-p", TestOp::is_pipe},
    {"-S", TestOp::is_socket},    {"-b", TestOp::is_block},       {"-c", TestOp::is_char},
    {"-t", TestOp::is_terminal},  {"-u", TestOp::setuid},         {"-g", TestOp::setgid},
    {"-k", TestOp::sticky},       {"-O", TestOp::owned},          {"-G", TestOp::group_owned},
    {"-v", TestOp::variable_set},
};
constexpr Operator kBinary[] = {
    {"=", TestOp::equal},
    {"==", TestOp::equal},
    {"!=", TestOp::not_equal},
    {"<", TestOp::less},
    {">", TestOp::greater},
    {"-eq", TestOp::num_equal},
    {"-ne", TestOp::num_not_equal},
    {"-lt", TestOp::num_less},
    {"-le", TestOp::num_less_equal},
    {"-gt", TestOp::num_greater},
    {"-ge", TestOp::num_greater_equal},
    {"-nt", TestOp::newer},
    {"-ot", TestOp::older},
    {"-ef", TestOp::same_file},
};

/// A view of the text form; `kept` holds it where the value is not a string.
std::string_view text_of(const Value& value, std::string& kept) {
  if (value.is_string()) return value.as_string();
  return kept = value.to_text();
}

bool is_word(const Value& value, std::string_view word) {
  return value.is_string() && value.as_string() == word;
}

/// Only words written as text are operators: a typed value never is.
const Operator* find_operator(std::span<const Operator> table, const Value& word) {
  if (!word.is_string()) return nullptr;
  const std::string_view text = word.as_string();
  for (const Operator& candidate : table) {
    if (candidate.text == text) return &candidate;
  }
  return nullptr;
}

Result<bool> negated(Result<bool> result) {
  if (result) *result = !*result;
  return result;
}

bool is_set(const Context& ctx, const std::string& text) {
  auto place = parse_place(text);
  if (!place) return false;
  auto value = ctx.lookup(place->name);
  if (!value) return false;
  for (const Value& index : place->path) {
    auto inner = kernel::element(*value, index);
    if (!inner) return false;
    value = std::move(*inner);
  }
  return true;
}

Result<bool> apply_unary(Context& ctx, TestOp op, const Value& operand) {
  std::string kept;
  switch (op) {
    case TestOp::zero_length:
      return text_of(operand, kept).empty();
    case TestOp::nonzero_length:
      return !text_of(operand, kept).empty();
    case TestOp::variable_set:
      return is_set(ctx, operand.to_text());
    case TestOp::is_terminal: {
      auto number = kernel::whole_number(operand, "-t", 0, INT32_MAX);
      if (!number) return fail(std::move(number.error()));
      const auto& file = ctx.fds.get(static_cast<int>(*number));
      return file && file->is_terminal();
    }
    default:
      return kernel::file_test(op, kernel::path_for_stat(ctx, operand.to_text()),
                               ctx.scope.directory->fd.get());
  }
}

Result<bool> apply_binary(Context& ctx, TestOp op, const Value& left, const Value& right) {
  std::string kept_left;
  std::string kept_right;
  switch (op) {
    case TestOp::equal:
      return text_of(left, kept_left) == text_of(right, kept_right);
    case TestOp::not_equal:
      return text_of(left, kept_left) != text_of(right, kept_right);
    case TestOp::less:
      return text_of(left, kept_left) < text_of(right, kept_right);
    case TestOp::greater:
      return text_of(left, kept_left) > text_of(right, kept_right);
    case TestOp::newer:
    case TestOp::older:
    case TestOp::same_file:
      return kernel::file_test(op, kernel::path_for_stat(ctx, left.to_text()),
                               kernel::path_for_stat(ctx, right.to_text()),
                               ctx.scope.directory->fd.get());
    default:
      return kernel::compare_numbers(op, left, right);
  }
}

Error connective_error(const Value& word) {
  return Error{ErrorKind::refused,
               fmt::format("{} is refused: write two tests with {} between them", word.as_string(),
                           word.as_string() == "-a" ? "&&" : "||"),
               {},
               0};
}

bool is_connective(const Value& word) { return is_word(word, "-a") || is_word(word, "-o"); }

Result<bool> one(const Value& word) {
  std::string kept;
  return !text_of(word, kept).empty();
}

Result<bool> two(Context& ctx, Words words) {
  if (is_word(words[0], "!")) return negated(one(words[1]));
  if (const Operator* unary = find_operator(kUnary, words[0]))
    return apply_unary(ctx, unary->op, words[1]);
  return fail(
      ErrorKind::invalid,
      fmt::format(
          "{} is not a test of one word; text is one argument here, so a comparison takes three",
          quote_word(words[0].to_text())));
}

Result<bool> three(Context& ctx, Words words) {
  if (const Operator* binary = find_operator(kBinary, words[1])) {
    return apply_binary(ctx, binary->op, words[0], words[2]);
  }
  if (is_connective(words[1])) return fail(connective_error(words[1]));
  if (is_word(words[0], "!")) return negated(two(ctx, words.subspan(1)));
  if (is_word(words[0], "(") && is_word(words[2], ")")) return one(words[1]);
  if (is_word(words[1], "=~")) {
    return fail(ErrorKind::refused, "=~ is refused here: write [[ … =~ … ]]");
  }
  return fail(ErrorKind::invalid,
              fmt::format("{} is not a comparison", quote_word(words[1].to_text())));
}

Result<bool> four(Context& ctx, Words words) {
  if (is_word(words[0], "!")) return negated(three(ctx, words.subspan(1)));
  if (is_word(words[0], "(") && is_word(words[3], ")")) return two(ctx, words.subspan(1, 2));
  return fail(ErrorKind::invalid, "four words are a test only with ! or ( ) around them");
}

Result<bool> evaluate(Context& ctx, Words words) {
  switch (words.size()) {
    case 0:
      return false;
    case 1:
      return one(words[0]);
    case 2:
      return two(ctx, words);
    case 3:
      return three(ctx, words);
    default:
      break;
  }
  for (const Value& word : words) {
    if (is_connective(word)) return fail(connective_error(word));
  }
  if (words.size() == 4) return four(ctx, words);
  return fail(ErrorKind::invalid,
              fmt::format("{} words are too many for one test; write several with && and ||",
                          words.size()));
}

ValueTask<int> report(const Invocation& call, Words words) {
  auto result = evaluate(call.ctx, words);
  if (!result) return misuse(call, std::move(result.error().message));
  return *result ? 0 : 1;
}

ValueTask<int> run_test(Invocation call) { return report(call, call.args.operands); }

ValueTask<int> run_bracket(Invocation call) {
  const auto& words = call.args.operands;
  if (words.empty() || !is_word(words.back(), "]"))
    return misuse(call, "the ] at the end is missing");
  return report(call, Words(words).first(words.size() - 1));
}

}  // namespace

void register_test(BuiltinRegistry& registry) {
  registry.add({&kTest, run_test});
  registry.add({&kBracket, run_bracket});
}

}  // namespace weir::builtins
