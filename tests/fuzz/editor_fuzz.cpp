// The line editor without its terminal: any bytes through the key decoder into the text, with
// resizes between; the screen's frame must stay within the terminal, the cursor between
// characters, undo must lead back to nothing.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "repl/edit_commands.h"
#include "repl/grapheme.h"
#include "repl/key_decoder.h"
#include "repl/key_map.h"
#include "repl/layout.h"
#include "repl/screen.h"

using namespace weir::repl;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void apply(Editing& editing, const KeyMap& keys, const InputEvent& event) {
  if (event.kind == InputEvent::Kind::paste) return editing.buffer.insert(event.text);
  if (event.kind != InputEvent::Kind::key) return;
  const KeyMap::Match match = keys.find({event.key});
  const EditCommand* command = find_edit_command(match.command);
  if (command) return run_edit_command(editing, *command);
  std::string text;
  if (event.key.is_text()) weir::append_utf8(text, event.key.code);
  editing.buffer.insert(text, ChangeKind::typed);
}

void check_frame(const Editing& editing, TerminalSize size, Screen& screen) {
  static const Prompt kPrompt{"$ ", "right", "> "};
  const std::vector<StyledSpan> highlights;
  const std::vector<StyledLine> below;
  const Layout layout = lay_out({.prompt = kPrompt,
                                 .text = editing.buffer.text(),
                                 .cursor = editing.buffer.cursor(),
                                 .highlights = highlights,
                                 .below = below,
                                 .size = size});
  require(layout.frame.rows.size() <= size.rows);
  require(layout.frame.cursor.row < layout.frame.rows.size() &&
          layout.frame.cursor.column < size.columns);
  for (const Row& row : layout.frame.rows) require(row.cells.size() <= size.columns);
  (void)screen.paint(layout.frame, size);
  require(screen.paint(layout.frame, size).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const KeyMap keys = KeyMap::emacs();
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Editing editing;
  KeyDecoder decoder;
  Screen screen;
  TerminalSize terminal{80, 24};
  // The first byte of each piece is its length and says whether a resize or a pause follows.
  while (!bytes.empty()) {
    const auto head = static_cast<unsigned char>(bytes[0]);
    const std::string_view piece = bytes.substr(1, head & 15);
    bytes.remove_prefix(1 + piece.size());
    std::vector<InputEvent> events;
    decoder.feed(piece, events);
    if (head & 16) decoder.flush(events);
    for (const InputEvent& event : events) {
      apply(editing, keys, event);
      require(grapheme_boundary(editing.buffer.text(), editing.buffer.cursor()) ==
              editing.buffer.cursor());
    }
    if (head & 32) {
      terminal = {size_t{1} + (head >> 6), size_t{1} + (head & 7)};
      screen.resized(terminal);
    }
    check_frame(editing, terminal, screen);
  }
  while (editing.buffer.undo()) {
  }
  require(editing.buffer.text().empty());
  return 0;
}
