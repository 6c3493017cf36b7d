#include "repl/completion_context.h"

#include <catch2/catch.hpp>

using namespace weir::repl;
using Place = CompletionPlace;

namespace {

std::optional<std::string> known_variable(std::string_view name) {
  if (name == "HOME") return "/home/me";
  return std::nullopt;
}

// `|` is the cursor.
CompletionContext context_of(std::string text) {
  const size_t cursor = text.find('|');
  REQUIRE(cursor != std::string::npos);
  text.erase(cursor, 1);
  return completion_context(text, cursor, known_variable);
}

struct Row {
  const char* text;
  Place place;
  const char* value;
  std::vector<std::string> words = {};
};

}  // namespace

TEST_CASE("the parser says what stands at the cursor", "[completion]") {
  const Row rows[] = {
      {"|", Place::command, ""},
      {"l|", Place::command, "l"},
      {"ls; l|", Place::command, "l"},
      {"true && l|", Place::command, "l"},
      {"for x in a; do l|", Place::command, "l"},
      {"if true; then\n  l|", Place::command, "l"},
      {"while l|", Place::command, "l"},
      {"f() { l|", Place::command, "l"},
      {"x=$(l|", Place::command, "l"},
      {"echo \"$(l|", Place::command, "l"},
      {"A=1 l|", Place::command, "l"},
      {"ls |", Place::argument, "", {"ls"}},
      {"git commit -m x f|", Place::argument, "f", {"git", "commit", "-m", "x"}},
      {"cd $x f|", Place::argument, "f", {"cd", "$x"}},
      {"cd \"x y\" \"$(f a)/b\" *.c f|",
       Place::argument,
       "f",
       {"cd", "x y", "\"$(f a)/b\"", "*.c"}},
      {"cd ~ $(cd '$x' $y f|", Place::argument, "f", {"cd", "$x", "$y"}},
      {"for x in f|", Place::argument, "f"},
      {"[[ -f f|", Place::argument, "f"},
      {"echo $HO|", Place::variable, "HO"},
      {"echo \"a ${HO|", Place::variable, "HO"},
      {"(( HO|", Place::variable, "HO"},
      {"echo ${r[ke|", Place::subscript, "ke"},
      {"r[ke|", Place::command, "r[ke"},
      {"true; r[a|", Place::command, "r[a"},
      {"echo > f|", Place::redirect_target, "f"},
      {"echo 2>> f|", Place::redirect_target, "f"},
      {"x=/us|", Place::assignment_value, "/us"},
      {"export x=/us|", Place::assignment_value, "/us"},
      {"ls ~ro|", Place::user, "~ro", {"ls"}},
      {"ls ~/sr|", Place::argument, "~/sr", {"ls"}},
      {"ls $HOME/sr|", Place::argument, "/home/me/sr", {"ls"}},
      {"ls $(pwd)/sr|", Place::none, ""},
      {"ls # no|", Place::none, ""},
      {"cat << E\nno|", Place::none, ""},
      {"echo 'a b|", Place::argument, "a b", {"echo"}},
      {"echo a\\ b|", Place::argument, "a b", {"echo"}},
      {"ls ) f|", Place::argument, "f"},
      {"if true; then echo a; fi; ls -|l", Place::argument, "-", {"ls"}},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const CompletionContext context = context_of(row.text);
    CHECK(static_cast<int>(context.place) == static_cast<int>(row.place));
    if (row.place == Place::none) continue;
    CHECK(context.value == row.value);
    CHECK(context.words == row.words);
  }
}

TEST_CASE("what is typed reaches from the beginning of the word to the cursor", "[completion]") {
  const auto quoted = context_of("echo x 'a b|c' d");
  CHECK(quoted.typed.begin == 7);
  CHECK(quoted.typed.end == 11);
  const auto name = context_of("echo a$HO|");
  CHECK(name.typed.begin == 7);
  CHECK(name.typed.end == 9);
}

TEST_CASE("a key knows the variable and the keys before it", "[completion]") {
  const auto context = context_of("echo ${r[a][b|");
  CHECK(context.name == "r");
  CHECK(context.path == std::vector<std::string>{"a"});
}

TEST_CASE("a quote is open until its like closes it", "[completion]") {
  CHECK(open_quote("a'b") == Quote::single);
  CHECK(open_quote("a'b'") == Quote::none);
  CHECK(open_quote("\"a'b") == Quote::double_);
  CHECK(open_quote("\"a\\\"b") == Quote::double_);
  CHECK(open_quote("a\\'b") == Quote::none);
  CHECK(open_quote("$'a\\'b") == Quote::dollar);
}

TEST_CASE("a quote is closed behind the cursor where the line leaves none open", "[completion]") {
  CHECK(is_closed_behind("\"a", "b\" c"));
  CHECK(is_closed_behind("\"a", "\""));
  CHECK(!is_closed_behind("\"a", ""));
  CHECK(!is_closed_behind("\"a", " \"b c\""));
  CHECK(!is_closed_behind("\"a", "\nb\""));
  CHECK(!is_closed_behind("a", "b\""));
}

TEST_CASE("a cursor anywhere in any text has a context within the text", "[completion]") {
  const std::string text =
      "for x in \"$a\" ${b[c]}; do (( d + 1 )) && e <f | [[ -z 'g' ]]; done # h\ncat <<E\ni\nE\n)";
  for (size_t cursor = 0; cursor <= text.size(); ++cursor) {
    const auto context = completion_context(text, cursor, known_variable);
    if (context.place == Place::none) continue;
    INFO(cursor);
    CHECK(context.typed.begin <= context.typed.end);
    CHECK(context.typed.end == cursor);
  }
}
