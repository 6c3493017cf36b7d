// KeyDecoder: the bytes of a terminal to keys, pastes and focus changes.
//
// A pure state machine: no descriptor, no clock. It reads what xterm and its
// relatives send: UTF-8, CSI and SS3 (normal and application mode), CSI-u with the
// extensions of kitty, modifyOtherKeys, bracketed paste, focus events; mouse events
// and answers to queries are taken in and dropped. Sequences and characters may be
// split between reads at any byte. Total: any bytes give events, memory stays
// bounded by what was fed, nothing typed is lost.
//
// An ESC may be a key of its own or the beginning of a sequence. While
// is_waiting() the caller runs a timer (50 ms) and calls flush() when it is over.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "repl/key.h"

namespace weir::repl {

struct InputEvent {
  enum class Kind : uint8_t { key, paste, focus_in, focus_out };
  Kind kind = Kind::key;
  Key key;
  std::string text;  // paste: valid UTF-8, lines separated by \n

  friend bool operator==(const InputEvent&, const InputEvent&) = default;
};

class KeyDecoder {
 public:
  /// Appends the events that `bytes` complete.
  void feed(std::string_view bytes, std::vector<InputEvent>& events);
  /// The same up to the first byte that completes any. Gives the number of bytes taken.
  size_t feed_one(std::string_view bytes, std::vector<InputEvent>& events);
  /// An ESC, or part of a sequence, waits for more.
  bool is_waiting() const {
    return state_ != State::ground && state_ != State::paste && state_ != State::character;
  }
  bool is_pasting() const { return state_ == State::paste; }
  /// No more comes in time: what waits are keys of their own.
  void flush(std::vector<InputEvent>& events);

 private:
  enum class State : uint8_t {
    ground,
    character,  // within a UTF-8 sequence
    escape,     // after ESC
    csi,        // after ESC [
    ss3,        // after ESC O
    string,     // after ESC ] P or _: an answer, up to ST or BEL
    mouse,      // after ESC [ M: three bytes
    console,    // after ESC [ [: a function key of the Linux console
    paste,
  };

  void byte(unsigned char c, std::vector<InputEvent>& events);
  void ground(unsigned char c, std::vector<InputEvent>& events);
  void character(unsigned char c, std::vector<InputEvent>& events);
  void escape(unsigned char c, std::vector<InputEvent>& events);
  void csi(unsigned char c, std::vector<InputEvent>& events);
  void string_byte(unsigned char c, std::vector<InputEvent>& events);
  void end_csi(char last, std::vector<InputEvent>& events);
  size_t paste_bytes(std::string_view bytes, std::vector<InputEvent>& events);
  void end_paste(std::vector<InputEvent>& events);
  void emit(Key key, std::vector<InputEvent>& events);
  void reset();

  State state_ = State::ground;
  bool alt_ = false;   // a second ESC came before the sequence
  std::string held_;   // bytes of the sequence, character or paste under way
};

}  // namespace weir::repl
