#include "parser/command_on_one_line.h"

#include <catch2/catch.hpp>

using weir::parser::command_on_one_line;

TEST_CASE("a command of several lines is shown on one") {
  struct Row {
    const char* text;
    const char* shown;
  };
  const Row rows[] = {
      {"echo a", "echo a"},
      {"for i in 1 2 3; do\n  sleep 2\n  echo $i\ndone\n",
       "for i in 1 2 3; do sleep 2; echo $i; done"},
      {"for i in 1 2\ndo\n\n  echo\ndone", "for i in 1 2; do echo; done"},
      {"if a\nthen\n  b\nelse\n  c\nfi", "if a; then b; else c; fi"},
      {"f() {\n  a\n}\nf", "f() { a; }; f"},
      {"f()\n{\n  a\n}", "f() { a; }"},
      {"(\n  a\n  b\n)\nc", "( a; b ); c"},
      {"case $x in\n  a) b ;;\n  *)\n    c\n    ;;\nesac", "case $x in a) b ;; *) c ;; esac"},
      {"a |\n  b &&\n  c", "a | b && c"},
      {"a \\\n  --flag", "a --flag"},
      {"a # why\nb", "a; b"},
      {"# first\na#b\n", "a#b"},
      {"echo 'a\nb' \"c\n\\\"d\"\ne", "echo 'a b' \"c \\\"d\"; e"},
      {"cat <<END | wc\none\ntwo\nEND\nb", "cat <<END | wc; b"},
      {"cat <<-'E'\n\tone\n\tE\nb", "cat <<-'E'; b"},
      {"sleep 1 &\nb", "sleep 1 & b"},
      {"x=$(\n  a\n)\nb", "x=$( a ); b"},
      {"echo \\", "echo \\"},
      {"'open\n", "'open"},
      {"\n\n", ""},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(command_on_one_line(row.text) == row.shown);
  }
}
