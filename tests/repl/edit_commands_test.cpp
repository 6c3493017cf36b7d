#include "repl/edit_commands.h"

#include <catch2/catch.hpp>

#include "repl/grapheme.h"
#include "repl/word_motion.h"
#include "support/random.h"

using namespace weir::repl;

namespace {

// The text with | at the cursor.
std::string show(const TextBuffer& buffer) {
  return std::string(buffer.text()).insert(buffer.cursor(), "|");
}

Editing editing_of(std::string text) {
  const size_t cursor = text.find('|');
  text.erase(cursor, 1);
  Editing editing;
  editing.buffer.reset(text);
  editing.buffer.set_cursor(cursor);
  return editing;
}

void run(Editing& editing, std::string_view names) {
  while (!names.empty()) {
    const size_t end = std::min(names.find(' '), names.size());
    const EditCommand* command = find_edit_command(names.substr(0, end));
    REQUIRE(command);
    run_edit_command(editing, *command);
    names.remove_prefix(std::min(end + 1, names.size()));
  }
}

std::string after(std::string text, std::string_view names) {
  Editing editing = editing_of(std::move(text));
  run(editing, names);
  return show(editing.buffer);
}

}  // namespace

TEST_CASE("commands move, cut and change text", "[repl]") {
  const std::array<std::string_view, 3> rows[] = {
      {"ab|c", "forward-char", "abc|"},
      {"e\u0301|x", "backward-char", "|e\u0301x"},
      {"👨‍👩‍👧|", "backward-delete-char", "|"},
      {"foo bar-baz|", "backward-word", "foo bar-|baz"},
      {"foo bar-baz|", "backward-shell-word", "foo |bar-baz"},
      {"echo 'a b'|", "backward-kill-shell-word", "echo |"},
      {"ls /usr/lib|", "backward-kill-path-part", "ls /usr/|"},
      {"|echo \"a b\" c", "forward-shell-word forward-shell-word", "echo \"a b\"| c"},
      {"a b|\nc", "kill-line", "a b|c"},
      {"a|b\ncd", "beginning-of-line kill-whole-line", "|cd"},
      {"one two| three", "backward-kill-word backward-kill-word end-of-line yank",
       " threeone two|"},
      {"a|b c", "kill-word yank yank", "abb| c"},
      {"one| two", "backward-kill-word forward-char kill-word yank yank-pop", " one|"},
      {"ab|", "transpose-chars", "ba|"},
      {"one |two", "transpose-words", "two one|"},
      {"|hello World", "upcase-word capitalize-word", "HELLO World|"},
      {"|x", "set-mark end-of-text kill-region", "|"},
      {"a|", "toggle-comment", "#a|"},
      {"#a|", "toggle-comment", "a|"},
      {"abc\nd|\nefg", "previous-line", "a|bc\nd\nefg"},
      {"abc|\nd\nefg", "next-line next-line", "abc\nd\nefg|"},
      {"a|b", "delete-char undo redo", "a|"},
  };
  for (const auto& [before, names, expected] : rows) {
    INFO(before << ": " << names);
    CHECK(after(std::string(before), names) == expected);
  }
}

TEST_CASE("typing is undone word by word, a paste at once", "[repl]") {
  Editing editing;
  for (const char c : std::string_view("ls foo")) editing.buffer.insert({&c, 1}, ChangeKind::typed);
  editing.buffer.insert("a\nb");
  run(editing, "undo");
  CHECK(show(editing.buffer) == "ls foo|");
  run(editing, "undo");
  CHECK(show(editing.buffer) == "ls |");
  run(editing, "redo redo undo undo undo");
  CHECK(show(editing.buffer) == "|");
}

TEST_CASE("any commands keep the cursor between characters and can all be undone", "[repl]") {
  weir::test::Random random;
  INFO("seed " << random.seed());
  const std::string_view texts[] = {"a",    " ", "\n", "é", "e\u0301", "世", "👨‍👩‍👧",
                                    "\xff", "'", "b c"};
  for (int round = 0; round < 30; ++round) {
    Editing editing;
    for (int i = 0; i < 60; ++i) {
      if (random.one_in(2))
        editing.buffer.insert(texts[random.below(std::size(texts))]);
      else
        run_edit_command(
            editing, edit_commands()[random.below(static_cast<uint32_t>(edit_commands().size()))]);
      REQUIRE(grapheme_boundary(editing.buffer.text(), editing.buffer.cursor()) ==
              editing.buffer.cursor());
    }
    while (editing.buffer.undo()) {
    }
    CHECK(editing.buffer.text().empty());
  }
}

TEST_CASE("shell words hold their quotes, also unclosed ones", "[repl]") {
  const std::string text = R"(a "b c" d\ e|f 'g h)";
  std::string words;
  for (const auto& span : shell_words(text))
    words += "<" + text.substr(span.begin, span.end - span.begin) + ">";
  CHECK(words == R"(<a><"b c"><d\ e><f><'g h>)");
}
