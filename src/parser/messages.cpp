#include "parser/messages.h"

#include <fmt/core.h>

#include <charconv>
#include <optional>

namespace weir::parser {

namespace {

std::string_view closer_of(std::string_view opener) {
  static constexpr std::pair<std::string_view, std::string_view> kClosers[] = {
      {"if", "fi"}, {"while", "done"}, {"until", "done"}, {"for", "done"}, {"case", "esac"},
      {"{", "}"},   {"(", ")"},        {"$(", ")"},       {"<(", ")"},     {"$((", "))"},
      {"((", "))"}, {"${", "}"},       {"[[", "]]"},      {"[", "]"},      {"'", "'"},
      {"$'", "'"},  {"\"", "\""}};
  for (const auto& [open, close] : kClosers)
    if (open == opener) return close;
  return {};
}

/// What stands at `at`, for "got …".
std::string found(const char* at, const char* end) {
  if (at == end) return "the end of the text";
  if (*at == '\n' || (*at == '\r' && at + 1 != end && at[1] == '\n')) return "the end of the line";
  if (*at == ' ' || *at == '\t') return "a blank";
  static constexpr std::string_view kOperators[] = {";;&", ";;", ";&", "&&", "||",
                                                    "|&",  "<<", ">>", "&>"};
  const std::string_view rest(at, static_cast<size_t>(end - at));
  for (std::string_view op : kOperators)
    if (rest.starts_with(op)) return fmt::format("`{}`", op);
  size_t size = 0;
  while (size < rest.size() && size < 24 && !kEnding<WordMode::argument>[rest[size]]) ++size;
  if (size < rest.size() && size == 24)  // whole code points only
    while (size > 1 && (static_cast<unsigned char>(rest[size]) & 0xC0) == 0x80) --size;
  return fmt::format("`{}`", rest.substr(0, std::max<size_t>(size, 1)));
}

Span word_at(const Builder& b, const char* at, const char* end) {
  const char* to = at;
  while (to != end && !kEnding<WordMode::argument>[*to]) ++to;
  if (to == at && to != end && *to != '\n') ++to;
  return b.span(at, to);
}

Diagnostic error(std::string_view code, Span at, std::string message, std::string_view help) {
  return {Severity::error, std::string(code), std::move(message), std::string(help), at};
}

[[noreturn]] void fail_missing(const Builder& b, const Expectation& expected, bool incomplete) {
  if (b.open.empty()) {
    const uint32_t here = b.offset(b.end);
    throw SyntaxError{error("E002", {here, here},
                            fmt::format("{} is missing at the end", expected.what), expected.help),
                      incomplete, std::string(expected.missing)};
  }
  const Builder::Open& open = b.open.back();
  const std::string_view missing =
      expected.missing.empty() ? closer_of(open.opener) : expected.missing;
  std::string help;
  if (missing == "}" && open.opener == "{" && b.lone_brace != UINT32_MAX && b.lone_brace > open.at)
    help = fmt::format("the }} at line {} is an argument: write ; or a newline before it",
                       b.unit.position(b.lone_brace).line);
  const bool quote = open.opener == "'" || open.opener == "\"" || open.opener == "$'";
  std::string message = fmt::format(
      "{} at line {} is not closed",
      quote ? fmt::format("the quote {}", open.opener) : fmt::format("`{}`", open.opener),
      b.unit.position(open.at).line);
  if (!quote) {
    const bool literal = closer_of(open.opener) == missing || expected.what.starts_with('`');
    message += literal ? fmt::format(": `{}` is missing", missing)
                       : fmt::format(": {} is missing", expected.what);
  }
  throw SyntaxError{error("E002", {open.at, open.at + static_cast<uint32_t>(open.opener.size())},
                          std::move(message), help),
                    incomplete, std::string(missing)};
}

/// One kind of ksh's and bash's extended patterns, such as @(a|b), and what does the same here.
struct ExtendedPattern {
  char sign;
  std::string_view instead;
};
constexpr ExtendedPattern kExtendedPatterns[] = {
    {'@', "write several patterns: a|b) in a case, [[ $x == a || $x == b ]], {a,b} for file names"},
    {'!', "turn the test around: [[ $x != a ]], of files in a loop that skips what matches"},
    {'?', "write a regular expression: [[ $x =~ ^(a|b)?$ ]]"},
    {'*', "write a regular expression: [[ $x =~ ^(a|b)*$ ]]"},
    {'+', "write a regular expression: [[ $x =~ ^(a|b)+$ ]]"},
};

/// The pattern whose `(` is at `at`; null for `$?(`, `\*(` and any other parenthesis.
const ExtendedPattern* extended_pattern(const Builder& b, const char* at) {
  if (at == b.end || *at != '(' || at == b.base) return nullptr;
  const bool is_text = at - b.base >= 2 && (at[-2] == '$' || at[-2] == '\\');
  const auto* found = std::ranges::find(kExtendedPatterns, at[-1], &ExtendedPattern::sign);
  return is_text || found == std::end(kExtendedPatterns) ? nullptr : found;
}

void refuse_extended_pattern(const Builder& b, const char* parenthesis) {
  const ExtendedPattern* pattern = extended_pattern(b, parenthesis);
  if (pattern == nullptr) return;
  throw SyntaxError{error("E032", b.span(parenthesis - 1, parenthesis + 1),
                          fmt::format("the extended pattern {}(…) is not in weir", pattern->sign),
                          pattern->instead),
                    false,
                    {}};
}

std::optional<int64_t> number(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  int64_t value = 0;
  const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || stop != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

}  // namespace

void fail_expected(const Builder& b, const Expectation& expected, const char* at,
                   const char* text_end) {
  if (at == text_end) fail_missing(b, expected, text_end == b.end);
  const bool is_arithmetic = expected.missing == "))";
  if (!is_arithmetic) refuse_extended_pattern(b, at);
  throw SyntaxError{
      error(expected.code, word_at(b, at, text_end),
            fmt::format("expected {}, got {}", expected.what, found(at, text_end)), expected.help),
      false,
      {}};
}

void fail_refused(const Builder& b, const Refusal& refusal, const char* at) {
  const uint32_t from = b.offset(at);
  const auto to =
      static_cast<uint32_t>(std::min<size_t>(from + refusal.width, b.unit.source.size()));
  throw SyntaxError{
      error(refusal.code, {from, to}, std::string(refusal.message), refusal.help), false, {}};
}

void fail_joined_line(const Builder& b, const char* at, const char* text_end) {
  const uint32_t here = b.offset(at);
  throw SyntaxError{error("E002", {here == 0 ? 0 : here - 1, here},
                          "the text ends after a \\ that joins lines", ""),
                    text_end == b.end, "the next line"};
}

void fail_function_close(const Builder& b, const char* at, const char* text_end) {
  const char* parenthesis = at - 1;  // the one of the grammar, and the blanks behind it
  while (*parenthesis != '(') --parenthesis;
  refuse_extended_pattern(b, parenthesis);
  fail_expected(b, expectation<grammar::function_close>, at, text_end);
}

void fail_unexpected(const Builder& b, const char* at, const char* text_end) {
  if (at != text_end) refuse_extended_pattern(b, at);
  struct Known {
    std::string_view token;
    std::string_view message;
    std::string_view help;
  };
  static constexpr Known kKnown[] = {
      {"done", "`done` without `do`", "remove it, or begin the loop with for, while or until"},
      {"do", "`do` without `for`, `while` or `until`",
       "a menu of bash's select is a loop with read here"},
      {"then", "`then` without `if`", "write: if command; then commands; fi"},
      {"else", "`else` without `if`", "write: if command; then commands; else commands; fi"},
      {"elif", "`elif` without `if`",
       "write: if command; then commands; elif command; then commands; fi"},
      {"fi", "`fi` without `if`", "remove it, or write: if command; then commands; fi"},
      {"esac", "`esac` without `case`",
       "remove it, or write: case word in pattern) commands ;; esac"},
      {"}", "`}` without `{`", "a group begins with { and a blank; quote a } that is text"},
      {")", "`)` without `(`", "quote a ) that is text"},
      {";;", "`;;` outside of `case`", "one ; separates commands"},
      {"(", "`(` cannot stand here",
       "quote a ( that is text; $(…) is a substitution, ( … ) begins a command"},
  };
  const std::string token = found(at, text_end);
  for (const Known& known : kKnown)
    if (token == fmt::format("`{}`", known.token) ||
        (known.token.size() == 1 && at != text_end && *at == known.token[0] && known.token != "}"))
      throw SyntaxError{error("E001", b.span(at, at + known.token.size()),
                              std::string(known.message), known.help),
                        false,
                        {}};
  const bool is_operator = at != text_end && std::string_view(";&|").contains(*at);
  throw SyntaxError{
      error("E001", word_at(b, at, text_end),
            fmt::format("{} {}", is_operator ? "expected a command, got" : "unexpected", token),
            is_operator ? "& ends a command as ; does; quote an operator that is text"
                        : "write ; or a newline between two commands"),
      false,
      {}};
}

void fail_substring(const Builder& b, const char* at, const char* text_end) {
  const std::string_view name = b.parameter->name;
  const std::string_view rest(at + 1, static_cast<size_t>(text_end - at - 1));
  const std::string_view inside = rest.substr(0, rest.find('}'));
  const size_t colon = inside.find(':');
  const auto offset = number(inside.substr(0, colon));
  std::string slice = "from:end";
  if (offset && colon == std::string_view::npos) {
    slice = fmt::format("{}:", *offset);
  } else if (offset) {
    const auto length = number(inside.substr(colon + 1));
    if (length && *length < 0)
      slice = fmt::format("{}:{}", *offset, *length);
    else if (length && (*offset >= 0 || *offset + *length < 0))
      slice = fmt::format("{}:{}", *offset, *offset + *length);
    else if (length && *offset + *length == 0)
      slice = fmt::format("{}:", *offset);
  }
  throw SyntaxError{
      error("E006", b.span(at, at + 1), fmt::format("${{{}:offset:length}} is not in weir", name),
            fmt::format("write a slice, its end not included: ${{{}[{}]}}", name, slice)),
      false,
      {}};
}

void fail_dotted_name(const Builder& b, const char* at, const char* text_end) {
  const char* to = at + 1;
  while (to != text_end && (kNameBytes[*to])) ++to;
  const std::string_view key(at + 1, static_cast<size_t>(to - at - 1));
  throw SyntaxError{error("E007", b.span(at, to), "a record is not read with a dot",
                          fmt::format("write: ${{{}[{}]}}", b.parameter->name, key)),
                    false,
                    {}};
}

void fail_bash_array(const Builder& b, const char* at, const char* text_end) {
  const std::string_view rest(at, static_cast<size_t>(text_end - at));
  const size_t close = rest.find_first_of(")\n");
  std::string help = "a list is written in brackets: [a b]";
  if (close != std::string_view::npos && rest[close] == ')' && close < 60)
    help = fmt::format("a list is written in brackets: {}{}=[{}]", b.unit.text(b.assigning.name),
                       b.assigning.append ? "+" : "", rest.substr(1, close - 1));
  throw SyntaxError{
      error("E010", b.span(at, at + 1), "an array in ( … ) is not in weir", help), false, {}};
}

}  // namespace weir::parser
