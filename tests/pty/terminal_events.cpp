#include "pty/terminal_events.h"

#include <algorithm>
#include <charconv>

namespace weir::test {

namespace {

using Kind = TerminalEvent::Kind;

constexpr std::string_view kBracketedPasteOn = "\x1b[?2004h";
constexpr std::string_view kBracketedPasteOff = "\x1b[?2004l";
constexpr std::string_view kOsc = "\x1b]";
constexpr std::string_view kMark = "133;";

Kind kind_of_mark(char letter) {
  switch (letter) {
    case 'A':
      return Kind::prompt_begins;
    case 'B':
      return Kind::text_begins;
    case 'C':
      return Kind::command_begins;
    case 'D':
      return Kind::command_ends;
    default:
      return Kind::other;
  }
}

}  // namespace

void TerminalEvents::feed(std::string_view bytes) {
  bytes_ += bytes;
  while (scan()) {
  }
}

/// Takes the next sequence. False: there is none yet.
bool TerminalEvents::scan() {
  const size_t begin = bytes_.find('\x1b', scanned_);
  scanned_ = std::min(begin, bytes_.size());
  const std::string_view rest = std::string_view(bytes_).substr(scanned_);
  if (rest.size() < 2) return false;
  if (rest.starts_with(kOsc)) {
    const size_t end = rest.find_first_of("\x07\x1b", kOsc.size());
    if (end == std::string_view::npos) return false;
    take_osc(rest.substr(kOsc.size(), end - kOsc.size()));
    scanned_ += end + 1;
    return true;
  }
  if (rest.size() < kBracketedPasteOn.size() &&
      (kBracketedPasteOn.starts_with(rest) || kBracketedPasteOff.starts_with(rest)))
    return false;
  if (rest.starts_with(kBracketedPasteOn)) events_.push_back({Kind::reading_begins, 0, {}});
  if (rest.starts_with(kBracketedPasteOff)) events_.push_back({Kind::reading_ends, 0, {}});
  ++scanned_;
  return true;
}

void TerminalEvents::take_osc(std::string_view body) {
  TerminalEvent event{Kind::other, 0, std::string(body)};
  if (body.starts_with(kMark) && body.size() > kMark.size()) {
    event.kind = kind_of_mark(body[kMark.size()]);
    const size_t status = body.rfind(';') + 1;
    std::from_chars(body.data() + status, body.data() + body.size(), event.status);
  }
  events_.push_back(std::move(event));
}

size_t TerminalEvents::count(Kind kind) const {
  return static_cast<size_t>(std::ranges::count(events_, kind, &TerminalEvent::kind));
}

std::string TerminalEvents::marks() const {
  std::string text;
  for (const TerminalEvent& event : events_) {
    if (!event.text.starts_with(kMark)) continue;
    if (!text.empty()) text += ' ';
    text += event.text[kMark.size()];
    if (event.kind == Kind::command_ends) text += std::to_string(event.status);
  }
  return text;
}

}  // namespace weir::test
