#include "repl/key_question.h"

#include "repl/key_decoder.h"

namespace weir::repl {

using loop::Task;

namespace {

constexpr auto kEscapeDelay = std::chrono::milliseconds(50);

Task<void> cancel_later(loop::Loop& loop, loop::CancelSource& source, loop::CancelToken stop) {
  if (co_await loop::sleep_for(loop, kEscapeDelay, std::move(stop))) source.cancel();
}

/// Bytes; an empty text when none came within the time that the rest of a sequence has.
Task<Result<std::string>> read_soon(loop::Loop& loop, Terminal& terminal, loop::CancelToken token) {
  loop::CancelSource late(token);
  loop::CancelSource stop;
  loop::TaskGroup timer(loop);
  timer.start(cancel_later(loop, late, stop.token()));
  auto bytes = co_await terminal.read(late.token());
  stop.cancel();
  co_await timer.join();
  if (!bytes && !token.cancelled() && late.cancelled()) co_return std::string();
  if (bytes && bytes->empty()) co_return fail(ErrorKind::not_found, "the terminal is gone");
  co_return bytes;
}

std::optional<Key> first_answer(const std::vector<InputEvent>& events,
                                const KeyQuestion& question) {
  for (const InputEvent& event : events) {
    if (event.kind == InputEvent::Kind::key && question.is_answer(event.key)) return event.key;
  }
  return std::nullopt;
}

Task<std::optional<Key>> read_answer(loop::Loop& loop, Terminal& terminal,
                                     const KeyQuestion& question, loop::CancelToken token) {
  KeyDecoder decoder;
  std::vector<InputEvent> events;
  for (;;) {
    const bool may_be_whole = decoder.is_waiting();
    auto bytes =
        may_be_whole ? co_await read_soon(loop, terminal, token) : co_await terminal.read(token);
    if (!bytes || (bytes->empty() && !may_be_whole)) co_return std::nullopt;
    if (bytes->empty())
      decoder.flush(events);
    else
      decoder.feed(*bytes, events);
    if (const auto key = first_answer(events, question)) co_return key;
    events.clear();
  }
}

Task<bool> write_all(Terminal& terminal, std::string text, loop::CancelToken token) {
  for (;;) {
    if (!terminal.write_some(text)) co_return false;
    if (text.empty()) co_return true;
    if (!co_await terminal.writable(token)) co_return false;
  }
}

}  // namespace

Task<std::optional<Key>> ask_for_key(loop::Loop& loop, Terminal& terminal, KeyQuestion question,
                                     loop::CancelToken token) {
  std::optional<Key> key;
  if (!terminal.enter_raw()) co_return key;
  terminal.forget_input();
  if (co_await write_all(terminal, question.text, token))
    key = co_await read_answer(loop, terminal, question, token);
  if (key) (void)co_await write_all(terminal, std::string(question.shown_as(*key)) + "\r\n", token);
  terminal.leave_raw();
  co_return key;
}

}  // namespace weir::repl
