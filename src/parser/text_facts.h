// TextFacts: what a text does that changes what its other commands mean.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "parser/call.h"

namespace weir::parser {

struct TextFacts {
  std::vector<std::string_view> functions;  // defined somewhere in it; views of the source
  std::unordered_set<std::string> aliases;
  bool sources_text = false;  // source: any name may become a function, any variable be set
  bool makes_unknown_aliases = false;  // alias $name=…
  bool sets_unknown_names = false;  // read $name
  bool turns_nounset_off = false;  // set +u
  bool turns_errexit_on = false;  // set -e
};

/// What a call of a builtin adds: source, alias, set.
void note_facts(TextFacts& facts, const Call& call);

}  // namespace weir::parser
