// parse(): text to a Unit, an incomplete text, or errors. Never runs anything.
//
// Total: any bytes give one of the three outcomes in bounded time and stack
// (nesting deeper than kMaxNesting is an error). The whole text is read before
// the answer; the first syntax error is reported.
#pragma once

#include <string>
#include <vector>

#include "parser/ast.h"
#include "parser/diagnostic.h"

namespace weir::parser {

/// How deep constructs may nest in one text: what a stack of 256 KiB has room for.
inline constexpr int kMaxNesting = 200;

enum class Outcome : uint8_t { ok, incomplete, error };

struct ParseResult {
  Outcome outcome = Outcome::ok;
  UnitPtr unit;                         // always set; body only when ok
  std::vector<Diagnostic> diagnostics;  // non-empty when not ok: incomplete says what is missing
  std::string missing;  // incomplete: what would end it ("done", "\"", "}", "EOF")
};

/// Hears of each item of the text's own list as soon as it is complete, in order,
/// while its tree is still in the processor's cache. What it hears of may be
/// followed by a syntax error.
class ItemReader {
 public:
  virtual ~ItemReader() = default;
  virtual void item(const Unit& unit, const ListItem& item) = 0;
  /// The tree goes as soon as it was heard of, and the unit has no body: for texts
  /// that are only checked. Then memory does not grow with the text.
  bool drops_tree = false;
};

/// `name` appears in messages. `first_line` is the line number of the text's first line.
ParseResult parse(std::string name, std::string source, uint32_t first_line = 1,
                  ItemReader* reader = nullptr);

}  // namespace weir::parser
