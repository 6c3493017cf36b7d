// TerminalEvents: what a program told its terminal beside of what is shown, in order.
//
// Takes the bytes in any pieces; a sequence that is cut is recognized with its rest.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::test {

struct TerminalEvent {
  enum class Kind : uint8_t {
    reading_begins,  // the editor has the terminal (bracketed paste on)
    reading_ends,
    prompt_begins,   // OSC 133;A
    text_begins,     // B: the prompt is there
    command_begins,  // C
    command_ends,    // D, with its status
    other,           // any other OSC: `text` is what is in it
  };
  Kind kind = Kind::other;
  int status = 0;
  std::string text;
};

class TerminalEvents {
 public:
  void feed(std::string_view bytes);
  const std::vector<TerminalEvent>& all() const { return events_; }
  const std::string& bytes() const { return bytes_; }
  size_t count(TerminalEvent::Kind kind) const;
  /// "A B C D0 …": the marks of OSC 133 so far.
  std::string marks() const;

 private:
  bool scan();
  void take_osc(std::string_view body);

  std::string bytes_;
  size_t scanned_ = 0;
  std::vector<TerminalEvent> events_;
};

}  // namespace weir::test
