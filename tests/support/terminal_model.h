// TerminalModel: a terminal without a window, as libvterm models it.
//
// For tests of what is painted: it takes the bytes that a program writes to its terminal and tells
// what a person would see. This version of libvterm does not wrap lines anew when it is resized
// (it cuts them, as xterm does), and in a terminal of one column it keeps waiting to wrap.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "repl/cell.h"

struct VTerm;
struct VTermScreen;

namespace weir::test {

class TerminalModel {
 public:
  explicit TerminalModel(repl::TerminalSize size);
  ~TerminalModel();
  TerminalModel(const TerminalModel&) = delete;
  TerminalModel& operator=(const TerminalModel&) = delete;

  void write(std::string_view bytes);
  void resize(repl::TerminalSize size);
  /// What the terminal itself has to say to the program (where its cursor is, …), once.
  std::string take_answers();

  repl::TerminalSize size() const { return size_; }
  repl::Place cursor() const;
  /// One row without the blanks at its end.
  std::string row(size_t index) const;
  /// All rows, those below the last one with text left out.
  std::vector<std::string> rows() const;
  /// Rows that went out at the top, oldest first.
  const std::vector<std::string>& scrolled() const { return scrolled_; }
  repl::Cell cell(repl::Place place) const;

 private:
  repl::TerminalSize size_;
  VTerm* term_;
  VTermScreen* screen_;
  std::vector<std::string> scrolled_;
};

/// A text without the blanks at its end.
std::string without_end(std::string text);

}  // namespace weir::test
