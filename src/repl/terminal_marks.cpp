#include "repl/terminal_marks.h"

#include <fmt/format.h>

#include "base/text.h"

namespace weir::repl {

namespace {

bool is_unreserved(unsigned char c) {
  const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  const bool is_digit = c >= '0' && c <= '9';
  return is_letter || is_digit ||
         std::string_view("/-._~").find(static_cast<char>(c)) != std::string_view::npos;
}

/// RFC 3986 2.1.
std::string percent_encoded(std::string_view path) {
  std::string text;
  for (const unsigned char c : path) {
    if (is_unreserved(c))
      text += static_cast<char>(c);
    else
      text += fmt::format("%{:02X}", c);
  }
  return text;
}

}  // namespace

TerminalMarks::TerminalMarks(std::string_view terminal)
    : are_shown_(!terminal.empty() && terminal != "dumb") {}

std::string TerminalMarks::sequence(std::string_view body) const {
  return are_shown_ ? fmt::format("\x1b]{}\x1b\\", body) : std::string();
}

std::string TerminalMarks::prompt_begins() const { return sequence("133;A"); }
std::string TerminalMarks::prompt_ends() const { return sequence("133;B"); }
std::string TerminalMarks::entry_begins() const { return sequence("133;C"); }
std::string TerminalMarks::entry_ended(int status) const {
  return sequence(fmt::format("133;D;{}", status));
}

std::string TerminalMarks::directory(std::string_view host, std::string_view path) const {
  return sequence(fmt::format("7;file://{}{}", percent_encoded(host), percent_encoded(path)));
}

std::string TerminalMarks::title(std::string_view text) const {
  return sequence("2;" + one_line(text));
}

}  // namespace weir::repl
