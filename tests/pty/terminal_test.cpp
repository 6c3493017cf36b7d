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

TEST_CASE("COLUMNS and LINES are what the terminal has now", "[pty]") {
  for (const char* editor : {"--editor=weir", "--editor=dumb"}) {
    INFO(editor);
    const bool is_plain = std::string_view(editor) == "--editor=dumb";
    PtyOptions options{.environment = {"COLUMNS=7"},
                       .files = {{".config/weir/init.ksh", "echo begins-${COLUMNS}x$LINES\n"}}};
    if (is_plain) options.arguments = {editor};
    PtySession shell(std::move(options));
    shell.wait_screen("begins-80x24");
    shell.wait_line("$");
    shell.send("echo first-${COLUMNS}x$LINES\r");
    shell.wait_screen("first-80x24");
    shell.wait_line("$");
    // While a line is being typed, and while an entry runs.
    shell.resize({50, 10});
    shell.send("echo next-${COLUMNS}x$LINES\r");
    shell.wait_screen("next-50x10");
    shell.wait_line("$");
    shell.send("env | grep COLUMNS || echo not-in-$((1 + 1))\r");
    shell.wait_screen("not-in-2");
    shell.wait_line("$");
    shell.send("readonly COLUMNS; LINES=3; PS2='.. '; echo set-$((1 + 1))\r");
    shell.wait_screen("set-2");
    shell.wait_line("$");
    shell.resize({60, 12});
    shell.send("echo last-${COLUMNS}x$LINES\r");
    shell.wait_screen("last-50x12");
  }
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

TEST_CASE("the plain editor has the prompt that was asked for", "[pty]") {
  PtySession shell({.arguments = {"--editor=dumb"}, .environment = {"PS1=\\e[1m\\W\\e[0m> "}});
  shell.wait_line("~>");
  shell.send("cd /usr\n");
  shell.wait_line("usr>");
  shell.send("weir_prompt() { echo \"$1-f> \"; }\n");
  shell.wait_line("0-f>");
  shell.send("false\n");
  shell.wait_line("1-f>");
  shell.send("weir_prompt() { nonexist; }\n");
  shell.wait_screen("weir_prompt failed:");
  shell.wait_line("usr>");
  CHECK(shell.count_on_screen("weir_prompt failed:") == 1);
  shell.send("echo a; printf 'b%s\\n' 2\n");
  shell.wait_screen("b2");
  shell.wait_line("usr>");
  CHECK(shell.count_on_screen("weir_prompt failed:") == 1);
  // Nobody is kept out by one that does not end.
  shell.send("weir_prompt() { printf 'waits\\n' >/dev/tty; while true; do :; done; }\n");
  shell.wait_screen("waits");
  shell.wait_for("the end of the line", [&] { return shell.count_on_screen("waits") == 2; });
  shell.send(keys::ctrl('C'));
  shell.wait_line("usr>");
}

TEST_CASE("an error of weir_prompt comes above the line, once", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  CHECK(shell.run("weir_prompt() { nonexist; }") == 0);
  shell.wait_screen("weir_prompt failed:");
  shell.wait_line("$");
  CHECK(shell.run("weir_right_prompt() { echo right-$((1 + 1)); }") == 0);
  shell.wait_screen("right-2");  // asked after the other
  shell.wait_line(
      "$                                                                       right-2");
  CHECK(shell.count_on_screen("weir_prompt failed:") == 1);
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
