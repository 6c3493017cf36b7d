// S-expressions: every node is (kind …), a literal is its text, quoted text stands in "…".
#include "parser/dump.h"

#include <fmt/core.h>

#include <iterator>

#include "parser/operator_names.h"

namespace weir::parser {

namespace {

class Dumper {
 public:
  std::string take() { return std::move(out_); }

  void list(const List& list) {
    for (size_t i = 0; i < list.items.size(); ++i) {
      if (i != 0) out_ += ' ';
      item(list.items[i]);
    }
  }

  void item(const ListItem& item) {
    if (item.background) out_ += "(& ";
    for (size_t i = item.items.size(); i-- > 1;)
      out_ += item.items[i].connector == Connector::and_if ? "(and " : "(or ";
    for (size_t i = 0; i < item.items.size(); ++i) {
      if (i != 0) out_ += ' ';
      pipeline(*item.items[i].pipeline);
      if (i != 0) out_ += ')';
    }
    if (item.background) out_ += ')';
  }

 private:
  void add(std::string_view text) { out_ += text; }

  void quoted(std::string_view text) {
    out_ += '"';
    for (char c : text) {
      if (c == '"' || c == '\\') out_ += '\\';
      if (c == '\n')
        add("\\n");
      else if (c == '\t')
        add("\\t");
      else
        out_ += c;
    }
    out_ += '"';
  }

  void pipeline(const Pipeline& pipeline) {
    if (pipeline.negated) add("(! ");
    if (pipeline.timed) add(pipeline.timed_posix ? "(time -p " : "(time ");
    if (pipeline.stages.size() > 1) add("(pipe ");
    for (size_t i = 0; i < pipeline.stages.size(); ++i) {
      if (i != 0) out_ += ' ';
      command(*pipeline.stages[i].command);
      if (pipeline.stages[i].pipe_stderr) add(" |&");
    }
    if (pipeline.stages.size() > 1) out_ += ')';
    if (pipeline.timed) out_ += ')';
    if (pipeline.negated) out_ += ')';
  }

  // ---- commands

  void command(const Command& command) {
    out_ += '(';
    switch (command.kind) {
      case CommandKind::simple:
        simple(as<SimpleCommand>(command));
        break;
      case CommandKind::group:
        body("group", as<GroupCommand>(command).body);
        break;
      case CommandKind::subshell:
        body("subshell", as<GroupCommand>(command).body);
        break;
      case CommandKind::if_:
        if_command(as<IfCommand>(command));
        break;
      case CommandKind::while_:
        while_command(as<WhileCommand>(command));
        break;
      case CommandKind::for_in:
        for_in(as<ForInCommand>(command));
        break;
      case CommandKind::for_arith:
        for_arith(as<ForArithCommand>(command));
        break;
      case CommandKind::case_:
        case_command(as<CaseCommand>(command));
        break;
      case CommandKind::function: {
        const auto& function = as<FunctionCommand>(command);
        add("function ");
        add(function.name);
        out_ += ' ';
        this->command(*function.body);
        break;
      }
      case CommandKind::arithmetic:
        add("((");
        if (const auto* expr = as<ArithmeticCommand>(command).expr) arith(*expr);
        add("))");
        break;
      case CommandKind::test:
        add("[[ ");
        test(*as<TestCommand>(command).expr);
        break;
    }
    for (const Redirect& one : command.redirects) redirect(one);
    out_ += ')';
  }

  void body(std::string_view name, const List* body) {
    add(name);
    if (!body->items.empty()) out_ += ' ';
    list(*body);
  }

  void nested(std::string_view name, const List* inside) {
    out_ += '(';
    body(name, inside);
    out_ += ')';
  }

  void simple(const SimpleCommand& simple) {
    bool first = true;
    const auto separate = [&] {
      if (!first) out_ += ' ';
      first = false;
    };
    for (const Assignment& one : simple.assignments) {
      separate();
      assignment(one);
    }
    for (size_t i = 0; i < simple.words.size(); ++i) {
      separate();
      if (!simple.declarations.empty() && simple.declarations[i] != nullptr)
        assignment(*simple.declarations[i]);
      else
        word(*simple.words[i]);
    }
    if (first) add("-");
  }

  void assignment(const Assignment& one) {
    add(one.append ? "(+= " : "(= ");
    add(one.name);
    for (const Subscript& step : one.path) subscript(step);
    if (one.value != nullptr) {
      out_ += ' ';
      value(*one.value);
    }
    out_ += ')';
  }

  void redirect(const Redirect& one) {
    add(" (");
    if (one.fd >= 0) out_ += std::to_string(one.fd);
    if (!one.fd_variable.empty())
      fmt::format_to(std::back_inserter(out_), "{{{}}}", one.fd_variable);
    add(name_of(one.op));
    out_ += ' ';
    word(*one.target);
    out_ += ')';
  }

  void if_command(const IfCommand& command) {
    add("if");
    for (const IfBranch& branch : command.branches) {
      out_ += ' ';
      if (branch.condition != nullptr) {
        nested("when", branch.condition);
        out_ += ' ';
        nested("then", branch.body);
      } else {
        nested("else", branch.body);
      }
    }
  }

  void while_command(const WhileCommand& command) {
    add(command.until ? "until " : "while ");
    nested("when", command.condition);
    out_ += ' ';
    nested("do", command.body);
  }

  void for_in(const ForInCommand& command) {
    add("for ");
    add(command.name);
    if (command.has_in) {
      add(" (in");
      for (const ValueExpr* item : command.items) {
        out_ += ' ';
        value(*item);
      }
      out_ += ')';
    }
    out_ += ' ';
    nested("do", command.body);
  }

  void for_arith(const ForArithCommand& command) {
    add("for ((");
    const ArithExpr* parts[] = {command.init, command.condition, command.step};
    for (size_t i = 0; i < 3; ++i) {
      if (i != 0) add("; ");
      if (parts[i] != nullptr) arith(*parts[i]);
    }
    add(")) ");
    nested("do", command.body);
  }

  void case_command(const CaseCommand& command) {
    add("case ");
    value(*command.subject);
    for (const CaseItem& item : command.items) {
      add(" (");
      for (size_t i = 0; i < item.patterns.size(); ++i) {
        if (i != 0) add(" | ");
        word(*item.patterns[i]);
      }
      out_ += ' ';
      nested("do", item.body);
      if (item.end == CaseEnd::fall_through) add(" ;&");
      if (item.end == CaseEnd::test_next) add(" ;;&");
      out_ += ')';
    }
  }

  // ---- words and values

  void word(const Word& word) {
    if (word.spread) add("...");
    if (word.parts.empty()) return add(word.text.empty() ? "\"\"" : word.text);
    const bool several = word.parts.size() > 1;
    if (several) add("<");
    for (size_t i = 0; i < word.parts.size(); ++i) {
      if (i != 0) out_ += ' ';
      part(*word.parts[i]);
    }
    if (several) add(">");
  }

  void part(const Part& part) {
    switch (part.kind) {
      case PartKind::literal: {
        const auto& text = static_cast<const LiteralPart&>(part).text;
        if (part.quoted)
          quoted(text);
        else
          add(text);
        break;
      }
      case PartKind::parameter:
        parameter(static_cast<const ParameterPart&>(part));
        break;
      case PartKind::command:
        if (part.quoted) out_ += '"';
        nested("$", static_cast<const CommandPart&>(part).body);
        if (part.quoted) out_ += '"';
        break;
      case PartKind::arithmetic:
        add(part.quoted ? "\"$((" : "$((");
        if (const auto* expr = static_cast<const ArithmeticPart&>(part).expr) arith(*expr);
        add(part.quoted ? "))\"" : "))");
        break;
      case PartKind::process: {
        const auto& process = static_cast<const ProcessPart&>(part);
        nested(process.writes ? ">" : "<", process.body);
        break;
      }
      case PartKind::tilde:
        add("(~");
        add(static_cast<const TildePart&>(part).user);
        out_ += ')';
        break;
      case PartKind::brace_list:
        add("(brace");
        for (const Word* item : static_cast<const BraceListPart&>(part).items) {
          out_ += ' ';
          word(*item);
        }
        out_ += ')';
        break;
      case PartKind::brace_range: {
        const auto& range = static_cast<const BraceRangePart&>(part);
        fmt::format_to(std::back_inserter(out_), "(range {} {} {})", range.from, range.to,
                       range.step);
        break;
      }
    }
  }

  void parameter(const ParameterPart& part) {
    if (part.quoted) out_ += '"';
    const bool plain = part.op == ParameterOp::none && part.path.empty();
    add(plain ? "$" : "(${} ");
    add(part.name);
    for (const Subscript& step : part.path) subscript(step);
    if (part.op != ParameterOp::none) {
      out_ += ' ';
      if (part.colon) out_ += ':';
      add(name_of(part.op));
      if (part.operand != nullptr) {
        out_ += ' ';
        word(*part.operand);
      }
      if (part.replacement != nullptr) {
        add(" -> ");
        word(*part.replacement);
      }
    }
    if (!plain) out_ += ')';
    if (part.quoted) out_ += '"';
  }

  void subscript(const Subscript& step) {
    out_ += '[';
    if (step.index != nullptr) word(*step.index);
    if (step.slice) out_ += ':';
    if (step.end != nullptr) word(*step.end);
    out_ += ']';
  }

  void value(const ValueExpr& value) {
    switch (value.kind) {
      case ValueKind::word:
        word(*value.word);
        break;
      case ValueKind::list:
        add("(list");
        for (const ValueExpr* item : value.items) {
          out_ += ' ';
          this->value(*item);
        }
        out_ += ')';
        break;
      case ValueKind::record:
        add("(record");
        for (const RecordEntry& entry : value.entries) {
          out_ += ' ';
          if (entry.key != nullptr) {
            word(*entry.key);
            add(": ");
          }
          this->value(*entry.value);
        }
        out_ += ')';
        break;
    }
  }

  // ---- arithmetic and tests

  void arith(const ArithExpr& expr) {
    switch (expr.op) {
      case ArithOp::number:
        out_ += std::to_string(expr.number);
        return;
      case ArithOp::variable:
        add(expr.name);
        for (size_t i = 0; i < expr.indices.size(); ++i) {
          out_ += '[';
          arith(*expr.indices[i]);
          if (expr.keys[i] != nullptr) add(" key");
          out_ += ']';
        }
        return;
      case ArithOp::word:
        word(*expr.word_operand);
        return;
      default:
        break;
    }
    out_ += '(';
    add(name_of(expr.op));
    for (const ArithExpr* child : {expr.a, expr.b, expr.c}) {
      if (child == nullptr) continue;
      out_ += ' ';
      arith(*child);
    }
    out_ += ')';
  }

  void test(const TestExpr& expr) {
    out_ += '(';
    add(name_of(expr.op));
    for (const TestExpr* child : {expr.a, expr.b}) {
      if (child == nullptr) continue;
      out_ += ' ';
      test(*child);
    }
    for (const Word* operand : {expr.left, expr.right}) {
      if (operand == nullptr) continue;
      out_ += ' ';
      word(*operand);
    }
    if (expr.right_value != nullptr) {
      out_ += ' ';
      value(*expr.right_value);
    }
    out_ += ')';
  }

  std::string out_;
};

}  // namespace

std::string dump(const Unit& unit) {
  std::string out;
  if (unit.body == nullptr) return out;
  for (const ListItem& item : unit.body->items) {
    Dumper dumper;
    dumper.item(item);
    out += dumper.take();
    out += '\n';
  }
  return out;
}

}  // namespace weir::parser
