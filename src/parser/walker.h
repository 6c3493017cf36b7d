// Walking a tree: every part of a unit in the order of the text, with its place.
//
// walk_item() calls the visitor for what it meets: a list before its commands, a
// pipeline before its stages, a command before its words. A visitor changes
// nothing and hears of nothing that is not in the text (no aliases, no sourced
// files). Used by the validator and the plan. Recursion is bounded, because the
// parser bounds nesting.
#pragma once

#include <cstdint>

#include "parser/ast.h"

namespace weir::parser {

/// What a command stands in.
enum class Construct : uint8_t {
  unit,
  function,
  group,           // { … }
  subshell,        // ( … )
  if_condition,
  if_branch,
  loop_condition,
  loop_body,
  case_item,
  and_then,        // right of &&
  or_else,         // right of ||
  stage,           // of a pipeline, not the last
  worker,          // between scatter and gather
  background,      // list &
  substitution,    // $(…)
  process,         // <(…) >(…)
  trap,            // the action of a trap
};

struct Place {
  Construct construct = Construct::unit;
  const Place* outer = nullptr;  // of the construct around; lives as long as the visitor's call
  const FunctionCommand* function = nullptr;  // the innermost around it
  uint32_t loops = 0;           // that `break` could leave
  bool in_function = false;     // `local` has a function around it
  bool may_return = false;      // in a function or a sourced file
  bool is_conditional = false;  // the unit may end well without it having run
  bool is_handled = false;      // the text says what to do when it fails: left of ||, or under !
  bool is_stage = false;        // directly one of several stages of a pipeline
  bool is_separate = false;     // has a copy of the scope: what it sets is not seen outside
};

class Visitor {
 public:
  virtual ~Visitor() = default;
  virtual void list(const List&, const Place&) {}
  /// One of several stages.
  virtual void pipeline(const Pipeline&, const Place&) {}
  virtual void command(const Command&, const Place&) {}
  /// One in front of a command, on its own, or a word of export, local, readonly.
  virtual void assignment(const Assignment&, const Place&) {}
  virtual void parameter(const ParameterPart&, const Place&) {}
  virtual void arithmetic(const ArithExpr&, const Place&) {}
  virtual void test(const TestExpr&, const Place&) {}
};

/// `commands`: words, tests and arithmetic are entered only where there is a $(…) in them.
enum class Detail : uint8_t { commands, everything };

/// One item of a unit's own list, whose place is `root`. That list itself is not visited.
void walk_item(const ListItem& item, Visitor& visitor, Detail detail, const Place& root);
/// All of them.
void walk(const Unit& unit, Visitor& visitor, Detail detail, const Place& root = {});

}  // namespace weir::parser
