// CompletionContext: what stands at the cursor of a text being typed, as the parser sees it.
//
// The text up to the cursor is read as if a word went on there, and what is missing at its
// end is added (text_repair.h). So a command position is one because the grammar says
// so. Pure: knows neither files nor commands; completer.h decides what is offered.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/span.h"

namespace weir::repl {

enum class CompletionPlace : uint8_t {
  none,              // comments, here-documents, what only running it could tell
  command,           // the first word of a command
  argument,          // a later one, an operand of [[, an item of `for`
  variable,          // a name: $na ${na ((na
  subscript,         // a key: ${r[ke r[ke
  redirect_target,
  assignment_value,
  user,              // ~na
};

enum class Quote : uint8_t { none, single, dollar, double_ };  // '…  $'…  "…

struct CompletionContext {
  CompletionPlace place = CompletionPlace::none;
  Span typed;         // the word's text up to the cursor, as written
  std::string value;  // the same without quoting, with plain $name known by their values
  /// The command's words before this one; as written where only running could tell.
  std::vector<std::string> words;
  bool has_command = false;  // argument: there are such words
  std::string name;               // subscript: of the variable
  std::vector<std::string> path;  // subscript: the keys before this one
};

/// The value of a variable as text, where it has one.
using VariableText = std::function<std::optional<std::string>(std::string_view name)>;

/// REQUIRES: cursor <= text.size().
CompletionContext completion_context(std::string_view text, size_t cursor,
                                     const VariableText& variable_text);

/// The quoting that is open at the end of `raw`, the beginning of one word.
Quote open_quote(std::string_view raw);
/// Whether a quote is open there and `behind`, what follows in the text, has its end. Where the
/// line would leave a quote open, it has not: the quote there begins another word.
bool is_closed_behind(std::string_view raw, std::string_view behind);

}  // namespace weir::repl
