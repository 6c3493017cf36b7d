#include "scheduler/kernel_file.h"

#include <pty.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>

#include <array>
#include <catch2/catch.hpp>

#include "support/children.h"
#include "support/temp_directory.h"

using namespace weir;
using namespace weir::loop;
using namespace weir::scheduler;
using namespace weir::test;
using namespace std::chrono_literals;

namespace {

struct Terminal {
  Terminal() {
    int ends[2];
    if (::openpty(&ends[0], &ends[1], nullptr, nullptr, nullptr) != 0) {
      throw std::runtime_error("openpty");
    }
    for (int fd : ends) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    master.reset(ends[0]);
    slave.reset(ends[1]);
    set(ECHO | OPOST, false);
  }
  void set(tcflag_t flags, bool on) const {
    termios mode;
    ::tcgetattr(slave.get(), &mode);
    if (on)
      mode.c_lflag |= flags;
    else
      mode.c_lflag &= ~flags;
    mode.c_oflag &= ~static_cast<tcflag_t>(OPOST);
    ::tcsetattr(slave.get(), TCSANOW, &mode);
  }
  UniqueFd master, slave;
};

struct SocketPair {
  SocketPair() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
      throw std::runtime_error("socketpair");
    }
    a.reset(ends[0]);
    b.reset(ends[1]);
  }
  UniqueFd a, b;
};

void put(int fd, std::string_view text) {
  REQUIRE(::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
}

std::string take_raw(int fd, size_t max = 65536) {
  std::string text(max, '\0');
  const ssize_t n = ::read(fd, text.data(), max);
  text.resize(n > 0 ? static_cast<size_t>(n) : 0);
  return text;
}

bool is_nonblocking(int fd) { return (::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0; }

/// "text", "<end>", or "<message>".
std::string show(const ReadResult& result) {
  if (!result) return "<" + result.error().message + ">";
  return *result ? **result : "<end>";
}
std::string show(const Result<void>& result) {
  return result ? "ok" : "<" + result.error().message + ">";
}

Task<std::string> line_of(OpenFilePtr file, char delimiter = '\n', CancelToken token = {}) {
  co_return show(co_await file->read_line(delimiter, token));
}
Task<std::string> lines_of(OpenFilePtr file, size_t count) {
  co_return show(co_await file->read_lines({.count = count}, {}));
}
Task<std::string> some_of(OpenFilePtr file, size_t max = 65536, CancelToken token = {}) {
  co_return show(co_await file->read_some(max, token));
}
Task<std::string> written(OpenFilePtr file, std::string text, CancelToken token = {}) {
  co_return show(co_await file->write(text, token));
}
Task<Result<OpenFilePtr>> opened(Loop& loop, int cwd, std::string path, int flags,
                                 CancelToken token = {}) {
  co_return co_await open_kernel_file(loop, cwd, path, flags, 0644, token);
}

Task<void> keep(Task<std::string> task, std::string& out) { out = co_await std::move(task); }
Task<void> keep_file(Task<Result<OpenFilePtr>> task, Result<OpenFilePtr>& out) {
  out = co_await std::move(task);
}
/// Lets the others go round `turns` times before.
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

/// A line is read from each kind of descriptor; the next reader finds the rest.
void check_line_then_rest(int reading, int writing) {
  Loop loop;
  auto file = borrow_kernel_file(loop, reading);
  put(writing, std::string("first\0line\nsecond\n", 18));
  CHECK(loop.run(line_of(file)) == std::string("first\0line\n", 11));
  CHECK(take_raw(reading) == "second\n");
  CHECK_FALSE(is_nonblocking(reading));
}

/// A read waits, is cancelled, and then gets what comes; the descriptor is left as it was.
void check_waiting_read(int reading, int writing) {
  Loop loop;
  auto file = borrow_kernel_file(loop, reading);
  CancelSource source;
  std::string got;
  loop.run(both(loop, keep(some_of(file, 100, source.token()), got),
                later(loop, 3, [&] { source.cancel(); })));
  CHECK(got == "<cancelled>");
  loop.run(both(loop, keep(line_of(file), got), later(loop, 3, [&] { put(writing, "now\n"); })));
  CHECK(got == "now\n");
  CHECK_FALSE(is_nonblocking(reading));
}

/// A write larger than what fits waits while the loop goes on.
void check_waiting_write(int writing, int reading, size_t size) {
  Loop loop;
  auto file = borrow_kernel_file(loop, writing);
  std::string text(size, 'x');
  for (size_t i = 0; i < size; i += 100) text[i] = static_cast<char>('a' + i / 100 % 26);
  std::string result, read;
  struct Reader {
    static Task<void> run(Loop& loop, int fd, size_t size, std::string& all) {
      FdPoller poller(loop, fd);
      while (all.size() < size) {
        (void)co_await poller.readable();
        all += take_raw(fd, 5000);
      }
    }
  };
  loop.run(both(loop, keep(written(file, text), result), Reader::run(loop, reading, size, read)));
  CHECK(result == "ok");
  CHECK((read == text));
  CHECK_FALSE(is_nonblocking(writing));
}

}  // namespace

TEST_CASE("a line from a pipe takes no byte of the next reader") {
  TestPipe pipe;
  check_line_then_rest(pipe.reader.get(), pipe.writer.get());
}

TEST_CASE("a line from a socket takes no byte of the next reader") {
  SocketPair sockets;
  check_line_then_rest(sockets.a.get(), sockets.b.get());
}

TEST_CASE("a line from a terminal takes no byte of the next reader") {
  Terminal terminal;
  Loop loop;
  auto file = borrow_kernel_file(loop, terminal.slave.get());
  CHECK(file->is_terminal());
  put(terminal.master.get(), "first\nsecond\n");
  CHECK(loop.run(line_of(file)) == "first\n");
  CHECK(take_raw(terminal.slave.get()) == "second\n");
  put(terminal.master.get(), "a;b;\n");
  CHECK(loop.run(line_of(file, ';')) == "a;");
  CHECK(take_raw(terminal.slave.get()) == "b;\n");
  CHECK_FALSE(is_nonblocking(terminal.slave.get()));
}

TEST_CASE("a line from a terminal without lines is read byte by byte") {
  Terminal terminal;
  terminal.set(ICANON, false);
  Loop loop;
  auto file = borrow_kernel_file(loop, terminal.slave.get());
  put(terminal.master.get(), "first\nsecond\n");
  CHECK(loop.run(line_of(file)) == "first\n");
  CHECK(take_raw(terminal.slave.get()) == "second\n");
}

TEST_CASE("a line from a file leaves the offset behind it") {
  TempDirectory dir;
  const std::string large(70'000, 'x');
  dir.write("file", "one\n" + large + "\n\nlast");
  Loop loop;
  auto file = *loop.run(opened(loop, dir.fd(), "file", O_RDONLY));
  const int fd = *file->descriptor();
  CHECK(loop.run(line_of(file)) == "one\n");
  CHECK(::lseek(fd, 0, SEEK_CUR) == 4);
  CHECK((loop.run(line_of(file)) == large + "\n"));
  CHECK(::lseek(fd, 0, SEEK_CUR) == 4 + 70'001);
  CHECK(loop.run(line_of(file)) == "\n");
  CHECK(loop.run(line_of(file)) == "last");
  CHECK(loop.run(line_of(file)) == "<end>");
  CHECK_FALSE(file->is_terminal());
}

TEST_CASE("several lines come at once, and no byte behind them is taken") {
  TempDirectory dir;
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += "line\n";
  dir.write("file", "one\ntwo\n\nthree\n" + many + "last");
  Loop loop;
  auto file = *loop.run(opened(loop, dir.fd(), "file", O_RDONLY));
  const int fd = *file->descriptor();
  CHECK(loop.run(lines_of(file, 3)) == "one\ntwo\n\n");
  CHECK(::lseek(fd, 0, SEEK_CUR) == 9);
  CHECK(loop.run(lines_of(file, 1)) == "three\n");
  std::string rest;
  int reads = 0;
  for (std::string more; (more = loop.run(lines_of(file, 30'000))) != "<end>"; ++reads)
    rest += more;
  CHECK((rest == many + "last"));
  CHECK(reads < 10);

  TestPipe pipe;
  put(pipe.writer.get(), "a\nb\nc\nd\nhalf");
  auto reader = borrow_kernel_file(loop, pipe.reader.get());
  CHECK(loop.run(lines_of(reader, 2)) == "a\nb\n");
  CHECK(loop.run(lines_of(reader, 1)) == "c\n");
  CHECK(loop.run(lines_of(reader, 5)) == "d\n");
  CHECK(take_raw(pipe.reader.get()) == "half");
}

TEST_CASE("a child goes on where a line was read from what it shares") {
  TempDirectory dir;
  dir.write("file", "one\ntwo\nthree\n");
  Loop loop;
  auto file = *loop.run(opened(loop, dir.fd(), "file", O_RDONLY));
  const FdMapping fds[] = {{0, *file->descriptor()}};
  CHECK(loop.run(line_of(file)) == "one\n");
  CHECK(output_of_sh("read x; echo \"<$x>\"", [&](SpawnSpec& s) { s.fds = fds; }) == "<two>\n");
  CHECK(loop.run(line_of(file)) == "three\n");
}

TEST_CASE("a line longer than a pipe comes whole") {
  TestPipe pipe;
  Loop loop;
  auto reader = make_kernel_file(loop, std::move(pipe.reader));
  auto writer = make_kernel_file(loop, std::move(pipe.writer));
  const std::string line = std::string(1'000'000, 'y') + "\n";
  std::string got, result;
  loop.run(both(loop, keep(line_of(reader), got), keep(written(writer, line + "rest"), result)));
  CHECK(result == "ok");
  CHECK((got == line));
  CHECK(loop.run(some_of(reader)) == "rest");
}

TEST_CASE("a cancelled line is given to the next read") {
  TestPipe pipe;
  Loop loop;
  auto file = borrow_kernel_file(loop, pipe.reader.get());
  put(pipe.writer.get(), "half");
  CancelSource source;
  std::string got;
  loop.run(both(loop, keep(line_of(file, '\n', source.token()), got),
                later(loop, 3, [&] { source.cancel(); })));
  CHECK(got == "<cancelled>");
  put(pipe.writer.get(), " whole\nmore");
  CHECK(loop.run(line_of(file)) == "half whole\n");
  pipe.writer.reset();
  CHECK(loop.run(line_of(file)) == "more");
  CHECK(loop.run(line_of(file)) == "<end>");
}

TEST_CASE("reading from an empty pipe waits without touching the shared description") {
  TestPipe pipe;
  check_waiting_read(pipe.reader.get(), pipe.writer.get());
}

TEST_CASE("reading from an empty socket waits without touching the shared description") {
  SocketPair sockets;
  check_waiting_read(sockets.a.get(), sockets.b.get());
}

TEST_CASE("reading from a quiet terminal waits without touching the shared description") {
  Terminal terminal;
  check_waiting_read(terminal.slave.get(), terminal.master.get());
}

TEST_CASE("the master side of a terminal, which cannot be reopened, waits as well") {
  Terminal terminal;
  check_waiting_read(terminal.master.get(), terminal.slave.get());
}

TEST_CASE("writing to a full pipe waits without blocking the loop") {
  TestPipe pipe;
  check_waiting_write(pipe.writer.get(), pipe.reader.get(), 1'000'000);
}

TEST_CASE("writing to a full socket waits without blocking the loop") {
  SocketPair sockets;
  check_waiting_write(sockets.a.get(), sockets.b.get(), 1'000'000);
}

TEST_CASE("writing to a terminal that takes no more waits without blocking the loop") {
  Terminal terminal;
  check_waiting_write(terminal.slave.get(), terminal.master.get(), 100'000);
}

TEST_CASE("a write that waits can be cancelled") {
  TestPipe pipe;
  Loop loop;
  auto file = borrow_kernel_file(loop, pipe.writer.get());
  CancelSource source;
  std::string result;
  loop.run(both(loop, keep(written(file, std::string(200'000, 'x'), source.token()), result),
                later(loop, 3, [&] { source.cancel(); })));
  CHECK(result == "<cancelled>");
}

TEST_CASE("a write without a reader is a broken pipe, also for one that waits") {
  ignore_sigpipe();
  Loop loop;
  TestPipe gone;
  auto file = make_kernel_file(loop, std::move(gone.writer));
  gone.reader.reset();
  CHECK(loop.run(written(file, "x")) == "<write error: Broken pipe>");

  TestPipe pipe;
  auto waiting = make_kernel_file(loop, std::move(pipe.writer));
  std::string result;
  loop.run(both(loop, keep(written(waiting, std::string(200'000, 'x')), result),
                later(loop, 3, [&] { pipe.reader.reset(); })));
  CHECK(result == "<write error: Broken pipe>");
}

TEST_CASE("the private description of a pipe goes with its file") {
  ignore_sigpipe();
  Loop loop;
  TestPipe pipe;
  auto writer = make_kernel_file(loop, std::move(pipe.writer));
  CHECK(loop.run(written(writer, "last words")) == "ok");
  writer.reset();
  CHECK(read_all(pipe.reader.get()) == "last words");  // there is an end
}

TEST_CASE("rows become lines where bytes are wanted, and lines come back as strings") {
  TestPipe pipe;
  Loop loop;
  auto writer = make_kernel_file(loop, std::move(pipe.writer));
  auto reader = make_kernel_file(loop, std::move(pipe.reader));
  CHECK_FALSE(writer->takes_rows());
  struct Body {
    static Task<std::string> run(OpenFilePtr writer, OpenFilePtr reader) {
      (void)co_await writer->write_row(Value("a text"), {});
      (void)co_await writer->write_row(Value(), {});
      (void)co_await writer->write_row(Value(List{1, "x"}), {});
      std::string seen;
      for (int i = 0; i < 3; ++i)
        seen += (co_await reader->read_row({})).value()->value.to_text() + "|";
      co_return seen;
    }
  };
  CHECK(loop.run(Body::run(writer, reader)) == "a text|null|[1,\"x\"]|");
}

TEST_CASE("devices and directories answer as the system does") {
  Loop loop;
  const auto dev = [&](const char* path, int flags) {
    return *loop.run(opened(loop, AT_FDCWD, path, flags));
  };
  CHECK(loop.run(some_of(dev("/dev/null", O_RDONLY))) == "<end>");
  CHECK(loop.run(written(dev("/dev/null", O_WRONLY), "x")) == "ok");
  CHECK(loop.run(some_of(dev("/dev/zero", O_RDONLY), 3)) == std::string(3, '\0'));
  CHECK(loop.run(line_of(dev("/dev/zero", O_RDONLY), '\0')) == std::string(1, '\0'));
  CHECK(loop.run(written(dev("/dev/full", O_WRONLY), "x")) ==
        "<write error: No space left on device>");
  CHECK(loop.run(some_of(dev("/", O_RDONLY))) == "<read error: Is a directory>");
  CHECK(loop.run(written(borrow_kernel_file(loop, 999), "x")) ==
        "<write error: Bad file descriptor>");
}

TEST_CASE("an endless line without a delimiter lets the others go on and can be cancelled") {
  Loop loop;
  CancelSource source;
  auto zero = *loop.run(opened(loop, AT_FDCWD, "/dev/zero", O_RDONLY));
  std::string got;
  loop.run(both(loop, keep(line_of(zero, '\n', source.token()), got),
                later(loop, 3, [&] { source.cancel(); })));
  CHECK(got == "<cancelled>");
}

TEST_CASE("one read from a large file takes a bounded part of it") {
  TempDirectory dir;
  dir.write("large", std::string(3'000'000, 'z'));
  Loop loop;
  auto file = *loop.run(opened(loop, dir.fd(), "large", O_RDONLY));
  size_t total = 0;
  for (;;) {
    auto got = loop.run(some_of(file, SIZE_MAX));
    if (got == "<end>") break;
    CHECK(got.size() <= 1024 * 1024);
    total += got.size();
  }
  CHECK(total == 3'000'000);
}

TEST_CASE("opening is relative to a directory, close-on-exec, and says what went wrong") {
  TempDirectory dir;
  Loop loop;
  const auto error = [&](std::string path, int flags) {
    auto file = loop.run(opened(loop, dir.fd(), path, flags));
    return file ? "opened" : file.error().message;
  };
  CHECK(error("new", O_WRONLY | O_CREAT | O_EXCL) == "opened");
  CHECK(error("new", O_WRONLY | O_CREAT | O_EXCL) == "new: File exists");
  CHECK(error("none", O_RDONLY) == "none: No such file or directory");
  CHECK(error("new/x", O_RDONLY) == "new/x: Not a directory");
  CHECK(error(".", O_WRONLY) == ".: Is a directory");
  auto file = *loop.run(opened(loop, dir.fd(), "new", O_RDWR));
  CHECK((::fcntl(*file->descriptor(), F_GETFD) & FD_CLOEXEC) != 0);

  rlimit before;
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit none{3, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &none);
  const std::string full = error("new", O_RDONLY);
  const auto text = make_text_file(loop, "x");
  ::setrlimit(RLIMIT_NOFILE, &before);
  CHECK(full == "new: Too many open files");
  CHECK_FALSE(text);
}

TEST_CASE("a text file of any size is read from its start, by us and by a child") {
  Loop loop;
  const std::string text(300'000, 'h');
  auto file = *make_text_file(loop, "line\n" + text);
  CHECK(loop.run(line_of(file)) == "line\n");
  const FdMapping fds[] = {{0, *file->descriptor()}};
  CHECK((output_of_sh("cat", [&](SpawnSpec& s) { s.fds = fds; }) == text));
  CHECK(loop.run(some_of(*make_text_file(loop, ""))) == "<end>");
}

TEST_CASE("opening a FIFO waits for the other side without blocking the loop") {
  TempDirectory dir;
  Loop loop;
  // More pairs than the thread pool has threads, all the readers first.
  for (int i = 0; i < 6; ++i) {
    ::mkfifoat(dir.fd(), ("fifo" + std::to_string(i)).c_str(), 0600);
  }
  struct Pairs {
    static Task<void> run(Loop& loop, int cwd, std::array<Result<OpenFilePtr>, 12>& files) {
      TaskGroup group(loop);
      for (size_t i = 0; i < 6; ++i) {
        const std::string name = "fifo" + std::to_string(i);
        group.start(keep_file(opened(loop, cwd, name, O_RDONLY), files[i]));
      }
      for (int i = 0; i < 5; ++i) co_await loop.yield();
      for (size_t i = 0; i < 6; ++i) {
        const std::string name = "fifo" + std::to_string(i);
        group.start(keep_file(opened(loop, cwd, name, O_WRONLY), files[6 + i]));
      }
      co_await group.join();
    }
  };
  std::array<Result<OpenFilePtr>, 12> files;
  loop.run(Pairs::run(loop, dir.fd(), files));
  for (size_t i = 0; i < 6; ++i) {
    REQUIRE(files[i]);
    REQUIRE(files[6 + i]);
    CHECK_FALSE(is_nonblocking(*(*files[i])->descriptor()));
    CHECK(loop.run(written(*files[6 + i], "over the fifo\n")) == "ok");
    CHECK(loop.run(line_of(*files[i])) == "over the fifo\n");
  }
}

TEST_CASE("opening a FIFO that nobody opens can be cancelled, at once or later") {
  TempDirectory dir;
  ::mkfifoat(dir.fd(), "fifo", 0600);
  Loop loop;
  for (int turns : {0, 1, 20}) {
    for (int flags : {O_RDONLY, O_WRONLY}) {
      CancelSource source;
      Result<OpenFilePtr> file;
      loop.run(both(loop, keep_file(opened(loop, dir.fd(), "fifo", flags, source.token()), file),
                    later(loop, turns, [&] { source.cancel(); })));
      REQUIRE_FALSE(file);
      CHECK(file.error().kind == ErrorKind::cancelled);
    }
  }
}
