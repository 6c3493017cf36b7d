// Traps of an interactive shell: Ctrl-C, and signals that come while nobody runs anything.
#include <signal.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "pty/pty_session.h"

using namespace weir::test;

TEST_CASE("the trap on INT runs when Ctrl-C has ended the entry, or given a line up", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.run("n=0; trap '((n += 1)); echo trapped-$n' INT");
  int count = 0;
  for (const char* entry : {"sleep 1000", "env sleep 1000", "while true; do env sleep 0.01; done",
                            "seq 1 | while read x; do sleep 1000; done | cat"}) {
    INFO(entry);
    shell.enter(entry);
    shell.send(keys::ctrl('C'));
    CHECK(shell.wait_command_end() == 130);
    shell.wait_screen("trapped-" + std::to_string(++count));
    shell.wait_prompt();
  }
  shell.send("given up" + keys::ctrl('C'));
  shell.wait_screen("trapped-5");
  shell.wait_prompt();
  CHECK(shell.run("test $? = 130") == 0);
  CHECK(shell.run("test $n = 5") == 0);
  CHECK(shell.run("trap - INT") == 0);
  shell.enter("sleep 1000");
  shell.send(keys::ctrl('C'));
  CHECK(shell.wait_command_end() == 130);
  shell.wait_prompt();
  CHECK(shell.run("test $n = 5") == 0);
}

TEST_CASE("a subshell in the foreground takes Ctrl-C where it has a trap for that", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.run("mkfifo gate");
  shell.enter("(trap '' INT; echo wait''ing; read x < gate; echo got-$x); echo list-goes-on");
  shell.wait_screen("waiting");
  shell.send(keys::ctrl('C'));
  shell.wait_screen("^C");
  std::ofstream(shell.home() / "gate") << "it\n";
  shell.wait_screen("got-it");
  CHECK(shell.wait_command_end() == 0);
  shell.wait_screen("list-goes-on");
  shell.wait_prompt();
  for (const char* work :
       {"sleep 1000", "env sleep 1000", "while :; do sleep 0.01; done | cat",
        "(while :; do env sleep 0.01; done)", "seq 3 | scatter | sleep 1000 | gather >rows",
        "(seq 3 | scatter | env sleep 1000 | gather >rows)"}) {
    INFO(work);
    shell.run("clear");
    shell.enter(std::string("(trap 'echo sub-$((1 + 1))' INT; echo be''gun; ") + work +
                "; echo surviv''ed)");
    shell.wait_screen("begun");
    shell.send(keys::ctrl('C'));
    shell.wait_screen("sub-2");
    shell.wait_screen("survived");
    CHECK(shell.wait_command_end() == 0);
    shell.wait_prompt();
  }
  shell.run("clear");
  shell.enter("(trap '' INT; echo be''gun-3; sleep 1000)");
  shell.wait_screen("begun-3");
  shell.send(keys::ctrl('C') + keys::ctrl('\\'));
  CHECK(shell.wait_command_end() == 131);
  shell.wait_prompt();
}

TEST_CASE("each Ctrl-C comes to the trap of a job that was brought to the foreground", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.run("mkfifo gate; n=0");
  shell.run(
      "(trap 'echo got-$((++n))' INT; read x < gate; while ((n < 3)); do sleep 1000; done; :) &");
  shell.run("clear");
  shell.enter("fg");
  shell.wait_screen("read x");  // the job's text
  for (const char* got : {"got-1", "got-2", "got-3"}) {
    shell.send(keys::ctrl('C'));
    shell.wait_screen(got);
  }
  CHECK(shell.wait_command_end() == 0);
  shell.wait_prompt();
}

TEST_CASE("a trap on EXIT that does not end is ended by Ctrl-C", "[pty]") {
  const std::string work =
      GENERATE("while :; do sleep 1000; done", "read x", "/bin/sleep 1000; sleep 1000");
  INFO(work);
  PtySession shell;
  shell.wait_prompt();
  shell.run("trap 'echo be''gun; " + work + "; echo goes-on' EXIT; clear");
  shell.send("exit 3\r");
  shell.wait_screen("begun");
  shell.send(keys::ctrl('C'));
  CHECK(shell.wait_end() == "130");
  CHECK(shell.count_on_screen("goes-on") == 0);
}

TEST_CASE("a trap on EXIT of a subshell is ended by the next Ctrl-C", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.enter(
      "(trap 'echo be''gun-2; while :; do sleep 1000; done' EXIT; echo be''gun-1; sleep 1000)");
  shell.wait_screen("begun-1");
  shell.send(keys::ctrl('C'));
  shell.wait_screen("begun-2");
  shell.send(keys::ctrl('C'));
  CHECK(shell.wait_command_end() == 130);
  shell.wait_prompt();
}

TEST_CASE("what does not end when the terminal has gone ends by TERM", "[pty]") {
  const std::string trap = GENERATE("HUP", "EXIT");
  INFO(trap);
  PtySession shell;
  shell.wait_prompt();
  shell.run("trap 'echo >begun; while :; do sleep 1000; done' " + trap);
  SECTION("the terminal goes first") { shell.close_terminal(); }
  SECTION("the trap runs first") {
    if (trap == "EXIT") shell.send("exit\r");
    if (trap == "HUP") ::kill(shell.shell_pid(), SIGHUP);
    shell.wait_for("the trap", [&] { return std::filesystem::exists(shell.home() / "begun"); });
    shell.close_terminal();
  }
  shell.wait_for("the trap", [&] { return std::filesystem::exists(shell.home() / "begun"); });
  const pid_t pid = shell.shell_pid();
  shell.wait_for("the end", [&] {
    ::kill(pid, SIGTERM);
    return ::kill(pid, 0) != 0;
  });
  shell.wait_end();
}

TEST_CASE("a line is there again when a trap would have left the shell", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.run("trap 'exit 4' USR2; sleep 1000 &");
  shell.send("echo half");
  shell.wait_line("$ echo half");
  ::kill(shell.shell_pid(), SIGUSR2);
  shell.wait_screen("[s]tay?");
  shell.send("s");
  shell.wait_screen("[s]tay? stay");
  shell.wait_line("$ echo half");
  shell.send("-done\r");
  shell.wait_screen("half-done");
  CHECK(shell.wait_command_end() == 0);
  shell.wait_prompt();
}

TEST_CASE("an ignored INT is ignored by the entry, and does not end the shell afterwards",
          "[pty]") {
  PtyOptions options;
  const bool is_plain = GENERATE(false, true);
  if (is_plain) options.arguments = {"--editor=dumb"};
  PtySession shell(std::move(options));
  shell.wait_line("$");
  shell.send("mkfifo gate; trap '' INT; echo wait''ing; read line <gate; echo got-$line\r");
  shell.wait_screen("waiting");
  shell.send(keys::ctrl('C'));
  shell.wait_screen("^C");
  std::ofstream(shell.home() / "gate") << "it\n";
  shell.wait_screen("got-it");
  shell.wait_line("$");
  shell.send("trap - INT; echo be''gun; sleep 1000\r");
  shell.wait_screen("begun");
  shell.send(keys::ctrl('C'));
  shell.wait_line("$");
  shell.send("echo status-$?\r");
  shell.wait_screen("status-130");
}

TEST_CASE("a trap runs while a line is typed, and leaves the line as it is", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.run("trap 'echo trapped; mkdir -p d; cd d' USR1");
  shell.run("false");
  shell.send("echo status-$? half");
  shell.wait_line("$ echo status-$? half");
  REQUIRE(::kill(shell.shell_pid(), SIGUSR1) == 0);
  shell.wait_screen("trapped");
  shell.wait_line("$ echo status-$? half");
  shell.send(" whole\r");
  shell.wait_screen("status-1 half whole");
  CHECK(shell.wait_command_end() == 0);
  shell.wait_prompt();
  CHECK(shell.run("test ${PWD##*/} = d") == 0);
  // It may read the terminal, and run a program that does.
  shell.run("trap 'read x; sed -u -e s/^/$x-/ -e q' USR1");
  shell.send("echo half");
  shell.wait_line("$ echo half");
  REQUIRE(::kill(shell.shell_pid(), SIGUSR1) == 0);
  shell.wait_for("modes", [&] { return shell.modes().canonical; });
  shell.send("first\rsecond\r");
  shell.wait_screen("first-second");
  shell.wait_line("$ echo half");
  CHECK(shell.count_on_screen("half") == 3);
}

TEST_CASE("a trap that exits leaves the shell from its prompt", "[pty]") {
  PtyOptions options;
  const bool is_plain = GENERATE(false, true);
  if (is_plain) options.arguments = {"--editor=dumb"};
  PtySession shell(std::move(options));
  shell.wait_line("$");
  shell.send("trap 'exit 3' USR1; echo read''y\r");
  shell.wait_screen("ready");
  shell.wait_line("$");
  shell.send("not entered");
  shell.wait_line("$ not entered");
  REQUIRE(::kill(shell.shell_pid(), SIGUSR1) == 0);
  CHECK(shell.wait_end() == "3");
}

TEST_CASE("with the plain editor a trap runs while a line is typed", "[pty]") {
  PtySession shell({.arguments = {"--editor=dumb"}});
  shell.wait_line("$");
  shell.send("trap 'echo trap''ped' USR1; echo read''y\r");
  shell.wait_screen("ready");
  shell.wait_line("$");
  shell.send("echo ha");
  shell.wait_line("$ echo ha");
  REQUIRE(::kill(shell.shell_pid(), SIGUSR1) == 0);
  shell.wait_screen("trapped");
  shell.send("lf\r");
  shell.wait_line("$");
  CHECK(shell.count_on_screen("half") == 1);
  shell.send("trap 'echo interrup''ted' INT; echo set''ting\r");
  shell.wait_screen("setting");
  shell.wait_line("$");
  shell.send(keys::ctrl('C'));
  shell.wait_screen("interrupted");
}
