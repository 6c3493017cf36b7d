#include "builtins/line_input_support.h"

namespace weir::builtins {

using loop::CancelToken;
using loop::Task;
using scheduler::OpenFile;
using scheduler::ReadResult;

namespace {

/// Takes the backslashes of a piece out. True when the line goes on.
bool append_unescaped(std::string_view piece, const LineRules& rules, InputLine& line) {
  for (size_t i = 0; i < piece.size(); ++i) {
    if (piece[i] != '\\') {
      if (piece[i] == rules.delimiter && i + 1 == piece.size()) return false;
      line.append(piece.substr(i, 1), false);
      continue;
    }
    if (++i == piece.size()) return false;  // a backslash at the end of the input goes
    // A backslash and a newline join lines; any other character stays as it is.
    if (piece[i] != '\n') line.append(piece.substr(i, 1), true);
    if (i + 1 == piece.size() && piece[i] == rules.delimiter) return true;
  }
  return false;
}

size_t character_size(char first) {
  const auto byte = static_cast<unsigned char>(first);
  if (byte >= 0xf0 && byte < 0xf8) return 4;
  if (byte >= 0xe0) return byte < 0xf0 ? 3 : 1;
  return byte >= 0xc2 ? 2 : 1;
}

/// One character; empty when the input has to say why not.
Task<std::string> next_character(OpenFile& file, const CancelToken& token, LineInput& input) {
  std::string character;
  do {
    auto byte = co_await file.read_some(1, token);
    if (!byte)
      input.failure = std::move(byte.error());
    else if (!*byte || (*byte)->empty())
      input.at_end = true;
    else
      character += **byte;
    if (input.failure || input.at_end) break;
  } while (character.size() < character_size(character[0]));
  co_return character;
}

Task<void> read_characters(OpenFile& file, const LineRules& rules, const CancelToken& token,
                           LineInput& input) {
  for (int64_t count = 0; count < rules.characters;) {
    std::string character = co_await next_character(file, token, input);
    if (character.empty()) co_return;
    if (rules.limit == LineLimit::at_most && character[0] == rules.delimiter) co_return;
    const bool escapes = !rules.raw && character[0] == '\\';
    if (escapes) {
      character = co_await next_character(file, token, input);
      if (character.empty()) co_return;
      if (character[0] == '\n') continue;
    }
    input.line.append(character, escapes);
    ++count;
    if (input.failure || input.at_end) co_return;
  }
}

}  // namespace

bool take_piece(ReadResult piece, const LineRules& rules, LineInput& input) {
  if (!piece) {
    input.failure = std::move(piece.error());
    return false;
  }
  if (!*piece) {
    input.at_end = true;
    return false;
  }
  std::string& text = **piece;
  const bool complete = !text.empty() && text.back() == rules.delimiter;
  input.at_end = !complete;
  if (!rules.raw && text.find('\\') != std::string::npos) {
    const bool goes_on = append_unescaped(text, rules, input.line);
    return goes_on && complete;
  }
  if (complete) text.pop_back();
  if (input.line.text.empty())
    input.line.text = std::move(text);
  else
    input.line.append(text, false);
  return false;
}

Task<void> read_line_input(OpenFile& file, const LineRules& rules, const CancelToken& token,
                           LineInput& input) {
  if (rules.limit != LineLimit::delimiter) {
    co_await read_characters(file, rules, token, input);
    co_return;
  }
  while (take_piece(co_await file.read_line(rules.delimiter, token), rules, input)) {
  }
}

}  // namespace weir::builtins
