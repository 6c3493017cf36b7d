// Ctrl-Z and Ctrl-C on entries of every kind, also when they come before the entry has begun.
#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "pty/gate.h"
#include "pty/held_shell.h"

using namespace weir::test;

namespace {

struct Entry {
  std::string text;
  std::string begins;  // on the screen once its program is there, in the foreground
  std::string ends;    // on the screen after it has ended by itself; empty: nothing more
};

/// Each waits at the FIFO "gate".
const Entry kEntries[] = {
    {"tty_report --stay gate P", "P: foreground", ""},
    {"tty_report --stay gate A && echo and-$((1 + 1))", "A: foreground", "and-2"},
    {"f() { tty_report --stay gate F; echo after-$?; }; f", "F: foreground", "after-0"},
    {"for i in 1; do tty_report --stay gate L; echo turn-$i; done", "L: foreground", "turn-1"},
    {"if tty_report --stay gate I; then echo if-$((1 + 1)); fi", "I: foreground", "if-2"},
    {"(tty_report --stay gate U; echo sub-$?)", "U: foreground", "sub-0"},
    {"tty_report --stay gate X | cat -u | cat -u", "X: foreground", ""},
    {"{ echo; tty_report --stay gate B; } | cat -u", "B: foreground", ""},
    {"tty_report --stay gate W | while read -r x; do echo \"<$x>\"; done", "<W: foreground", ""},
    {"echo \"got $(tty_report --stay gate S >&2; echo in)\"", "S: foreground", "got in"},
    {"timeout 1h tty_report --stay gate T", "T: foreground", ""},
};

/// Nobody waits at it.
bool is_left(const Gate& gate) {
  const int fd = ::open(gate.path().c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd >= 0) ::close(fd);
  return fd < 0;
}

void press_stop(PtySession& shell) {
  shell.send(keys::ctrl('Z'));
  CHECK(shell.wait_command_end() == 148);
  shell.wait_prompt();
}

/// What was stopped goes on in the foreground to its end.
void finish_in_foreground(PtySession& shell, const Gate& gate, const Entry& entry,
                          const std::string& mark) {
  shell.enter("fg");
  shell.wait_screen(mark);
  gate.release();
  CHECK(shell.wait_command_end() == 0);
  if (!entry.ends.empty()) shell.wait_screen(entry.ends);
  shell.wait_prompt();
  CHECK(shell.modes().signals == false);  // the editor's
  CHECK(shell.foreground_group() == shell.shell_pid());
  CHECK(shell.run("jobs") == 0);
  CHECK(shell.terminal().row(shell.terminal().cursor().row - 1) == "$ jobs");
}

std::string continued(const Entry& entry, const std::string& where) {
  const size_t colon = entry.begins.find(':');
  return entry.begins.substr(0, colon) + " continued: " + where;
}

}  // namespace

TEST_CASE("Ctrl-Z stops an entry of any kind, and fg goes on with it", "[pty]") {
  for (const Entry& entry : kEntries) {
    INFO(entry.text);
    PtySession shell;
    shell.wait_prompt();
    const Gate gate(shell);
    shell.enter(entry.text);
    shell.wait_screen(entry.begins);
    press_stop(shell);
    CHECK(shell.count_on_screen("%1 stopped  ") == 1);
    CHECK(shell.run("echo \"state $(jobs %1 | get state)\"") == 0);
    shell.wait_screen("state stopped");
    CHECK(shell.modes().canonical == false);
    finish_in_foreground(shell, gate, entry, continued(entry, "foreground"));
  }
}

TEST_CASE("Ctrl-Z stops an entry of any kind, and bg goes on with it", "[pty]") {
  for (const Entry& entry : kEntries) {
    INFO(entry.text);
    PtySession shell;
    shell.wait_prompt();
    const Gate gate(shell);
    shell.enter(entry.text);
    shell.wait_screen(entry.begins);
    press_stop(shell);
    CHECK(shell.run("bg") == 0);
    shell.wait_screen(continued(entry, "background"));
    CHECK(shell.run("jobs -r | get id") == 0);
    gate.release();
    shell.wait_screen("%1 done");
    if (!entry.ends.empty()) shell.wait_screen(entry.ends);
  }
}

TEST_CASE("Ctrl-C ends an entry of any kind", "[pty]") {
  for (const Entry& entry : kEntries) {
    INFO(entry.text);
    PtySession shell;
    shell.wait_prompt();
    const Gate gate(shell);
    shell.enter(entry.text + "; echo not-$((1 + 1))");
    shell.wait_screen(entry.begins);
    shell.send(keys::ctrl('C'));
    CHECK(shell.wait_command_end() == 130);
    shell.wait_prompt();
    shell.wait_for("the end of the program", [&] { return is_left(gate); });
    CHECK(shell.run("jobs; echo here") == 0);
    CHECK(shell.count_on_screen("not-2") == 0);
    CHECK(shell.foreground_group() == shell.shell_pid());
  }
}

TEST_CASE("Ctrl-\\ ends the program of an entry, which goes on", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate gate(shell);
  shell.enter("ulimit -c 0; tty_report --stay gate Q; echo after-$?");
  shell.wait_screen("Q: foreground");
  shell.send(keys::ctrl('\\'));
  CHECK(shell.wait_command_end() == 0);
  shell.wait_screen("after-131");
  shell.wait_prompt();
}

// ---- what has no program ------------------------------------------------------------------

TEST_CASE("Ctrl-Z and Ctrl-C on builtins", "[pty]") {
  struct Case {
    std::string text;
    bool is_waiting = false;  // ends by Ctrl-C only
  };
  const Case cases[] = {
      {"while [ ! -e done ]; do :; done"},
      {"f() { until [ -e done ]; do :; done; }; f"},
      {"(while [ ! -e done ]; do :; done) | cat"},
      {"while [ ! -e done ]; do echo y; done | wc -l >count"},
      {"x=$(while [ ! -e done ]; do :; done)"},
      {"sleep infinity", true},
      {"f() { sleep infinity; }; f", true},
      {"sleep infinity | cat", true},
      {"x=$(sleep infinity)", true},
      {"read -r x", true},
      {"cat", true},
  };
  for (const Case& one : cases) {
    INFO(one.text);
    PtySession shell;
    shell.wait_prompt();
    shell.enter(one.text);
    press_stop(shell);
    CHECK(shell.count_on_screen("%1 stopped  ") == 1);
    CHECK(shell.run("jobs -s | get id") == 0);
    if (one.is_waiting) {
      shell.enter("fg");
      shell.send(keys::ctrl('C'));
      CHECK(shell.wait_command_end() == 130);
    } else {
      CHECK(shell.run("echo >done") == 0);
      CHECK(shell.run("fg") == 0);
    }
    if (one.is_waiting) shell.wait_prompt();
    CHECK(shell.run("rm -f done; jobs | wc -l") == 0);
    shell.wait_line("$");
    shell.enter(one.text);
    shell.send(keys::ctrl('C'));
    CHECK(shell.wait_command_end() == 130);
    shell.wait_prompt();
    CHECK(shell.run("jobs | wc -l") == 0);
  }
}

TEST_CASE("read goes on with the line that is typed after fg", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.enter("read -r x; echo \"<$x>\"");
  press_stop(shell);
  CHECK(shell.run("echo other") == 0);
  shell.enter("fg");
  shell.send("typed\n");
  CHECK(shell.wait_command_end() == 0);
  shell.wait_screen("<typed>");
}

// ---- before it runs -------------------------------------------------------------------------

TEST_CASE("Ctrl-Z and Ctrl-C that are typed right behind Enter are for the entry", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate gate(shell);
  const std::string text = "tty_report --stay gate E; echo after-$?";
  for (int round = 0; round < 20; ++round) {
    INFO("round " << round);
    for (const bool in_one_piece : {true, false}) {
      for (const char key : {'Z', 'C'}) {
        if (in_one_piece) {
          shell.send(text + keys::enter + keys::ctrl(key));
        } else {
          shell.send(text + keys::enter);
          shell.send(keys::ctrl(key));
        }
        CHECK(shell.wait_command_end() == (key == 'Z' ? 148 : 130));
        shell.wait_prompt();
      }
    }
    CHECK(shell.run("kill %+ %-") == 0);
  }
}

TEST_CASE("Ctrl-Z and Ctrl-C that come while a program starts are for the entry", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate gate(shell);
  for (int round = 0; round < 20; ++round) {
    INFO("round " << round);
    for (const char key : {'Z', 'C'}) {
      shell.enter("tty_report --stay gate E | cat; echo after-$?");
      shell.send(keys::ctrl(key));
      CHECK(shell.wait_command_end() == (key == 'Z' ? 148 : 130));
      shell.wait_prompt();
    }
    CHECK(shell.run("kill %+") == 0);
  }
}

TEST_CASE("Ctrl-C that comes when the first program has just ended is for the entry", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate gate(shell);
  for (const char* text :
       {"tty_report --stay gate E; echo not-$((1 + 1))",
        "f() { tty_report --stay gate E; echo not-$((1 + 1)); }; f",
        "echo \"$(tty_report --stay gate E >&2)not-$((1 + 1))\"",
        "for i in 1 2; do tty_report --stay gate E; echo not-$((i + 1)); done"}) {
    INFO(text);
    shell.enter(text);
    shell.wait_screen("E: foreground");
    {
      const pid_t program = shell.process_named("tty_report");
      const HeldShell held(shell);
      gate.release();
      shell.wait_for("the end of the program", [&] { return process_state(program) == 'Z'; });
      shell.send(keys::ctrl('C'));
      shell.wait_screen("^C");  // what the terminal shows when it has sent the signal
    }
    CHECK(shell.wait_command_end() == 130);
    shell.wait_prompt();
    CHECK(shell.count_on_screen("not-2") == 0);
    shell.send(keys::ctrl('L'));
    shell.wait_gone("E: foreground");
  }
}

TEST_CASE("Ctrl-Z that comes when fg has given the terminal stops the job again", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate gate(shell);
  for (const char* text : {"tty_report --stay gate P", "true; tty_report --stay gate P"}) {
    INFO(text);
    shell.enter(text);
    shell.wait_screen("P: foreground");
    const pid_t program = shell.process_named("tty_report");
    const pid_t group = ::getpgid(program);
    press_stop(shell);
    for (int turn = 0; turn < 3; ++turn) {
      {
        HeldShell held(shell);
        shell.send("fg" + keys::enter);
        held.run_until_handed_to(group);
        CHECK(process_state(program) == 'T');
        const size_t before = shell.count_on_screen("^Z");
        shell.send(keys::ctrl('Z'));
        shell.wait_for("the key", [&] { return shell.count_on_screen("^Z") == before + 1; });
      }
      CHECK(shell.wait_command_end() == 148);
      shell.wait_prompt();
      // On a busy machine the shell gives up waiting for it, and has sent SIGSTOP by now.
      shell.wait_for("its stop", [&] { return process_state(program) == 'T'; });
    }
    shell.enter("fg");
    shell.wait_screen("P continued: foreground");
    gate.release();
    CHECK(shell.wait_command_end() == 0);
    shell.wait_prompt();
    CHECK(shell.run("jobs") == 0);
    shell.send(keys::ctrl('L'));
    shell.wait_gone("P: foreground");
  }
}

TEST_CASE("an entry that was stopped before it began does all of it after fg", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate gate(shell);
  shell.send("echo one; tty_report --stay gate E; echo two" + keys::enter + keys::ctrl('Z'));
  CHECK(shell.wait_command_end() == 148);
  shell.wait_prompt();
  shell.enter("fg");
  shell.wait_screen("E: foreground");
  gate.release();
  CHECK(shell.wait_command_end() == 0);
  shell.wait_screen("two");
}

TEST_CASE("Ctrl-C after an entry has ended is not for the next one", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate gate(shell);
  shell.send("true" + keys::enter);
  CHECK(shell.wait_command_end() == 0);
  shell.send(keys::ctrl('C'));  // in the editor or before it: nothing runs
  shell.wait_prompt();
  shell.send("echo he''re" + keys::enter);
  shell.wait_screen("here");
}

TEST_CASE("with the plain editor Ctrl-C gives the line up, and Ctrl-Z stops what runs", "[pty]") {
  PtySession shell({.arguments = {"--editor=dumb"}});
  shell.wait_line("$");
  shell.send("echo 'open\n");
  shell.wait_line(">");
  shell.send("more");
  shell.wait_line("> more");
  shell.send(keys::ctrl('C'));
  shell.wait_line("$");
  shell.send("echo \"status $?\"\n");
  shell.wait_screen("status 130");
  shell.wait_line("$");
  const Gate gate(shell);
  shell.send("tty_report --stay gate D\n");
  shell.wait_screen("D: foreground");
  shell.send(keys::ctrl('Z'));
  shell.wait_screen("%1 stopped");
  shell.wait_line("$");
  shell.send("fg\n");
  shell.wait_screen("D continued: foreground");
  shell.send(keys::ctrl('C'));
  shell.wait_line("$");
}

TEST_CASE("Ctrl-C and Ctrl-Z between the programs of a loop are not lost", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  for (int round = 0; round < 20; ++round) {
    INFO("round " << round);
    for (const char key : {'Z', 'C'}) {
      const size_t before = shell.bytes().size();
      shell.enter("while :; do /bin/echo turn; done");
      shell.wait_for("some turns", [&] {
        return shell.bytes().size() > before + 1000;  // of at least two programs
      });
      shell.send(keys::ctrl(key));
      CHECK(shell.wait_command_end() == (key == 'Z' ? 148 : 130));
      shell.wait_prompt();
    }
    CHECK(shell.run("kill %+") == 0);
  }
}
