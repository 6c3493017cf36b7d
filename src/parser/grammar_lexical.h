// Lexical rules: blanks, comments, newlines, keywords, operators, names.
//
// Part of the grammar (grammar.h). A `\newline` joins lines between and inside
// words, operators and keywords. A newline token is where pending here-documents
// are read, so it is one rule that everything else uses.
#pragma once

#include <cstring>
#include <tao/pegtl.hpp>

#include "parser/builder.h"
#include "parser/bytes.h"
#include "parser/lookahead.h"

namespace weir::parser::grammar {

namespace pegtl = tao::pegtl;
using pegtl::apply_mode;
using pegtl::at;
using pegtl::if_must;
using pegtl::if_then_else;
using pegtl::must;
using pegtl::not_at;
using pegtl::one;
using pegtl::opt;
using pegtl::plus;
using pegtl::raise;
using pegtl::rewind_mode;
using pegtl::seq;
using pegtl::sor;
using pegtl::star;

/// What PEGTL's analyze() is told about a rule that is written as a function.
struct consumes {
  using rule_t = pegtl::any::rule_t;
  using subs_t = pegtl::empty_list;
};
struct may_be_empty {
  using rule_t = pegtl::success::rule_t;
  using subs_t = pegtl::empty_list;
};

/// A string literal as a template argument: keyword<"then">.
template <size_t N>
struct Text {
  char chars[N] = {};
  constexpr Text(const char (&text)[N]) {  // NOLINT(google-explicit-constructor)
    for (size_t i = 0; i < N; ++i) chars[i] = text[i];
  }
  constexpr std::string_view view() const { return {chars, N - 1}; }
};

struct joined_line;  // raised: the text ends after a \newline

/// Any number of blanks and joined lines.
struct blanks : may_be_empty {
  template <apply_mode, rewind_mode, template <class...> class, template <class...> class Control,
            class Input>
  static bool match(Input& in, Builder& b) {
    const char* p = in.current();
    const char* end = in.end();
    while (p != end) {
      if (*p == ' ' || *p == '\t') {
        ++p;
      } else if (is_join(p, end)) {
        p += 2;
        if (p == end) Control<joined_line>::raise(in, b);
      } else {
        break;
      }
    }
    in.bump(static_cast<size_t>(p - in.current()));
    return true;
  }
};

struct joins : may_be_empty {
  template <class Input>
  static bool match(Input& in) {
    while (is_join(in.current(), in.end())) in.bump(2);
    return true;
  }
};

struct eof : pegtl::eof {};

/// The word that was just read ends here: an operator, a blank or the end follows.
struct boundary : may_be_empty {
  template <class Input>
  static bool match(Input& in) {
    const char* p = in.current();
    while (is_join(p, in.end())) p += 2;
    if (p == in.end()) return true;
    return kEnding<WordMode::argument>[*p] || (*p == '\r' && p + 1 != in.end() && p[1] == '\n');
  }
};

/// A fixed text, possibly broken by joined lines.
template <Text T>
struct token : consumes {
  template <class Input>
  static bool match(Input& in) {
    constexpr std::string_view text = T.view();
    const char* p = in.current();
    const char* end = in.end();
    for (size_t i = 0; i < text.size(); ++i, ++p) {
      if (i != 0)
        while (is_join(p, end)) p += 2;
      if (p == end || *p != text[i]) return false;
    }
    in.bump(static_cast<size_t>(p - in.current()));
    return true;
  }
};

/// A reserved word. Nothing of a longer word is taken: a must<keyword> points at all of it.
template <Text T>
struct keyword : consumes {
  template <class Input>
  static bool match(Input& in) {
    auto start = in.template mark<rewind_mode::required>();
    return start(token<T>::match(in) && boundary::match(in));
  }
};

/// # to the end of the line. REQUIRES: a word could begin here.
struct comment : consumes {
  template <class Input>
  static bool match(Input& in) {
    if (in.empty() || *in.current() != '#') return false;
    const void* newline = std::memchr(in.current(), '\n', in.size());
    in.bump(newline ? static_cast<size_t>(static_cast<const char*>(newline) - in.current())
                    : in.size());
    return true;
  }
};

struct carriage_return;        // raised: a line ends with \r\n
struct here_document_content;  // grammar_words.h

/// The end of a line, and after it the bodies of the here-documents begun on it.
struct newline {
  using rule_t = pegtl::internal::seq<pegtl::any, here_document_content>;
  using subs_t = pegtl::type_list<pegtl::any, here_document_content>;

  template <apply_mode A, rewind_mode M, template <class...> class Action,
            template <class...> class Control, class Input>
  static bool match(Input& in, Builder& b) {
    if (in.empty()) return false;
    if (*in.current() == '\r' && in.size() > 1 && in.current()[1] == '\n')
      Control<carriage_return>::raise(in, b);
    if (*in.current() != '\n') return false;
    in.bump(1);
    if (b.has_pending_here_documents()) read_bodies<A, Action, Control>(in, b);
    return true;
  }

 private:
  template <apply_mode A, template <class...> class Action, template <class...> class Control,
            class Input>
  static void read_bodies(Input& in, Builder& b);  // grammar_words.h
};

/// Blanks, newlines and comments.
struct linebreak : seq<blanks, star<sor<newline, comment>, blanks>> {};

struct name : consumes {
  template <class Input>
  static bool match(Input& in) {
    const char* p = in.current();
    const char* end = in.end();
    if (p == end || !kNameStart[*p]) return false;
    while (++p != end && kNameBytes[*p]) {
    }
    in.bump(static_cast<size_t>(p - in.current()));
    return true;
  }
};

/// A construct that has an end: bounds the nesting, and lets "not closed" name
/// the place where it began. `Opener` is how messages call it.
template <Text Opener, class... Rules>
struct construct {
  using rule_t = pegtl::internal::seq<Rules...>;
  using subs_t = pegtl::type_list<Rules...>;

  template <apply_mode A, rewind_mode M, template <class...> class Action,
            template <class...> class Control, class Input>
  static bool match(Input& in, Builder& b) {
    OpenConstruct open(b, Opener.view(), in.current());
    return pegtl::internal::seq<Rules...>::template match<A, M, Action, Control>(in, b);
  }
};

}  // namespace weir::parser::grammar
