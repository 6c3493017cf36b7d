// Actions: what is built when a rule of the grammar has matched.
//
// action<Rule> is either a plain PEGTL action (apply, apply0) or a frame: an
// object that lives while the rule is matched, remembers how high the builder's
// stacks were, and takes what was pushed above. The specializations are in
// actions_words.h, actions_values.h, actions_arithmetic.h, actions_tests.h and
// actions_commands.h.
#pragma once

#include "parser/grammar.h"

namespace weir::parser {

namespace pegtl = tao::pegtl;

template <class Rule>
struct action : pegtl::nothing<Rule> {};

/// A frame has a constructor from (Builder&, const char* begin), finish(const char*
/// end) after a match, and abandon() when the rule did not match and another is
/// tried. An error is not told: nothing of the builder is used after it.
template <class Frame>
struct framed : pegtl::maybe_nothing {
  template <class Rule, pegtl::apply_mode A, pegtl::rewind_mode M, template <class...> class Action,
            template <class...> class Control, class Input>
  static bool match(Input& in, Builder& b) {
    Frame frame(b, in.current());
    if (!pegtl::match<Rule, A, M, Action, Control>(in, b)) {
      frame.abandon();
      return false;
    }
    frame.finish(in.current());
    return true;
  }
};

/// The quiet part that frames share.
struct FrameBase {
  FrameBase(Builder& builder, const char* at) : b(builder), begin(at) {}
  void abandon() {}
  Span span_to(const char* end) const { return b.span(begin, end); }

  Builder& b;
  const char* begin;
};

/// Sets a member of the builder for the time of the frame.
template <class T>
class Saved {
 public:
  Saved(T& member, T value) : member_(member), before_(member) { member = value; }
  explicit Saved(T& member) : member_(member), before_(member) {}
  Saved(const Saved&) = delete;
  Saved& operator=(const Saved&) = delete;
  ~Saved() { member_ = before_; }
  const T& before() const { return before_; }

 private:
  T& member_;
  T before_;
};

}  // namespace weir::parser
