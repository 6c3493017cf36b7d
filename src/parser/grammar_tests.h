// Tests: the inside of [[ … ]] (LANGUAGE 5.1).
//
// Part of the grammar (grammar.h).
#pragma once

#include "parser/grammar_values.h"

namespace weir::parser::grammar {

struct unknown_test;    // raised: [[ a -foo b ]]
struct refused_and_or;  // raised: [[ a -a b ]]

struct test_close : keyword<"]]"> {};

template <TestOp Op, Text T>
struct test_operator : keyword<T> {};
/// < and > and = need no blank after them.
template <TestOp Op, Text T>
struct test_sign : token<T> {};

using T = TestOp;

struct unary_operator
    : seq<at<one<'-'>>,
          sor<test_operator<T::exists, "-e">, test_operator<T::is_file, "-f">,
              test_operator<T::is_directory, "-d">, test_operator<T::zero_length, "-z">,
              test_operator<T::nonzero_length, "-n">, test_operator<T::readable, "-r">,
              test_operator<T::writable, "-w">, test_operator<T::executable, "-x">,
              test_operator<T::nonempty_file, "-s">, test_operator<T::is_link, "-L">,
              test_operator<T::is_link, "-h">, test_operator<T::variable_set, "-v">,
              test_operator<T::is_pipe, "-p">, test_operator<T::is_socket, "-S">,
              test_operator<T::is_block, "-b">, test_operator<T::is_char, "-c">,
              test_operator<T::is_terminal, "-t">, test_operator<T::setuid, "-u">,
              test_operator<T::setgid, "-g">, test_operator<T::sticky, "-k">,
              test_operator<T::owned, "-O">, test_operator<T::group_owned, "-G">,
              test_operator<T::is_list, "-list">, test_operator<T::is_record, "-record">>> {};

struct pattern_operator : sor<test_sign<T::equal, "==">, test_operator<T::not_equal, "!=">,
                              seq<not_at<pegtl::string<'=', '~'>>, test_sign<T::equal, "=">>> {};
struct regex_operator : sor<test_operator<T::matches, "=~">, test_operator<T::not_matches, "!~">> {
};
struct compare_operator
    : sor<test_sign<T::less, "<">, test_sign<T::greater, ">">,
          seq<at<one<'-'>>,
              sor<test_operator<T::num_equal, "-eq">, test_operator<T::num_not_equal, "-ne">,
                  test_operator<T::num_less, "-lt">, test_operator<T::num_less_equal, "-le">,
                  test_operator<T::num_greater, "-gt">, test_operator<T::num_greater_equal, "-ge">,
                  test_operator<T::newer, "-nt">, test_operator<T::older, "-ot">,
                  test_operator<T::same_file, "-ef">>>> {};
// A seq, so that the action of the operator is found.
struct in_operator : seq<test_operator<T::in, "in">> {};
struct not_in_operator : seq<keyword<"not">, blanks, test_operator<T::not_in, "in">> {};

/// A word that is not the closing ]].
template <WordMode Mode>
struct test_operand : seq<not_at<test_close>, any_word<Mode>> {};
struct left_word : test_operand<WordMode::plain> {};
struct unary_word : test_operand<WordMode::plain> {};
struct right_word : test_operand<WordMode::plain> {};
struct regex_word : seq<not_at<test_close>, word<WordMode::regex>> {};
struct right_value : seq<not_at<test_close>, tested_value> {};

struct refused_connective : seq<at<sor<keyword<"-a">, keyword<"-o">>>, raise<refused_and_or>> {};

struct binary_tail
    : sor<seq<pattern_operator, linebreak, must<right_word>>,
          seq<regex_operator, linebreak, must<regex_word>>,
          seq<compare_operator, linebreak, must<right_word>>,
          seq<sor<in_operator, not_in_operator>, linebreak, must<right_value>>, refused_connective,
          seq<not_at<sor<test_close, pegtl::string<'&', '&'>, pegtl::string<'|', '|'>,
                         one<')', '\n'>, pegtl::eof>>,
              raise<unknown_test>>> {};

struct test_or;
struct test_group
    : seq<one<'('>, construct<"(", linebreak, must<test_or>, must<close_parenthesis>>> {};
struct unary_test : seq<unary_operator, linebreak, must<unary_word>> {};
struct word_test : seq<left_word, linebreak, opt<binary_tail>> {};
struct test_bang : keyword<"!"> {};
struct test_term
    : seq<star<test_bang, linebreak>, sor<test_group, unary_test, word_test>, linebreak> {};
struct test_term_after : seq<test_term> {};

struct test_and_tail : seq<token<"&&">, linebreak, must<test_term_after>> {};
struct test_and : seq<test_term, star<test_and_tail>> {};
struct test_and_after : seq<test_and> {};
struct test_or_tail : seq<token<"||">, linebreak, must<test_and_after>> {};
struct test_or : seq<test_and, star<test_or_tail>> {};

struct test_command
    : seq<keyword<"[[">,
          construct<"[[", linebreak, must<test_or>, opt<refused_connective>, must<test_close>>> {};

}  // namespace weir::parser::grammar
