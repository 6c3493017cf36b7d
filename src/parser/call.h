// Call: a simple command as the checks and the plan see it: which words are known
// before it runs, and which builtin its name leads to.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "parser/ast.h"
#include "parser/surroundings.h"

namespace weir::parser {

/// What the checks must look at in a call of a builtin, told by its name alone.
struct BuiltinTraits {
  bool takes_anything = false;  // neither flags nor operand counts are checked: echo, [
  bool is_refused = false;      // mapfile
  bool steers = false;          // break, return, local
  bool is_test = false;         // [ and test
  bool sets_names = false;      // read, export
  bool states_facts = false;    // set, source, alias
  bool is_trap = false;
  bool is_scatter = false;      // scatter and gather
  bool wraps = false;           // command, timeout, each, …: the call in it counts, too
};

struct Call {
  const SimpleCommand& command;
  std::span<const Word* const> words;  // from the name on; empty for assignments alone
  std::string_view name = {};          // empty where it is not static
  BuiltinFacts builtin = {};  // none where the shell has a function or alias of the name
  BuiltinTraits traits = {};
  bool skips_functions = false;  // behind `command`, `builtin` or `exec`
  bool is_open = false;  // gets more words when it runs: behind `each`

  bool is(std::string_view wanted) const { return name == wanted; }
  bool is_builtin() const { return builtin.schema != nullptr; }
  std::span<const Word* const> arguments() const {
    return words.empty() ? words : words.subspan(1);
  }
};

/// Reads calls, and remembers what it met: a text names few commands often.
class CallReader {
 public:
  explicit CallReader(const Surroundings& shell) : shell_(shell) {}

  Call read(const SimpleCommand& command) { return make(command, command.words, false); }
  /// What `command NAME …`, `builtin`, `exec`, `timeout 5 NAME …` or `each NAME …` runs;
  /// nothing for other commands, and for `command -v`.
  std::optional<Call> inner(const Call& call);

 private:
  struct Known {
    std::string name;  // a name may be known to be no builtin
    BuiltinFacts builtin;
    BuiltinTraits traits;
  };
  Call make(const SimpleCommand& command, std::span<const Word* const> words, bool skips_functions);
  void enter_command(Call& call);
  const Known& find(std::string_view name);

  const Surroundings& shell_;
  std::array<Known, 64> known_ = {};  // by a hash of the name
};

/// `word` may become no argument, or several: ...$xs, $@, a pattern, braces.
bool is_several(const Word& word);
/// The first byte of the word's text; nothing where an expansion decides it.
std::optional<char> first_byte(const Word& word);
/// Some of the word is written text, so it is never empty.
bool is_never_empty(const Word& word);

}  // namespace weir::parser
