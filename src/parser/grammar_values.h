// Values: what may stand in value position (LANGUAGE 3.2).
//
// Part of the grammar (grammar.h). In an assignment [ and { always begin a
// literal; in a for head they may also be a glob or a brace expansion, which is
// decided by looking ahead.
#pragma once

#include "parser/grammar_words.h"

namespace weir::parser::grammar {

struct bash_array;    // raised: x=(a b)
struct two_commas;    // raised: [a,,b]

struct list_literal;
struct record_literal;

/// After a literal nothing may be glued.
struct literal_end
    : at<sor<pegtl::eof, one<' ', '\t', '\n', '\r', '|', '&', ';', '<', '>', '(', ')'>, join>> {};
struct nested_end : sor<literal_end, at<one<',', ']', '}'>>> {};

struct element_word : any_word<WordMode::element> {};
struct element : sor<seq<sor<list_literal, record_literal>, must<nested_end>>, element_word> {};

struct separator : seq<linebreak, opt<one<','>, linebreak, opt<at<one<','>>, raise<two_commas>>>> {
};

struct list_close : one<']'> {};
struct list_literal
    : seq<one<'['>, construct<"[", linebreak, star<element, separator>, must<list_close>>> {};

struct record_key : any_word<WordMode::key> {};
struct record_colon : one<':'> {};
struct record_value : seq<element> {};
struct spread_entry : seq<at<spread_dots>, element_word> {};
struct keyed_entry : seq<record_key, blanks, must<record_colon>, linebreak, must<record_value>> {};
struct record_close : one<'}'> {};
struct record_literal
    : seq<one<'{'>, construct<"{", linebreak, star<sor<spread_entry, keyed_entry>, separator>,
                              must<record_close>>> {};

// ---- assignments ----------------------------------------------------------------------

struct assigned_word : any_word<WordMode::assigned> {};
struct assigned_value : sor<seq<sor<list_literal, record_literal>, must<literal_end>>,
                            assigned_word, seq<at<one<'('>>, raise<bash_array>>> {};

struct append_sign : one<'+'> {};
struct assigned_name : name {};
struct assignment_head : seq<assigned_name, star<subscript>, opt<append_sign>, one<'='>> {};
struct assignment_text : seq<assignment_head, opt<assigned_value>> {};
/// A name and what may follow it in an assignment: most words of commands are none.
struct assignment_ahead : may_be_empty {
  template <class Input>
  static bool match(Input& in) {
    const char* p = in.current();
    const char* end = in.end();
    if (p == end || !kNameStart[*p]) return false;
    while (++p != end && kNameBytes[*p]) {
    }
    return p != end && (*p == '=' || *p == '+' || *p == '[' || *p == '\\');
  }
};
struct assignment : seq<assignment_ahead, assignment_text> {};

// ---- for heads and the right side of `in` -----------------------------------------------

/// `[` begins a list: a blank or newline inside, or nothing glued after the `]`.
struct list_ahead : may_be_empty {
  template <class Input>
  static bool match(Input& in) {
    return looks_like_list(in.current(), in.end());
  }
};
/// `{` begins a record: `{}`, a spread, or a key and a colon that cannot be part of a word.
struct record_ahead : may_be_empty {
  template <class Input>
  static bool match(Input& in) {
    return looks_like_record(in.current(), in.end());
  }
};

struct head_word : any_word<WordMode::argument> {};
struct head_item : sor<seq<sor<seq<at<one<'['>>, list_ahead, list_literal>,
                               seq<at<one<'{'>>, record_ahead, record_literal>>,
                           must<literal_end>>,
                       head_word> {};

struct tested_word : any_word<WordMode::plain> {};
struct tested_value : sor<seq<sor<list_literal, record_literal>, must<literal_end>>, tested_word> {
};

}  // namespace weir::parser::grammar
