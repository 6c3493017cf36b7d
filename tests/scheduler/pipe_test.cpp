#include "scheduler/pipe.h"

#include <catch2/catch.hpp>
#include <optional>

#include "scheduler/kernel_file.h"
#include "support/children.h"
#include "support/random.h"

using namespace weir;
using namespace weir::loop;
using namespace weir::scheduler;
using namespace weir::test;
using namespace std::chrono_literals;

namespace {

std::string show(const ReadResult& result) {
  if (!result) return "<" + result.error().message + ">";
  return *result ? **result : "<end>";
}
std::string show(const Result<void>& result) {
  return result ? "ok" : "<" + result.error().message + ">";
}
std::string show(const NextRow& result) {
  if (!result) return "<" + result.error().message + ">";
  return *result ? (*result)->value.to_json() : "<end>";
}

Task<std::string> line_of(OpenFilePtr file, CancelToken token = {}) {
  co_return show(co_await file->read_line('\n', token));
}
Task<std::string> some_of(OpenFilePtr file, size_t max = 65536, CancelToken token = {}) {
  co_return show(co_await file->read_some(max, token));
}
Task<std::string> row_of(OpenFilePtr file, CancelToken token = {}) {
  co_return show(co_await file->read_row(token));
}
Task<std::string> written(OpenFilePtr file, std::string text, CancelToken token = {}) {
  co_return show(co_await file->write(text, token));
}
Task<std::string> given(OpenFilePtr file, std::string text, CancelToken token = {}) {
  co_return show(co_await file->write_owned(std::move(text), token));
}
Task<std::string> row_written(OpenFilePtr file, Row row, CancelToken token = {}) {
  co_return show(co_await file->write_row(row, token));
}
Task<bool> next_is_row(OpenFilePtr file) { co_return *co_await file->next_is_row({}); }

Task<std::string> piece_of_line(OpenFilePtr file, size_t max) {
  co_return show(co_await file->read_lines({.max_bytes = max}, {}));
}
Task<std::string> next_as_text(OpenFilePtr file) {
  co_return *co_await file->next_is_row({}, Arrays::are_text) ? "row" : "text";
}

Task<void> keep(Task<std::string> task, std::string& out) { out = co_await std::move(task); }
Task<void> later(Loop& loop, int turns, std::function<void()> action) {
  for (int i = 0; i < turns; ++i) co_await loop.yield();
  action();
}
/// A row behind a full kernel pipe, before the loop sees that there is something to read.
Task<void> fill_and_write_row(Loop& loop, OpenFilePtr writer, std::string text) {
  for (int i = 0; i < 2; ++i) co_await loop.yield();
  CHECK(::write(*writer->descriptor(), text.data(), text.size()) == ssize_t(text.size()));
  (void)co_await writer->write_row(Value(List{1}), {});
}
Task<void> both(Loop& loop, Task<void> a, Task<void> b) {
  TaskGroup group(loop);
  group.start(std::move(a));
  group.start(std::move(b));
  co_await group.join();
}

/// Everything until the end, in reads of up to `max`.
Task<void> read_to_end(OpenFilePtr file, size_t max, std::string& all) {
  for (;;) {
    auto bytes = co_await file->read_some(max, {});
    if (!bytes || !*bytes) co_return;
    all += **bytes;
  }
}
Task<void> write_and_close(OpenFilePtr& file, std::string text, std::string& result) {
  result = show(co_await file->write(text, {}));
  file.reset();
}

Task<void> give_and_close(OpenFilePtr& file, std::string text, std::string& result) {
  result = show(co_await file->write_owned(std::move(text), {}));
  file.reset();
}

/// After some turns of the loop, reads the descriptor as a child would.
Task<void> read_as_child(Loop& loop, OpenFilePtr file, int turns, std::string& all) {
  for (int i = 0; i < turns; ++i) co_await loop.yield();
  const int fd = *file->descriptor();
  FdPoller poller(loop, fd);
  for (;;) {
    (void)co_await poller.readable();
    char buffer[10'000];
    const ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n <= 0) co_return;
    all.append(buffer, static_cast<size_t>(n));
  }
}

std::string letters(size_t size) {
  std::string text(size, ' ');
  for (size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * i + i / 7) % 26);
  return text;
}

}  // namespace

TEST_CASE("what is written comes out in order, then the end") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  CHECK(loop.run(written(writer, "one\ntwo")) == "ok");
  CHECK(loop.run(line_of(reader)) == "one\n");
  CHECK(loop.run(some_of(reader, 2)) == "tw");
  writer.reset();
  CHECK(loop.run(line_of(reader)) == "o");
  CHECK(loop.run(line_of(reader)) == "<end>");
  CHECK(loop.run(some_of(reader)) == "<end>");
  CHECK(loop.run(row_of(reader)) == "<end>");
}

TEST_CASE("a write that fits needs no coroutine") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  CHECK(writer->write("x", {}).ready());
  CHECK(writer->write_row(Value(1), {}).ready());
  CHECK(reader->read_some(10, {}).ready());
  CHECK(reader->read_row({}).ready());
  CHECK_FALSE(reader->read_row({}).ready());
}

TEST_CASE("a writer faster than its reader waits, and the buffer stays bounded") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  const std::string text = letters(1'000'000);
  std::string all, result;
  CHECK(writer->write(std::string(kPipeBufferSize, 'x'), {}).ready());
  CHECK_FALSE(writer->write("y", {}).ready());
  CHECK(loop.run(some_of(reader, SIZE_MAX)).size() == kPipeBufferSize);
  loop.run(both(loop, write_and_close(writer, text, result), read_to_end(reader, 1000, all)));
  CHECK(result == "ok");
  CHECK((all == text));
}

TEST_CASE("what is given away is not copied, waits for room as a whole and keeps its place") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  std::string block = letters(kPipeBufferSize);
  const char* bytes = block.data();
  CHECK(writer->write_owned(std::move(block), {}).ready());
  auto read = reader->read_some(SIZE_MAX, {}).take();
  REQUIRE((read && *read));
  CHECK((*read)->data() == bytes);

  CHECK(loop.run(written(writer, "in front\n")) == "ok");
  std::string result, line;
  CHECK_FALSE(writer->write_owned(letters(kPipeBufferSize), {}).ready());
  loop.run(both(loop, keep(given(writer, letters(kPipeBufferSize)), result),
                keep(line_of(reader), line)));
  CHECK(result == "ok");
  CHECK(line == "in front\n");
  CHECK((loop.run(some_of(reader, SIZE_MAX)) == letters(kPipeBufferSize)));

  CancelSource source;
  CHECK(loop.run(written(writer, "x")) == "ok");
  loop.run(both(loop, keep(given(writer, letters(kPipeBufferSize), source.token()), result),
                later(loop, 2, [&] { source.cancel(); })));
  CHECK(result == "<cancelled>");
  CHECK(loop.run(some_of(reader, SIZE_MAX)) == "x");

  CHECK(loop.run(written(writer, "x")) == "ok");
  loop.run(both(loop, keep(given(writer, letters(kPipeBufferSize)), result),
                later(loop, 2, [&] { reader.reset(); })));
  CHECK(result == "<write error: Broken pipe>");
}

TEST_CASE("what is given away is of any size") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  const std::string larger = letters(3 * kPipeBufferSize + 5);
  std::string all, result;
  CHECK(loop.run(given(writer, "short ")) == "ok");
  loop.run(both(loop, give_and_close(writer, larger, result), read_to_end(reader, 5000, all)));
  CHECK(result == "ok");
  CHECK((all == "short " + larger));
}

TEST_CASE("rows stay typed between two ends and become lines for who reads bytes") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  CHECK(writer->takes_rows());
  for (int i = 0; i < 2; ++i) {
    (void)loop.run(row_written(writer, Value(Record{{"n", 1}})));
    (void)loop.run(row_written(writer, Value("text")));
    (void)loop.run(row_written(writer, Value()));
  }
  CHECK(loop.run(row_of(reader)) == "{\"n\":1}");
  CHECK(loop.run(row_of(reader)) == "\"text\"");
  CHECK(loop.run(row_of(reader)) == "null");
  CHECK(loop.run(line_of(reader)) == "{\"n\":1}\n");
  CHECK(loop.run(some_of(reader, 3)) == "tex");
  CHECK(loop.run(some_of(reader, 3)) == "t\n");
  CHECK(loop.run(some_of(reader)) == "null\n");
}

TEST_CASE("rows, bytes and rows again keep their order") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  (void)loop.run(row_written(writer, Value(1)));
  (void)loop.run(written(writer, "two\nthr"));
  (void)loop.run(written(writer, "ee"));
  (void)loop.run(row_written(writer, Value(4)));
  (void)loop.run(written(writer, "5"));
  writer.reset();
  CHECK(loop.run(next_is_row(reader)));
  CHECK(loop.run(row_of(reader)) == "1");
  CHECK_FALSE(loop.run(next_is_row(reader)));
  CHECK(loop.run(line_of(reader)) == "two\n");
  CHECK_FALSE(loop.run(next_is_row(reader)));
  CHECK(loop.run(line_of(reader)) == "three");  // none of the row behind it
  CHECK(loop.run(next_is_row(reader)));
  CHECK(loop.run(row_of(reader)) == "4");
  CHECK(loop.run(row_of(reader)) == "\"5\"");
  CHECK_FALSE(loop.run(next_is_row(reader)));
  CHECK(loop.run(row_of(reader)) == "<end>");
}

TEST_CASE("a reader of bytes sees a row right behind an unfinished line") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  (void)loop.run(written(writer, "ab"));
  (void)loop.run(row_written(writer, Value(1)));
  CHECK(loop.run(line_of(reader)) == "ab1\n");
}

TEST_CASE("rows have backpressure, and one larger than the buffer passes") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  const Value large(std::string(1'000'000, 'r'));
  CHECK(writer->write_row(large, {}).ready());
  CHECK_FALSE(writer->write_row(Value(1), {}).ready());
  std::string result;
  loop.run(both(loop, keep(row_written(writer, Value(2)), result),
                later(loop, 2, [&] { (void)reader->read_row({}); })));
  CHECK(result == "ok");
  CHECK(loop.run(row_of(reader)) == "2");
}

TEST_CASE("dropping the reader breaks the pipe for a writer that waits and for the next") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  std::string result;
  loop.run(both(loop, keep(written(writer, std::string(200'000, 'x')), result),
                later(loop, 2, [&] { reader.reset(); })));
  CHECK(result == "<write error: Broken pipe>");
  CHECK(loop.run(written(writer, "x")) == "<write error: Broken pipe>");
  CHECK(loop.run(row_written(writer, Value(1))) == "<write error: Broken pipe>");
}

TEST_CASE("dropping the writer is the end for a reader that waits") {
  Loop loop;
  for (int kind = 0; kind < 3; ++kind) {
    auto [reader, writer] = make_pipe(loop);
    std::string got;
    auto reading = kind == 0 ? some_of(reader) : kind == 1 ? line_of(reader) : row_of(reader);
    loop.run(both(loop, keep(std::move(reading), got), later(loop, 2, [&] { writer.reset(); })));
    CHECK(got == "<end>");
  }
}

TEST_CASE("a cancelled read takes nothing") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  (void)loop.run(written(writer, "half"));
  for (int kind = 0; kind < 2; ++kind) {
    CancelSource source;
    std::string got;
    auto reading = kind == 0 ? line_of(reader, source.token()) : row_of(reader, source.token());
    loop.run(both(loop, keep(std::move(reading), got), later(loop, 2, [&] { source.cancel(); })));
    CHECK(got == "<cancelled>");
  }
  (void)loop.run(written(writer, " whole\n"));
  CHECK(loop.run(line_of(reader)) == "half whole\n");
}

TEST_CASE("a cancelled write has written a beginning") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  CancelSource source;
  std::string result, all;
  loop.run(both(loop, keep(written(writer, letters(200'000), source.token()), result),
                later(loop, 2, [&] { source.cancel(); })));
  CHECK(result == "<cancelled>");
  writer.reset();
  loop.run(read_to_end(reader, 10'000, all));
  CHECK((all == letters(200'000).substr(0, kPipeBufferSize)));
}

TEST_CASE("up to PIPE_BUF bytes of several writers do not mix") {
  Loop loop;
  auto ends = make_pipe(loop);
  struct Body {
    static Task<void> lines(OpenFilePtr writer, char letter) {
      const std::string line = std::string(3000, letter) + "\n";
      for (int i = 0; i < 100; ++i) (void)co_await writer->write(line, {});
    }
    static Task<void> check(OpenFilePtr reader, bool& whole) {
      for (int i = 0; i < 300; ++i) {
        auto line = co_await reader->read_line('\n', {});
        whole = whole && (*line)->size() == 3001 && (*line)->find_first_not_of((**line)[0]) == 3000;
      }
    }
    static Task<void> run(Loop& loop, OpenFilePtr reader, OpenFilePtr writer, bool& whole) {
      TaskGroup group(loop);
      for (char c : {'a', 'b', 'c'}) group.start(lines(writer, c));
      group.start(check(reader, whole));
      co_await group.join();
    }
  };
  bool whole = true;
  loop.run(Body::run(loop, ends.reader, ends.writer, whole));
  CHECK(whole);
}

TEST_CASE("a line may be asked for in pieces") {
  Loop loop;
  for (bool with_child : {false, true}) {
    auto [reader, writer] = make_pipe(loop);
    if (with_child) REQUIRE(reader->descriptor());
    (void)loop.run(written(writer, std::string(30'000, 'x') + "\nab\n"));
    writer.reset();
    std::string line;
    int pieces = 0;
    while (!line.ends_with('\n')) {
      auto piece = loop.run(piece_of_line(reader, 10));
      REQUIRE(!piece.empty());
      line += piece;
      ++pieces;
    }
    CHECK((line == std::string(30'000, 'x') + "\n"));
    if (with_child) CHECK(pieces > 1);
    CHECK(loop.run(piece_of_line(reader, 10)) == "ab\n");
  }
}

TEST_CASE("a writer can ask whether anybody reads") {
  Loop loop;
  for (bool with_child : {false, true}) {
    auto [reader, writer] = make_pipe(loop);
    if (with_child) REQUIRE(writer->descriptor());
    CHECK_FALSE(writer->reader_is_gone());
    reader.reset();
    CHECK(writer->reader_is_gone());
  }
}

// ---- becoming a kernel pipe -------------------------------------------------------

TEST_CASE("a pipe becomes one of the kernel before any data") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  REQUIRE(writer->descriptor());
  CHECK(loop.run(written(writer, "a\nb")) == "ok");
  CHECK(loop.run(line_of(reader)) == "a\n");
  writer.reset();
  CHECK(loop.run(some_of(reader)) == "b");
  CHECK(loop.run(some_of(reader)) == "<end>");
}

TEST_CASE("rows stay typed and in order beside what children write") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  (void)loop.run(row_written(writer, Value(1)));
  const int fd = *writer->descriptor();
  CHECK(writer->takes_rows());
  REQUIRE(::write(fd, "by a child\nand", 14) == 14);
  (void)loop.run(row_written(writer, Value(List{2})));
  (void)loop.run(written(writer, "by the stage\n"));
  (void)loop.run(row_written(writer, Value(3)));
  writer.reset();
  CHECK(loop.run(row_of(reader)) == "1");
  CHECK(loop.run(row_of(reader)) == "\"by a child\"");
  CHECK(loop.run(row_of(reader)) == "\"and\"");
  CHECK(loop.run(row_of(reader)) == "[2]");
  CHECK(loop.run(row_of(reader)) == "\"by the stage\"");
  CHECK(loop.run(row_of(reader)) == "3");
  CHECK(loop.run(row_of(reader)) == "<end>");
}

TEST_CASE("a row wakes a reader that waits for what children write") {
  Loop loop;
  for (int kind = 0; kind < 4; ++kind) {
    auto [reader, writer] = make_pipe(loop);
    const int fd = *writer->descriptor();
    std::string got;
    auto reading = kind == 0   ? line_of(reader)
                   : kind == 1 ? row_of(reader)
                   : kind == 2 ? some_of(reader)
                               : next_as_text(reader);
    loop.run(both(loop, keep(std::move(reading), got),
                  later(loop, 2, [&] { CHECK(writer->write_row(Value(List{1}), {}).ready()); })));
    CHECK(got == (kind == 1 ? "[1]" : kind == 3 ? "row" : "[1]\n"));
    REQUIRE(::write(fd, "more", 4) == 4);
    writer.reset();
    if (kind == 3) CHECK(loop.run(row_of(reader)) == "[1]");
    CHECK(loop.run(some_of(reader)) == "more");
    CHECK(loop.run(some_of(reader)) == "<end>");
  }
}

TEST_CASE("a row that finds no room wakes a reader of what children wrote before it") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  REQUIRE(writer->descriptor());
  const std::string text(kPipeBufferSize, 'x');
  std::string got;
  loop.run(both(loop, keep(some_of(reader), got), fill_and_write_row(loop, writer, text)));
  CHECK(got == text);
  CHECK(loop.run(line_of(reader)) == "[1]\n");
}

TEST_CASE(
    "a child that reads gets rows, what other children wrote, and what comes later, in order") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  const int from = *writer->descriptor();
  REQUIRE(::write(from, "a\nb\n", 4) == 4);
  CHECK(loop.run(line_of(reader)) == "a\n");  // with what is behind it
  (void)loop.run(row_written(writer, Value(List{1})));
  REQUIRE(::write(from, "c\n", 2) == 2);
  const int to = *reader->descriptor();
  CHECK_FALSE(writer->takes_rows());
  (void)loop.run(row_written(writer, Value(2)));
  writer.reset();
  CHECK(read_all(to) == "b\n[1]\nc\n2\n");
}

TEST_CASE("rows behind a child that has read from the pipe keep their types") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  for (int i = 1; i <= 3; ++i) CHECK(loop.run(row_written(writer, Value(i))) == "ok");
  const int fd = *reader->descriptor();
  char line[2];
  REQUIRE(::read(fd, line, sizeof line) == 2);  // as a child does
  CHECK(loop.run(row_of(reader)) == "2");
  CHECK(loop.run(row_written(writer, Value(List{4, "x\ny"}))) == "ok");
  CHECK(loop.run(row_of(reader)) == "3");
  CHECK(loop.run(next_is_row(reader)));
  CHECK(loop.run(row_of(reader)) == R"([4,"x\ny"])");

  // A row that comes while it is waited for; and what stands between rows is a line.
  std::string row, result;
  loop.run(
      both(loop, keep(row_of(reader), row), keep(row_written(writer, Value(List{5})), result)));
  CHECK(row == "[5]");
  CHECK(loop.run(written(writer, "text\n")) == "ok");
  CHECK(loop.run(row_written(writer, Value(6))) == "ok");
  CHECK(loop.run(row_of(reader)) == "\"text\"");
  CHECK(loop.run(row_of(reader)) == "6");

  // Half a line is no row.
  CHECK(loop.run(row_written(writer, Value(12345))) == "ok");
  REQUIRE(::read(fd, line, sizeof line) == 2);
  CHECK_FALSE(loop.run(next_is_row(reader)));
  CHECK(loop.run(row_of(reader)) == "\"345\"");
  writer.reset();
  CHECK(loop.run(row_of(reader)) == "<end>");
}

TEST_CASE("rows for a child that takes row after row become text") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  const int fd = *reader->descriptor();
  char line[2];
  const auto write_rows = [&](int count, bool is_taken) {
    for (int i = 0; i < count; ++i) {
      REQUIRE(loop.run(row_written(writer, Value(i % 10))) == "ok");
      if (is_taken) REQUIRE(::read(fd, line, sizeof line) == 2);
    }
  };
  write_rows(2000, false);
  CHECK(writer->takes_rows());  // it takes none
  CHECK(loop.run(row_of(reader)) == "0");
  for (int i = 1; i < 2000; ++i) REQUIRE(::read(fd, line, sizeof line) == 2);
  write_rows(2000, true);
  CHECK_FALSE(writer->takes_rows());
  CHECK(loop.run(row_written(writer, Value(7))) == "ok");
  CHECK(loop.run(row_of(reader)) == "\"7\"");
}

TEST_CASE("a reader that waits while rows become text gets them") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  const int fd = *reader->descriptor();
  char line[2];
  std::string row;
  const auto take_all = [&]() -> Task<void> {
    for (int i = 0; i < 3000; ++i) {
      CHECK((co_await writer->write_row(Value(1), {})).has_value());
      if (i < 2999) CHECK(::read(fd, line, sizeof line) == 2);
    }
  };
  loop.run(both(loop, keep(row_of(reader), row), take_all()));
  CHECK(row == "\"1\"");
}

TEST_CASE("a row larger than the kernel pipe keeps its type behind a child, too") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  CHECK(reader->descriptor());
  const Value large(List{std::string(300'000, 'x')});
  std::string result, row;
  loop.run(both(loop, keep(row_written(writer, large), result), keep(row_of(reader), row)));
  CHECK(result == "ok");
  CHECK(row == large.to_json());
}

TEST_CASE("once others write, too, rows behind a child are text") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  CHECK(loop.run(row_written(writer, Value(1))) == "ok");
  CHECK(reader->descriptor());
  CHECK(writer->descriptor());
  CHECK_FALSE(loop.run(next_is_row(reader)));
  CHECK(loop.run(row_of(reader)) == "\"1\"");
}

TEST_CASE("an array is rows to who reads rows and one line to who reads bytes") {
  Loop loop;
  for (int kind = 0; kind < 3; ++kind) {
    auto [reader, writer] = make_pipe(loop);
    for (int size : {0, 2}) {
      ArrayText array;
      for (int i = 1; i <= size; ++i) {
        (void)loop.run(row_written(writer, array.element(Value(List{i}))));
      }
      (void)loop.run(row_written(writer, array.end()));
      (void)loop.run(row_written(writer, Value("plain")));
    }
    writer.reset();
    if (kind == 0) {
      std::string all;
      loop.run(read_to_end(reader, 4096, all));
      CHECK(all == "[]\nplain\n[[1],[2]]\nplain\n");
    } else if (kind == 1) {
      std::string all;
      for (int i = 0; i < 4; ++i) {
        CHECK(loop.run(next_is_row(reader)));
        all += loop.run(row_of(reader));
      }
      CHECK(all == "\"plain\"[1][2]\"plain\"");
      CHECK_FALSE(loop.run(next_is_row(reader)));
    } else {
      std::string all;
      for (int i = 0; i < 4; ++i) {
        const std::string next = loop.run(next_as_text(reader));
        all += next == "row" ? loop.run(row_of(reader)) : loop.run(line_of(reader));
      }
      CHECK(all == "[]\n\"plain\"[[1],[2]]\n\"plain\"");
    }
    CHECK(loop.run(some_of(reader)) == "<end>");
  }
}

TEST_CASE("what is buffered moves into the kernel pipe, rows as lines") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  (void)loop.run(written(writer, "a\n"));
  (void)loop.run(row_written(writer, Value(List{1})));
  const int fd = *reader->descriptor();
  CHECK(loop.run(row_written(writer, Value("later"))) == "ok");
  writer.reset();
  CHECK(read_all(fd) == "a\n[1]\nlater\n");
}

TEST_CASE("a full pipe moves, and its waiting writer goes on in the kernel pipe") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  const std::string text = letters(300'000);
  std::string result, all;
  loop.run(both(loop, write_and_close(writer, text, result), read_as_child(loop, reader, 3, all)));
  CHECK(result == "ok");
  CHECK((all == text));
}

TEST_CASE("a waiting reader goes on in the kernel pipe, with the half line that it has") {
  Loop loop;
  for (int kind = 0; kind < 3; ++kind) {
    auto [reader, writer] = make_pipe(loop);
    (void)loop.run(written(writer, "ha"));
    if (kind == 2) CHECK(loop.run(some_of(reader)) == "ha");
    std::string got;
    auto reading = kind == 0 ? line_of(reader) : kind == 1 ? row_of(reader) : some_of(reader);
    loop.run(both(loop, keep(std::move(reading), got), later(loop, 2, [&] {
                    const int fd = *writer->descriptor();
                    REQUIRE(::write(fd, "lf\n", 3) == 3);
                  })));
    CHECK(got == (kind == 0 ? "half\n" : kind == 1 ? "\"half\"" : "lf\n"));
  }
}

TEST_CASE("a pipe whose writer is gone gives a child what is buffered, then the end") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  (void)loop.run(written(writer, letters(kPipeBufferSize)));
  writer.reset();
  const int fd = *reader->descriptor();
  CHECK((read_all(fd) == letters(kPipeBufferSize)));
}

TEST_CASE("a pipe whose reader is gone gives a child a broken pipe") {
  ignore_sigpipe();
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  reader.reset();
  const int fd = *writer->descriptor();
  CHECK(::write(fd, "x", 1) == -1);
  CHECK(errno == EPIPE);
}

TEST_CASE("each end of a kernel pipe keeps its own side alone") {
  ignore_sigpipe();
  Loop loop;
  {
    auto [reader, writer] = make_pipe(loop);
    UniqueFd in_child(::dup(*writer->descriptor()));
    writer.reset();
    REQUIRE(::write(in_child.get(), "x", 1) == 1);
    CHECK(loop.run(some_of(reader)) == "x");
    std::string got;
    loop.run(both(loop, keep(some_of(reader), got), later(loop, 2, [&] { in_child.reset(); })));
    CHECK(got == "<end>");
  }
  auto ends = make_pipe(loop);
  REQUIRE(ends.reader->descriptor());
  std::string result;
  loop.run(both(loop, keep(written(ends.writer, std::string(200'000, 'x')), result),
                later(loop, 2, [&] { ends.reader.reset(); })));
  CHECK(result == "<write error: Broken pipe>");
}

TEST_CASE("a row larger than any kernel pipe reaches the child whole and in order") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  const std::string row = letters(5'000'000);
  (void)loop.run(row_written(writer, Value(row)));
  REQUIRE(reader->descriptor());
  std::string result, all;
  loop.run(both(loop, write_and_close(writer, "behind it", result),
                read_as_child(loop, reader, 0, all)));
  CHECK(result == "ok");
  CHECK((all == row + "\nbehind it"));
}

TEST_CASE("no descriptors left: the pipe stays as it is") {
  Loop loop;
  auto [reader, writer] = make_pipe(loop);
  (void)loop.run(written(writer, "kept"));
  rlimit before;
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit none{3, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &none);
  const auto fd = reader->descriptor();
  ::setrlimit(RLIMIT_NOFILE, &before);
  REQUIRE_FALSE(fd);
  CHECK(fd.error().sys == EMFILE);
  CHECK(loop.run(some_of(reader)) == "kept");
}

TEST_CASE("the null file reads as empty, takes everything and is /dev/null for a child") {
  Loop loop;
  auto null = make_null_file(loop);
  CHECK(loop.run(line_of(null)) == "<end>");
  CHECK(loop.run(row_of(null)) == "<end>");
  CHECK(loop.run(written(null, "x")) == "ok");
  CHECK(loop.run(row_written(null, Value(1))) == "ok");
  char byte;
  CHECK(::read(*null->descriptor(), &byte, 1) == 0);
}

// ---- a hundred megabytes through every pair of ends ---------------------------------

namespace {

constexpr size_t kTransfer = 100'000'000;

/// The same endless text for writer and checker.
class Pattern {
 public:
  Pattern() : block_(letters(1'000'003)) {}
  std::string_view next(size_t max) {
    const size_t at = position_ % block_.size();
    const std::string_view part = std::string_view(block_).substr(at, max);
    position_ += part.size();
    return part;
  }
  bool accept(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::string_view part = next(bytes.size());
      if (bytes.substr(0, part.size()) != part) return false;
      bytes.remove_prefix(part.size());
    }
    return true;
  }
  size_t position() const { return position_; }

 private:
  std::string block_;
  size_t position_ = 0;
};

Task<void> send_pattern(OpenFilePtr& writer, uint32_t seed, size_t materialize_at) {
  Pattern pattern;
  std::mt19937 random(seed);
  while (pattern.position() < kTransfer) {
    if (pattern.position() >= materialize_at) {
      (void)writer->descriptor();
      materialize_at = SIZE_MAX;
    }
    const size_t size = std::min<size_t>(random() % 200'000 + 1, kTransfer - pattern.position());
    if (!co_await writer->write(pattern.next(size), {})) break;
  }
  writer.reset();
}

Task<void> check_pattern(OpenFilePtr reader, uint32_t seed, bool& right, size_t& total) {
  Pattern pattern;
  std::mt19937 random(seed + 1);
  for (;;) {
    auto bytes = co_await reader->read_some(random() % 100'000 + 1, {});
    if (!bytes || !*bytes) break;
    right = right && pattern.accept(**bytes);
  }
  total = pattern.position();
}

void check_transfer(Loop& loop, OpenFilePtr reader, OpenFilePtr writer, size_t materialize_at) {
  bool right = true;
  size_t total = 0;
  loop.run(
      both(loop, send_pattern(writer, 7, materialize_at), check_pattern(reader, 7, right, total)));
  CHECK(right);
  CHECK(total == kTransfer);
}

}  // namespace

TEST_CASE("a hundred megabytes pass in memory") {
  Loop loop;
  auto ends = make_pipe(loop);
  auto reader = std::move(ends.reader);
  check_transfer(loop, std::move(reader), std::move(ends.writer), SIZE_MAX);
}

TEST_CASE("a hundred megabytes pass while the pipe becomes one of the kernel") {
  Loop loop;
  auto ends = make_pipe(loop);
  check_transfer(loop, std::move(ends.reader), std::move(ends.writer), kTransfer / 2);
}

TEST_CASE("a hundred megabytes pass through a child, from us and to us") {
  Loop loop;
  auto to_child = make_pipe(loop);
  auto from_child = make_pipe(loop);
  const FdMapping fds[] = {{0, *to_child.reader->descriptor()},
                           {1, *from_child.writer->descriptor()}};
  auto pid = spawn_words({"/bin/cat"}, [&](SpawnSpec& spec) { spec.fds = fds; });
  REQUIRE(pid);
  to_child.reader.reset();
  from_child.writer.reset();
  check_transfer(loop, std::move(from_child.reader), std::move(to_child.writer), SIZE_MAX);
  CHECK(wait_blocking(*pid).code() == 0);
}

TEST_CASE("a hundred megabytes pass between two children that share a pipe of ours") {
  Loop loop;
  auto first = make_pipe(loop), middle = make_pipe(loop), last = make_pipe(loop);
  const FdMapping left[] = {{0, *first.reader->descriptor()}, {1, *middle.writer->descriptor()}};
  const FdMapping right[] = {{0, *middle.reader->descriptor()}, {1, *last.writer->descriptor()}};
  auto a = spawn_words({"/bin/cat"}, [&](SpawnSpec& spec) { spec.fds = left; });
  auto b = spawn_words({"/bin/cat"}, [&](SpawnSpec& spec) { spec.fds = right; });
  first.reader.reset();
  middle = {};
  last.writer.reset();
  check_transfer(loop, std::move(last.reader), std::move(first.writer), SIZE_MAX);
  CHECK(wait_blocking(*a).code() == 0);
  CHECK(wait_blocking(*b).code() == 0);
}

// ---- against a model ---------------------------------------------------------------

namespace {

struct Script {
  uint32_t seed;
  bool rows;             // whether the writer also writes rows
  int materialize_turn;  // turn of the loop at which a descriptor is asked for; -1: never
  bool by_reader;
  int asks_at_read;  // the reader asks for its descriptor before that read; -1: never
};

Task<void> random_writer(Loop& loop, OpenFilePtr& writer, Script script, std::string& model) {
  std::mt19937 random(script.seed);
  for (int i = 0; i < 60; ++i) {
    if (random() % 4 == 0) co_await loop.yield();
    if (script.rows && random() % 3 == 0) {
      Value row = random() % 2 ? Value(static_cast<int>(random() % 1000))
                               : Value(List{1, std::string(random() % 20'000, 'v')});
      append_row_line(model, row);
      (void)co_await writer->write_row(row, {});
      continue;
    }
    std::string text = letters(random() % (random() % 8 == 0 ? 150'000 : 300));
    for (size_t at = 0; at < text.size(); at += random() % 400 + 1) text[at] = '\n';
    model += text;
    if (random() % 3 == 0)
      (void)co_await writer->write_owned(std::move(text), {});
    else
      (void)co_await writer->write(text, {});
  }
  writer.reset();
}

Task<void> random_reader(Loop& loop, OpenFilePtr reader, Script script, std::string& seen) {
  std::mt19937 random(script.seed + 1);
  for (int turn = 0;; ++turn) {
    if (turn == script.asks_at_read) (void)reader->descriptor();
    if (random() % 4 == 0) co_await loop.yield();
    CancelSource source;
    TaskGroup canceller(loop);
    if (random() % 5 == 0) canceller.start(later(loop, 2, [&] { source.cancel(); }));
    ReadResult got = random() % 2
                         ? co_await reader->read_line('\n', source.token())
                         : co_await reader->read_some(random() % 90'000 + 1, source.token());
    co_await canceller.join();
    if (!got && got.error().kind == ErrorKind::cancelled) continue;
    if (!got || !*got) co_return;
    seen += **got;
  }
}

Task<void> random_transfer(Loop& loop, Script script, std::string& model, std::string& seen) {
  auto ends = make_pipe(loop);
  TaskGroup group(loop);
  group.start(random_writer(loop, ends.writer, script, model));
  group.start(random_reader(loop, ends.reader, script, seen));
  for (int turn = 0; turn < script.materialize_turn; ++turn) co_await loop.yield();
  if (script.materialize_turn >= 0) {
    OpenFilePtr end = script.by_reader ? ends.reader : ends.writer;
    if (end) (void)end->descriptor();
  }
  co_await group.join();
}

}  // namespace

TEST_CASE("random writes, reads, cancellations and materializations lose and reorder nothing") {
  Random random;
  INFO("WEIR_TEST_SEED=" << random.seed());
  Loop loop;
  for (int round = 0; round < 150; ++round) {
    const Script script{static_cast<uint32_t>(random.bits()), random.one_in(2),
                        random.one_in(3) ? -1 : static_cast<int>(random.below(80)),
                        random.one_in(2),
                        random.one_in(2) ? -1 : static_cast<int>(random.below(200))};
    INFO("round " << round << " at turn " << script.materialize_turn << ", read "
                  << script.asks_at_read);
    std::string model, seen;
    loop.run(random_transfer(loop, script, model, seen));
    REQUIRE((seen == model));
  }
}
