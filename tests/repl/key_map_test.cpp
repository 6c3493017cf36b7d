#include "repl/key_map.h"

#include <catch2/catch.hpp>

#include "repl/line_editor.h"

using namespace weir::repl;

namespace {

KeySequence keys(std::string_view names) { return *parse_sequence(names); }

}  // namespace

TEST_CASE("every key that weir binds runs a command that there is", "[repl]") {
  const auto names = editor_command_names();
  const KeyMap map = KeyMap::emacs();
  CHECK(map.bindings().size() > 60);
  for (const auto& [sequence, command] : map.bindings()) {
    INFO(sequence_name(sequence) << " " << command);
    CHECK(std::ranges::find(names, command, &CommandName::name) != names.end());
    CHECK(keys(sequence_name(sequence)) == sequence);
  }
}

TEST_CASE("a sequence of keys is found when it is whole", "[repl]") {
  const KeyMap map = KeyMap::emacs();
  CHECK(map.find(keys("ctrl-x")).is_prefix);
  CHECK(map.find(keys("ctrl-x")).command.empty());
  CHECK(map.find(keys("ctrl-x ctrl-e")).command == "edit-in-editor");
  CHECK_FALSE(map.find(keys("ctrl-x z")).is_prefix);
  CHECK(map.find(keys("ctrl-shift-a")).command == "beginning-of-line");
}

TEST_CASE("keys can be bound and unbound", "[repl]") {
  KeyMap map = KeyMap::emacs();
  map.bind(keys("f5"), "undo");
  CHECK(map.find(keys("f5")).command == "undo");
  CHECK(map.unbind(keys("f5")));
  CHECK_FALSE(map.unbind(keys("f5")));
}

TEST_CASE("names of keys are read in several ways, and errors name the word", "[repl]") {
  CHECK(sequence_name(keys("^A C-b M-F Ctrl-Alt-h SHIFT-left")) ==
        "ctrl-a ctrl-b alt-F ctrl-alt-h shift-left");
  CHECK(parse_sequence("ctrl-a nokey").error().message == "nokey is not a key");
  CHECK_FALSE(parse_sequence(" "));
}
