// What a person sees while typing.
#include <fstream>

#include <catch2/catch.hpp>

#include "pty/pty_session.h"

using namespace weir::test;
using weir::repl::Color;
using weir::repl::Style;

namespace {

constexpr Color kGrey = Color::palette(8);
constexpr Color kRed = Color::palette(1);

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("a prompt appears, a command runs, Ctrl-D leaves with its status", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  CHECK(shell.screen() == "$\n");
  CHECK(shell.run("echo one; false") == 1);
  CHECK(shell.screen() == "$ echo one; false\none\n$\n");
  CHECK(shell.events().marks() == "A B C D1 A B");
  shell.send(keys::ctrl('D'));
  CHECK(shell.wait_end() == "1");
}

TEST_CASE("the default prompt tells the directory and the status", "[pty]") {
  PtySession shell({.environment = {"PS1"}});
  shell.wait_prompt();
  CHECK(shell.run("mkdir d; cd d; (exit 7)") == 7);
  CHECK(shell.terminal().row(1).starts_with("~/d !7 "));
}

TEST_CASE("what is typed has colours", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.send("echo 'text' | no-such-command");
  shell.wait_screen("no-such-command");
  shell.wait_for("an unknown command in red",
                 [&] { return shell.style_of("no-such-command").foreground == kRed; });
  CHECK(shell.style_of("echo").foreground != Color{});
  CHECK(shell.style_of("'text'").foreground != Color{});
  CHECK(shell.style_of("echo") != shell.style_of("'text'"));
}

TEST_CASE("NO_COLOR takes the colours away", "[pty]") {
  PtySession shell({.environment = {"NO_COLOR=1"}});
  shell.wait_prompt();
  shell.send("echo 'text'");
  shell.wait_screen("echo 'text'");
  CHECK(shell.style_of("echo") == Style{});
  CHECK(shell.style_of("'text'") == Style{});
}

TEST_CASE("NO_COLOR is for suggestion, menu and search, too", "[pty]") {
  PtySession shell({.environment = {"NO_COLOR=1"}});
  shell.wait_prompt();
  const Style dim{};  // libvterm does not tell it from plain
  CHECK(shell.run("echo a-long-word; clear") == 0);
  shell.send("echo a");
  shell.wait_line("$ echo a-long-word; clear");
  CHECK(shell.style_of("-long-word") == dim);
  shell.send(keys::ctrl('U') + "jobs --" + keys::tab);
  shell.wait_screen("one JSON array");
  CHECK(shell.style_of("one JSON array") == dim);
  shell.send(keys::escape);
  shell.wait_gone("one JSON array");
  shell.send(keys::ctrl('U') + keys::ctrl('R'));
  shell.wait_screen("search:");
  CHECK(shell.style_of("search:") == dim);
  shell.send("long");
  shell.wait_line("search: long");
  CHECK(shell.style_of("long-word") == Style{.attributes = Style::bold | Style::reverse});
  shell.send("zzz");
  shell.wait_screen("(nothing matches)");
  CHECK(shell.style_of("(nothing matches)") == dim);
}

TEST_CASE("the history suggests the rest of a line, in grey", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  CHECK(shell.run("echo a-long-word") == 0);
  shell.send("echo a");
  shell.wait_line("$ echo a-long-word");
  CHECK(shell.terminal().cursor().column == 8);
  CHECK(shell.terminal().cell({2, 7}).style.foreground == Color{});
  CHECK(shell.terminal().cell({2, 8}).style.foreground == kGrey);
  shell.send(keys::right + keys::enter);
  CHECK(shell.wait_command_end() == 0);
  CHECK(shell.count_on_screen("a-long-word") == 4);
}

TEST_CASE("the plain editor keeps its entries in the same history, by the same rules", "[pty]") {
  PtySession shell({.arguments = {"--editor=dumb"}});
  shell.wait_line("$");
  shell.send("HISTIGNORE='ls*'\n\n echo not kept\nls -d /\nfor i in 1 2; do\nfalse; done\n");
  shell.send("history >listed; echo rea''dy\n");
  shell.wait_screen("ready");
  CHECK(text_of(shell.home() / "listed") ==
        "    1  HISTIGNORE='ls*'\n"
        "    2  for i in 1 2; do\n       false; done\n"
        "    3  history >listed; echo rea''dy\n");
  shell.send("exit\n");
  CHECK(shell.wait_end() == "0");
  const std::string file = text_of(shell.home() / ".local/state/weir/history");
  CHECK(file.find("false; done") != std::string::npos);
  CHECK(file.find("\"code\":1") != std::string::npos);
  CHECK(file.find("not kept") == std::string::npos);
}

TEST_CASE("history N lists the last N, and !! names the keys that bring lines back", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  CHECK(shell.run("echo one") == 0);
  CHECK(shell.run("echo two") == 0);
  CHECK(shell.run("history 2 >listed") == 0);
  CHECK(shell.run("grep -c . listed | grep -x 2") == 0);
  CHECK(shell.run("!!") == 127);
  shell.wait_screen("Up or Ctrl-R brings back lines");
}

TEST_CASE("the options of a shell with job control say so, and it stays without them", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  CHECK(shell.run("echo \"letters [$-]\"") == 0);
  shell.wait_screen("letters [imbu]");
  CHECK(shell.run("set -o | grep -Ex '(monitor|notify) +on' | grep -c . | grep -x 2") == 0);
  CHECK(shell.run("set +m; sleep 1000 & kill %1; wait %1") == 143);
  CHECK(shell.run("echo \"then [$-]\"") == 0);
  shell.wait_screen("then [ibu]");
  CHECK(shell.run("set -m") == 0);
}

TEST_CASE("a suggestion that is not taken does not stay", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  CHECK(shell.run("echo a-long-word") == 0);
  CHECK(shell.run("echo a") == 0);
  CHECK(shell.screen() == "$ echo a-long-word\na-long-word\n$ echo a\na\n$\n");
}

TEST_CASE("Enter in a half-finished loop begins an indented line", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.send("for i in 1 2; do" + keys::enter);
  shell.wait_for("the second line", [&] { return shell.terminal().cursor().row == 1; });
  CHECK(shell.terminal().row(1) == ">");
  CHECK(shell.terminal().cursor().column > 2);
  shell.send("echo n$i" + keys::enter + "done");
  shell.wait_screen("  done");
  CHECK(shell.terminal().row(1).ends_with("  echo n$i"));
  shell.send(keys::enter);
  CHECK(shell.wait_command_end() == 0);
  shell.wait_prompt();
  CHECK(shell.screen().ends_with("\n> done\nn1\nn2\n$\n"));  // as deep as its `for`
}

TEST_CASE("Tab opens a menu with descriptions", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.send("jobs --" + keys::tab);
  shell.wait_screen("--json");
  shell.wait_screen("--output");
  bool is_described = false;
  for (const std::string& row : shell.terminal().rows())
    is_described = is_described || (row.find("--json") != std::string::npos && row.size() > 20);
  CHECK(is_described);
  shell.send(keys::escape);
  shell.wait_gone("--output");
}

TEST_CASE("the menu follows what is typed, page by page, and Escape leaves what was typed",
          "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.run("complete -w 'start stop status' server; clear");
  shell.send("server s" + keys::tab);
  shell.wait_screen("stop");
  shell.wait_line("$ server st");
  shell.send("a");
  shell.wait_gone("stop");
  shell.send("t");
  shell.wait_gone("start");
  shell.wait_line("$ server stat");
  shell.send(keys::backspace + keys::backspace);
  shell.wait_screen("stop");
  shell.send(keys::page_down);
  shell.wait_line("$ server stop");
  shell.send(keys::page_up);
  shell.wait_line("$ server start");
  shell.send(keys::escape);
  shell.wait_line("$ server st");
  shell.wait_gone("stop");
}

TEST_CASE("Tab completes a file name", "[pty]") {
  PtySession shell({.files = {{"some notes.txt", "text of it\n"}}});
  shell.wait_prompt();
  shell.send("cat so" + keys::tab);
  shell.wait_screen("some");
  shell.wait_screen("notes.txt");
  shell.send(keys::enter);
  CHECK(shell.wait_command_end() == 0);
  CHECK(shell.count_on_screen("text of it") == 1);
}

TEST_CASE("Ctrl-R lists what was entered and takes it", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.run("echo first one");
  shell.run("echo second one");
  shell.run("echo third");
  shell.send(keys::ctrl('L') + keys::ctrl('R') + "one");
  shell.wait_gone("third");
  CHECK(shell.count_on_screen("echo first one") >= 1);
  CHECK(shell.count_on_screen("echo second one") >= 1);
  shell.wait_line("search: one");
  CHECK(shell.terminal().cursor().column == std::string("search: one").size());
  shell.send(keys::ctrl('R') + keys::enter);
  shell.wait_line("$ echo first one");
  shell.send(keys::enter);
  CHECK(shell.wait_command_end() == 0);
  shell.wait_screen("first one");
}

TEST_CASE("what is pasted does not run and is one step to undo", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.send("x" + keys::paste("echo one\necho two\n"));
  shell.wait_screen("echo two");
  CHECK(shell.events().marks() == "A B");
  shell.send(keys::ctrl('Z'));
  shell.wait_gone("echo two");
  CHECK(shell.screen() == "$ x\n");
  shell.send(keys::ctrl('C'));
  shell.wait_prompt();
  CHECK(shell.screen() == "$ x^C\n$\n");
}

TEST_CASE("Ctrl-C at a prompt is status 130 and a new prompt", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.send("echo nothing" + keys::ctrl('C'));
  shell.wait_prompt();
  CHECK(shell.run("echo $?") == 0);
  CHECK(shell.screen() == "$ echo nothing^C\n$ echo $?\n130\n$\n");
}

TEST_CASE("output without a line's end is marked and kept", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  CHECK(shell.run("printf unfinished") == 0);
  CHECK(shell.screen() == "$ printf unfinished\nunfinished%\n$\n");
}

TEST_CASE("Alt-E opens the line in EDITOR", "[pty]") {
  PtySession shell({.environment = {"EDITOR=sed -i s/old/new/"}});
  shell.wait_prompt();
  shell.send("echo old" + keys::alt("e"));
  shell.wait_line("$ echo new");
}

TEST_CASE("Ctrl-C in the middle of a line writes over nothing of it", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.send("typing this" + keys::left + keys::left + keys::left);
  shell.wait_line("$ typing this");
  shell.send(keys::ctrl('C'));
  shell.wait_prompt();
  shell.wait_screen("$ typing this^C");
}
