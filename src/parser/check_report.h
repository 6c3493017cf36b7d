// CheckReport: where the checks put what they find, and what all of them may ask.
//
// Numbers name a finding, the letter says what it costs: E stops the unit, W
// does not. A finding about a builtin is held back until the whole text has been
// seen, because a function of that name may be defined further down.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "parser/ast.h"
#include "parser/check_codes.h"
#include "parser/diagnostic.h"
#include "parser/surroundings.h"
#include "parser/text_facts.h"
#include "parser/validator.h"
#include "parser/walker.h"

namespace weir::parser {

class CheckReport {
 public:
  CheckReport(const Surroundings& s, Findings findings)
      : shell(s), wants_warnings(findings == Findings::all) {}

  const Unit* unit = nullptr;  // the text under the walk: a trap's action has its own
  const Surroundings& shell;
  const bool wants_warnings;
  TextFacts facts;

  void error(Check check, Span span, std::string message, std::string help = {}) {
    add(Severity::error, check, span, std::move(message), std::move(help), {});
  }
  /// Does nothing where only errors are wanted. Dropped when the text has a
  /// function of the name `unless_function`.
  void warning(Check check, Span span, std::string message, std::string help = {},
               std::string_view unless_function = {}) {
    if (wants_warnings)
      add(Severity::warning, check, span, std::move(message), std::move(help), unless_function);
  }
  /// What a builtin refuses when it runs: an error, or a warning where the text
  /// handles the failure. Dropped when the text has a function of that name.
  void misuse(Check check, std::string_view builtin, const Place& place, Span span,
              std::string message, std::string help = {});

  /// Where a finding at `span` of the text under the walk is shown.
  Span shown(Span span) const { return shown_.value_or(span); }

  /// Findings inside of `inner` are shown at `span` of the unit around it.
  class Inner {
   public:
    Inner(CheckReport& report, const Unit& inner, Span span);
    ~Inner();
    Inner(const Inner&) = delete;
    Inner& operator=(const Inner&) = delete;

   private:
    CheckReport& report_;
    const Unit* unit_;
    std::optional<Span> shown_;
  };

  /// Takes the warnings of a number back.
  void drop(Check check);
  /// What holds, in the order of the text. Call once, after the walk.
  std::vector<Diagnostic> take(const Unit& whole);

 private:
  struct Finding {
    Diagnostic diagnostic;
    std::string builtin;  // empty: it holds whatever functions there are
    bool in_function = false;
  };
  void add(Severity severity, Check check, Span span, std::string message, std::string help,
           std::string_view builtin, bool in_function = false);
  using Names = std::unordered_set<std::string_view>;
  /// False when something else than the builtin may run under its name.
  bool holds(Finding& finding, const Names& functions) const;

  std::optional<Span> shown_;
  std::vector<Finding> findings_;
};

}  // namespace weir::parser
