#include "repl/key_decoder.h"

#include <catch2/catch.hpp>

#include "base/text.h"
#include "support/random.h"

using weir::repl::InputEvent;
using weir::repl::KeyDecoder;

namespace {

std::string name_of(const InputEvent& event) {
  switch (event.kind) {
    case InputEvent::Kind::key:
      return weir::repl::key_name(event.key);
    case InputEvent::Kind::paste:
      return "paste(" + event.text + ")";
    case InputEvent::Kind::focus_in:
      return "focus-in";
    case InputEvent::Kind::focus_out:
      return "focus-out";
  }
  return {};
}

std::string names_of(const std::vector<InputEvent>& events) {
  std::string names;
  for (const InputEvent& event : events) names += (names.empty() ? "" : " ") + name_of(event);
  return names;
}

// What the bytes are, when nothing follows for a while.
std::string decode(std::string_view bytes) {
  KeyDecoder decoder;
  std::vector<InputEvent> events;
  decoder.feed(bytes, events);
  decoder.flush(events);
  return names_of(events);
}

}  // namespace

TEST_CASE("bytes of a terminal are keys", "[repl]") {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"a", "a"},
      {"\x01\t\r\n\x7f", "ctrl-a tab enter ctrl-j backspace"},
      {std::string_view("\0", 1), "ctrl-space"},
      {"é", "é"},
      {"\x1b[A\x1bOA", "up up"},
      {"\x1b[1;5C\x1b[1;3D\x1b[1;2H", "ctrl-right alt-left shift-home"},
      {"\x1b[3~\x1b[3;5~\x1b[15~\x1b[24~", "delete ctrl-delete f5 f12"},
      {"\x1b[Z", "shift-tab"},
      {"\x1b"
       "f\x1b\x7f\x1b\r",
       "alt-f alt-backspace alt-enter"},
      {"\x1b\x1b[A", "alt-up"},
      {"\x1bOP\x1b[[A\x1bOM\x1bOq", "f1 f1 enter 1"},
      // CSI-u, kitty and modifyOtherKeys
      {"\x1b[97;5u\x1b[102;3u\x1b[13;2u\x1b[27u", "ctrl-a alt-f shift-enter escape"},
      {"\x1b[97:65;2u\x1b[97;1:3u\x1b[57441;2u", "A"},
      {"\x1b[27;5;13~\x1b[27;6;65~", "ctrl-enter ctrl-shift-a"},
      {"\x1b[122;6u", "ctrl-shift-z"},
      // what is no key
      {"\x1b[<0;3;4M\x1b[M !!x", "x"},
      {"\x1b[?2026;2$yx\x1b]11;rgb:0/0/0\x07y\x1bP1$r\x1b\\z", "x y z"},
      {"\x1b[12;40R", ""},
      {"\x1b[I\x1b[O", "focus-in focus-out"},
      {"\x1b[97;9u", ""},
      // broken
      {"\xff"
       "a\xc3(",
       "\xEF\xBF\xBD a \xEF\xBF\xBD ("},
      {"\x1b[1;\x01", "ctrl-a"},
      // alone
      {"\x1b", "escape"},
      {"\x1b\x1b", "escape escape"},
      {"\x1b[", "alt-["},
      {"\x1bO", "alt-O"},
      {"\x1bPls", "alt-P l s"},
  };
  for (const auto& [bytes, expected] : rows) {
    INFO(weir::quote_word(bytes));
    CHECK(decode(bytes) == expected);
  }
}

TEST_CASE("a paste is one event with plain line ends", "[repl]") {
  CHECK(decode("\x1b[200~a\rb\r\nc\x1b[31m\x1b[201~d") == "paste(a\nb\nc\x1b[31m) d");
  CHECK(decode("\x1b[200~\xff\x1b[201~") == "paste(\xEF\xBF\xBD)");
}

TEST_CASE("Ctrl-C ends a paste whose end was lost", "[repl]") {
  KeyDecoder decoder;
  std::vector<InputEvent> events;
  decoder.feed("\x1b[200~abc", events);
  CHECK(events.empty());
  decoder.feed("\x03", events);
  CHECK(names_of(events) == "paste(abc) ctrl-c");
}

TEST_CASE("a decoder waits only for the rest of a sequence", "[repl]") {
  KeyDecoder decoder;
  std::vector<InputEvent> events;
  decoder.feed("\x1b", events);
  CHECK(decoder.is_waiting());
  decoder.feed("[A", events);
  CHECK_FALSE(decoder.is_waiting());
  decoder.feed("\xc3", events);
  CHECK_FALSE(decoder.is_waiting());  // the rest of a character may take as long as it likes
  decoder.feed("\xa9", events);
  CHECK(names_of(events) == "up é");
}

TEST_CASE("feed_one() takes no byte behind an event", "[repl]") {
  KeyDecoder decoder;
  std::vector<InputEvent> events;
  std::string_view bytes = "a\x1b[A\xc3\xa9\x1b[200~b\rc\x1b[201~\r\x1b[";
  std::vector<size_t> taken;
  while (!bytes.empty()) {
    taken.push_back(decoder.feed_one(bytes, events));
    bytes.remove_prefix(taken.back());
  }
  CHECK(taken == std::vector<size_t>{1, 3, 2, 15, 1, 2});
  CHECK(names_of(events) == "a up é paste(b\nc) enter");
}

TEST_CASE("where the bytes are split changes nothing", "[repl]") {
  weir::test::Random random;
  INFO("seed " << random.seed());
  const std::string_view pieces[] = {"\x1b[", "200~", "201~", "\x1b",     "O", "A",
                                     ";5",    "u",    "é",    "\xf0\x9f", "x", "\r",
                                     "\x1b]", "\x07", "M",    "<1"};
  for (int i = 0; i < 300; ++i) {
    std::string bytes = "a";
    for (uint32_t n = random.below(12); n > 0; --n)
      bytes += pieces[random.below(std::size(pieces))];
    KeyDecoder whole;
    KeyDecoder split;
    std::vector<InputEvent> expected;
    std::vector<InputEvent> events;
    whole.feed(bytes, expected);
    for (const char c : bytes) split.feed({&c, 1}, events);
    CHECK(names_of(events) == names_of(expected));
  }
}
