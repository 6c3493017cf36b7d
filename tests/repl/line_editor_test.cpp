#include "repl/line_editor.h"

#include <fcntl.h>
#include <pty.h>
#include <termios.h>

#include <catch2/catch.hpp>

#include "repl/text_repair.h"

using namespace weir::repl;
using weir::loop::Task;

namespace {

// An editor on a terminal whose other end the test holds.
class Fixture {
 public:
  Fixture() {
    termios raw{};
    ::cfmakeraw(&raw);  // so that nothing is done to keys that come before the editor
    winsize size{10, 60, 0, 0};
    int slave = -1;
    REQUIRE(::openpty(&master_, &slave, nullptr, &raw, &size) == 0);
    slave_ = weir::UniqueFd(slave);
    ::fcntl(master_, F_SETFL, O_NONBLOCK);
    terminal_ = std::move(*Terminal::open(loop_, slave));
    hooks_.continuation = [](std::string_view text) {
      const auto repaired = repair_text(text);
      return Continuation{repaired.outcome != weir::parser::Outcome::incomplete, repaired.depth,
                          repaired.is_inside_text};
    };
    hooks_.history = [] { return std::vector<std::string>{"echo one two", "pwd"}; };
    hooks_.suggest = [](std::string_view text) {
      return text == "gi" ? std::string("git status now") : std::string();
    };
    hooks_.expand_abbreviation = [](const AbbreviationRequest& request) {
      return request.word == "gco" ? std::optional<std::string>("git checkout") : std::nullopt;
    };
  }
  ~Fixture() { hang_up(); }

  void hang_up() {
    if (master_ >= 0) ::close(std::exchange(master_, -1));
  }
  // What the keys make of an empty line.
  ReadLine type(std::string_view keys) {
    if (!editor_) editor_.emplace(loop_, *terminal_, keys_, hooks_, PaintOptions{});
    REQUIRE(::write(master_, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
    return read();
  }
  ReadLine read() {
    if (!editor_) editor_.emplace(loop_, *terminal_, keys_, hooks_, PaintOptions{});
    return loop_.run(editor_->read_line({"$ ", "", "> "}));
  }
  std::string output() {
    std::string out(65536, '\0');
    const ssize_t n = ::read(master_, out.data(), out.size());
    out.resize(n > 0 ? static_cast<size_t>(n) : 0);
    return out;
  }

  weir::loop::Loop loop_;
  int master_ = -1;
  weir::UniqueFd slave_;
  std::unique_ptr<Terminal> terminal_;
  KeyMap keys_ = KeyMap::emacs();
  EditorHooks hooks_;
  std::optional<LineEditor> editor_;
};

Task<Completions> two_files(CompletionRequest request) {
  const auto begin = static_cast<uint32_t>(request.text.rfind(' ') + 1);
  co_return Completions{{begin, static_cast<uint32_t>(request.cursor)},
                        {{"foo1", "", "first"}, {"foo2", "", "second"}}};
}

}  // namespace

TEST_CASE("keys make a line", "[repl]") {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"ls -l\r", "ls -l"},
      {"lx\x7fs\x01"
       "echo \r",
       "echo ls"},
      {"for i in 1; do\recho $i\rdone\r", "for i in 1; do\n  echo $i\ndone"},
      {"if a; then\rcat <<X\rkey: 1\r  done\rX\rfi\r",
       "if a; then\n  cat <<X\nkey: 1\n  done\nX\nfi"},
      {"f() {\recho 'a\r  }\r'\r}\r", "f() {\n  echo 'a\n  }\n'\n}"},
      {"if a; then\rb\relse\rc\rfi\r", "if a; then\n  b\nelse\n  c\nfi"},
      {"\x1b[200~a\rb\x1b[201~\r", "a\nb"},
      {"\x1b[200~a\rb\x1b[201~\x1f\r", ""},
      {"gi\x1b[C\r", "git status now"},
      {"gi\x1b"
       "f\r",
       "git"},
      {"\x1b[A\r", "pwd"},
      {"one\x1b[A\r", "echo one two"},
      {"x\x1b[A\x1b[A\x1b[B\r", "x"},
      {"x \x1b.\x1b.\r", "x two"},
      {"\x12one\r\r", "echo one two"},
      {"abc\x12one\x07\r", "abc"},
      {"gco x\r", "git checkout x"},
      {"\x16\x01"
       "a\r",
       "\x01"
       "a"},
      {"a\x18\x7a"
       "b\r",
       "ab"},
  };
  for (const auto& [keys, expected] : rows) {
    INFO(keys);
    Fixture fixture;
    const ReadLine line = fixture.type(keys);
    CHECK(line.kind == ReadLine::Kind::line);
    CHECK(line.text == expected);
  }
}

TEST_CASE("Ctrl-C gives a line up, Ctrl-D leaves where there is none", "[repl]") {
  Fixture fixture;
  CHECK(fixture.type("ls\x03").kind == ReadLine::Kind::interrupted);
  CHECK(fixture.type("\x04").kind == ReadLine::Kind::end_of_input);
}

TEST_CASE("what is typed ahead is the next line", "[repl]") {
  Fixture fixture;
  CHECK(fixture.type("one\rtwo\r").text == "one");
  CHECK(fixture.read().text == "two");
}

TEST_CASE("what is typed ahead is back in the terminal", "[repl]") {
  Fixture fixture;
  const auto is_allowed = [&] {
    char byte = 'x';
    return ::ioctl(fixture.slave_.get(), TIOCSTI, &byte) == 0;
  };
  const auto queue = [&] {
    char bytes[64];
    ::fcntl(fixture.slave_.get(), F_SETFL, O_NONBLOCK);
    const ssize_t n = ::read(fixture.slave_.get(), bytes, sizeof bytes);
    return std::string(bytes, n > 0 ? static_cast<size_t>(n) : 0);
  };
  CHECK(fixture.type("one\rtwo\x1b[A\x1b").text == "one");
  if (is_allowed()) {
    CHECK(queue() == "two\x1b[A\x1bx");
  }
  termios modes;
  ::tcgetattr(fixture.slave_.get(), &modes);
  modes.c_iflag |= ICRNL;
  ::tcsetattr(fixture.slave_.get(), TCSANOW, &modes);
  fixture.type("one\ra\rb\r");
  if (is_allowed()) {
    CHECK(queue() == "a\nb\nx");
  }
}

TEST_CASE("a terminal that goes away ends the line", "[repl]") {
  Fixture fixture;
  fixture.editor_.emplace(fixture.loop_, *fixture.terminal_, fixture.keys_, fixture.hooks_,
                          PaintOptions{});
  fixture.hang_up();
  CHECK(fixture.read().kind == ReadLine::Kind::hangup);
}

TEST_CASE("the terminal has its modes back after a line", "[repl]") {
  Fixture fixture;
  termios before;
  termios after;
  ::tcgetattr(fixture.slave_.get(), &before);
  before.c_lflag |= ECHO | ISIG;
  ::tcsetattr(fixture.slave_.get(), TCSANOW, &before);
  fixture.type("x\r");
  ::tcgetattr(fixture.slave_.get(), &after);
  CHECK(after.c_lflag == before.c_lflag);
  CHECK(after.c_iflag == before.c_iflag);
}

TEST_CASE("Tab inserts what the candidates share, then chooses among them", "[repl]") {
  Fixture fixture;
  // Each answer is a wait of its own: the hook notes when it was asked and types on.
  int asked = 0;
  fixture.hooks_.complete = [&](CompletionRequest request) {
    ++asked;
    REQUIRE(::write(fixture.master_, "\t\t\r\r", 4) == 4);
    return two_files(std::move(request));
  };
  const ReadLine line = fixture.type("ls f\t");
  CHECK(asked == 1);
  CHECK(line.text == "ls foo2 ");
}

TEST_CASE("Tab while a completion is on its way chooses as one that comes later", "[repl]") {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"ls f\t\t", "ls foo1 "},
      {"ls f\t\t\t", "ls foo2 "},
      {"ls f\t\t\x1b[Z", "ls foo2 "},
      {"ls f\tx\t\t", "ls foo1 "},
  };
  for (const auto& [keys, expected] : rows) {
    INFO(keys);
    Fixture fixture;
    fixture.hooks_.complete = [&](CompletionRequest request) {
      if (!request.token.cancelled()) REQUIRE(::write(fixture.master_, "\r\r", 2) == 2);
      return two_files(std::move(request));
    };
    CHECK(fixture.type(keys).text == expected);
  }
}

TEST_CASE("a Tab that follows a letter at once chooses of what the letter left", "[repl]") {
  Fixture fixture;
  fixture.hooks_.complete = [&](CompletionRequest request) -> Task<Completions> {
    const bool is_first = request.text == "ls f";
    const std::string_view keys = is_first ? "b\t" : "\r\r";
    REQUIRE(::write(fixture.master_, keys.data(), keys.size()) == 2);
    Completions found{{3, static_cast<uint32_t>(request.cursor)}, {{"fa"}, {"fb1"}, {"fb2"}}};
    if (!is_first) found.candidates.erase(found.candidates.begin());
    co_return found;
  };
  CHECK(fixture.type("ls f\t").text == "ls fb1 ");
}

TEST_CASE("a notice stands above the line and leaves its text alone", "[repl]") {
  Fixture fixture;
  fixture.hooks_.highlight = [&](std::string_view text) {
    if (text == "ab") {
      fixture.editor_->print_above("job 1 has ended");
      REQUIRE(::write(fixture.master_, "c\r", 2) == 2);
    }
    return std::vector<StyledSpan>();
  };
  CHECK(fixture.type("ab").text == "abc");
  CHECK(fixture.output().find("job 1 has ended\r\n") != std::string::npos);
}
