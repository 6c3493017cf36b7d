#include "repl/edit_commands.h"

#include <algorithm>

#include "base/text.h"
#include "repl/grapheme.h"
#include "repl/word_motion.h"

namespace weir::repl {

namespace {

using Join = KillRing::Join;

// ---- movement -------------------------------------------------------------------

void forward_char(Editing& e) {
  e.buffer.set_cursor(next_grapheme(e.buffer.text(), e.buffer.cursor()));
}
void backward_char(Editing& e) {
  e.buffer.set_cursor(previous_grapheme(e.buffer.text(), e.buffer.cursor()));
}
void beginning_of_line(Editing& e) { e.buffer.set_cursor(e.buffer.line_begin(e.buffer.cursor())); }
void end_of_line(Editing& e) { e.buffer.set_cursor(e.buffer.line_end(e.buffer.cursor())); }
void beginning_of_text(Editing& e) { e.buffer.set_cursor(0); }
void end_of_text(Editing& e) { e.buffer.set_cursor(e.buffer.size()); }
void previous_line(Editing& e) { e.buffer.move_up(); }
void next_line(Editing& e) { e.buffer.move_down(); }

template <WordKind kind>
size_t word_after(const Editing& e) {
  return word_forward(e.buffer.text(), e.buffer.cursor(), kind);
}
template <WordKind kind>
size_t word_before(const Editing& e) {
  return word_backward(e.buffer.text(), e.buffer.cursor(), kind);
}
template <WordKind kind>
void forward_word(Editing& e) {
  e.buffer.set_cursor(word_after<kind>(e));
}
template <WordKind kind>
void backward_word(Editing& e) {
  e.buffer.set_cursor(word_before<kind>(e));
}

// ---- deleting and killing --------------------------------------------------------

void delete_char(Editing& e) {
  e.buffer.erase(e.buffer.cursor(), next_grapheme(e.buffer.text(), e.buffer.cursor()),
                 ChangeKind::erased);
}
void backward_delete_char(Editing& e) {
  e.buffer.erase(previous_grapheme(e.buffer.text(), e.buffer.cursor()), e.buffer.cursor(),
                 ChangeKind::erased);
}

void kill(Editing& e, size_t begin, size_t end, Join join) {
  e.kills.add(e.buffer.erase(begin, end), e.last == Editing::Did::kill ? join : Join::none);
  e.now = Editing::Did::kill;
}

void kill_line(Editing& e) {
  const size_t at = e.buffer.cursor();
  const size_t end = e.buffer.line_end(at);
  kill(e, at, at == end ? end + 1 : end, Join::after);  // at its end the line break itself
}
void backward_kill_line(Editing& e) {
  const size_t at = e.buffer.cursor();
  const size_t begin = e.buffer.line_begin(at);
  kill(e, at == begin && at > 0 ? begin - 1 : begin, at, Join::before);
}
void kill_whole_line(Editing& e) {
  const size_t at = e.buffer.cursor();
  kill(e, e.buffer.line_begin(at), e.buffer.line_end(at) + 1, Join::after);
}
template <WordKind kind>
void kill_word(Editing& e) {
  kill(e, e.buffer.cursor(), word_after<kind>(e), Join::after);
}
template <WordKind kind>
void backward_kill_word(Editing& e) {
  kill(e, word_before<kind>(e), e.buffer.cursor(), Join::before);
}
void kill_region(Editing& e) {
  const auto region = e.buffer.region();
  if (!region) return;
  kill(e, region->begin, region->end, Join::after);
  e.buffer.set_mark({});
}
void copy_region(Editing& e) {
  const auto region = e.buffer.region();
  if (!region) return;
  e.kills.add(e.buffer.text().substr(region->begin, region->end - region->begin), Join::none);
  e.buffer.set_mark({});
}

void yank(Editing& e) {
  if (e.kills.empty()) return;
  const size_t at = e.buffer.cursor();
  const std::string text = e.kills.current();
  e.buffer.insert(text);
  e.yanked = {static_cast<uint32_t>(at), static_cast<uint32_t>(at + text.size())};
  e.now = Editing::Did::yank;
}
void yank_pop(Editing& e) {
  if (e.last != Editing::Did::yank || e.kills.empty()) return;
  e.kills.rotate();
  const std::string text = e.kills.current();
  e.buffer.replace(e.yanked.begin, e.yanked.end, text);
  e.yanked.end = static_cast<uint32_t>(e.yanked.begin + text.size());
  e.now = Editing::Did::yank;
}

void set_mark(Editing& e) { e.buffer.set_mark(e.buffer.cursor()); }
void exchange_point_and_mark(Editing& e) {
  const auto mark = e.buffer.mark();
  if (!mark) return;
  e.buffer.set_mark(e.buffer.cursor());
  e.buffer.set_cursor(*mark);
}

// ---- transposing and case ----------------------------------------------------------

/// The two characters around the cursor; at a line's end the two before it.
void transpose_chars(Editing& e) {
  const std::string& text = e.buffer.text();
  size_t middle = e.buffer.cursor();
  if (middle == e.buffer.line_end(middle)) middle = previous_grapheme(text, middle);
  if (middle <= e.buffer.line_begin(middle)) return;
  const size_t begin = previous_grapheme(text, middle);
  const size_t end = next_grapheme(text, middle);
  e.buffer.replace(begin, end,
                   text.substr(middle, end - middle) + text.substr(begin, middle - begin));
}

/// The word before the cursor and the one at it.
template <WordKind kind>
void transpose_words(Editing& e) {
  const std::string& text = e.buffer.text();
  const size_t second_end = word_forward(text, e.buffer.cursor(), kind);
  const size_t second = word_backward(text, second_end, kind);
  const size_t first = word_backward(text, second, kind);
  const size_t first_end = word_forward(text, first, kind);
  if (first == second || first_end > second) return;
  e.buffer.replace(first, second_end,
                   text.substr(second, second_end - second) +
                       text.substr(first_end, second - first_end) +
                       text.substr(first, first_end - first));
}

template <class Change>
void change_word(Editing& e, Change change) {
  const size_t begin = e.buffer.cursor();
  const size_t end = word_after<WordKind::emacs>(e);
  if (begin < end) e.buffer.replace(begin, end, change(e.buffer.text().substr(begin, end - begin)));
}
void upcase_word(Editing& e) {
  change_word(e, [](const std::string& word) { return upper_all(word); });
}
void downcase_word(Editing& e) {
  change_word(e, [](const std::string& word) { return lower_all(word); });
}
void capitalize_word(Editing& e) {
  change_word(e, [](const std::string& word) {
    const size_t letter = word_backward(word, word.size(), WordKind::emacs);
    return word.substr(0, letter) + upper_first(lower_all(word.substr(letter)));
  });
}

// ---- other ---------------------------------------------------------------------------

void insert_newline(Editing& e) { e.buffer.insert("\n"); }
void undo(Editing& e) { e.buffer.undo(); }
void redo(Editing& e) { e.buffer.redo(); }

/// A # before each line, or away from it: the text is kept and does nothing.
void toggle_comment(Editing& e) {
  const TextBuffer::Group group(e.buffer);
  const std::string before = e.buffer.text();
  const bool is_comment = before.starts_with('#');
  std::string after;
  for (size_t line = 0; line <= before.size();) {
    const size_t end = std::min(before.find('\n', line), before.size());
    std::string_view text = std::string_view(before).substr(line, end - line);
    if (is_comment && text.starts_with('#'))
      text.remove_prefix(1);
    else if (!is_comment)
      after += '#';
    after.append(text);
    if (end < before.size()) after += '\n';
    line = end + 1;
  }
  e.buffer.replace(0, before.size(), after);
}

constexpr EditCommand kCommands[] = {
    {"forward-char", "one character to the right", forward_char},
    {"backward-char", "one character to the left", backward_char},
    {"forward-word", "to the end of the word", forward_word<WordKind::emacs>},
    {"backward-word", "to the beginning of the word", backward_word<WordKind::emacs>},
    {"forward-shell-word", "to the end of the argument", forward_word<WordKind::shell>},
    {"backward-shell-word", "to the beginning of the argument", backward_word<WordKind::shell>},
    {"beginning-of-line", "to the beginning of the line", beginning_of_line},
    {"end-of-line", "to the end of the line", end_of_line},
    {"beginning-of-text", "to the beginning of the text", beginning_of_text},
    {"end-of-text", "to the end of the text", end_of_text},
    {"previous-line", "one line up in the text", previous_line},
    {"next-line", "one line down in the text", next_line},
    {"delete-char", "delete the character at the cursor", delete_char},
    {"backward-delete-char", "delete the character before the cursor", backward_delete_char},
    {"kill-line", "cut to the end of the line", kill_line},
    {"backward-kill-line", "cut to the beginning of the line", backward_kill_line},
    {"kill-whole-line", "cut the line", kill_whole_line},
    {"kill-word", "cut to the end of the word", kill_word<WordKind::emacs>},
    {"backward-kill-word", "cut to the beginning of the word", backward_kill_word<WordKind::emacs>},
    {"kill-shell-word", "cut to the end of the argument", kill_word<WordKind::shell>},
    {"backward-kill-shell-word", "cut to the beginning of the argument",
     backward_kill_word<WordKind::shell>},
    {"backward-kill-path-part", "cut to the last / of the argument",
     backward_kill_word<WordKind::path>},
    {"kill-region", "cut what is between mark and cursor", kill_region},
    {"copy-region", "copy what is between mark and cursor", copy_region},
    {"yank", "put in what was cut last", yank},
    {"yank-pop", "after yank: what was cut before that instead", yank_pop},
    {"set-mark", "set the mark at the cursor", set_mark},
    {"exchange-point-and-mark", "go to the mark and leave it here", exchange_point_and_mark},
    {"transpose-chars", "swap the characters around the cursor", transpose_chars},
    {"transpose-words", "swap the words around the cursor", transpose_words<WordKind::emacs>},
    {"transpose-shell-words", "swap the arguments around the cursor",
     transpose_words<WordKind::shell>},
    {"upcase-word", "write the word in capitals", upcase_word},
    {"downcase-word", "write the word in small letters", downcase_word},
    {"capitalize-word", "begin the word with a capital", capitalize_word},
    {"insert-newline", "begin a new line of the text", insert_newline},
    {"toggle-comment", "make the text a comment, or no comment", toggle_comment},
    {"undo", "take the last change back", undo},
    {"redo", "make the change again that was taken back", redo},
};

}  // namespace

std::span<const EditCommand> edit_commands() { return kCommands; }

const EditCommand* find_edit_command(std::string_view name) {
  const auto* found = std::ranges::find(kCommands, name, &EditCommand::name);
  return found == std::end(kCommands) ? nullptr : found;
}

void run_edit_command(Editing& editing, const EditCommand& command) {
  editing.now = Editing::Did::other;
  command.run(editing);
  editing.last = editing.now;
}

}  // namespace weir::repl
