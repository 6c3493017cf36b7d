// What a person is told while typing.
#include <catch2/catch.hpp>

#include "pty/gate.h"

using namespace weir::test;
using weir::repl::Color;

namespace {

std::string job_at(const Gate& gate) {
  return "tty_report --stay " + gate.path().string() + " >log";
}

}  // namespace

TEST_CASE("the end of a job is told above the line at once, which stays as it is", "[pty]") {
  PtySession shell({.environment = {"PS1=\\j$ "}});
  shell.wait_prompt();
  const Gate gate(shell);
  shell.run(job_at(gate) + " &");
  shell.send("echo typed words" + keys::alt("b"));
  shell.wait_line("1$ echo typed words");
  const size_t column = shell.terminal().cursor().column;
  gate.release();
  shell.wait_screen("%1 done");
  shell.wait_line("0$ echo typed words");
  CHECK(shell.terminal().cursor().column == column);
  CHECK(shell.style_of("done").foreground == Color::palette(2));
  CHECK(shell.count_on_screen("echo typed words") == 1);
  shell.send(keys::enter);
  CHECK(shell.wait_command_end() == 0);
}

TEST_CASE("a job whose end was told is listed, keeps its number and answers wait", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.run("(exit 6) &");
  shell.wait_screen("%1 failed 6");
  shell.run("(exit 7) &");
  shell.wait_screen("%2 failed 7");
  CHECK(shell.run("clear; jobs") == 0);
  CHECK(shell.count_on_screen("failed 6") == 1);
  CHECK(shell.count_on_screen("failed 7") == 1);
  CHECK(shell.run("wait %1") == 6);
  CHECK(shell.run("wait %2") == 7);
  CHECK(shell.run("clear; jobs") == 0);
  CHECK(shell.count_on_screen("failed") == 0);
}

TEST_CASE("a failure is told with its status, also above an entry of several lines", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate gate(shell);
  shell.run("{ " + job_at(gate) + "; exit 7; } &");
  shell.send("for i in a; do" + keys::enter + "echo $i" + keys::up);
  shell.wait_for("the cursor in the first line", [&] {
    return shell.terminal().row(shell.terminal().cursor().row).ends_with("do");
  });
  gate.release();
  shell.wait_screen("%1 failed 7");
  shell.wait_line("$ for i in a; do");
  CHECK(shell.style_of("failed").foreground == Color::palette(1));
  CHECK(shell.count_on_screen("for i in a") == 1);
  CHECK(shell.count_on_screen("echo $i") == 1);
}

TEST_CASE("a job that ends while an entry runs is told before the next prompt", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate gate(shell);
  shell.run(job_at(gate) + " &");
  shell.run(": > gate; wait; printf unfinished");
  CHECK(shell.screen().find("unfinished%\n%1 done") != std::string::npos);
  CHECK(shell.screen().ends_with("\n$\n"));
}

TEST_CASE("what wait has told is not told again", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  CHECK(shell.run("true & wait %1") == 0);
  CHECK(shell.run("{ exit 3; } & wait $!") == 3);
  CHECK(shell.count_on_screen("done") == 0);
  CHECK(shell.count_on_screen("failed") == 0);
}

TEST_CASE("a job that is stopped is told once for each stop", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate gate(shell);
  shell.run(job_at(gate) + " &");
  CHECK(shell.run("kill -STOP %1") == 0);
  CHECK(shell.count_on_screen("%1 stopped") == 1);
  CHECK(shell.run("true") == 0);
  CHECK(shell.count_on_screen("%1 stopped") == 1);
  CHECK(shell.run("kill -CONT %1; kill -STOP %1") == 0);
  CHECK(shell.count_on_screen("%1 stopped") == 2);
  CHECK(shell.run("kill %1") == 0);
}

TEST_CASE("a notice is one line, whatever the command is", "[pty]") {
  PtySession shell({.size = {40, 24}});
  shell.wait_prompt();
  const Gate gate(shell);
  shell.send("{ " + job_at(gate) + keys::alt("\r") + ": '" + keys::ctrl('V') + "\x1b[2J" +
             std::string(100, 'x') + "'; } &" + keys::enter);
  shell.wait_command_end();
  shell.wait_prompt();
  shell.send("typed");
  shell.wait_line("$ typed");
  gate.release();
  shell.wait_screen("%1 done");
  shell.wait_line("$ typed");
  const size_t row = shell.terminal().cursor().row;
  CHECK(shell.terminal().row(row - 1).starts_with("%1 done"));
  CHECK(shell.terminal().row(row - 1).ends_with("…"));
}

TEST_CASE("many ends at once leave the line alone", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate gate(shell);
  shell.run("for i in {1..30}; do (exec 3<gate) & done");
  shell.send("typed");
  shell.wait_line("$ typed");
  // Stays open: not all of them may wait for it yet.
  const std::fstream writer(gate.path(), std::ios::in | std::ios::out);
  shell.wait_for("thirty notices", [&] {
    const std::string text = shell.all_text();
    size_t count = 0;
    for (size_t at = text.find(" done "); at != std::string::npos; at = text.find(" done ", at + 1))
      ++count;
    return count == 30;
  });
  shell.wait_line("$ typed");
  CHECK(shell.count_on_screen("$ typed") == 1);
}

// ---- what jobs write while a line is being typed ------------------------------------------

namespace {

/// Lets a job go on each time that it reads a line from the FIFO `go`.
class Steps {
 public:
  explicit Steps(PtySession& shell) {
    shell.run("mkfifo go");
    // Open all the time: what is written before the job reads is there for it.
    fifo_.open(shell.home() / "go", std::ios::in | std::ios::out);
  }
  void go() { fifo_ << std::endl; }

 private:
  std::fstream fifo_;
};

}  // namespace

TEST_CASE("what a job writes goes above the line, which stays as it is", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  Steps steps(shell);
  shell.run("{ read x <go; echo from-the-job; read x <go; sh -c 'echo from a pro''gram >&2'; } &");
  shell.send("echo typed words" + keys::alt("b"));
  shell.wait_line("$ echo typed words");
  const size_t column = shell.terminal().cursor().column;
  steps.go();
  shell.wait_screen("from-the-job");
  shell.wait_line("$ echo typed words");
  CHECK(shell.terminal().cursor().column == column);
  steps.go();
  shell.wait_screen("from a program");
  shell.wait_screen("%1 done");
  shell.wait_line("$ echo typed words");
  CHECK(shell.screen().find("from-the-job\nfrom a program\n%1 done") != std::string::npos);
  CHECK(shell.count_on_screen("echo typed words") == 1);
}

TEST_CASE("a line that a job has only begun is shown with its end, or when the line is entered",
          "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  Steps steps(shell);
  shell.run(
      "{ read x <go; printf 'not yet'; read x <go; echo ' but now'; printf unfin''ished; read x "
      "<go; "
      "} &");
  shell.send("typed");
  shell.wait_line("$ typed");
  steps.go();
  steps.go();
  shell.wait_screen("not yet but now");
  shell.wait_line("$ typed");
  CHECK(shell.count_on_screen("unfinished") == 0);
  shell.send(keys::ctrl('U') + "echo entered" + keys::enter);
  CHECK(shell.wait_command_end() == 0);
  shell.wait_prompt();
  CHECK(shell.screen().find("$ echo entered\nunfinishedentered\n") != std::string::npos);
  steps.go();
  shell.wait_screen("%1 done");
}

TEST_CASE("a job that writes without end leaves the line usable", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.run("yes forever &");
  shell.wait_screen("forever");
  shell.send("kill %1" + keys::enter);
  shell.wait_command_end();
  shell.wait_prompt();
  CHECK(shell.run("echo calm") == 0);
}

TEST_CASE("a stopped loop that goes on behind writes above the line", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  Steps steps(shell);
  shell.enter("for i in one two; do read x <go; echo $i; done");
  shell.send(keys::ctrl('Z'));
  shell.wait_command_end();
  shell.wait_prompt();
  CHECK(shell.run("bg") == 0);
  shell.send("typed");
  shell.wait_line("$ typed");
  steps.go();
  shell.wait_for("a line of its own",
                 [&] { return shell.screen().find("\none\n") != std::string::npos; });
  shell.wait_line("$ typed");
  steps.go();
  shell.wait_screen("two");
  shell.wait_screen("%1 done");
  shell.wait_line("$ typed");
  CHECK(shell.count_on_screen("typed") == 1);
}

TEST_CASE("with the plain editor jobs are told before the next prompt", "[pty]") {
  PtySession shell({.arguments = {"--editor=dumb"}});
  shell.wait_line("$");
  shell.send("{ exit 5; } & wait\n");
  shell.wait_screen("%1 failed 5");
  shell.wait_line("$");
}

TEST_CASE("wait says for which jobs, tells their ends, and gives way to what they write", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const auto open = [&](const char* name) { const std::ofstream writer(shell.home() / name); };
  CHECK(shell.run("mkfifo one two three; { : <one; echo spo''ken; : <two; exit 3; } &") == 0);
  CHECK(shell.run(": <three &") == 0);
  shell.enter("wait");
  shell.wait_screen("waiting for 2 jobs (Ctrl-C: back to the prompt)  %1 running");
  open("one");
  shell.wait_for("the line below what was written", [&] {
    const std::string screen = shell.screen();
    const size_t written = screen.find("\nspoken\n");
    return written != screen.npos && screen.find("\nwaiting for 2 jobs", written) != screen.npos;
  });
  open("two");
  shell.wait_screen("%1 failed 3");
  shell.wait_screen("waiting for 1 job (");
  CHECK(shell.count_on_screen("waiting for") == 1);
  shell.send(keys::ctrl('C'));
  CHECK(shell.wait_command_end() == 130);
  shell.wait_prompt();
  CHECK(shell.all_text().find("waiting for") == std::string::npos);
  shell.enter("wait");
  shell.wait_screen("waiting for 1 job (");
  open("three");
  CHECK(shell.wait_command_end() == 0);
  shell.wait_prompt();
  CHECK(shell.all_text().find("waiting for") == std::string::npos);
  CHECK(shell.count_on_screen("%1 failed 3") == 1);
  CHECK(shell.count_on_screen("%2 done") == 1);
}

TEST_CASE("Ctrl-C leaves nothing of the line of wait, also where it is wide", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  CHECK(shell.run("mkfifo gate; { : <gate; : 'a command that is wide enough for the row'; } &") ==
        0);
  shell.enter("wait");
  shell.wait_screen("waiting for 1 job");
  shell.send(keys::ctrl('C'));
  CHECK(shell.wait_command_end() == 130);
  shell.wait_prompt();
  CHECK(shell.all_text().find("waiting for") == std::string::npos);
}

TEST_CASE("a resize leaves nothing of the line of wait", "[pty]") {
  PtySession shell({.environment = {"XTERM_VERSION"}});
  shell.wait_prompt();
  CHECK(shell.run("sleep 1000 &") == 0);
  shell.enter("wait");
  shell.wait_screen("waiting for 1 job (Ctrl-C: back to the prompt)  %1 running");
  // A terminal that wraps its lines anew has it on three rows then; libvterm cuts them.
  shell.resize({30, 24});
  shell.wait_for("the line taken off with all its rows", [&] {
    return shell.bytes().find("\r\x1b[K\x1b[A\x1b[K\x1b[A\x1b[K") != std::string::npos;
  });
  shell.send(keys::ctrl('C'));
  CHECK(shell.wait_command_end() == 130);
  shell.wait_prompt();
  CHECK(shell.all_text().find("waiting for") == std::string::npos);
}

TEST_CASE("what is begun on a line stays there while wait shows for which jobs", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  CHECK(shell.run("mkfifo one two; { : <one; printf be''gun; : <two; echo ' and ended'; } &") == 0);
  shell.enter("printf nothing; wait");
  shell.wait_screen("waiting for 1 job");
  CHECK(shell.count_on_screen("nothing") == 2);
  {
    const std::ofstream writer(shell.home() / "one");
  }
  shell.wait_screen("begun");
  {
    const std::ofstream writer(shell.home() / "two");
  }
  CHECK(shell.wait_command_end() == 0);
  shell.wait_prompt();
  CHECK(shell.count_on_screen("begun and ended") == 1);
}

TEST_CASE("help is broken at words", "[pty]") {
  PtySession shell({.size = {50, 60}});
  shell.wait_prompt();
  CHECK(shell.run("wait --help") == 0);
  shell.wait_screen("            [JOB…]");
  CHECK(shell.screen().find("usage: wait [-n [-p NAME]] [--timeout DURATION]") !=
        std::string::npos);
}

TEST_CASE("names of others reach the terminal without their control characters", "[pty]") {
  const std::string name = "x\x1b]2;pwn\ay\x1b[2Jz\u009b2J";
  PtySession shell;
  shell.wait_prompt();
  std::filesystem::create_directory(shell.home() / name);
  shell.run("cd x*; sleep 1000 &");
  for (const char* command : {"jobs", "jobs -l", "jobs --timeline", "why %1", "dirs", "pushd .",
                              "cd /; cd -", "jobs --all", "fg %9; cd ./*/*"})
    shell.run(command);
  shell.run("cd ~; : > $'n\\e[2J'; cd n*; cat ./n*/x; test -n x '' n*; history");
  shell.run("unset PS1; cd x*");
  shell.run("PS1='\\w \\W$ '; kill %1; wait %1");
  CHECK(shell.count_on_screen("x ]2;pwn y [2Jz") > 0);
  for (const char* command : {"\x1b]2;pwn", "\x1b[2J", "\u009b"}) {
    INFO(command + 1);
    CHECK(shell.bytes().find(command) == std::string::npos);
  }
}

TEST_CASE("for a program a name is what it is", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const std::string name = "x\x1b[31my";
  std::filesystem::create_directory(shell.home() / name);
  shell.run("cd x*; sleep 1000 &");
  CHECK(shell.run("[[ $(jobs --json | get 0.directory) == $PWD ]]") == 0);
  CHECK(shell.run("[[ $(dirs -l) == $PWD ]]") == 0);
}
