// Words: quoting, expansions, braces, tildes and here-document text (LANGUAGE 2 and 4.1).
//
// Part of the grammar (grammar.h). A word is a row of pieces; which pieces may
// stand in it, and what ends it, is said by its WordMode (bytes.h).
#pragma once

#include "parser/grammar_lexical.h"
#include "parser/here_document.h"

namespace weir::parser::grammar {

struct list;                   // grammar_commands.h
struct arithmetic_expression;  // grammar_arithmetic.h

// ---- refusals: raised where the text is read, worded in messages.cpp ----------

struct backtick;
struct old_arithmetic;       // $[1+2]
struct indirection;          // ${!x}
struct substring;            // ${x:0:5}
struct transformation;       // ${x@Q}
struct dotted_name;          // ${r.key}
struct all_elements;         // ${xs[@]}
struct bracket_in_element;   // [a[b]]
struct blank_in_subscript;   // ${r[a b]}

// ---- small pieces ---------------------------------------------------------------

/// Text that is kept as it is written, unquoted.
template <class Rule>
struct raw : Rule {};

template <WordMode Mode>
struct run : consumes {
  template <apply_mode, rewind_mode, template <class...> class, template <class...> class,
            class Input>
  static bool match(Input& in, Builder& b) {
    const ByteSet* running = &kRunning<Mode>;
    if constexpr (Mode == WordMode::argument)
      if (b.in_brace()) running = &kRunning<WordMode::brace_item>;
    const char* p = in.current();
    while (p != in.end() && (*running)[*p]) ++p;
    const auto size = static_cast<size_t>(p - in.current());
    in.bump(size);
    return size != 0;
  }
};

struct in_quotes : may_be_empty {
  template <apply_mode, rewind_mode, template <class...> class, template <class...> class,
            class Input>
  static bool match(Input&, Builder& b) {
    return b.quoted;
  }
};

struct in_brace : may_be_empty {
  template <apply_mode, rewind_mode, template <class...> class, template <class...> class,
            class Input>
  static bool match(Input&, Builder& b) {
    return b.in_brace();
  }
};

/// One code point, or one byte where the text is not UTF-8.
struct code_point : consumes {
  template <class Input>
  static bool match(Input& in) {
    if (in.empty()) return false;
    const bool leads = static_cast<unsigned char>(*in.current()) >= 0xC0;
    in.bump(1);
    while (leads && !in.empty() && (static_cast<unsigned char>(*in.current()) & 0xC0) == 0x80)
      in.bump(1);
    return true;
  }
};

struct join : token<"\\\n"> {};
struct escaped : code_point {};
struct escape : seq<one<'\\'>, sor<one<'\n'>, escaped, raise<joined_line>>> {};
/// \ that escapes only some characters, and is text before others.
template <char... Escapable>
struct quoted_escape
    : seq<at<one<'\\'>>,
          sor<join, seq<one<'\\'>, at<one<Escapable...>>, escaped>, raw<one<'\\'>>>> {};

struct pattern_character : one<'*', '?', '['> {};
struct refused_backtick : seq<at<one<'`'>>, raise<backtick>> {};
struct stray_carriage_return
    : sor<seq<at<pegtl::string<'\r', '\n'>>, raise<carriage_return>>, raw<one<'\r'>>> {};

/// ~ or ~user where a word begins; text in front of anything but / or the word's end.
template <WordMode Mode>
struct tilde : consumes {
  template <class Input>
  static bool match(Input& in) {
    const char* p = in.current();
    const char* end = in.end();
    if (p == end || *p != '~') return false;
    do ++p;
    while (p != end && kUserBytes[*p]);
    if (p != end && *p != '/' && !kEnding<Mode>[*p] && !(Mode == WordMode::assigned && *p == ':') &&
        !(!ends_at_meta(Mode) && *p == '}'))
      return false;
    in.bump(static_cast<size_t>(p - in.current()));
    return true;
  }
};

// ---- quotes -----------------------------------------------------------------------

struct single_text : may_be_empty {
  template <class Input>
  static bool match(Input& in) {
    const void* quote = std::memchr(in.current(), '\'', in.size());
    in.bump(quote ? static_cast<size_t>(static_cast<const char*>(quote) - in.current())
                  : in.size());
    return true;
  }
};
struct close_single : one<'\''> {};
struct single_quoted : seq<one<'\''>, construct<"'", single_text, must<close_single>>> {};

struct ansi_text : star<sor<seq<one<'\\'>, pegtl::any>, pegtl::not_one<'\'', '\\'>>> {};
struct ansi_quoted : seq<pegtl::string<'$', '\''>, construct<"$'", ansi_text, must<close_single>>> {
};

struct expansion;
struct quoted_piece : sor<raw<run<WordMode::quoted>>, expansion, quoted_escape<'$', '"', '\\', '`'>,
                          refused_backtick> {};
struct close_double : one<'"'> {};
struct double_quoted : seq<one<'"'>, construct<"\"", star<quoted_piece>, must<close_double>>> {};
struct locale_quoted : seq<at<pegtl::string<'$', '"'>>, one<'$'>, double_quoted> {};

// ---- expansions ---------------------------------------------------------------------

struct close_parenthesis : one<')'> {};
struct close_arithmetic : token<"))"> {};
struct close_brace : one<'}'> {};
struct close_bracket : one<']'> {};

/// A list that may be empty, and the blanks around it.
struct optional_list : seq<linebreak, opt<list>> {};

struct command_substitution
    : seq<token<"$(">, construct<"$(", optional_list, must<close_parenthesis>>> {};

/// After `((`: the parentheses that close it stand side by side.
struct closes_as_arithmetic : may_be_empty {
  template <class Input>
  static bool match(Input& in);
};
struct blank_or_newline : star<sor<pegtl::plus<pegtl::one<' ', '\t', '\n'>>, join>> {};
struct arithmetic_expansion
    : seq<token<"$((">, closes_as_arithmetic,
          construct<"$((", blank_or_newline, opt<arithmetic_expression>, must<close_arithmetic>>> {
};

struct process_read : one<'<'> {};
struct process_write : one<'>'> {};
struct process_substitution
    : seq<at<one<'<', '>'>, one<'('>>, sor<process_read, process_write>, one<'('>,
          construct<"<(", optional_list, must<close_parenthesis>>> {};

struct plain_name : name {};
struct simple_parameter
    : seq<one<'$'>, joins, sor<name, pegtl::digit, one<'@', '*', '#', '?', '!', '$', '-'>>> {};

template <WordMode Mode>
struct word;
template <WordMode Mode>
struct any_word;

struct slice_colon : one<':'> {};
struct index_begin : seq<any_word<WordMode::subscript>> {};
struct index_end : seq<any_word<WordMode::subscript>> {};
struct subscript
    : seq<one<'['>,
          construct<"[", opt<at<one<'@', '*'>, one<']'>>, raise<all_elements>>, opt<index_begin>,
                    opt<slice_colon, opt<index_end>>,
                    opt<at<one<' ', '\t'>>, raise<blank_in_subscript>>, must<close_bracket>>> {};

struct braced_name : sor<name, plus<pegtl::digit>, one<'@', '*', '#', '?', '!', '$', '-'>> {};
struct length_of : seq<one<'#'>, braced_name, star<subscript>, at<one<'}'>>> {};

template <ParameterOp Op, bool Colon, char... Chars>
struct operation : pegtl::string<Chars...> {};

struct fallback_operand
    : if_then_else<in_quotes, word<WordMode::quoted_fallback>, word<WordMode::fallback>> {};
struct pattern_operand : seq<word<WordMode::pattern>> {};
struct replaced_operand : seq<word<WordMode::replaced>> {};
struct replacement_operand : seq<word<WordMode::pattern>> {};

using P = ParameterOp;
struct fallback_operation
    : seq<sor<operation<P::fallback, true, ':', '-'>, operation<P::fallback, false, '-'>,
              operation<P::assign, true, ':', '='>, operation<P::assign, false, '='>,
              operation<P::require, true, ':', '?'>, operation<P::require, false, '?'>,
              operation<P::alternate, true, ':', '+'>, operation<P::alternate, false, '+'>>,
          opt<fallback_operand>> {};
struct trim_operation : seq<sor<operation<P::trim_prefix_longest, false, '#', '#'>,
                                operation<P::trim_prefix, false, '#'>,
                                operation<P::trim_suffix_longest, false, '%', '%'>,
                                operation<P::trim_suffix, false, '%'>>,
                            opt<pattern_operand>> {};
struct replace_operation : seq<sor<operation<P::replace_all, false, '/', '/'>,
                                   operation<P::replace_prefix, false, '/', '#'>,
                                   operation<P::replace_suffix, false, '/', '%'>,
                                   operation<P::replace_first, false, '/'>>,
                               opt<replaced_operand>, opt<one<'/'>, opt<replacement_operand>>> {};
struct case_operation
    : sor<operation<P::upper_all, false, '^', '^'>, operation<P::upper_first, false, '^'>,
          operation<P::lower_all, false, ',', ','>, operation<P::lower_first, false, ','>> {};
struct refused_operation
    : sor<seq<at<one<':'>>, raise<substring>>, seq<at<one<'@'>>, raise<transformation>>,
          seq<at<one<'.'>, plain_name>, raise<dotted_name>>> {};

struct braced_body
    : sor<length_of,
          seq<opt<at<one<'!'>, sor<name, pegtl::digit, one<'@', '*'>>>, raise<indirection>>,
              must<braced_name>, star<subscript>,
              opt<sor<fallback_operation, trim_operation, replace_operation, case_operation,
                      refused_operation>>>> {};
struct braced_parameter : seq<token<"${">, construct<"${", braced_body, must<close_brace>>> {};

struct lone_dollar : one<'$'> {};
struct expansion
    : seq<at<one<'$'>>,
          sor<simple_parameter, braced_parameter, arithmetic_expansion, command_substitution,
              seq<at<pegtl::string<'$', '['>>, raise<old_arithmetic>>,
              seq<not_at<in_quotes>, sor<ansi_quoted, locale_quoted>>, lone_dollar>> {};

// ---- braces --------------------------------------------------------------------------

struct brace_open : one<'{'> {};
struct brace_comma : one<','> {};
struct brace_close : one<'}'> {};
struct brace_piece : sor<brace_open, seq<in_brace, sor<brace_comma, brace_close>>> {};

// ---- words ---------------------------------------------------------------------------

/// What any unquoted word may hold.
template <WordMode Mode>
struct common_piece : sor<raw<run<Mode>>, double_quoted, expansion, single_quoted, escape> {};

template <WordMode Mode>
struct piece : sor<common_piece<Mode>, raw<pattern_character>, process_substitution,
                   refused_backtick, stray_carriage_return> {};
template <>
struct piece<WordMode::argument>
    : sor<common_piece<WordMode::argument>, raw<pattern_character>, brace_piece,
          process_substitution, refused_backtick, stray_carriage_return> {};
template <>
struct piece<WordMode::assigned>
    : sor<common_piece<WordMode::assigned>, seq<raw<one<':'>>, opt<tilde<WordMode::assigned>>>,
          raw<pattern_character>, process_substitution, refused_backtick, stray_carriage_return> {};
struct element_piece : sor<raw<one<'*', '?'>>, seq<at<one<'[', '{'>>, raise<bracket_in_element>>,
                           refused_backtick, stray_carriage_return> {};
template <>
struct piece<WordMode::element> : sor<common_piece<WordMode::element>, element_piece> {};
template <>
struct piece<WordMode::key> : sor<common_piece<WordMode::key>, element_piece> {};
template <>
struct piece<WordMode::quoted_fallback>
    : sor<raw<run<WordMode::quoted_fallback>>, double_quoted, expansion,
          quoted_escape<'$', '"', '\\', '`', '}'>, refused_backtick> {};

/// In a regular expression \ and brackets keep their meaning, and ( ) may hold blanks.
struct regex_escape : seq<at<one<'\\'>>, sor<join, raw<seq<one<'\\'>, code_point>>>> {};
struct regex_quote : sor<double_quoted, expansion, single_quoted, regex_escape, refused_backtick> {
};
struct regex_class
    : seq<pegtl::string<'[', ':'>, pegtl::until<pegtl::string<':', ']'>, pegtl::alpha>> {};
struct regex_set
    : seq<raw<seq<one<'['>, opt<one<'^'>>, opt<one<']'>>>>,
          star<sor<raw<regex_class>, regex_quote,
                   raw<plus<pegtl::not_one<']', '\'', '"', '$', '\\', '`', ' ', '\t', '\n'>>>>>,
          must<raw<close_bracket>>> {};
struct regex_group;
struct regex_piece : sor<raw<run<WordMode::regex>>, regex_quote, regex_set, regex_group> {};
struct regex_group
    : seq<raw<one<'('>>,
          construct<"(", star<sor<regex_piece, raw<one<' ', '\t', '&', ';', '<', '>'>>>>,
                    must<raw<close_parenthesis>>>> {};
template <>
struct piece<WordMode::regex> : sor<regex_piece, stray_carriage_return> {};

/// ... in front of an expansion: spreads a list.
struct spread_dots : seq<pegtl::string<'.', '.', '.'>, at<one<'$'>>> {};

template <WordMode Mode>
struct word_pieces : plus<piece<Mode>> {};
template <WordMode Mode>
struct word_with_tilde : sor<seq<tilde<Mode>, star<piece<Mode>>>, plus<piece<Mode>>> {};

template <WordMode Mode>
struct word : seq<word_with_tilde<Mode>> {};
template <>
struct word<WordMode::argument>
    : seq<not_at<one<'#'>>, opt<spread_dots>, word_with_tilde<WordMode::argument>> {};
template <>
struct word<WordMode::element>
    : seq<not_at<one<'#'>>, opt<spread_dots>, word_with_tilde<WordMode::element>> {};
template <>
struct word<WordMode::plain> : seq<not_at<one<'#'>>, word_with_tilde<WordMode::plain>> {};
template <>
struct word<WordMode::key> : seq<not_at<one<'#'>>, word_pieces<WordMode::key>> {};
template <>
struct word<WordMode::subscript> : word_pieces<WordMode::subscript> {};
template <>
struct word<WordMode::quoted_fallback> : word_pieces<WordMode::quoted_fallback> {};
template <>
struct word<WordMode::regex> : seq<not_at<one<'#'>>, word_pieces<WordMode::regex>> {};

/// The common case at the speed of a scan: nothing special in the word.
template <WordMode Mode>
struct bare_word : consumes {
  template <class Input>
  static bool match(Input& in) {
    const char* p = in.current();
    const char* end = in.end();
    if (p == end || *p == '#' || *p == '~') return false;
    if (*p == '[' && p + 1 != end && p[1] == ' ') ++p;  // the command [
    while (p != end && kRunning<Mode>[*p]) ++p;
    if (p == in.current()) return false;
    if (p != end) {
      if (!kEnding<Mode>[*p]) return false;
      if ((*p == '<' || *p == '>') && ends_at_meta(Mode) &&
          !ends_before_redirect(in.current(), p, end))
        return false;
    }
    in.bump(static_cast<size_t>(p - in.current()));
    return true;
  }

 private:
  /// Not so: 2> (a descriptor) and a<(cmd) (a process substitution).
  static bool ends_before_redirect(const char* from, const char* p, const char* end) {
    if (p + 1 != end && p[1] == '(') return false;
    while (from != p && kDigits[*from]) ++from;
    return from != p;
  }
};

template <WordMode Mode>
struct any_word : sor<bare_word<Mode>, word<Mode>> {};

// ---- here-document text ------------------------------------------------------------------

/// Text of the body; of one line at a time where tabs are to be stripped.
struct here_run : consumes {
  template <apply_mode, rewind_mode, template <class...> class, template <class...> class,
            class Input>
  static bool match(Input& in, Builder& b) {
    const char* p = in.current();
    while (p != in.end() && kRunning<WordMode::here_document>[*p]) {
      if (*p++ == '\n' && b.strips_tabs) break;
    }
    const auto size = static_cast<size_t>(p - in.current());
    in.bump(size);
    return size != 0;
  }
};
struct here_tabs : may_be_empty {
  template <apply_mode, rewind_mode, template <class...> class, template <class...> class,
            class Input>
  static bool match(Input& in, Builder& b) {
    if (!b.strips_tabs || (in.current() != in.begin() && in.current()[-1] != '\n')) return true;
    while (!in.empty() && *in.current() == '\t') in.bump(1);
    return true;
  }
};
struct here_piece : sor<raw<here_run>, expansion, quoted_escape<'$', '\\', '`'>, refused_backtick> {
};
struct here_document_content : seq<here_tabs, star<here_piece, here_tabs>> {};

template <apply_mode A, template <class...> class Action, template <class...> class Control,
          class Input>
void newline::read_bodies(Input& in, Builder& b) {
  while (b.has_pending_here_documents()) {
    const BodyRange body = b.find_body(in.current(), in.end());
    if (!b.pending[b.first_pending].quoted) {
      BodyFrame frame(b, body);
      pegtl::memory_input<pegtl::tracking_mode::lazy, pegtl::eol::lf, const char*> text(
          body.from, body.to, "");
      (void)
          Control<here_document_content>::template match<A, rewind_mode::dontcare, Action, Control>(
              text, b);
      frame.finish();
    } else {
      b.fill_quoted_body(body);
    }
    in.bump(static_cast<size_t>(body.next - in.current()));
  }
}

template <class Input>
bool closes_as_arithmetic::match(Input& in) {
  const char* close = find_close(in.current(), in.end());
  return close == in.end() || close + 1 == in.end() || close[1] == ')';
}

}  // namespace weir::parser::grammar
