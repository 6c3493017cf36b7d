// The checks of the validator, one function or class for each thing that is looked for.
//
// Each looks at one node (and its place) and tells the report. docs/diagnostics.md
// has an example for every number. Internal to the validator.
#pragma once

#include "parser/call.h"
#include "parser/check_report.h"

namespace weir::parser {

// ---- errors ---------------------------------------------------------------------

/// 040, 041: flags and operand counts of builtins, as far as the words are known.
void check_arguments(CheckReport& report, const Call& call, const Place& place);
/// 040: options that `set` does not have.
void check_options(CheckReport& report, const Call& call, const Place& place);
/// 042: names that weir refuses on purpose.
void check_refused(CheckReport& report, const Call& call, const Place& place);
/// 043 to 045: break and continue, return, local without what they belong to.
void check_flow(CheckReport& report, const Call& call, const Place& place);
/// 047: scatter and gather that do not belong together.
void check_scatter(CheckReport& report, const Pipeline& pipeline);
void check_lone_scatter(CheckReport& report, const Call& call, const Place& place);
/// 048: [ without its ].
void check_bracket(CheckReport& report, const Call& call);
/// 050: a list or record where the environment takes text.
void check_exported_value(CheckReport& report, const Call& call);
/// 051: what a trap cannot be set for.
void check_trap_conditions(CheckReport& report, const Call& call, const Place& place);
/// 068: local, export and readonly of `x = 5`.
void check_declaration(CheckReport& report, const Call& call, const Place& place);

// ---- warnings -------------------------------------------------------------------

/// 062, 063: cd that nobody looks at before files are removed; what is never reached.
/// Takes the items of one list in order.
class ListCheck {
 public:
  ListCheck(CheckReport& report, const Place& place) : report_(report), place_(place) {}
  void item(const ListItem& item);

 private:
  CheckReport& report_;
  const Place& place_;
  // Spans, not nodes: the tree of an item may be gone when the next one comes.
  std::optional<Span> leaving_;  // nothing behind this command runs
  bool is_reported_ = false;
  std::optional<Span> cd_;  // may have failed
};
/// 064: tests that always give the same.
void check_test(CheckReport& report, const TestExpr& test, const Place& place);
void check_test_call(CheckReport& report, const Call& call, const Place& place);
/// 065: case items that are never reached.
void check_case(CheckReport& report, const CaseCommand& command);
/// 066, 069: a file that is emptied before it is read; files named like descriptors or operands.
void check_redirects(CheckReport& report, const Command& command);
/// 066, 070: the same between stages; a pipe that is not written or not read.
void check_pipeline(CheckReport& report, const Pipeline& pipeline);
/// 067 for the words of a command and of a for head, 068: {1..$n}; `x = 5`, `$x=5` and `[$x`.
void check_words(CheckReport& report, const Call& call);
void check_range(CheckReport& report, const Word& word);

}  // namespace weir::parser
