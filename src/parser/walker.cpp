#include "parser/walker.h"

#include "parser/scatter_stages.h"

namespace weir::parser {

namespace {

Place inside(const Place& outer, Construct construct) {
  Place place = outer;
  place.construct = construct;
  place.outer = &outer;
  place.is_stage = false;
  return place;
}

Place conditional(const Place& outer, Construct construct) {
  Place place = inside(outer, construct);
  place.is_conditional = true;
  return place;
}

/// A copy of the scope: no loop around it can be left from there.
Place separate(const Place& outer, Construct construct) {
  Place place = inside(outer, construct);
  place.is_separate = true;
  place.loops = 0;
  return place;
}

class Walker {
 public:
  Walker(Visitor& visitor, Detail detail)
      : visitor_(visitor), everything_(detail == Detail::everything) {}

  void list(const List& list, const Place& at) {
    visitor_.list(list, at);
    for (const ListItem& one : list.items) item(one, at);
  }

  void item(const ListItem& item, const Place& at) {
    if (item.background)
      and_or(item, separate(at, Construct::background));
    else
      and_or(item, at);
  }

 private:
  // ---- lists and pipelines

  void and_or(const ListItem& item, const Place& at) {
    if (item.items.size() == 1) return pipeline(*item.items[0].pipeline, at);
    size_t last_or = item.items.size() - 1;
    while (last_or > 0 && item.items[last_or].connector != Connector::or_if) --last_or;
    for (size_t i = 0; i < item.items.size(); ++i) {
      const Connector connector = item.items[i].connector;
      Place place = at;
      if (connector == Connector::and_if) place = conditional(at, Construct::and_then);
      if (connector == Connector::or_if) place = conditional(at, Construct::or_else);
      place.is_handled |= i < last_or;
      pipeline(*item.items[i].pipeline, place);
    }
  }

  void pipeline(const Pipeline& pipeline, const Place& outer) {
    if (pipeline.negated) {
      Place at = outer;
      at.is_handled = true;
      stages(pipeline, at);
    } else {
      stages(pipeline, outer);
    }
  }

  void stages(const Pipeline& pipeline, const Place& at) {
    if (pipeline.stages.size() == 1) return command(*pipeline.stages[0].command, at);
    visitor_.pipeline(pipeline, at);
    bool is_worker = false;
    for (const Stage& stage : pipeline.stages) {
      is_worker &= !is_stage_of(stage, "gather");
      this->stage(stage, &stage == &pipeline.stages.back(), is_worker, at);
      is_worker |= is_stage_of(stage, "scatter");
    }
  }

  void stage(const Stage& stage, bool is_last, bool is_worker, const Place& at) {
    Place place = at;
    if (is_worker)
      place = separate(at, Construct::worker);
    else if (!is_last)
      place = separate(at, Construct::stage);
    place.is_conditional |= is_worker;
    place.is_stage = true;
    command(*stage.command, place);
  }

  // ---- commands

  void command(const Command& command, const Place& at) {
    visitor_.command(command, at);
    switch (command.kind) {
      case CommandKind::simple:
        simple(as<SimpleCommand>(command), at);
        break;
      case CommandKind::group:
        list(*as<GroupCommand>(command).body, inside(at, Construct::group));
        break;
      case CommandKind::subshell:
        list(*as<GroupCommand>(command).body, separate(at, Construct::subshell));
        break;
      case CommandKind::if_:
        if_command(as<IfCommand>(command), at);
        break;
      case CommandKind::while_:
        while_command(as<WhileCommand>(command), at);
        break;
      case CommandKind::for_in:
        for_in(as<ForInCommand>(command), at);
        break;
      case CommandKind::for_arith:
        for_arith(as<ForArithCommand>(command), at);
        break;
      case CommandKind::case_:
        case_command(as<CaseCommand>(command), at);
        break;
      case CommandKind::function:
        function(as<FunctionCommand>(command), at);
        break;
      case CommandKind::arithmetic:
        arithmetic(as<ArithmeticCommand>(command).expr, at);
        break;
      case CommandKind::test:
        test(as<TestCommand>(command).expr, at);
        break;
    }
    for (const Redirect& redirect : command.redirects) word(redirect.target, at);
  }

  void simple(const SimpleCommand& command, const Place& at) {
    for (const Assignment& one : command.assignments) assignment(one, at);
    if (!everything_ && !command.has_substitution && command.declarations.empty()) return;
    for (size_t i = 0; i < command.words.size(); ++i) {
      const bool declares = i < command.declarations.size() && command.declarations[i] != nullptr;
      if (declares)
        assignment(*command.declarations[i], at);
      else
        word(command.words[i], at);
    }
  }

  void if_command(const IfCommand& command, const Place& at) {
    const IfBranch* first = &command.branches.front();
    for (const IfBranch& branch : command.branches) {
      if (branch.condition != nullptr) {
        Place condition = inside(at, Construct::if_condition);
        condition.is_conditional |= &branch != first;
        list(*branch.condition, condition);
      }
      list(*branch.body, conditional(at, Construct::if_branch));
    }
  }

  void while_command(const WhileCommand& command, const Place& at) {
    Place condition = inside(at, Construct::loop_condition);
    ++condition.loops;
    list(*command.condition, condition);
    loop_body(*command.body, at);
  }

  void loop_body(const List& body, const Place& at) {
    Place place = conditional(at, Construct::loop_body);
    ++place.loops;
    list(body, place);
  }

  void for_in(const ForInCommand& command, const Place& at) {
    for (const ValueExpr* item : command.items) value(*item, at);
    loop_body(*command.body, at);
  }

  void for_arith(const ForArithCommand& command, const Place& at) {
    arithmetic(command.init, at);
    arithmetic(command.condition, at);
    arithmetic(command.step, at);
    loop_body(*command.body, at);
  }

  void case_command(const CaseCommand& command, const Place& at) {
    value(*command.subject, at);
    for (const CaseItem& item : command.items) {
      for (const Word* pattern : item.patterns) word(pattern, at);
      list(*item.body, conditional(at, Construct::case_item));
    }
  }

  void function(const FunctionCommand& function, const Place& at) {
    Place place = conditional(at, Construct::function);
    place.function = &function;
    place.in_function = place.may_return = true;
    place.is_handled = false;
    place.loops = 0;
    command(*function.body, place);
  }

  // ---- words and values

  void assignment(const Assignment& one, const Place& at) {
    visitor_.assignment(one, at);
    for (const Subscript& step : one.path) subscript(step, at);
    if (one.value != nullptr) value(*one.value, at);
  }

  void value(const ValueExpr& value, const Place& at) {
    if (!everything_ && !value.has_substitution) return;
    switch (value.kind) {
      case ValueKind::word:
        word(value.word, at);
        break;
      case ValueKind::list:
        for (const ValueExpr* item : value.items) this->value(*item, at);
        break;
      case ValueKind::record:
        for (const RecordEntry& entry : value.entries) {
          word(entry.key, at);
          this->value(*entry.value, at);
        }
        break;
    }
  }

  void word(const Word* word, const Place& at) {
    if (word == nullptr || word->is_static || (!everything_ && !word->has_substitution)) return;
    for (const Part* one : word->parts) part(*one, at);
  }

  void part(const Part& part, const Place& at) {
    switch (part.kind) {
      case PartKind::parameter:
        parameter(static_cast<const ParameterPart&>(part), at);
        break;
      case PartKind::command:
        list(*static_cast<const CommandPart&>(part).body, separate(at, Construct::substitution));
        break;
      case PartKind::process:
        list(*static_cast<const ProcessPart&>(part).body, separate(at, Construct::process));
        break;
      case PartKind::arithmetic:
        arithmetic(static_cast<const ArithmeticPart&>(part).expr, at);
        break;
      case PartKind::brace_list:
        for (const Word* item : static_cast<const BraceListPart&>(part).items) word(item, at);
        break;
      default:
        break;
    }
  }

  void parameter(const ParameterPart& part, const Place& at) {
    visitor_.parameter(part, at);
    for (const Subscript& step : part.path) subscript(step, at);
    word(part.operand, at);
    word(part.replacement, at);
  }

  void subscript(const Subscript& step, const Place& at) {
    word(step.index, at);
    word(step.end, at);
  }

  // ---- arithmetic and tests

  void arithmetic(const ArithExpr* expr, const Place& at) {
    if (expr == nullptr || (!everything_ && !expr->has_substitution)) return;
    visitor_.arithmetic(*expr, at);
    for (size_t i = 0; i < expr->indices.size(); ++i) {
      if (expr->keys[i] == nullptr) arithmetic(expr->indices[i], at);
    }
    word(expr->word_operand, at);
    for (const ArithExpr* child : {expr->a, expr->b, expr->c}) arithmetic(child, at);
  }

  void test(const TestExpr* expr, const Place& at) {
    if (expr == nullptr || (!everything_ && !expr->has_substitution)) return;
    visitor_.test(*expr, at);
    test(expr->a, at);
    test(expr->b, at);
    word(expr->left, at);
    word(expr->right, at);
    if (expr->right_value != nullptr) value(*expr->right_value, at);
  }

  Visitor& visitor_;
  const bool everything_;
};

}  // namespace

void walk_item(const ListItem& item, Visitor& visitor, Detail detail, const Place& root) {
  Walker(visitor, detail).item(item, root);
}

void walk(const Unit& unit, Visitor& visitor, Detail detail, const Place& root) {
  for (const ListItem& item : unit.body->items) walk_item(item, visitor, detail, root);
}

}  // namespace weir::parser
