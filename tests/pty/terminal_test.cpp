// Terminals that are odd, small, dumb, resized, or gone.
#include <catch2/catch.hpp>

#include "pty/pty_session.h"

using namespace weir::test;

TEST_CASE("a resize leaves the line there once", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.run("echo above");
  const std::string line = "echo " + std::string(30, 'x') + " " + std::string(30, 'y') + "END";
  shell.send(line);
  shell.wait_screen("END");
  for (const size_t columns : {40u, 100u, 31u, 80u}) {
    INFO(columns << " columns");
    shell.resize({columns, 24});
    shell.wait_for("the line, anew", [&] {
      std::string text;
      for (const std::string& row : shell.terminal().rows()) text += row;
      return text.find("$ " + line) != std::string::npos &&
             shell.terminal().cursor().column == (line.size() + 2) % columns;
    });
    CHECK(shell.count_on_screen("END") == 1);
    CHECK(shell.count_on_screen("above") == 2);
  }
}

TEST_CASE("a command sees the size that the terminal has now", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.resize({50, 10});
  CHECK(shell.run("stty size") == 0);
  shell.wait_screen("10 50");
}

TEST_CASE("a terminal of one row and one column can be worked with", "[pty]") {
  PtySession shell({.size = {1, 1}});
  shell.wait_prompt();
  CHECK(shell.run("echo much more than fits; (exit 3)") == 3);
  shell.send(keys::ctrl('R') + "echo" + keys::escape + keys::tab + keys::ctrl('C'));
  shell.wait_prompt();
  shell.resize({60, 5});
  CHECK(shell.run("echo big again") == 0);
  shell.wait_screen("big again");
  shell.resize({1, 1});
  shell.send(keys::ctrl('D'));
  CHECK(shell.wait_end() == "0");
}

TEST_CASE("without TERM lines are read as the terminal gives them", "[pty]") {
  PtySession shell({.environment = {"TERM"}});
  shell.wait_line("$");
  CHECK(shell.modes().canonical);
  shell.send("echo 'a\n");
  shell.wait_line(">");
  shell.send("b'\n");
  shell.wait_screen("b");
  shell.wait_line("$");
  CHECK(shell.screen() == "$ echo 'a\n> b'\na\nb\n$\n");
  CHECK(shell.bytes().find('\x1b') == std::string::npos);
  shell.send("exit 4\n");
  CHECK(shell.wait_end() == "4");
}

TEST_CASE("--editor=dumb does the same", "[pty]") {
  PtySession shell({.arguments = {"--editor=dumb"}});
  shell.wait_line("$");
  shell.send("echo word\n");
  shell.wait_for("the next prompt", [&] { return shell.screen() == "$ echo word\nword\n$\n"; });
  shell.send(keys::ctrl('D'));
  CHECK(shell.wait_end() == "0");
}

TEST_CASE("broken UTF-8 that is typed is seen and does no harm", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.send("printf %s \xff\xc3:\xe2\x82");
  shell.wait_screen("\xEF\xBF\xBD\xEF\xBF\xBD:");
  shell.send(" | od -An -tx1" + keys::enter);
  CHECK(shell.wait_command_end() == 0);
  shell.wait_screen("ef bf bd ef bf bd 3a ef bf bd");
  shell.wait_prompt();
  CHECK(shell.run("echo \xe4\xb8\x96") == 0);
}

TEST_CASE("a shell whose stdin is closed says so and ends", "[pty]") {
  PtySession shell({.program = {"/bin/sh", "-c", "exec weir -i <&-"}});
  CHECK(shell.wait_end() != "0");
  CHECK(shell.screen().find("stdin") != std::string::npos);
}

TEST_CASE("a shell whose terminal goes away ends", "[pty]") {
  for (const char* how : {"--editor=weir", "--editor=dumb"}) {
    INFO(how);
    PtyOptions options;
    if (std::string_view(how) == "--editor=dumb") options.arguments = {how};
    PtySession shell(std::move(options));
    shell.wait_line("$");
    shell.close_terminal();
    CHECK(shell.wait_end() == "signal 1");
  }
}
TEST_CASE("a shell that ignores SIGHUP ends when its terminal goes away", "[pty]") {
  for (const bool is_dumb : {false, true}) {
    INFO("dumb: " << is_dumb);
    PtyOptions options;
    if (is_dumb) options.arguments = {"--editor=dumb"};
    PtySession shell(std::move(options));
    shell.wait_line("$");
    shell.send("trap '' HUP; echo ready" + keys::enter);
    shell.wait_for("the output", [&] { return shell.count_on_screen("ready") == 2; });
    shell.close_terminal();
    shell.wait_end();
  }
}

TEST_CASE("a command whose terminal goes away ends, and its shell", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.enter("sleep 1000");
  shell.close_terminal();
  CHECK(shell.wait_end() == "signal 1");
}

TEST_CASE("terminals answer what they were asked and it is not typed", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.send(
      "\x1b[?1;2c\x1b[12;40R\x1b]11;rgb:0000/0000/0000\x07"
      "echo typed" +
      keys::enter);
  CHECK(shell.wait_command_end() == 0);
  CHECK(shell.screen().starts_with("$ echo typed\ntyped\n"));
}

TEST_CASE("a program in the terminal owns it, with its modes as they were", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  CHECK_FALSE(shell.modes().canonical);
  CHECK(shell.run("tty_report") == 0);
  shell.wait_screen("tty_report: foreground");
  shell.wait_screen("echo=on canonical=on");
}
