// The terminal of jobs: who may read and write, its modes, its size.
#include <csignal>

#include <catch2/catch.hpp>

#include "pty/gate.h"

using namespace weir::test;

namespace {

void press_stop(PtySession& shell) {
  shell.send(keys::ctrl('Z'));
  CHECK(shell.wait_command_end() == 148);
  shell.wait_prompt();
}

/// As vim does it, which goes into raw mode once more before it dies. It waits without starting
/// anything: a stop that meets a child between vfork and exec leaves its parent waiting for that.
const std::string kRawWhenKilled =
    "trap '' TTOU; trap 'stty raw -echo; exit 1' TERM; mkfifo held; exec 3<>held; echo rea''dy; "
    "read -r x <&3";

/// The shell has heard of its end. A signal that comes before the program is in read(2) interrupts
/// nothing, and sh looks at its traps behind it: so it may take another one.
void end_from_elsewhere(PtySession& shell, pid_t program) {
  ::kill(program, SIGTERM);
  ::kill(program, SIGCONT);
  shell.wait_for("the end of the stopped program", [&] {
    if (process_state(program) == '-') return true;
    ::kill(program, SIGTERM);
    return false;
  });
}

}  // namespace

TEST_CASE("a job in the background that wants input is stopped and told", "[pty]") {
  struct Case {
    std::string text;
    bool reads_to_the_end = true;
  };
  const Case cases[] = {{"/bin/cat"},
                        {"cat"},
                        {"f() { /bin/cat; }; f"},
                        {"/bin/cat | cat -u"},
                        {"read -r x && echo $x", false},
                        {"sh -c 'read x </dev/tty; echo $x'", false}};
  for (const Case& one : cases) {
    INFO(one.text);
    PtySession shell;
    shell.wait_prompt();
    CHECK(shell.run("{ " + one.text + "; } &") == 0);
    shell.wait_screen("%1 stopped");
    shell.wait_screen("wants terminal input: fg %1");
    CHECK(shell.run("jobs") == 0);
    shell.wait_screen("%1  stopped");
    shell.enter("fg %1");
    // Before that, the echo of what is typed could come into it.
    shell.wait_for("what fg shows",
                   [&] { return shell.screen().contains("\n{ " + one.text + "; }"); });
    shell.send("typed in\n");
    shell.wait_for("what was typed, and its echo",
                   [&] { return shell.count_on_screen("typed in") == 2; });
    if (one.reads_to_the_end) shell.send(keys::ctrl('D'));
    CHECK(shell.wait_command_end() == 0);
    shell.wait_prompt();
  }
}

TEST_CASE("what is typed in the foreground is not for a job in the background", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  CHECK(shell.run("cat >behind &") == 0);
  shell.wait_screen("wants terminal input: fg %1");
  shell.enter("cat");
  shell.send("before\n");
  shell.wait_for("the copy", [&] { return shell.count_on_screen("before") == 2; });
  shell.send(keys::ctrl('D'));
  CHECK(shell.wait_command_end() == 0);
  shell.wait_prompt();
  CHECK(shell.run("kill %1; wc -c <behind") == 0);
  shell.wait_screen("0");
}

TEST_CASE("with tostop a job in the background that writes to the terminal is stopped", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  CHECK(shell.run("stty tostop") == 0);
  CHECK(shell.run("sh -c 'echo from-$((1 + 1)) >/dev/tty' &") == 0);
  shell.wait_screen("wants the terminal: fg %1");
  CHECK(shell.count_on_screen("from-2") == 0);
  CHECK(shell.run("fg") == 0);
  shell.wait_screen("from-2");
  CHECK(shell.run("stty -tostop") == 0);
}

TEST_CASE("a job in the background that changes the modes of the terminal is stopped", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  CHECK(shell.run("stty -echo &") == 0);
  shell.wait_screen("wants the terminal: fg %1");
  CHECK(shell.run("kill %1; tty_report") == 0);
  shell.wait_screen("echo=on");
}

TEST_CASE("each job has the modes of the terminal that it set, and the shell its own", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate raw(shell, "raw"), plain(shell, "plain");
  shell.enter("tty_report --raw --stay raw R");
  shell.wait_screen("R: foreground pgrp=own echo=off canonical=off");
  press_stop(shell);
  shell.enter("tty_report --stay plain P");
  shell.wait_screen("P: foreground pgrp=own echo=on canonical=on");
  press_stop(shell);
  shell.enter("fg %1");
  shell.wait_screen("R continued: foreground pgrp=own echo=off canonical=off");
  press_stop(shell);
  shell.enter("fg %2");
  shell.wait_screen("P continued: foreground pgrp=own echo=on canonical=on");
  plain.release();
  CHECK(shell.wait_command_end() == 0);
  shell.wait_prompt();
  CHECK(shell.run("kill %1") == 0);
  CHECK(shell.run("tty_report S") == 0);
  shell.wait_screen("S: foreground pgrp=own echo=on canonical=on");
}

TEST_CASE("a program that is killed in raw mode leaves a sane terminal", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate gate(shell);
  shell.enter("tty_report --raw --stay gate R");
  shell.wait_screen("R: foreground");
  shell.send(keys::ctrl('C'));
  CHECK(shell.wait_command_end() == 130);
  shell.wait_prompt();
  CHECK(shell.run("tty_report S") == 0);
  shell.wait_screen("S: foreground pgrp=own echo=on canonical=on");
}

TEST_CASE("what a stopped program sets when it is killed does not stay", "[pty]") {
  for (const char* text : {"kill %1", "kill %1; /bin/true"}) {
    INFO(text);
    PtySession shell({.files = {{"program", kRawWhenKilled}}});
    shell.wait_prompt();
    shell.enter("sh program");
    shell.wait_screen("ready");
    press_stop(shell);
    CHECK(shell.run(text) == 0);
    CHECK(shell.run("tty_report S") == 0);
    shell.wait_screen("S: foreground pgrp=own echo=on canonical=on");
    CHECK(shell.run("tty_report T") == 0);
    shell.wait_screen("T: foreground pgrp=own echo=on canonical=on");
  }
}

TEST_CASE("what a stopped program sets when it is killed beside another one does not stay",
          "[pty]") {
  PtySession shell({.files = {{"program", kRawWhenKilled}}});
  shell.wait_prompt();
  const Gate gate(shell);
  shell.enter("sh program");
  shell.wait_screen("ready");
  press_stop(shell);
  const pid_t program = shell.process_named("sh");
  REQUIRE(program > 0);

  SECTION("and the other one ends well") {
    shell.enter("tty_report --stay gate P");
    shell.wait_screen("P: foreground");
    end_from_elsewhere(shell, program);
    gate.release();
    CHECK(shell.wait_command_end() == 0);
    shell.wait_prompt();
  }
  SECTION("and the other one sets modes itself later") {
    shell.enter("tty_report --stay gate P; stty -echo");
    shell.wait_screen("P: foreground");
    end_from_elsewhere(shell, program);
    gate.release();
    CHECK(shell.wait_command_end() == 0);
    shell.wait_prompt();
    CHECK(shell.run("tty_report S; stty echo") == 0);
    shell.wait_screen("S: foreground pgrp=other echo=off canonical=on");
  }
  SECTION("and the other one is stopped") {
    shell.enter("tty_report --stay gate P");
    shell.wait_screen("P: foreground");
    end_from_elsewhere(shell, program);
    ::kill(shell.process_named("tty_report"), SIGTSTP);  // in raw mode Ctrl-Z is a character
    CHECK(shell.wait_command_end() == 148);
    shell.wait_prompt();
    shell.enter("fg");
    shell.wait_screen("P continued: foreground pgrp=own echo=on canonical=on");
    gate.release();
    CHECK(shell.wait_command_end() == 0);
    shell.wait_prompt();
  }
  CHECK(shell.run("tty_report T") == 0);
  shell.wait_screen("T: foreground pgrp=own echo=on canonical=on");
}

TEST_CASE("a job that was stopped when the terminal was resized hears of it", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate gate(shell);
  shell.enter("tty_report --stay gate Z");
  shell.wait_screen("Z: foreground");
  press_stop(shell);
  shell.resize({60, 20});
  shell.enter("fg");
  shell.wait_screen("Z resized: 20x60");
  press_stop(shell);
  shell.enter("fg");
  gate.release();
  CHECK(shell.wait_command_end() == 0);
  shell.wait_prompt();
  CHECK(shell.count_on_screen("resized") == 1);
}
