// The editor's life: reading, painting, waiting. What keys do is in line_editor_commands.cpp.
#include "repl/line_editor.h"

#include <csignal>

#include "repl/layout.h"

namespace weir::repl {

namespace {

using loop::Task;

constexpr auto kEscapeDelay = std::chrono::milliseconds(50);
constexpr std::string_view kBeginModes = "\x1b[?2004h";  // bracketed paste
constexpr std::string_view kEndModes = "\x1b[?2004l";
constexpr Style kMessageStyle{.foreground = Color::palette(1)};
constexpr Style kRegionStyle{.attributes = Style::reverse};

/// Output that did not end its line is marked and ended: where the cursor stands at a line's begin,
/// nothing of it is seen (the mark is written over).
std::string end_partial_line(size_t columns) {
  std::string out = "\x1b[0;7m%\x1b[0m";
  if (columns > 1) out.append(columns - 1, ' ');
  return out + "\r \r";
}

/// Lines for a terminal in raw mode.
std::string with_carriage_returns(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

}  // namespace

LineEditor::LineEditor(loop::Loop& loop, Terminal& terminal, KeyMap& keys, EditorHooks hooks,
                       PaintOptions paint)
    : loop_(loop),
      terminal_(terminal),
      keys_(keys),
      hooks_(std::move(hooks)),
      screen_(paint),
      wake_(loop),
      input_taken_(loop),
      painted_(loop) {}

// ---- one line ---------------------------------------------------------------------

void LineEditor::begin_reading(Prompt prompt, std::string begun) {
  prompt_ = std::move(prompt);
  editing_.buffer.reset(std::move(begun));
  editing_.last = Editing::Did::other;
  pending_keys_.clear();
  quotes_next_ = false;
  suggestion_.clear();
  message_.clear();
  viewport_ = 0;
  walk_.reset();
  search_.reset();
  menu_.reset();
  has_preview_ = false;
  last_word_depth_.reset();
  result_.reset();
  is_last_frame_ = false;
  stop_ = loop::CancelSource();
  is_reading_ = true;
  send(end_partial_line(terminal_.size().columns).append(kBeginModes));
}

Task<ReadLine> LineEditor::read_line(Prompt prompt, std::string begun) {
  if (!terminal_.enter_raw()) co_return ReadLine{ReadLine::Kind::hangup, {}};
  begin_reading(std::move(prompt), std::move(begun));
  tasks_ = std::make_unique<loop::TaskGroup>(loop_);
  const loop::SignalWatcher resizes(loop_, SIGWINCH, [this] {
    screen_.resized(terminal_.size());
    refresh();
  });
  wait_for_escape();
  co_await handle_events();  // typed ahead
  begin_input();
  for (;;) {
    co_await handle_events();
    if (std::exchange(steps_aside_, false) && !result_) co_await be_aside();
    if (result_) break;
    if (!is_flushing_) paint();
    input_taken_.set();
    (void)co_await wake_.wait();
    wake_.reset();
  }
  leave_terminal();
  stop_.cancel();
  stop_completing();
  escape_timer_.cancel();
  co_await tasks_->join();
  tasks_.reset();
  co_await loop_.yield();  // signals from before are seen before: they are not for this entry
  give_terminal_back();
  is_reading_ = false;
  painted_.pulse();
  co_return std::move(*result_);
}

void LineEditor::leave_terminal() {
  paint_last();
  if (result_->kind == ReadLine::Kind::interrupted) send("^C");
  send(screen_.finish().append(kEndModes));
}

/// To somebody who takes its keys meanwhile.
void LineEditor::lend_terminal() {
  send(screen_.erase().append(kEndModes));
  reading_.cancel();
  put_typed_back();
  terminal_.leave_raw();
}

/// False: it is gone.
bool LineEditor::take_terminal() {
  const bool is_there = terminal_.enter_raw().has_value();
  if (is_there)
    send(end_partial_line(terminal_.size().columns).append(kBeginModes));
  else
    end(ReadLine::Kind::hangup);
  begin_input();
  return is_there;
}

/// What is written meanwhile is not above a line: there is none.
Task<void> LineEditor::be_aside() {
  lend_terminal();
  is_reading_ = false;
  const bool goes_on = co_await hooks_.step_aside();
  is_reading_ = true;
  if (take_terminal() && !goes_on) end(ReadLine::Kind::end_of_input);
}

namespace {

/// What arrived while `returned` was put back (Terminal::put_back): the rest of `queue`. All but
/// the last byte of `returned` is in front of it; the last one mostly behind it, for it arrives at
/// once, or in front, too. Nothing where the queue holds something else.
std::optional<std::string> arrived_beside(std::string_view queue, std::string_view returned) {
  if (returned.empty() || queue.size() < returned.size()) return std::nullopt;
  const std::string_view first = returned.substr(0, returned.size() - 1);
  if (!queue.starts_with(first)) return std::nullopt;
  std::string rest(queue.substr(first.size()));
  const size_t last = rest.back() == returned.back() ? rest.size() - 1 : rest.find(returned.back());
  if (last == std::string::npos) return std::nullopt;
  return rest.erase(last, 1);
}

}  // namespace

/// A signal key that comes before the terminal has its modes back is a byte like others: those
/// bytes are looked through, and what came while it changed is taken out again.
void LineEditor::give_terminal_back() {
  constexpr int kRounds = 5;
  if (hooks_.before_leaving) hooks_.before_leaving();
  std::string put_back;
  for (int round = 1; round <= kRounds; ++round) {
    if (round > 1 && !terminal_.enter_raw()) return;
    std::string typed = terminal_.take_typed();
    if (auto arrived = arrived_beside(typed, put_back)) {
      input_.insert(0, put_back);
      typed = std::move(*arrived);
    }
    input_ += typed;
    put_back.clear();
    if (result_->kind == ReadLine::Kind::line) {
      take_typed_signals();
      // Who types on and on: what has been read stays here, whole.
      if (round < kRounds) put_back = put_typed_back();
    }
    terminal_.leave_raw();
    if (terminal_.typed() == put_back.size()) return;
  }
}

/// What was typed before such a key is forgotten, as the terminal does it (termios(3), NOFLSH).
void LineEditor::take_typed_signals() {
  KeyDecoder decoder = decoder_;
  std::vector<InputEvent> events;
  for (size_t taken = 0; taken < input_.size();) {
    events.clear();
    taken += decoder.feed_one(std::string_view(input_).substr(taken), events);
    for (const InputEvent& event : events) {
      const int signal = event.kind == InputEvent::Kind::key ? terminal_.signal_of(event.key) : 0;
      if (signal == 0) continue;
      result_->signals.push_back(signal);
      events_.clear();
      input_.erase(0, std::exchange(taken, 0));
      decoder_ = decoder;
    }
  }
}

/// What is in the queue now. More than the terminal's queue holds stays here for the next line, and
/// so does a paste: its marks are for an editor.
std::string LineEditor::put_typed_back() {
  constexpr size_t kMost = 2048;
  constexpr std::string_view kPasteBegin = "\x1b[200~";
  input_.erase(0, std::exchange(decoded_, 0));
  const bool is_for_editor =
      input_.size() > kMost || !events_.empty() || input_.find(kPasteBegin) != std::string::npos;
  if (is_for_editor) return {};
  std::string returned = terminal_.put_back(input_);
  input_.erase(0, returned.size());
  return returned;
}

void LineEditor::end(ReadLine::Kind kind) { result_ = ReadLine{kind, editing_.buffer.text()}; }

// ---- input ----------------------------------------------------------------------------

void LineEditor::begin_input() {
  reading_.cancel();
  if (result_) return;
  reading_ = loop::CancelSource(stop_.token());
  tasks_->start_later(read_input(reading_.token()));
}

/// Hands over what it read and waits until that was looked at: what follows the end of
/// this line is not ours to read yet.
Task<void> LineEditor::read_input(loop::CancelToken token) {
  while (!token.cancelled()) {
    auto bytes = co_await terminal_.read(token);
    if (bytes) input_ += *bytes;  // also what came in the last moment: it is typed ahead
    if (token.cancelled()) co_return wake_.set();
    if (!bytes || bytes->empty()) {
      end(ReadLine::Kind::hangup);
      wake_.set();
      co_return;
    }
    input_taken_.reset();
    wake_.set();
    if (!co_await input_taken_.wait(token)) co_return;
  }
}

Task<void> LineEditor::end_escape_later(uint64_t input, loop::CancelToken token) {
  if (!co_await loop::sleep_for(loop_, kEscapeDelay, token) || input != input_count_) co_return;
  std::vector<InputEvent> events;
  decoder_.flush(events);
  events_.insert(events_.end(), events.begin(), events.end());
  wake_.set();
}

/// Whether there is an event.
bool LineEditor::decode_next() {
  if (decoded_ == input_.size()) return false;
  std::vector<InputEvent> events;
  while (decoded_ < input_.size() && events.empty())
    decoded_ += decoder_.feed_one(std::string_view(input_).substr(decoded_), events);
  for (InputEvent& event : events) events_.push_back(std::move(event));
  ++input_count_;
  wait_for_escape();
  return !events_.empty();
}

void LineEditor::wait_for_escape() {
  escape_timer_.cancel();
  if (!decoder_.is_waiting()) return;
  escape_timer_ = loop::CancelSource(stop_.token());
  tasks_->start_later(end_escape_later(input_count_, escape_timer_.token()));
}

Task<void> LineEditor::handle_events() {
  while (!result_ && (!events_.empty() || decode_next())) {
    const InputEvent event = std::move(events_.front());
    events_.pop_front();
    if (event.kind == InputEvent::Kind::paste) handle_paste(event.text);
    if (event.kind == InputEvent::Kind::key) handle_key(event.key);
    if (std::exchange(wants_external_edit_, false)) co_await edit_externally();
  }
  input_.erase(0, std::exchange(decoded_, 0));
}

// ---- what others say -------------------------------------------------------------------

void LineEditor::refresh() {
  highlighted_version_ = suggested_version_ = UINT64_MAX;
  wake_.set();
}

void LineEditor::set_prompt(Prompt prompt) {
  prompt_ = std::move(prompt);
  wake_.set();
}

void LineEditor::print_above(std::string text) {
  if (!text.ends_with('\n')) text += '\n';
  notices_ += text;
  wake_.set();
}

/// What writes without end must neither keep keys from being read nor the line from being seen:
/// some pages a frame, and a rest behind each such frame.
Task<Result<void>> LineEditor::keep_pace(loop::CancelToken token) {
  constexpr size_t kMostAtOnce = 32 * 1024;
  constexpr auto kRest = std::chrono::milliseconds(15);
  const bool is_flood = notices_.size() > kMostAtOnce;
  while (is_reading_ && (notices_.size() > kMostAtOnce || (is_flood && is_flushing_))) {
    if (auto painted = co_await painted_.wait(token); !painted) co_return painted;
  }
  if (is_flood && is_reading_) co_return co_await loop::sleep_for(loop_, kRest, token);
  co_await loop_.yield();
  co_return Result<void>{};
}

void LineEditor::step_aside() {
  if (!is_reading_) return;
  steps_aside_ = true;
  wake_.set();
}

void LineEditor::hang_up() {
  if (!is_reading_) return;
  end(ReadLine::Kind::hangup);
  wake_.set();
}

// ---- output ------------------------------------------------------------------------------

void LineEditor::update_highlights() {
  const TextBuffer& buffer = editing_.buffer;
  if (highlighted_version_ != buffer.version()) {
    highlights_ = hooks_.highlight ? hooks_.highlight(buffer.text()) : std::vector<StyledSpan>();
    highlighted_version_ = buffer.version();
  }
}

/// Also before one is taken: several keys may come between two frames.
void LineEditor::update_suggestion() {
  const TextBuffer& buffer = editing_.buffer;
  const bool may_suggest = hooks_.suggest && !buffer.empty() && buffer.cursor() == buffer.size() &&
                           !menu_ && !search_ && !is_last_frame_;
  if (!may_suggest) {
    suggestion_.clear();
    suggested_version_ = UINT64_MAX;
  } else if (suggested_version_ != buffer.version()) {
    const std::string whole = hooks_.suggest(buffer.text());
    suggestion_ = whole.size() > buffer.size() ? whole.substr(buffer.size()) : std::string();
    suggested_version_ = buffer.version();
  }
}

std::vector<StyledLine> LineEditor::lines_below(TerminalSize size) {
  if (search_) return search_->lines(size.rows > 2 ? size.rows - 2 : 1);
  if (menu_) return menu_->lines(size);
  if (!message_.empty()) return {{{message_, kMessageStyle}}};
  return {};
}

void LineEditor::paint() {
  if (!terminal_.write_some(unsent_)) return end(ReadLine::Kind::hangup);
  update_highlights();
  update_suggestion();
  const TerminalSize size = terminal_.size();
  std::string out;
  if (!notices_.empty())
    out += screen_.erase() + with_carriage_returns(std::exchange(notices_, {}));
  if (std::exchange(clears_screen_, false)) out += screen_.clear_terminal();
  auto highlights = highlights_;
  if (const auto region = editing_.buffer.region()) highlights.push_back({*region, kRegionStyle});
  const auto below = lines_below(size);
  const Layout layout =
      lay_out({.prompt = prompt_,
               .text = editing_.buffer.text(),
               .cursor = editing_.buffer.cursor(),
               .highlights = highlights,
               .suggestion = suggestion_,
               .below = below,
               .cursor_below = search_ ? std::optional(search_->cursor_column()) : std::nullopt,
               .size = size,
               .viewport = viewport_});
  viewport_ = layout.viewport;
  send(out + screen_.paint(layout.frame, size));
  painted_.pulse();
}

/// The line as it stays: all of it that fits, without a suggestion or menu, the cursor at its end.
void LineEditor::paint_last() {
  menu_.reset();
  search_.reset();
  message_.clear();
  editing_.buffer.set_mark({});
  editing_.buffer.set_cursor(editing_.buffer.size());  // "^C" writes over nothing
  is_last_frame_ = true;
  paint();
}

void LineEditor::send(std::string bytes) {
  unsent_ += bytes;
  if (!terminal_.write_some(unsent_)) return end(ReadLine::Kind::hangup);
  if (unsent_.empty() || is_flushing_ || !tasks_) return;
  is_flushing_ = true;
  tasks_->start_later(flush_later());
}

/// The terminal is slow: nothing is painted until it has taken the last frame.
Task<void> LineEditor::flush_later() {
  while (!unsent_.empty()) {
    if (!co_await terminal_.writable(stop_.token())) break;
    if (!terminal_.write_some(unsent_)) {
      end(ReadLine::Kind::hangup);
      break;
    }
  }
  is_flushing_ = false;
  wake_.set();
  painted_.pulse();
}

}  // namespace weir::repl
