// What keys do in the line editor: its own commands, the search, the menu, text that is typed.
#include <algorithm>

#include "base/text.h"
#include "repl/grapheme.h"
#include "repl/line_editor.h"
#include "repl/word_motion.h"

namespace weir::repl {

namespace {

constexpr int kIndent = 2;

/// Words that close a construct, or its last part and begin another: they stand further left.
bool closes(std::string_view word) {
  static constexpr std::string_view kWords[] = {"done", "fi", "esac", "}", ")", "else", "elif"};
  return std::ranges::find(kWords, word) != std::end(kWords);
}

std::string_view first_word(std::string_view line) {
  const size_t begin = line.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  const size_t end = line.find_first_of(" ;\t", begin);
  return line.substr(begin, end == std::string_view::npos ? end : end - begin);
}

}  // namespace

/// The table of commands that need more than the text.
struct EditorCommands {
  struct Row {
    std::string_view name;
    std::string_view help;
    void (*run)(LineEditor& editor);
  };
  static const Row kRows[];

  static void edit(LineEditor& e, std::string_view name) {
    run_edit_command(e.editing_, *find_edit_command(name));
  }
  static void up(LineEditor& e) {
    if (!e.editing_.buffer.move_up()) e.walk_history(true);
  }
  static void down(LineEditor& e) {
    if (!e.editing_.buffer.move_down()) e.walk_history(false);
  }
  static void delete_or_exit(LineEditor& e) {
    if (e.editing_.buffer.empty())
      e.end(ReadLine::Kind::end_of_input);
    else
      edit(e, "delete-char");
  }
  static void close(LineEditor& e) {
    e.stop_completing();
    e.editing_.buffer.set_mark({});
  }
  template <bool whole>
  static void accept_or(LineEditor& e, std::string_view otherwise) {
    e.update_suggestion();
    if (e.suggestion_.empty() || e.editing_.buffer.cursor() != e.editing_.buffer.size())
      edit(e, otherwise);
    else
      e.accept_suggestion(whole);
  }
};

const EditorCommands::Row EditorCommands::kRows[] = {
    {"accept-line", "run the text, or begin another line of it where it is incomplete",
     [](LineEditor& e) { e.accept_line(); }},
    {"interrupt", "give the text up", [](LineEditor& e) { e.end(ReadLine::Kind::interrupted); }},
    {"delete-char-or-exit", "delete the character at the cursor; leave where there is no text",
     EditorCommands::delete_or_exit},
    {"close", "close what is open below the line, forget the mark", EditorCommands::close},
    {"complete", "complete the word; again: choose the next",
     [](LineEditor& e) { e.complete(false); }},
    {"complete-backward", "choose the previous candidate", [](LineEditor& e) { e.complete(true); }},
    {"up-or-history", "one line up, at the first an earlier entry with what is typed",
     EditorCommands::up},
    {"down-or-history", "one line down, at the last a later entry", EditorCommands::down},
    {"previous-history", "an earlier entry with what is typed",
     [](LineEditor& e) { e.walk_history(true); }},
    {"next-history", "a later entry with what is typed",
     [](LineEditor& e) { e.walk_history(false); }},
    {"search-history", "search the history in a list", [](LineEditor& e) { e.begin_search(); }},
    {"insert-last-word", "insert the last word of the entry before; again: of the one before that",
     [](LineEditor& e) { e.insert_last_word(); }},
    {"accept-suggestion", "take the suggestion", [](LineEditor& e) { e.accept_suggestion(true); }},
    {"accept-or-forward-char", "take the suggestion, or one character to the right",
     [](LineEditor& e) { EditorCommands::accept_or<true>(e, "forward-char"); }},
    {"accept-or-end-of-line", "take the suggestion, or go to the end of the line",
     [](LineEditor& e) { EditorCommands::accept_or<true>(e, "end-of-line"); }},
    {"accept-word-or-forward-word", "take a word of the suggestion, or go one to the right",
     [](LineEditor& e) { EditorCommands::accept_or<false>(e, "forward-word"); }},
    {"clear-screen", "clear the terminal", [](LineEditor& e) { e.clears_screen_ = true; }},
    {"quoted-insert", "insert the next key as it is", [](LineEditor& e) { e.quotes_next_ = true; }},
    {"edit-in-editor", "edit the text in $VISUAL or $EDITOR",
     [](LineEditor& e) { e.wants_external_edit_ = true; }},
};

std::vector<CommandName> editor_command_names() {
  std::vector<CommandName> names;
  for (const auto& row : EditorCommands::kRows) names.push_back({row.name, row.help});
  for (const EditCommand& command : edit_commands()) names.push_back({command.name, command.help});
  std::ranges::sort(names, {}, &CommandName::name);
  return names;
}

// ---- keys ------------------------------------------------------------------------------

void LineEditor::type_text(std::string_view text) {
  editing_.buffer.insert(text, ChangeKind::typed);
  editing_.last = Editing::Did::other;
}

void LineEditor::handle_paste(const std::string& text) {
  if (search_) return search_->set_query(search_->query() + text.substr(0, text.find('\n')));
  stop_completing();
  close_menu(true);
  walk_.reset();
  message_.clear();
  editing_.buffer.break_undo_group();
  editing_.buffer.insert(text);
  editing_.last = Editing::Did::other;
}

void LineEditor::handle_key(const Key& key) {
  message_.clear();
  if (std::exchange(quotes_next_, false)) {
    std::string text;
    const bool is_control = (key.modifiers & Key::ctrl) && key.code >= '@' && key.code < 0x7F;
    if (is_control)
      append_utf8(text, key.code & 0x1F);
    else if (key.code == Key::tab)
      text = "\t";
    else if (key.code == Key::enter)
      text = "\n";
    else if (key.code == Key::escape)
      text = "\x1b";
    else if (!key.is_named())
      append_utf8(text, key.code);
    return type_text(text);
  }
  if (search_ && handle_search_key(key)) return;
  pending_keys_.push_back(key);
  const KeyMap::Match match = keys_.find(pending_keys_);
  if (match.command.empty() && match.is_prefix) return;
  const bool is_alone = pending_keys_.size() == 1;
  pending_keys_.clear();
  if (menu_ && handle_menu_key(key, match.command)) return;
  if (!match.command.empty()) return run_command(std::string(match.command));
  if (!is_alone || !key.is_text()) return;
  walk_.reset();
  last_word_depth_.reset();
  stop_completing();
  if (key.code == ' ') expand_abbreviation();
  std::string text;
  append_utf8(text, key.code);
  type_text(text);
}

void LineEditor::run_command(std::string_view name) {
  const bool walks = name.ends_with("history");
  if (!walks) walk_.reset();
  if (name != "insert-last-word") last_word_depth_.reset();
  if (name != "complete" && name != "complete-backward") stop_completing();
  if (const EditCommand* command = find_edit_command(name))
    return run_edit_command(editing_, *command);
  const auto* row = std::ranges::find(EditorCommands::kRows, name, &EditorCommands::Row::name);
  if (row == std::end(EditorCommands::kRows)) {
    message_ = std::string(name) + " is no command of the editor; bindkey --commands lists them";
    return;
  }
  row->run(*this);
  if (!name.starts_with("accept-")) editing_.last = Editing::Did::other;
}

// ---- the end of a line -------------------------------------------------------------------

void LineEditor::accept_line() {
  expand_abbreviation();
  const std::string& text = editing_.buffer.text();
  const Continuation continuation =
      hooks_.continuation ? hooks_.continuation(text) : Continuation{};
  if (!continuation.is_complete) return begin_new_line();
  if (hooks_.continuation) move_closing_line_left();
  end(ReadLine::Kind::line);
}

Continuation LineEditor::continuation_at(size_t end) {
  return hooks_.continuation(std::string_view(editing_.buffer.text()).substr(0, end));
}

/// A line that closes something moves left, to where that began.
void LineEditor::move_closing_line_left() {
  TextBuffer& buffer = editing_.buffer;
  const size_t begin = buffer.line_begin(buffer.cursor());
  const std::string_view line =
      std::string_view(buffer.text()).substr(begin, buffer.cursor() - begin);
  const std::string_view word = first_word(line);
  if (begin == 0 || !closes(word) || continuation_at(begin).is_inside_text) return;
  const int depth = continuation_at(buffer.cursor()).depth;
  const bool goes_on = word == "else" || word == "elif";
  const auto wanted = static_cast<size_t>(std::max(0, goes_on ? depth - 1 : depth)) * kIndent;
  const size_t indent = line.find_first_not_of(' ');
  const size_t cursor = buffer.cursor() + wanted - indent;
  buffer.replace(begin, begin + indent, std::string(wanted, ' '));
  buffer.set_cursor(cursor);
}

/// At the cursor, indented by what is open there.
void LineEditor::begin_new_line() {
  TextBuffer& buffer = editing_.buffer;
  const TextBuffer::Group group(buffer);
  move_closing_line_left();
  buffer.insert("\n");  // behind it a here-document may begin
  const int depth = continuation_at(buffer.cursor()).depth;
  buffer.insert(std::string(static_cast<size_t>(std::max(0, depth)) * kIndent, ' '));
}

void LineEditor::expand_abbreviation() {
  TextBuffer& buffer = editing_.buffer;
  if (!hooks_.expand_abbreviation || buffer.cursor() == 0) return;
  const std::string text = buffer.text().substr(0, buffer.cursor());
  const auto words = shell_words(text);
  if (words.empty() || words.back().end != text.size()) return;
  const size_t begin = words.back().begin;
  const auto with =
      hooks_.expand_abbreviation({std::string_view(text).substr(begin), buffer.text(), begin});
  if (!with) return;
  buffer.break_undo_group();
  buffer.replace(begin, text.size(), *with);
  buffer.break_undo_group();
}

void LineEditor::accept_suggestion(bool whole) {
  update_suggestion();
  if (suggestion_.empty()) return;
  size_t end = suggestion_.size();
  if (!whole) end = word_forward(suggestion_, 0, WordKind::emacs);
  const std::string taken = suggestion_.substr(0, end);
  editing_.buffer.break_undo_group();
  editing_.buffer.insert(taken);
}

loop::Task<void> LineEditor::edit_externally() {
  if (!hooks_.edit_externally) co_return;
  lend_terminal();
  auto edited = co_await hooks_.edit_externally(editing_.buffer.text());
  if (!take_terminal()) co_return;
  if (!edited) {
    message_ = edited.error().message;
    co_return;
  }
  while (edited->ends_with('\n')) edited->pop_back();
  editing_.buffer.set_text(*edited);
}

// ---- history -----------------------------------------------------------------------------

void LineEditor::walk_history(bool older) {
  if (!walk_) {
    if (!older || !hooks_.history) return;
    walk_.emplace(hooks_.history(), editing_.buffer.text());
  }
  const std::string* entry = older ? walk_->older() : walk_->newer();
  if (entry) editing_.buffer.set_text(*entry);
}

void LineEditor::insert_last_word() {
  if (!hooks_.history) return;
  const auto entries = hooks_.history();
  for (size_t depth = last_word_depth_.value_or(0); depth < entries.size(); ++depth) {
    const std::string& entry = entries[entries.size() - 1 - depth];
    const auto words = shell_words(entry);
    if (words.empty()) continue;
    const std::string word =
        entry.substr(words.back().begin, words.back().end - words.back().begin);
    TextBuffer& buffer = editing_.buffer;
    const size_t begin = last_word_depth_ ? last_word_.begin : buffer.cursor();
    buffer.replace(begin, last_word_depth_ ? last_word_.end : begin, word);
    last_word_ = {static_cast<uint32_t>(begin), static_cast<uint32_t>(begin + word.size())};
    last_word_depth_ = depth + 1;
    return;
  }
}

void LineEditor::begin_search() {
  if (!hooks_.history) return;
  close_menu(true);
  before_search_ = editing_.buffer.text();
  search_.emplace(hooks_.history());
  if (!before_search_.empty()) search_->set_query(before_search_);
}

void LineEditor::end_search(bool take) {
  const std::string* chosen = search_->chosen();
  if (take && chosen) editing_.buffer.set_text(*chosen);
  search_.reset();
}

/// False: the search is over, and the key means what it means outside.
bool LineEditor::handle_search_key(const Key& key) {
  const KeyMap::Match match = keys_.find({key});
  const std::string_view command = match.command;
  const bool goes_older =
      command == "search-history" || command == "up-or-history" || command == "previous-history";
  const bool goes_newer =
      command == "down-or-history" || command == "next-history" || key == Key{'s', Key::ctrl};
  if (goes_older) {
    search_->older();
  } else if (goes_newer) {
    search_->newer();
  } else if (key.is_text()) {
    std::string query = search_->query();
    append_utf8(query, key.code);
    search_->set_query(std::move(query));
  } else if (command == "backward-delete-char") {
    const std::string& query = search_->query();
    search_->set_query(query.substr(0, previous_grapheme(query, query.size())));
  } else if (command == "backward-kill-line" || command == "backward-kill-shell-word" ||
             command == "backward-kill-word") {
    search_->set_query({});
  } else if (command == "close" || command == "interrupt") {
    end_search(false);
  } else {
    end_search(true);
    return command != "accept-line" && command != "complete" ? false : true;
  }
  return true;
}

// ---- completion ------------------------------------------------------------------------------

/// While an answer is on its way, what is chosen waits for it.
void LineEditor::complete(bool backward) {
  if (is_completing_) return awaiting_answer_.push_back(backward);
  if (menu_) {
    menu_->move(backward ? -1 : 1);
    return preview(menu_->chosen());
  }
  if (hooks_.complete && !backward) begin_completing(false);
}

void LineEditor::stop_completing() {
  completing_.cancel();
  is_completing_ = false;
  awaiting_answer_.clear();
}

void LineEditor::begin_completing(bool narrows) {
  stop_completing();
  completing_ = loop::CancelSource(stop_.token());
  is_completing_ = true;
  CompletionRequest request{editing_.buffer.text(), editing_.buffer.cursor(), completing_.token()};
  tasks_->start_later(ask_for_completions(std::move(request), editing_.buffer.version(), narrows));
}

loop::Task<void> LineEditor::ask_for_completions(CompletionRequest request, uint64_t version,
                                                 bool narrows) {
  const loop::CancelToken token = request.token;
  Completions completions = co_await hooks_.complete(std::move(request));
  if (token.cancelled()) co_return;
  is_completing_ = false;
  const std::vector<bool> awaiting = std::exchange(awaiting_answer_, {});
  if (version != editing_.buffer.version() || result_) co_return;
  if (narrows)
    narrow_menu(std::move(completions));
  else
    show_completions(std::move(completions));
  for (const bool backward : awaiting) complete(backward);
  wake_.set();
}

/// What was typed meanwhile fits fewer, or more: nothing is settled by that.
void LineEditor::narrow_menu(Completions completions) {
  menu_.reset();
  if (!completions.candidates.empty()) menu_.emplace(std::move(completions));
}

/// A key that changes the word while no candidate is chosen: the menu follows. False: it is none.
bool LineEditor::edit_behind_menu(const Key& key, std::string_view command) {
  const Span at = menu_->completions().replaced;
  const bool is_text = command.empty() && key.is_text() && key.code != ' ';
  const bool is_delete = command == "backward-delete-char" && editing_.buffer.cursor() > at.begin;
  if (menu_->chosen() || (!is_text && !is_delete)) return false;
  const size_t before = editing_.buffer.size();
  if (is_text) {
    std::string text;
    append_utf8(text, key.code);
    type_text(text);
  } else {
    run_command(command);
  }
  menu_->grow_replaced(static_cast<int>(editing_.buffer.size()) - static_cast<int>(before));
  begin_completing(true);
  return true;
}

void LineEditor::show_completions(Completions completions) {
  if (completions.candidates.empty()) return;
  completions.replaced.end =
      std::min(completions.replaced.end, static_cast<uint32_t>(editing_.buffer.size()));
  const std::string prefix = common_prefix(completions.candidates);
  const Span at = completions.replaced;
  const bool is_one = completions.candidates.size() == 1;
  menu_.emplace(std::move(completions));
  if (is_one) {
    const Candidate only = menu_->completions().candidates[0];
    return settle(only);
  }
  if (prefix.size() > at.end - at.begin) {
    editing_.buffer.break_undo_group();
    editing_.buffer.replace(at.begin, at.end, prefix);
    editing_.buffer.break_undo_group();
    Completions moved = menu_->completions();
    moved.replaced.end = static_cast<uint32_t>(at.begin + prefix.size());
    menu_.emplace(std::move(moved));
  }
}

/// Shows a candidate in the text; the one shown before goes.
void LineEditor::preview(const Candidate* candidate) {
  if (std::exchange(has_preview_, false)) editing_.buffer.undo();
  if (!candidate) return;
  const Span at = menu_->completions().replaced;
  editing_.buffer.break_undo_group();
  const uint64_t before = editing_.buffer.version();
  editing_.buffer.replace(at.begin, at.end, candidate->text);
  editing_.buffer.break_undo_group();
  has_preview_ = editing_.buffer.version() != before;
}

void LineEditor::settle(const Candidate& candidate) {
  const Candidate taken = candidate;
  preview(nullptr);
  const Span at = menu_->completions().replaced;
  // A suffix that stands there already is not written twice.
  const bool has_suffix =
      std::string_view(editing_.buffer.text()).substr(at.end).starts_with(taken.suffix);
  editing_.buffer.break_undo_group();
  editing_.buffer.replace(at.begin, at.end, taken.text + (has_suffix ? "" : taken.suffix));
  editing_.buffer.break_undo_group();
  menu_.reset();
}

void LineEditor::close_menu(bool keep) {
  if (!menu_) return;
  stop_completing();
  if (!keep) preview(nullptr);
  has_preview_ = false;
  menu_.reset();
}

/// False: the menu is closed with what it shows, and the key means what it means outside.
bool LineEditor::handle_menu_key(const Key& key, std::string_view command) {
  const auto move = [&](auto how) {
    stop_completing();
    how();
    preview(menu_->chosen());
    return true;
  };
  if (command == "complete" || command == "complete-backward") {
    complete(command != "complete");
    return true;
  }
  if (edit_behind_menu(key, command)) return true;
  if (key.code == Key::page_down) return move([&] { menu_->move_page(1); });
  if (key.code == Key::page_up) return move([&] { menu_->move_page(-1); });
  if (command == "down-or-history") return move([&] { menu_->move_row(1); });
  if (command == "up-or-history") return move([&] { menu_->move_row(-1); });
  if (menu_->chosen() && key.code == Key::right) return move([&] { menu_->move(1); });
  if (menu_->chosen() && key.code == Key::left) return move([&] { menu_->move(-1); });
  if (command == "close") {
    close_menu(false);
    return true;
  }
  if (command == "accept-line" && menu_->chosen()) {
    stop_completing();
    const Candidate chosen = *menu_->chosen();
    settle(chosen);
    return true;
  }
  close_menu(true);
  return false;
}

}  // namespace weir::repl
