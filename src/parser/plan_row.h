// One row of a plan, as it is filled in and as it is given.
#pragma once

#include <string_view>
#include <vector>

#include "base/value.h"
#include "parser/call.h"
#include "parser/walker.h"

namespace weir::parser {

using Values = std::vector<Value>;

/// In which respects a row is not known before the text runs.
struct Unknowns {
  bool name = false;
  bool arguments = false;
  bool redirects = false;
  bool assignments = false;
  bool code = false;  // commands run that are not in the text
};

struct PlanRow {
  Span at;  // of its text
  std::string_view kind = "none";  // function, builtin, external, unknown; none: no command
  Value name = {};
  Values arguments = {};
  Values redirects = {};
  Values assignments = {};
  Unknowns unknown = {};

  // Text where it is known, {source: "$x"} where it is not; then `unknown` says so.
  void set_name(const Unit& unit, const Word& word);
  void add_argument(const Unit& unit, const Word& word);
  void add_redirects(const Unit& unit, const Command& command);
  void add_assignment(const Unit& unit, const Assignment& assignment);
  /// A name that is set to what only running tells.
  void add_set_name(const Unit& unit, std::string_view name);

  /// `position` is where a reader of the whole text finds it.
  Value to_value(const Unit& unit, Unit::Position position, const Place& place) &&;
};

}  // namespace weir::parser
