#include "repl/key_decoder.h"

#include <utility>

#include "base/text.h"
#include "repl/control_sequence.h"

namespace weir::repl {

namespace {

constexpr char kEscape = 0x1B;
constexpr char kBell = 0x07;
constexpr char kInterrupt = 0x03;
constexpr std::string_view kPasteEnd = "\x1b[201~";
constexpr size_t kMaxSequence = 64;     // bytes of one key's sequence
constexpr size_t kMaxAnswer = 4096;     // bytes of an answer to a query
constexpr char32_t kReplacement = 0xFFFD;

bool is_continuation(unsigned char c) { return (c & 0xC0) == 0x80; }

size_t length_by_lead(unsigned char c) {
  if (c >= 0xC2 && c <= 0xDF) return 2;
  if (c >= 0xE0 && c <= 0xEF) return 3;
  if (c >= 0xF0 && c <= 0xF4) return 4;
  return 1;  // no lead byte
}

/// Line ends of any kind become \n: terminals send \r.
std::string with_newlines(std::string text) {
  size_t to = 0;
  for (size_t from = 0; from < text.size(); ++from) {
    char c = text[from];
    if (c == '\r') {
      if (from + 1 < text.size() && text[from + 1] == '\n') ++from;
      c = '\n';
    }
    text[to++] = c;
  }
  text.resize(to);
  return text;
}

}  // namespace

void KeyDecoder::reset() {
  state_ = State::ground;
  alt_ = false;
  held_.clear();
}

void KeyDecoder::emit(Key key, std::vector<InputEvent>& events) {
  if (alt_) key.modifiers |= Key::alt;
  events.push_back({.key = key});
  reset();
}

void KeyDecoder::feed(std::string_view bytes, std::vector<InputEvent>& events) {
  while (!bytes.empty()) bytes.remove_prefix(feed_one(bytes, events));
}

size_t KeyDecoder::feed_one(std::string_view bytes, std::vector<InputEvent>& events) {
  // A paste whose end was lost would swallow everything: Ctrl-C, read alone, is a key even there.
  if (is_pasting() && bytes.size() == 1 && bytes[0] == kInterrupt) end_paste(events);
  const size_t before = events.size();
  size_t taken = 0;
  do {
    if (is_pasting()) {
      taken += paste_bytes(bytes.substr(taken), events);
    } else {
      byte(static_cast<unsigned char>(bytes[taken++]), events);
    }
  } while (taken < bytes.size() && events.size() == before);
  return taken;
}

void KeyDecoder::byte(unsigned char c, std::vector<InputEvent>& events) {
  switch (state_) {
    case State::ground:
      return ground(c, events);
    case State::character:
      return character(c, events);
    case State::escape:
      return escape(c, events);
    case State::csi:
      return csi(c, events);
    case State::string:
      return string_byte(c, events);
    case State::ss3:
      if (const auto key = key_of_ss3(static_cast<char>(c))) return emit(*key, events);
      return reset();
    case State::mouse:
      held_ += static_cast<char>(c);
      if (held_.size() == 3) reset();
      return;
    case State::console:
      if (c >= 'A' && c <= 'E') return emit({Key::f1 + (c - 'A')}, events);
      return reset();
    case State::paste:
      return;  // paste_bytes() has them
  }
}

void KeyDecoder::ground(unsigned char c, std::vector<InputEvent>& events) {
  if (c == kEscape) {
    state_ = State::escape;
  } else if (c < 0x20 || c == 0x7F) {
    emit(key_of_control(c), events);
  } else if (c < 0x80) {
    emit({c}, events);
  } else if (length_by_lead(c) == 1) {
    emit({kReplacement}, events);
  } else {
    held_ += static_cast<char>(c);
    state_ = State::character;
  }
}

void KeyDecoder::character(unsigned char c, std::vector<InputEvent>& events) {
  if (!is_continuation(c)) {
    emit({kReplacement}, events);
    return ground(c, events);
  }
  held_ += static_cast<char>(c);
  if (held_.size() < length_by_lead(static_cast<unsigned char>(held_[0]))) return;
  const CodePoint decoded = decode_code_point(held_, 0);
  emit({decoded.valid ? decoded.value : kReplacement}, events);
}

void KeyDecoder::escape(unsigned char c, std::vector<InputEvent>& events) {
  switch (c) {
    case kEscape:
      if (alt_) events.push_back({.key = {Key::escape}});
      alt_ = true;
      return;
    case '[':
      state_ = State::csi;
      return;
    case 'O':
      state_ = State::ss3;
      return;
    case ']':
    case 'P':
    case '_':
      held_ = static_cast<char>(c);
      state_ = State::string;
      return;
    default:
      break;
  }
  alt_ = true;
  state_ = State::ground;
  ground(c, events);
}

void KeyDecoder::csi(unsigned char c, std::vector<InputEvent>& events) {
  if (c == kEscape) {
    reset();
    state_ = State::escape;
  } else if (c < 0x20 || c >= 0x7F || held_.size() >= kMaxSequence) {
    reset();
    ground(c, events);
  } else if (c < 0x40) {
    held_ += static_cast<char>(c);
  } else {
    end_csi(static_cast<char>(c), events);
  }
}

void KeyDecoder::end_csi(char last, std::vector<InputEvent>& events) {
  const std::string body = std::exchange(held_, {});
  if (body.empty() && last == '[') {
    state_ = State::console;
  } else if (body.empty() && last == 'M') {
    state_ = State::mouse;
  } else if (body == "200" && last == '~') {
    state_ = State::paste;
  } else if (body.empty() && (last == 'I' || last == 'O')) {
    events.push_back(
        {.kind = last == 'I' ? InputEvent::Kind::focus_in : InputEvent::Kind::focus_out});
    reset();
  } else if (const auto key = key_of_csi(body, last)) {
    emit(*key, events);
  } else {
    reset();
  }
}

/// An answer to a query: dropped at its end, BEL or ESC \. What grows too long was none.
void KeyDecoder::string_byte(unsigned char c, std::vector<InputEvent>& events) {
  const bool is_end = c == kBell || (c == '\\' && held_.back() == kEscape);
  if (is_end && held_.size() > 1) return reset();
  held_ += static_cast<char>(c);
  if (held_.size() > kMaxAnswer) flush(events);
}

size_t KeyDecoder::paste_bytes(std::string_view bytes, std::vector<InputEvent>& events) {
  // The end may be split: look again at the last bytes that are held.
  const size_t overlap = std::min(held_.size(), kPasteEnd.size() - 1);
  const size_t before = held_.size();
  held_.append(bytes);
  const size_t end = held_.find(kPasteEnd, before - overlap);
  if (end == std::string::npos) return bytes.size();
  held_.resize(end);
  end_paste(events);
  return end + kPasteEnd.size() - before;
}

void KeyDecoder::end_paste(std::vector<InputEvent>& events) {
  std::string text = with_newlines(std::move(held_));
  if (!is_utf8(text)) text = to_valid_utf8(text);
  events.push_back({.kind = InputEvent::Kind::paste, .text = std::move(text)});
  reset();
}

void KeyDecoder::flush(std::vector<InputEvent>& events) {
  const State state = state_;
  const std::string held = std::exchange(held_, {});
  switch (state) {
    case State::escape:
      if (alt_) events.push_back({.key = {Key::escape}});
      alt_ = false;
      return emit({Key::escape}, events);
    case State::csi:
      // Alt-[ typed by hand; a sequence that broke off is nothing.
      if (held.empty()) return emit({'[', Key::alt}, events);
      return reset();
    case State::ss3:
      return emit({'O', Key::alt}, events);
    case State::string:
      emit({static_cast<unsigned char>(held[0]), Key::alt}, events);
      return feed(std::string_view(held).substr(1), events);
    case State::mouse:
    case State::console:
      return reset();
    default:
      held_ = held;
  }
}

}  // namespace weir::repl
