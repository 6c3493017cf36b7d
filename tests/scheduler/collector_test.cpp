#include "scheduler/collector.h"

#include <catch2/catch.hpp>

#include "scheduler/pipe.h"
#include "support/children.h"

using namespace weir;
using namespace weir::loop;
using namespace weir::scheduler;
using namespace weir::test;
using namespace std::chrono_literals;

namespace {

Task<void> write_text(OpenFilePtr file, std::string text) { (void)co_await file->write(text, {}); }
Task<void> write_value(OpenFilePtr file, Row row) { (void)co_await file->write_row(row, {}); }
Task<void> finish(std::shared_ptr<Collector> file, bool until_end, CancelToken token = {}) {
  co_await file->finish(until_end, token);
}
Task<void> later(Loop& loop, int turns, std::function<void()> action) {
  for (int i = 0; i < turns; ++i) co_await loop.yield();
  action();
}
Task<void> both(Loop& loop, Task<void> a, Task<void> b) {
  TaskGroup group(loop);
  group.start(std::move(a));
  group.start(std::move(b));
  co_await group.join();
}

/// `sh -c SCRIPT` with its output there.
pid_t start_sh(const std::string& script, int out, int in = -1) {
  std::vector<FdMapping> fds{{1, out}};
  if (in >= 0) fds.push_back({0, in});
  return *spawn_words({"/bin/sh", "-c", script}, [&](SpawnSpec& spec) { spec.fds = fds; });
}

std::string text_of(const std::vector<Value>& rows) {
  return rows.empty() ? "none" : Value(List(rows.begin(), rows.end())).to_json();
}

}  // namespace

TEST_CASE("a capture keeps bytes without a descriptor or a coroutine") {
  Loop loop;
  auto capture = make_capture(loop);
  CHECK(capture->write("one ", {}).ready());
  CHECK(capture->write("two", {}).ready());
  loop.run(finish(capture, true));
  CHECK(capture->take_bytes() == "one two");
  CHECK(text_of(capture->take_rows()) == "none");
}

TEST_CASE("a capture of rows alone gives them typed and as text") {
  Loop loop;
  auto capture = make_capture(loop);
  CHECK(capture->takes_rows());
  loop.run(write_value(capture, Value(List{1, 2})));
  loop.run(write_value(capture, Value("x")));
  loop.run(finish(capture, true));
  CHECK(text_of(capture->take_rows()) == "[[1,2],\"x\"]");
  CHECK(capture->take_bytes() == "[1,2]\nx\n");
}

TEST_CASE("a row with a line of its own is captured typed, and a number as it was written") {
  Loop loop;
  auto capture = make_capture(loop);
  loop.run(write_value(capture, Row(List{1, 2}, true, "1\t2\n")));
  loop.run(write_value(capture, Row(1.0, true, "1.00\n")));
  loop.run(write_value(capture, Row(1.5, true, "1.5\n")));
  loop.run(finish(capture, true));
  CHECK(text_of(capture->take_rows()) == "[[1,2],\"1.00\",1.5]");
  CHECK(capture->take_bytes() == "1\t2\n1.00\n1.5\n");
}

TEST_CASE("an array is captured as one list, and not before it has ended") {
  Loop loop;
  auto capture = make_capture(loop);
  ArrayText array;
  loop.run(write_value(capture, array.end()));
  loop.run(write_value(capture, array.element(1)));
  loop.run(write_value(capture, array.element(2)));
  CHECK(text_of(capture->take_rows()) == "none");
  loop.run(write_value(capture, array.end()));
  loop.run(finish(capture, true));
  CHECK(text_of(capture->take_rows()) == "[[],[1,2]]");
  CHECK(capture->take_bytes() == "[]\n[1,2]\n");
}

TEST_CASE("rows behind a child that wrote nothing are typed") {
  Loop loop;
  auto capture = make_capture(loop);
  const int fd = *capture->descriptor();
  loop.run(write_value(capture, Value(List{1})));
  CHECK(text_of(capture->take_rows()) == "[[1]]");
  REQUIRE(::write(fd, "x\n", 2) == 2);
  loop.run(write_value(capture, Value(2)));
  CHECK(text_of(capture->take_rows()) == "none");
  REQUIRE(::write(fd, "y\n", 2) == 2);
  capture->clear_rows();
  loop.run(write_value(capture, Value(3)));
  CHECK(text_of(capture->take_rows()) == "[3]");
  loop.run(finish(capture, true));
  CHECK(capture->take_bytes() == "[1]\nx\n2\ny\n3\n");
}

TEST_CASE("rows and bytes together are text, in order, until the rows begin anew") {
  Loop loop;
  auto capture = make_capture(loop);
  loop.run(write_value(capture, Value(1)));
  loop.run(write_text(capture, "bytes\n"));
  loop.run(write_value(capture, Value(2)));
  CHECK(text_of(capture->take_rows()) == "none");
  capture->clear_rows();
  loop.run(write_value(capture, Value(3)));
  CHECK(text_of(capture->take_rows()) == "[3]");
  loop.run(finish(capture, true));
  CHECK(capture->take_bytes() == "1\nbytes\n2\n3\n");
}

TEST_CASE("what a stage and its children write is captured in order") {
  Loop loop;
  auto capture = make_capture(loop);
  loop.run(write_text(capture, "before "));
  loop.run(write_value(capture, Value(1)));
  const pid_t pid = start_sh("printf 'child '", *capture->descriptor());
  CHECK(wait_blocking(pid).code() == 0);
  loop.run(write_text(capture, "after "));
  loop.run(write_value(capture, Value(2)));
  loop.run(finish(capture, true));
  CHECK(capture->take_bytes() == "before 1\nchild after 2\n");
  CHECK(text_of(capture->take_rows()) == "none");
}

TEST_CASE("a capture takes more than a pipe holds from a child and from the stage") {
  Loop loop;
  auto capture = make_capture(loop);
  const pid_t pid = start_sh("head -c 3000000 /dev/zero", *capture->descriptor());
  loop.run(finish(capture, true));
  CHECK(capture->take_bytes().size() == 3'000'000);
  CHECK(wait_blocking(pid).code() == 0);

  auto own = make_capture(loop);
  REQUIRE(own->descriptor());
  loop.run(write_text(own, std::string(1'000'000, 'x')));
  loop.run(finish(own, true));
  CHECK(own->take_bytes().size() == 1'000'000);
}

TEST_CASE("a grandchild that keeps the pipe open is waited for, or not") {
  Loop loop;
  TestPipe gate;
  const std::string script = "exec 3<&0; (read line <&3; echo $line) & printf 'parent '";

  auto patient = make_capture(loop);
  CHECK(wait_blocking(start_sh(script, *patient->descriptor(), gate.reader.get())).code() == 0);
  loop.run(both(loop, finish(patient, true), later(loop, 5, [&] {
                  REQUIRE(::write(gate.writer.get(), "grandchild\n", 11) == 11);
                })));
  CHECK(patient->take_bytes() == "parent grandchild\n");

  auto hasty = make_capture(loop);
  CHECK(wait_blocking(start_sh(script, *hasty->descriptor(), gate.reader.get())).code() == 0);
  loop.run(finish(hasty, false));
  CHECK(hasty->take_bytes() == "parent ");

  auto cancelled = make_capture(loop);
  CHECK(wait_blocking(start_sh(script, *cancelled->descriptor(), gate.reader.get())).code() == 0);
  CancelSource source;
  loop.run(both(loop, finish(cancelled, true, source.token()),
                later(loop, 5, [&] { source.cancel(); })));
  CHECK(cancelled->take_bytes() == "parent ");
  REQUIRE(::write(gate.writer.get(), "x\nx\n", 4) == 4);
}

TEST_CASE("a writer that never stops does not keep a collector that lets go") {
  Loop loop;
  auto capture = make_capture(loop);
  const pid_t pid = start_sh("exec cat /dev/zero", *capture->descriptor());
  loop.run(finish(capture, false));
  CHECK(wait_blocking(pid).signal() == SIGPIPE);
}

TEST_CASE("a stream file fills a bounded stream, rows as lines") {
  Loop loop;
  auto stream = std::make_shared<BoundedStream>(loop, 20);
  auto file = make_stream_file(loop, stream);
  CHECK_FALSE(file->takes_rows());
  loop.run(write_value(file, Value(Record{{"a", 1}})));
  CHECK(wait_blocking(start_sh("echo child", *file->descriptor())).code() == 0);
  loop.run(write_text(file, "last one\n"));
  loop.run(finish(file, true));
  CHECK(stream->text() == "\":1}\nchild\nlast one\n");
  CHECK(stream->stats().written == 23);
  CHECK_FALSE(stream->stats().closed);
}

TEST_CASE("a tee keeps and passes on, and rows stay typed on the way") {
  Loop loop;
  auto stream = std::make_shared<BoundedStream>(loop);
  auto behind = make_capture(loop);
  auto tee = make_tee_file(loop, stream, behind);
  CHECK(tee->takes_rows());
  loop.run(write_value(tee, Value(List{1})));
  CHECK(text_of(behind->take_rows()) == "[[1]]");
  const pid_t pid = start_sh("echo child", *tee->descriptor());
  CHECK_FALSE(tee->takes_rows());
  loop.run(write_text(tee, "own\n"));
  CHECK(wait_blocking(pid).code() == 0);
  loop.run(finish(tee, true));
  CHECK(stream->stats().written == 14);
  CHECK(behind->take_bytes() == stream->text());
}

TEST_CASE("a tee waits for a slow reader and hears when it is gone") {
  ignore_sigpipe();
  Loop loop;
  auto stream = std::make_shared<BoundedStream>(loop);
  auto pipe = make_pipe(loop);
  auto tee = make_tee_file(loop, stream, pipe.writer);
  CHECK(tee->write(std::string(kPipeBufferSize, 'x'), {}).ready());
  auto waiting = tee->write("y", {});
  CHECK_FALSE(waiting.ready());
  pipe.reader.reset();
  struct Body {
    static Task<ErrorKind> run(ValueTask<Result<void>> writing) {
      auto result = co_await std::move(writing);
      co_return result ? ErrorKind::io : result.error().kind;
    }
  };
  CHECK(loop.run(Body::run(std::move(waiting))) == ErrorKind::broken_pipe);
  loop.run(finish(tee, true));
}

TEST_CASE("a child behind a tee hears when the reader is gone") {
  ignore_sigpipe();
  Loop loop;
  auto pipe = make_pipe(loop);
  auto tee = make_tee_file(loop, std::make_shared<BoundedStream>(loop), pipe.writer);
  const pid_t pid = start_sh("exec cat /dev/zero", *tee->descriptor());
  pipe.reader.reset();
  loop.run(finish(tee, true));
  CHECK(wait_blocking(pid).signal() == SIGPIPE);
}
