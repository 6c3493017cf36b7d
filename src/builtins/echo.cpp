// echo: bash's, with -n -e -E.
#include "kernel/builtin.h"
#include "kernel/escapes.h"

namespace weir::builtins {

namespace {

using kernel::Invocation;

constexpr ExampleSchema kExamples[] = {
    {"echo \"$name\" is ready", "the words, joined by a space, and a newline"},
    {"echo -n working", "without the newline"},
    {"echo -e 'a\\tb'", "with C escapes"},
};

constexpr CommandSchema kSchema = {
    .name = "echo",
    .summary = "print words",
    .synopsis = "[-neE] [WORD…]",
    .style = ArgumentStyle::raw,
    .examples = kExamples,
    .details =
        "-n prints no newline at the end, -e reads \\a \\b \\c \\e \\f \\n \\r \\t \\v \\\\ "
        "\\0NNN \\xHH \\uHHHH and\n\\UHHHHHHHH in the words (\\c ends the output), -E does "
        "not, which is the default. Lists and\nrecords print as JSON.",
    .group = "text",
};

struct Flags {
  bool newline = true;
  bool escapes = false;
};

/// -n, -e and -E in any combination; a word with any other letter is an operand.
bool take_flags(const Value& word, Flags& flags) {
  if (!word.is_string()) return false;
  const std::string& text = word.as_string();
  if (text.size() < 2 || text[0] != '-') return false;
  if (text.find_first_not_of("neE", 1) != std::string::npos) return false;
  for (const char letter : text.substr(1)) {
    if (letter == 'n') {
      flags.newline = false;
    } else {
      flags.escapes = letter == 'e';
    }
  }
  return true;
}

loop::ValueTask<int> run(Invocation call) {
  const auto& words = call.args.operands;
  Flags flags;
  size_t first = 0;
  while (first < words.size() && take_flags(words[first], flags)) ++first;
  std::string out;
  for (size_t i = first; i < words.size(); ++i) {
    if (i > first) out += ' ';
    if (!flags.escapes) {
      words[i].append_text(out);
      continue;
    }
    const auto unescaped = kernel::unescape(words[i].to_text(), kernel::EscapeStyle::echo);
    out += unescaped.text;
    if (unescaped.stop) return kernel::print(call, std::move(out));
  }
  if (flags.newline) out += '\n';
  return kernel::print(call, std::move(out));
}

}  // namespace

void register_echo(kernel::BuiltinRegistry& registry) { registry.add({&kSchema, run}); }

}  // namespace weir::builtins
