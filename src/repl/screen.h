// Screen: paints frames on a terminal by writing only what differs from the one before.
//
// Gives bytes and writes nothing itself: one string a frame, to be written in one
// piece. It knows where the terminal's cursor is relative to the frame's first
// row, never where that is on the terminal; so it moves relatively, and output
// above is left alone. Rows that continue each other are wrapped by the terminal
// itself, so that text copied from it is whole.
#pragma once

#include <string>

#include "repl/cell.h"

namespace weir::repl {

struct PaintOptions {
  bool synchronizes = false;  // the terminal knows mode 2026
  bool reflows = true;        // it wraps its lines anew when it is resized
  std::string prompt_mark;    // written before a prompt that begins anew, and
  std::string text_mark;      // behind it, once each (OSC 133;A and B)
};

class Screen {
 public:
  explicit Screen(PaintOptions options = {}) : options_(options) {}

  /// What makes the terminal show `frame`. REQUIRES: it was laid out for `size`.
  std::string paint(const Frame& frame, TerminalSize size);
  /// Goes below the frame and leaves it there: the next one begins anew at the cursor's row.
  std::string finish();
  /// Takes the frame away; the cursor is where it began.
  std::string erase();
  /// The terminal has cleared itself (Ctrl-L): the next frame begins at the top.
  std::string clear_terminal();
  /// The terminal has another size; the next frame replaces what is left of the last one.
  void resized(TerminalSize size);

 private:
  struct Shown {
    Row row;
    bool is_soft = false;  // the terminal itself wrapped it into the next one
  };

  void begin_frame(std::string& out);
  void paint_prompt(const Frame& frame, std::string& out);
  void paint_row(size_t index, const Row& row, std::string& out);
  void paint_cells(size_t index, const Row& row, size_t begin, size_t end, std::string& out);
  void join_rows(size_t index, const Frame& frame, std::string& out);
  void erase_below(size_t count, std::string& out);
  void move_to(Place place, std::string& out);
  void set_style(const Style& style, std::string& out);
  size_t rows_above_after_reflow(size_t columns) const;
  void forget();

  const PaintOptions options_;
  std::vector<Shown> shown_;
  Place cursor_;
  bool column_is_known_ = true;
  Style style_;
  size_t columns_ = 80;
  size_t stale_above_ = 0;  // rows of an old frame above the cursor, to be erased
  bool begins_ = true;
};

}  // namespace weir::repl
