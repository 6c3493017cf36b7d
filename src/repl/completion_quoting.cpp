#include "repl/completion_quoting.h"

#include "base/text.h"

namespace weir::repl {

namespace {

/// Inside of "…": what expands or ends it is escaped.
std::string in_double_quotes(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (std::string_view("$\"\\`").find(c) != std::string_view::npos) text += '\\';
    text += c;
  }
  return text;
}

/// Inside of '…': a quote needs the word to leave and to come back.
std::string in_single_quotes(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '\'')
      text += "'\\''";
    else
      text += c;
  }
  return text;
}

/// Inside of $'…'.
std::string in_dollar_quotes(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  return text;
}

bool has_control(std::string_view value) {
  for (const unsigned char c : value) {
    if (c < ' ' || c == 0x7f) return true;
  }
  return false;
}

/// A backslash before each character that means something: short, and typing goes on in it.
std::string with_backslashes(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (std::string_view(" !\"#$&'()*;<>?[\\]^`{|}~").find(c) != std::string_view::npos)
      text += '\\';
    text += c;
  }
  return text;
}

}  // namespace

std::string quote_for(std::string_view value, Quote quote) {
  switch (quote) {
    case Quote::double_:
      return in_double_quotes(value);
    case Quote::single:
      return in_single_quotes(value);
    case Quote::dollar:
      return in_dollar_quotes(value);
    case Quote::none:
      break;
  }
  // What a backslash cannot write (a newline) needs $'…'.
  return has_control(value) || !is_utf8(value) ? quote_word(value) : with_backslashes(value);
}

std::string_view opening_quote(Quote quote) {
  return quote == Quote::dollar ? "$'" : closing_quote(quote);
}

std::string_view closing_quote(Quote quote) {
  switch (quote) {
    case Quote::double_:
      return "\"";
    case Quote::single:
    case Quote::dollar:
      return "'";
    case Quote::none:
      break;
  }
  return {};
}

}  // namespace weir::repl
