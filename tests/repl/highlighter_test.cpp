#include "repl/highlighter.h"

#include <catch2/catch.hpp>

using namespace weir::repl;

namespace {

// One letter for each byte's colour: what it belongs to.
std::string letters(std::string_view text) {
  const HighlightFacts facts{
      [](std::string_view name) { return name == "nope" ? NameKind::unknown : NameKind::command; },
      [](std::string_view path) { return path == "/tmp"; }};
  std::string out(text.size(), '.');
  for (const StyledSpan& span : highlight(text, repair_text(text), facts)) {
    const int color = span.style.foreground.value;
    char letter = color >= 0 ? static_cast<char>('0' + color) : 'u';  // u: underlined only
    if (color == 1 && span.style.attributes) letter = 'E';
    for (size_t i = span.span.begin; i < span.span.end; ++i) out[i] = letter;
  }
  return out;
}

}  // namespace

TEST_CASE("words have the colour of what they are", "[repl]") {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"echo hi", "4444..."},
      {"nope x", "1111.."},
      {"ls /tmp", "44.uuuu"},
      {"ls -l", "44.66"},
      {"echo \"a$x\" 'b'", "4444.33663.333"},
      {"a | b # c", "4.6.4.888"},
      {"x=1", "66."},
      {"if a; then b", "55.46.5555.4"},
      {"for i in 1; do", "555.6.55..6.55"},
      {"echo \"abc", "4444.E333"},
      {"echo \"abc\"", "4444.33333"},
      {"echo 'a", "4444.E3"},
      {"echo $'a", "4444.EE3"},
      {"echo \"a $(b 'c", "4444.E33664.E3"},
      {"a \"b\" \"c\nd", "4.333.E333"},
      {"echo $(ls", "4444.6644"},
      {"a | | b", "4.6.E.."},
  };
  for (const auto& [text, expected] : rows) {
    INFO(text);
    CHECK(letters(text) == expected);
  }
}

TEST_CASE("a repaired text tells how deep its end is", "[repl]") {
  const std::pair<std::string_view, int> rows[] = {
      {"ls", 0},
      {"for i in 1; do", 1},
      {"for i in 1", 0},
      {"if a; then\n  while b; do", 2},
      {"f() {", 1},
      {"echo \"abc", 0},
      {"case x in", 1},
      {"cat <<E\nfoo", 0},
      {"a |", 0},
      {"x=[1", 1},
      {"case x in\n  a)", 2},
      {"case x in\n  (a) b", 2},
      {"case x in\n  a) b ;;", 1},
      {"case x in\n  a) b ;&", 1},
      {"case x in\n  a) if b; then\n", 3},
      {"if a; then case x in b)", 3},
      {"case x in\n  a) b ;;\nesac", 0},
      {"case x in a) case y in b) c ;;", 3},
  };
  for (const auto& [text, depth] : rows) {
    INFO(text);
    CHECK(repair_text(text).depth == depth);
  }
}
