#include "parser/plan.h"

#include <algorithm>

#include "parser/function_names.h"
#include "parser/parser.h"
#include "parser/plan_row.h"
#include "parser/text_facts.h"
#include "parser/trap_action.h"

namespace weir::parser {

namespace {

/// What changes the meaning of names, anywhere in the text.
struct Changes : Visitor {
  explicit Changes(CallReader& reader) : calls(reader) {}
  void command(const Command& command, const Place&) override {
    if (command.kind != CommandKind::simple) return;
    note(calls.read(as<SimpleCommand>(command)));
  }
  void note(const Call& call) {
    if (call.traits.states_facts) note_facts(facts, call);
    unsets |= call.is("unset");
    if (const auto inner = calls.inner(call)) note(*inner);
  }

  CallReader& calls;
  TextFacts facts;
  bool unsets = false;
};

/// The builtin runs commands that the text does not show.
bool runs_other_code(const Call& call) {
  if (call.is("source") || call.is(".") || call.is("hash")) return true;
  const auto is_unknown = [](const Word* word) { return !word->is_static; };
  if (call.is("alias")) return std::ranges::any_of(call.arguments(), is_unknown);
  return has_unknown_action(call);
}

class Planner : public Visitor {
 public:
  Planner(const Unit& unit, const Surroundings& shell)
      : unit_(&unit),
        whole_(unit),
        shell_(shell),
        calls_(shell),
        functions_(function_names(unit)),
        changes_(calls_) {}

  Values run() {
    walk(*unit_, changes_, Detail::commands);
    walk(*unit_, *this, Detail::everything);
    return std::move(rows_);
  }

 private:
  void add(PlanRow row, const Place& place) {
    const Unit::Position position = whole_.position(shown_.value_or(row.at).begin);
    rows_.push_back(std::move(row).to_value(*unit_, position, place));
  }

  void command(const Command& command, const Place& place) override {
    if (command.kind == CommandKind::simple) return simple(as<SimpleCommand>(command), place);
    if (command.kind == CommandKind::function && !place.is_conditional && !place.is_separate)
      defined_.insert(as<FunctionCommand>(command).name);
    if (command.kind == CommandKind::for_in)
      set_name(as<ForInCommand>(command).name, as<ForInCommand>(command).name_span, place);
    if (command.redirects.empty()) return;
    PlanRow row{{command.redirects.front().span.begin, command.redirects.back().span.end}};
    row.add_redirects(*unit_, command);
    add(std::move(row), place);
  }

  void simple(const SimpleCommand& command, const Place& place) {
    PlanRow row{command.span};
    row.add_redirects(*unit_, command);
    for (const Assignment& one : command.assignments) row.add_assignment(*unit_, one);
    for (const Assignment* one : command.declarations)
      if (one != nullptr) row.add_assignment(*unit_, *one);
    const Call call = calls_.read(command);
    if (call.words.empty())
      add(std::move(row), place);
    else
      add_call(call, std::move(row), place);
  }

  void add_call(const Call& call, PlanRow row, const Place& place) {
    row.kind = kind_of(call, row.unknown);
    row.set_name(*unit_, *call.words[0]);
    for (const Word* one : call.arguments()) row.add_argument(*unit_, *one);
    row.unknown.arguments |= call.is_open;
    add(std::move(row), place);
    if (const auto inner = calls_.inner(call))
      add_call(*inner, {{inner->words.front()->span.begin, inner->words.back()->span.end}}, place);
    if (const Word* action = trap_action(call)) trap(*action, place);
  }

  std::string_view kind_of(const Call& call, Unknowns& unknown) const {
    if (!call.words[0]->is_static) return "unknown";
    if (!call.skips_functions) {
      const bool is_alias =
          changes_.facts.aliases.contains(std::string(call.name)) || shell_.is_alias(call.name);
      if (is_alias) unknown.code = true;
      if (is_alias) return "unknown";
      if (!call.builtin.is_special && functions_.contains(call.name))
        return defined_.contains(call.name) && !changes_.unsets ? "function" : "unknown";
      if (!call.builtin.is_special && shell_.is_function(call.name)) {
        unknown.code = true;
        return "function";
      }
    }
    unknown.code = call.is_builtin() && runs_other_code(call);
    return call.is_builtin() ? "builtin" : "external";
  }

  /// An action that does not parse is refused when the trap is set, so it never runs.
  void trap(const Word& action, const Place& outer) {
    const ParseResult parsed = parse("trap", std::string(action.text));
    if (parsed.outcome != Outcome::ok) return;
    Place place = outer;
    place.construct = Construct::trap;
    place.outer = &outer;
    place.is_conditional = true;
    const Unit* const unit = std::exchange(unit_, parsed.unit.get());
    const auto shown = std::exchange(shown_, shown_.value_or(action.span));
    walk(*unit_, *this, Detail::everything, place);
    unit_ = unit;
    shown_ = shown;
  }

  /// Without a command: by a loop, ${x:=…} or arithmetic.
  void set_name(std::string_view name, Span at, const Place& place) {
    PlanRow row{at};
    row.add_set_name(*unit_, name);
    add(std::move(row), place);
  }

  void parameter(const ParameterPart& part, const Place& place) override {
    if (part.op == ParameterOp::assign) set_name(part.name, part.span, place);
  }

  void arithmetic(const ArithExpr& expr, const Place& place) override {
    if (is_assignment(expr.op)) set_name(expr.a->name, expr.span, place);
  }

  const Unit* unit_;  // under the walk: a trap's action is one of its own
  const Unit& whole_;
  const Surroundings& shell_;
  CallReader calls_;
  const FunctionNames functions_;  // defined anywhere in the text
  FunctionNames defined_;          // for certain, where the walk is
  Changes changes_;
  std::optional<Span> shown_;  // where rows of a trap's action are
  Values rows_;
};

}  // namespace

Values plan(const Unit& unit, const Surroundings& shell) { return Planner(unit, shell).run(); }

}  // namespace weir::parser
