#include "parser/validator.h"

#include <fmt/core.h>

#include <algorithm>

#include "parser/check_names.h"
#include "parser/checks.h"
#include "parser/lookahead.h"
#include "parser/parser.h"
#include "parser/text_facts.h"
#include "parser/trap_action.h"

namespace weir::parser {

namespace {

class Validator : public Visitor, public ItemReader {
 public:
  Validator(const Surroundings& shell, Findings findings, bool keeps_tree)
      : report_(shell, findings),
        names_(report_),
        calls_(shell),
        detail_(findings == Findings::all ? Detail::everything : Detail::commands),
        root_(root_place(shell)),
        root_list_(report_, root_) {
    drops_tree = !keeps_tree;
  }

  void item(const Unit& unit, const ListItem& item) override {
    report_.unit = &unit;
    if (report_.wants_warnings) root_list_.item(item);
    walk_item(item, *this, detail_, root_);
  }

  /// What was found in the items of `unit`.
  std::vector<Diagnostic> take(const Unit& unit) {
    if (report_.shell.errexit || report_.facts.turns_errexit_on) report_.drop(Check::unchecked_cd);
    if (report_.wants_warnings) {
      names_.report_unset();
      names_.report_joined_flags();
    }
    return report_.take(unit);
  }

 private:
  static Place root_place(const Surroundings& shell) {
    Place root;
    root.in_function = shell.in_function;
    root.may_return = shell.may_return || shell.in_function;
    root.loops = shell.may_break ? 1 : 0;
    return root;
  }

  // ---- what the walk meets

  void list(const List& list, const Place& place) override {
    if (!report_.wants_warnings || list.items.size() < 2) return;
    ListCheck check(report_, place);
    for (const ListItem& item : list.items) check.item(item);
  }

  void pipeline(const Pipeline& pipeline, const Place&) override {
    check_scatter(report_, pipeline);
    if (report_.wants_warnings) check_pipeline(report_, pipeline);
  }

  void command(const Command& command, const Place& place) override {
    for (const Redirect& redirect : command.redirects)
      if (!redirect.fd_variable.empty()) names_.set(redirect.fd_variable, redirect.span, place);
    if (report_.wants_warnings && !command.redirects.empty()) check_redirects(report_, command);
    switch (command.kind) {
      case CommandKind::simple:
        return simple(as<SimpleCommand>(command), place);
      case CommandKind::for_in: {
        const auto& loop = as<ForInCommand>(command);
        for (const ValueExpr* item : loop.items)
          if (report_.wants_warnings && item->word != nullptr) check_range(report_, *item->word);
        return names_.set(loop.name, loop.name_span, place);
      }
      case CommandKind::function:
        report_.facts.functions.push_back(as<FunctionCommand>(command).name);
        return;
      case CommandKind::case_:
        if (report_.wants_warnings) check_case(report_, as<CaseCommand>(command));
        return;
      default:
        return;
    }
  }

  void assignment(const Assignment& assignment, const Place& place) override {
    names_.assignment(assignment, place);
  }
  void parameter(const ParameterPart& part, const Place&) override {
    if (report_.wants_warnings) names_.parameter(part);
  }
  void arithmetic(const ArithExpr& expr, const Place& place) override {
    if (report_.wants_warnings) names_.arithmetic(expr, place);
  }
  void test(const TestExpr& test, const Place& place) override {
    if (!report_.wants_warnings) return;
    names_.test(test);
    check_test(report_, test, place);
  }

  // ---- simple commands

  void simple(const SimpleCommand& command, const Place& place) {
    const Call call = calls_.read(command);
    if (call.words.empty()) return;
    if (!command.assignments.empty() || !command.declarations.empty())
      check_exported_value(report_, call);
    if (report_.wants_warnings) {
      check_words(report_, call);
      names_.arguments(call);
    }
    if (call.is_builtin()) builtin(call, place);
  }

  void builtin(const Call& call, const Place& place) {
    const BuiltinTraits& traits = call.traits;
    if (traits.is_refused) check_refused(report_, call, place);
    if (!traits.takes_anything && !call.is_open) check_arguments(report_, call, place);
    if (traits.steers) check_flow(report_, call, place);
    if (is_declaration_command(call.name)) check_declaration(report_, call, place);
    if (traits.sets_names) names_.call(call, place);
    if (traits.states_facts) check_options(report_, call, place);
    if (traits.states_facts) note_facts(report_.facts, call);
    if (traits.is_test) test_call(call, place);
    if (traits.is_trap) check_trap_conditions(report_, call, place);
    if (traits.is_trap) trap(call, place);
    if (traits.is_scatter) check_lone_scatter(report_, call, place);
    if (!traits.wraps) return;
    const auto inner = calls_.inner(call);
    if (inner && inner->is_builtin()) builtin(*inner, place);
  }

  void test_call(const Call& call, const Place& place) {
    check_bracket(report_, call);
    check_test_call(report_, call, place);
    if (report_.wants_warnings) names_.test_call(call);
  }

  /// A trap's text is parsed when the trap is set, so its errors are seen now. It may
  /// run anywhere: in a function, in a loop.
  void trap(const Call& call, const Place& outer) {
    const Word* action = trap_action(call);
    if (action == nullptr) return;
    ParseResult parsed = parse("trap", std::string(action->text));
    if (parsed.outcome != Outcome::ok) {
      const Diagnostic& first = parsed.diagnostics.front();
      return report_.misuse(Check::trap_action, "trap", outer, action->span,
                            fmt::format("the action of this trap: {}", first.message), first.help);
    }
    actions_.push_back(std::move(parsed.unit));
    CheckReport::Inner inner(report_, *actions_.back(), action->span);
    Place root;
    root.in_function = root.may_return = root.is_conditional = true;
    root.is_separate = outer.is_separate;
    root.loops = 1;
    walk(*actions_.back(), *this, detail_, root);
  }

  CheckReport report_;
  NameCheck names_;
  CallReader calls_;
  const Detail detail_;
  const Place root_;
  ListCheck root_list_;
  std::vector<UnitPtr> actions_;  // what the names that were collected point into
};

}  // namespace

ParseResult parse_and_validate(std::string name, std::string source, uint32_t first_line,
                               const Surroundings& shell, Findings findings, bool keeps_tree) {
  Validator validator(shell, findings, keeps_tree);
  ParseResult result = parse(std::move(name), std::move(source), first_line, &validator);
  if (result.outcome != Outcome::ok) return result;
  result.diagnostics = validator.take(*result.unit);
  const auto is_error = [](const Diagnostic& one) { return one.severity == Severity::error; };
  if (std::ranges::any_of(result.diagnostics, is_error)) result.outcome = Outcome::error;
  return result;
}

}  // namespace weir::parser
