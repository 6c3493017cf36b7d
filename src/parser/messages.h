// Messages: what is said when a rule that must match does not.
//
// Each must<> of the grammar has an Expectation and each raise<> a Refusal in
// messages.cpp's tables; a rule without one does not compile. `control` is the
// PEGTL control class that turns them into a SyntaxError.
#pragma once

#include "parser/grammar.h"

namespace weir::parser {

/// "expected WHAT, got …"; at the end of the text: "… is not closed: MISSING is missing".
struct Expectation {
  std::string_view what;
  std::string_view missing = {};  // empty: what closes the innermost open construct
  std::string_view help = {};
  std::string_view code = "E001";
};

struct Refusal {
  std::string_view code;
  std::string_view message;
  std::string_view help;
  uint32_t width = 1;  // of the place, in bytes
};

[[noreturn]] void fail_expected(const Builder& b, const Expectation& expected, const char* at,
                                const char* text_end);
[[noreturn]] void fail_refused(const Builder& b, const Refusal& refusal, const char* at);
[[noreturn]] void fail_unexpected(const Builder& b, const char* at, const char* text_end);
/// foo(x): a function with something in its parentheses, or @(x): an extended pattern.
[[noreturn]] void fail_function_close(const Builder& b, const char* at, const char* text_end);
[[noreturn]] void fail_joined_line(const Builder& b, const char* at, const char* text_end);
/// ${x:2:3} with the slice that means the same.
[[noreturn]] void fail_substring(const Builder& b, const char* at, const char* text_end);
[[noreturn]] void fail_dotted_name(const Builder& b, const char* at, const char* text_end);
[[noreturn]] void fail_bash_array(const Builder& b, const char* at, const char* text_end);

template <class Rule>
inline constexpr Expectation expectation = {};
template <class Rule>
inline constexpr Refusal refusal = {};

template <class Rule>
struct control : tao::pegtl::normal<Rule> {
  template <class Input>
  [[noreturn]] static void raise(const Input& in, const Builder& b) {
    if constexpr (!refusal<Rule>.code.empty()) {
      fail_refused(b, refusal<Rule>, in.current());
    } else {
      static_assert(!expectation<Rule>.what.empty(), "a must<> without a message");
      fail_expected(b, expectation<Rule>, in.current(), in.end());
    }
  }
};

#define WEIR_RAISES(Rule, function)                                     \
  template <>                                                           \
  struct control<grammar::Rule> : tao::pegtl::normal<grammar::Rule> {   \
    template <class Input>                                              \
    [[noreturn]] static void raise(const Input& in, const Builder& b) { \
      function(b, in.current(), in.end());                              \
    }                                                                   \
  }
WEIR_RAISES(unexpected, fail_unexpected);
WEIR_RAISES(end_of_text, fail_unexpected);
WEIR_RAISES(joined_line, fail_joined_line);
WEIR_RAISES(function_close, fail_function_close);
WEIR_RAISES(substring, fail_substring);
WEIR_RAISES(dotted_name, fail_dotted_name);
WEIR_RAISES(bash_array, fail_bash_array);
#undef WEIR_RAISES

// ---- what must follow -------------------------------------------------------------------

#define WEIR_EXPECT(Rule, ...) \
  template <>                  \
  inline constexpr Expectation expectation<grammar::Rule> = {__VA_ARGS__}
WEIR_EXPECT(close_single, "`'`", "'");
WEIR_EXPECT(close_double, "`\"`", "\"");
WEIR_EXPECT(close_parenthesis, "`)`", ")");
WEIR_EXPECT(close_arithmetic, "an operator or `))`", "))");
WEIR_EXPECT(close_brace, "an operator of ${…} or `}`", "}",
            "${x:-default} ${#x} ${x#prefix} ${x%suffix} ${x/a/b} ${x[key]} are some", "E028");
WEIR_EXPECT(close_bracket, "`]`", "]");
WEIR_EXPECT(raw<grammar::close_bracket>, "`]` of a bracket expression", "]",
            "quote a blank inside of it");
WEIR_EXPECT(raw<grammar::close_parenthesis>, "`)` of the regular expression", ")");
WEIR_EXPECT(braced_name, "a name after `${`", "}", "", "E028");
WEIR_EXPECT(nested_end, "a blank or a comma after the element", "]", "", "E023");
WEIR_EXPECT(literal_end, "the end of the word", "",
            "[…] and {…} are a list and a record here; quote them to mean text", "E023");
WEIR_EXPECT(list_close, "an element or `]`", "]", "quote text that has ; & | < > ( ) or } in it");
WEIR_EXPECT(record_close, "`key: value` or `}`", "}");
WEIR_EXPECT(record_colon, "`:` after the key", "}",
            "a record is {key: value, …}; quote the braces to mean text");
WEIR_EXPECT(record_value, "a value", "}", "an empty string is \"\"");
WEIR_EXPECT(arithmetic_expression, "an expression", "an expression");
WEIR_EXPECT(term_after_operator, "an operand after the operator", "an operand");
WEIR_EXPECT(right_word, "a word to compare with", "]]", "an empty string is ''", "E025");
WEIR_EXPECT(regex_word, "a regular expression", "]]", "", "E025");
WEIR_EXPECT(right_value, "a list, a record or a variable after `in`", "]]",
            "write a list in brackets: [[ a in [a b] ]]", "E025");
WEIR_EXPECT(unary_word, "an operand for the test", "]]", "an empty string is ''", "E025");
WEIR_EXPECT(test_or, "a test", "]]", "", "E025");
WEIR_EXPECT(test_term_after, "a test after `&&`", "]]", "", "E025");
WEIR_EXPECT(test_and_after, "a test after `||`", "]]", "", "E025");
WEIR_EXPECT(test_close, "`&&`, `||` or `]]`", "]]",
            "a test ends with a blank and ]]; quote a blank in its words; <= is -le, >= is -ge");
WEIR_EXPECT(redirect_target, "a file or descriptor for the redirection", "a file name");
WEIR_EXPECT(here_delimiter, "a delimiter for the here-document", "a delimiter");
WEIR_EXPECT(and_pipeline, "a command after `&&`", "a command");
WEIR_EXPECT(or_pipeline, "a command after `||`", "a command");
WEIR_EXPECT(stage_after_pipe, "a command after `|`", "a command");
WEIR_EXPECT(compound_list, "a command", "", "a command that does nothing is :");
WEIR_EXPECT(group_close, "`}`", "}");
WEIR_EXPECT(then_word, "`then`", "then",
            "write: if command; then commands; fi, with a ; or a newline before `then`");
WEIR_EXPECT(fi_word, "`fi`", "fi", "one more condition is: elif command; then commands");
WEIR_EXPECT(do_word, "`do`", "do", "a ; or a newline stands before `do`, and `done` ends the loop");
WEIR_EXPECT(done_word, "`done`", "done");
WEIR_EXPECT(esac_word, "a pattern or `esac`", "esac");
WEIR_EXPECT(in_word, "`in`", "in", "write: case word in pattern) commands ;; esac");
WEIR_EXPECT(for_name, "a variable name", "a variable name",
            "write: for name in words; do, without a $, or: for ((i = 0; i < 9; i++)); do");
WEIR_EXPECT(for_items_end, "`;` or a newline, and `do`", "do");
WEIR_EXPECT(for_semicolon, "`;`: a head of three parts (( … ; … ; … ))", "))");
WEIR_EXPECT(case_subject, "a word", "a word");
WEIR_EXPECT(case_pattern, "a pattern", "esac");
WEIR_EXPECT(pattern_close, "`)` or `|` after the pattern", "esac", "write: pattern) commands ;;");
WEIR_EXPECT(case_item_end, "`;;` or `esac`", "esac");
WEIR_EXPECT(function_name, "a name for the function", "a name");
WEIR_EXPECT(function_close, "`)` right after the `(`", ")",
            "a function is name() { …; }; quote a ( that is text");
WEIR_EXPECT(function_body, "a body in braces", "{", "write: name() { …; }", "E022");
#undef WEIR_EXPECT

// ---- what is refused -------------------------------------------------------------------------

#define WEIR_REFUSE(Rule, ...) \
  template <>                  \
  inline constexpr Refusal refusal<grammar::Rule> = {__VA_ARGS__}
WEIR_REFUSE(carriage_return, "E016", "a line ends with \\r\\n",
            "convert the file: sed -i 's/\\r$//' FILE");
WEIR_REFUSE(backtick, "E003", "`cmd` in backticks is not in weir", "write: $(cmd)");
WEIR_REFUSE(old_arithmetic, "E014", "$[…] is not in weir", "write: $((…))", 2);
WEIR_REFUSE(indirection, "E008", "${!name} is not in weir",
            "keep the values in a record: r={a: 1}; ${r[$name]}");
WEIR_REFUSE(transformation, "E009", "${x@…} is not in weir",
            "quote with: printf %q, write as JSON with: tojson");
WEIR_REFUSE(all_elements, "E026", "[@] and [*] are not in weir",
            "...$xs is one argument per element, \"$xs\" all as JSON, ${#xs} their number", 3);
WEIR_REFUSE(bracket_in_element, "E023", "a bracket or brace inside an unquoted element",
            "quote the element, or separate it by a blank");
WEIR_REFUSE(blank_in_subscript, "E028", "a blank inside a subscript",
            "quote the key: ${r[\"a key\"]}");
WEIR_REFUSE(two_commas, "E023", "two commas without an element between them",
            "an empty string is \"\", nothing is null");
WEIR_REFUSE(unknown_test, "E024", "not an operator of [[ … ]]",
            "= == != < > =~ !~ -eq -ne -lt -le -gt -ge -nt -ot -ef in, not in");
WEIR_REFUSE(refused_and_or, "E030", "-a and -o are not operators of [[ … ]]",
            "write: [[ … && … ]] or [[ … || … ]]", 2);
WEIR_REFUSE(command_after_prefix, "E001", "expected a command after `!`", "");
WEIR_REFUSE(coprocess, "E013", "`coproc` is not in weir",
            "run a job with & and talk to it through files or <(…) and >(…)");
#undef WEIR_REFUSE

}  // namespace weir::parser
