// Text repair: a tree for a text that is being typed: what is missing at its end is added.
//
// The parser says what would close an incomplete text; that is added until it parses. Of a
// text with an error the part before it is read. So highlighting and indentation come
// from the real parser at every key.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/span.h"
#include "parser/parser.h"

namespace weir::repl {

struct RepairedText {
  parser::UnitPtr unit;            // body may be null: nothing could be made of it
  parser::Outcome outcome = parser::Outcome::ok;  // of the text as it is
  int depth = 0;                   // blocks open at its end; 0 inside text
  bool is_inside_text = false;     // of a quote or a here-document
  std::optional<Span> error;       // where it is wrong
  std::vector<Span> open_quotes;   // the opening ones of quotes without an end
};

RepairedText repair_text(std::string_view text);

}  // namespace weir::repl
