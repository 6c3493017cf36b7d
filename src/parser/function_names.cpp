#include "parser/function_names.h"

#include "parser/walker.h"

namespace weir::parser {

FunctionNames function_names(const Unit& unit) {
  struct Collector : Visitor {
    FunctionNames names;
    void command(const Command& command, const Place&) override {
      if (command.kind == CommandKind::function) names.insert(as<FunctionCommand>(command).name);
    }
  } collector;
  walk(unit, collector, Detail::commands);
  return std::move(collector.names);
}

}  // namespace weir::parser
