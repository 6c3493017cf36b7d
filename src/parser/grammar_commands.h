// Commands: lists, pipelines, simple and compound commands, redirections (LANGUAGE 6).
//
// Part of the grammar (grammar.h). Once a keyword was read nothing is tried
// again: what must follow is a must<>, worded in messages.cpp.
#pragma once

#include "parser/grammar_arithmetic.h"
#include "parser/grammar_tests.h"
#include "parser/grammar_values.h"

namespace weir::parser::grammar {

// ---- raised ---------------------------------------------------------------------------

struct unexpected;            // a token that cannot stand here
struct command_after_prefix;  // nothing after ! or time
struct coprocess;             // coproc

// ---- redirections -----------------------------------------------------------------------

struct redirect_ahead : may_be_empty {
  template <class Input>
  static bool match(Input& in) {
    if (in.empty()) return false;
    const char c = *in.current();
    return c == '<' || c == '>' || kDigits[c] || c == '{' ||
           (c == '&' && in.size() > 1 && in.current()[1] == '>');
  }
};

template <RedirectOp Op, Text T>
struct redirect_operator : token<T> {};
struct here_operator : redirect_operator<RedirectOp::here_document, "<<"> {};
struct here_tabs_operator : redirect_operator<RedirectOp::here_document, "<<-"> {};

using R = RedirectOp;
struct file_operator
    : sor<redirect_operator<R::here_string, "<<<">, redirect_operator<R::read_write, "<>">,
          redirect_operator<R::dup_in, "<&">,
          seq<not_at<
                  sor<pegtl::string<'<', '('>, pegtl::string<'>', '('>, pegtl::string<'<', '<'>>>,
              sor<redirect_operator<R::read, "<">, redirect_operator<R::append, ">>">,
                  redirect_operator<R::clobber, ">|">, redirect_operator<R::dup_out, ">&">,
                  redirect_operator<R::write, ">">>>> {};
struct both_operator
    : sor<redirect_operator<R::both_append, "&>>">, redirect_operator<R::both, "&>">> {};

struct redirect_number : seq<plus<pegtl::digit>, at<one<'<', '>'>>> {};
struct redirect_name : name {};
struct redirect_variable : seq<one<'{'>, redirect_name, one<'}'>, at<one<'<', '>'>>> {};
struct redirect_target : any_word<WordMode::plain> {};
struct here_delimiter : plus<sor<seq<one<'\''>, pegtl::until<one<'\''>>>,
                                 seq<one<'"'>, pegtl::until<one<'"'>>>, seq<one<'\\'>, pegtl::any>,
                                 pegtl::not_one<' ', '\t', '\n', '\r', '|', '&', ';', '<', '>', '(',
                                                ')', '\'', '"', '\\'>>> {};

struct redirection_text
    : sor<seq<opt<sor<redirect_number, redirect_variable>>,
              sor<seq<file_operator, blanks, must<redirect_target>>,
                  seq<sor<here_tabs_operator, here_operator>, blanks, must<here_delimiter>>>>,
          seq<both_operator, blanks, must<redirect_target>>> {};
struct redirection : seq<redirect_ahead, redirection_text> {};

// ---- simple commands -----------------------------------------------------------------------

/// then, done, }, …: words that end a list where a command could begin.
struct closing_word : may_be_empty {
  template <class Input>
  static bool match(Input& in) {
    if (in.empty()) return false;
    switch (*in.current()) {  // most commands begin with another letter
      case '}':
      case 't':
      case 'e':
      case 'f':
      case 'd':
        return is_closing_word(in.current(), in.end());
      default:
        return false;
    }
  }
};

struct command_word : any_word<WordMode::argument> {};
struct command_item : sor<bare_word<WordMode::argument>, redirection, word<WordMode::argument>> {};

/// export, local and readonly take assignments as arguments.
struct declares : may_be_empty {
  template <apply_mode, rewind_mode, template <class...> class, template <class...> class,
            class Input>
  static bool match(Input&, Builder& b) {
    return is_declaration_command(b.command_name);
  }
};
struct declaration : seq<assignment> {};
struct declaration_item : sor<declaration, command_item> {};

struct command_words
    : seq<command_word, blanks,
          if_then_else<declares, star<declaration_item, blanks>, star<command_item, blanks>>> {};
struct command_prefix : plus<sor<assignment, redirection>, blanks> {};
struct simple_command : sor<seq<command_prefix, opt<command_words>>, command_words> {};

// ---- lists -----------------------------------------------------------------------------------

struct command;

struct bang : keyword<"!"> {};
struct time_word : keyword<"time"> {};
struct time_posix : keyword<"-p"> {};
struct timed : seq<time_word, opt<blanks, time_posix>> {};
struct after_time : may_be_empty {
  template <apply_mode, rewind_mode, template <class...> class, template <class...> class,
            class Input>
  static bool match(Input&, Builder& b) {
    return b.pipeline.timed;
  }
};
struct after_bang : may_be_empty {
  template <apply_mode, rewind_mode, template <class...> class, template <class...> class,
            class Input>
  static bool match(Input&, Builder& b) {
    return b.pipeline.negated;
  }
};

struct stage : seq<command> {};
struct stage_after_pipe : seq<stage> {};
struct pipe_both : token<"|&"> {};
struct pipe_sign : sor<pipe_both, seq<one<'|'>, not_at<one<'|'>>>> {};
struct stages : seq<stage, blanks, star<pipe_sign, linebreak, must<stage_after_pipe>, blanks>> {};
struct pipeline : seq<star<sor<bang, timed>, blanks>,
                      sor<stages, after_time, seq<after_bang, raise<command_after_prefix>>>> {};
struct and_pipeline : seq<pipeline> {};
struct or_pipeline : seq<pipeline> {};
struct and_sign : token<"&&"> {};
struct or_sign : token<"||"> {};

struct list_item : seq<pipeline, star<sor<seq<and_sign, linebreak, must<and_pipeline>>,
                                          seq<or_sign, linebreak, must<or_pipeline>>>>> {};

struct background : one<'&'> {};
struct semicolon : seq<one<';'>, not_at<one<';', '&'>>> {};
struct line_end : sor<newline, seq<comment, sor<newline, pegtl::eof>>> {};
struct list_end : at<sor<pegtl::eof, one<')'>, pegtl::string<';', ';'>, pegtl::string<';', '&'>,
                         closing_word>> {};
struct list_more : seq<sor<semicolon, background, line_end>, linebreak,
                       sor<list_item, list_end, raise<unexpected>>> {};
struct list : seq<list_item, star<list_more>> {};

/// The body of a construct: at least one command.
struct compound_list : seq<linebreak, list> {};

// ---- compound commands
// ---------------------------------------------------------------------------

struct group_close : keyword<"}"> {};
struct group : seq<keyword<"{">, construct<"{", must<compound_list>, must<group_close>>> {};
struct subshell : seq<one<'('>, construct<"(", must<compound_list>, must<close_parenthesis>>> {};

struct arithmetic_command
    : seq<token<"((">, closes_as_arithmetic,
          construct<"((", arith_blank, opt<arithmetic_expression>, must<close_arithmetic>>> {};

struct then_word : keyword<"then"> {};
struct fi_word : keyword<"fi"> {};
struct do_word : keyword<"do"> {};
struct done_word : keyword<"done"> {};
struct esac_word : keyword<"esac"> {};
struct in_word : keyword<"in"> {};

struct if_branch : seq<must<compound_list>, must<then_word>, must<compound_list>> {};
struct else_branch : seq<keyword<"else">, must<compound_list>> {};
struct if_command : seq<keyword<"if">, construct<"if", if_branch, star<keyword<"elif">, if_branch>,
                                                 opt<else_branch>, must<fi_word>>> {};

struct do_group : seq<must<do_word>, must<compound_list>, must<done_word>> {};
struct while_word : keyword<"while"> {};
struct until_word : keyword<"until"> {};
struct while_command : seq<while_word, construct<"while", must<compound_list>, do_group>> {};
struct until_command : seq<until_word, construct<"until", must<compound_list>, do_group>> {};

struct for_name : seq<name, boundary> {};
struct for_items_end : sor<one<';'>, line_end> {};
struct for_in : seq<linebreak, in_word, blanks, star<head_item, blanks>, must<for_items_end>> {};
struct for_in_rest : seq<must<for_name>, opt<for_in>, blanks, opt<one<';'>>, linebreak, do_group> {
};
struct for_part : seq<arith_blank, opt<arithmetic_expression>> {};
struct for_semicolon : one<';'> {};
struct for_arith_rest : seq<token<"((">,
                            construct<"((", for_part, must<for_semicolon>, for_part,
                                      must<for_semicolon>, for_part, must<close_arithmetic>>,
                            blanks, opt<one<';'>>, linebreak, do_group> {};
struct for_command
    : seq<keyword<"for">, construct<"for", blanks, sor<for_arith_rest, for_in_rest>>> {};

struct case_subject : any_word<WordMode::plain> {};
struct case_pattern : any_word<WordMode::plain> {};
struct case_end_mark
    : sor<pegtl::string<';', ';', '&'>, pegtl::string<';', ';'>, pegtl::string<';', '&'>> {};
struct case_item_end : seq<case_end_mark, linebreak> {};
struct pattern_close : one<')'> {};
struct case_item : seq<not_at<esac_word>, opt<one<'('>, blanks>, must<case_pattern>, blanks,
                       star<one<'|'>, blanks, must<case_pattern>, blanks>, must<pattern_close>,
                       optional_list, sor<at<esac_word>, must<case_item_end>>> {};
struct case_command
    : seq<keyword<"case">,
          construct<"case", blanks, must<case_subject>, linebreak, must<in_word>, linebreak,
                    star<not_at<pegtl::eof>, case_item>, must<esac_word>>> {};

struct refused_coprocess : seq<keyword<"coproc">, raise<coprocess>> {};

struct compound_ahead : at<one<'{', '(', '[', 'i', 'w', 'u', 'f', 'c'>> {};
struct compound_command
    : seq<compound_ahead,
          sor<if_command, for_command, while_command, until_command, case_command, test_command,
              group, arithmetic_command, subshell, refused_coprocess>,
          star<blanks, redirection>> {};

// ---- functions
// --------------------------------------------------------------------------------------

/// A word, blanks and a `(`.
struct function_ahead : may_be_empty {
  template <class Input>
  static bool match(Input& in) {
    return looks_like_function(in.current(), in.end());
  }
};
struct function_name : run<WordMode::argument> {};
struct function_close : one<')'> {};
struct function_body : seq<compound_command> {};
struct named_function
    : seq<function_ahead, function_name, blanks, one<'('>, blanks, must<function_close>> {};
struct keyword_function : seq<keyword<"function">, blanks, must<function_name>,
                              opt<blanks, one<'('>, blanks, one<')'>>> {};
struct function_definition
    : seq<sor<keyword_function, named_function>, linebreak, must<function_body>> {};

struct command
    : seq<not_at<closing_word>, sor<compound_command, function_definition, simple_command>> {};

// ---- the whole text
// -----------------------------------------------------------------------------------

struct end_of_text : pegtl::eof {};
struct unit : seq<optional_list, must<end_of_text>> {};

}  // namespace weir::parser::grammar
