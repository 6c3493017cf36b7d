// Arithmetic: the inside of $((…)), ((…)), for ((…;…;…)) and subscripts there (LANGUAGE 4.3).
//
// Part of the grammar (grammar.h). The rules read a flat row of operands and
// operators; arithmetic_builder.cpp orders them by precedence, so that a long
// expression needs no deep stack.
#pragma once

#include "parser/grammar_words.h"

namespace weir::parser::grammar {

struct arith_blank : blank_or_newline {};

template <ArithOp Op, int Precedence, Text T>
struct infix : token<T> {};
template <ArithOp Op, Text T>
struct prefix : token<T> {};
template <ArithOp Op, Text T>
struct postfix : token<T> {};

using O = ArithOp;

/// Longer operators before those that they begin with.
struct infix_operator
    : sor<infix<O::assign_shift_left, 2, "<<=">, infix<O::assign_shift_right, 2, ">>=">,
          infix<O::power, 14, "**">, infix<O::shift_left, 11, "<<">,
          infix<O::shift_right, 11, ">>">, infix<O::less_equal, 10, "<=">,
          infix<O::greater_equal, 10, ">=">, infix<O::less, 10, "<">, infix<O::greater, 10, ">">,
          infix<O::equal, 9, "==">, infix<O::not_equal, 9, "!=">, infix<O::logical_and, 5, "&&">,
          infix<O::logical_or, 4, "||">, infix<O::assign_multiply, 2, "*=">,
          infix<O::assign_divide, 2, "/=">, infix<O::assign_modulo, 2, "%=">,
          infix<O::assign_add, 2, "+=">, infix<O::assign_subtract, 2, "-=">,
          infix<O::assign_and, 2, "&=">, infix<O::assign_xor, 2, "^=">,
          infix<O::assign_or, 2, "|=">, infix<O::assign, 2, "=">, infix<O::multiply, 13, "*">,
          infix<O::divide, 13, "/">, infix<O::modulo, 13, "%">, infix<O::add, 12, "+">,
          infix<O::subtract, 12, "-">, infix<O::bit_and, 8, "&">, infix<O::bit_xor, 7, "^">,
          infix<O::bit_or, 6, "|">, infix<O::comma, 1, ",">> {};

struct question : one<'?'> {};
struct colon : one<':'> {};
struct open_question : may_be_empty {
  template <apply_mode, rewind_mode, template <class...> class, template <class...> class,
            class Input>
  static bool match(Input&, Builder& b) {
    return b.has_open_question();
  }
};

/// ++ and -- belong to a variable; elsewhere they are two signs.
struct name_follows : at<pegtl::rep<2, one<'+', '-'>>, blank_or_newline, name> {};
struct prefix_operator
    : sor<seq<name_follows, sor<prefix<O::pre_increment, "++">, prefix<O::pre_decrement, "--">>>,
          prefix<O::negate, "-">, prefix<O::plus, "+">,
          seq<not_at<pegtl::string<'!', '='>>, prefix<O::logical_not, "!">>,
          prefix<O::bit_not, "~">> {};
struct after_variable : may_be_empty {
  template <apply_mode, rewind_mode, template <class...> class, template <class...> class,
            class Input>
  static bool match(Input&, Builder& b) {
    return b.operands.back().expr->op == ArithOp::variable;
  }
};
struct postfix_operator
    : seq<after_variable, sor<postfix<O::post_increment, "++">, postfix<O::post_decrement, "--">>> {
};

// ---- operands -----------------------------------------------------------------------------

/// 12, 0x1f, 017, 16#ff; a float or a number glued to letters is refused by the builder.
struct number : seq<pegtl::digit, star<sor<pegtl::alnum, one<'_', '#', '@', '.'>>>> {};

/// "$x", $(…), ${…}$y, 10#$n: text that is read as a number when it is known.
struct number_base : seq<plus<pegtl::digit>, one<'#'>, at<one<'$', '"', '\''>>> {};
struct glued_digits : plus<sor<pegtl::alnum, one<'_'>>> {};
struct word_operand
    : seq<sor<raw<number_base>, at<one<'$', '"', '\'', '`'>>>,
          plus<sor<expansion, double_quoted, single_quoted, refused_backtick, raw<glued_digits>>>> {
};

struct arith_index
    : seq<one<'['>, construct<"[", arith_blank, must<arithmetic_expression>, must<close_bracket>>> {
};
struct variable_name : name {};
struct variable : seq<variable_name, star<arith_index>> {};

struct parenthesized
    : seq<one<'('>,
          construct<"(", arith_blank, must<arithmetic_expression>, must<close_parenthesis>>> {};

struct operand : sor<word_operand, number, variable, parenthesized> {};

struct term : seq<star<prefix_operator, arith_blank>, operand, arith_blank,
                  opt<postfix_operator, arith_blank>> {};
struct term_after_operator : seq<term> {};

struct arithmetic_expression
    : seq<term, star<sor<infix_operator, question, seq<open_question, colon>>, arith_blank,
                     must<term_after_operator>>> {};

}  // namespace weir::parser::grammar
