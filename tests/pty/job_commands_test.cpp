// jobs, fg, bg, %+ and %-, disown, kill, wait, on jobs of all kinds.
#include <signal.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>

#include "pty/gate.h"

using namespace weir::test;

namespace {

/// Starts the text in the foreground and stops it once `begun` is there.
void start_and_stop(PtySession& shell, const std::string& text, const std::string& begun) {
  shell.enter(text);
  shell.wait_screen(begun);
  shell.send(keys::ctrl('Z'));
  CHECK(shell.wait_command_end() == 148);
  shell.wait_prompt();
}

/// "pid=12 …" of a report with WEIR_TTY_REPORT_IDS.
pid_t pid_in(const std::string& report) {
  const size_t at = report.find("pid=");
  REQUIRE(at != std::string::npos);
  return std::stoi(report.substr(at + 4));
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

void wait_state(PtySession& shell, pid_t pid, char state) {
  shell.wait_for(std::string("state ") + state, [&] { return process_state(pid) == state; });
}

}  // namespace

TEST_CASE("programs, pipelines, functions and loops run in the background", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate gates[] = {{shell, "g1"}, {shell, "g2"}, {shell, "g3"}, {shell, "g4"}, {shell, "g5"}};
  CHECK(shell.run("tty_report --stay g1 A >a &") == 0);
  CHECK(shell.run("tty_report --stay g2 B | cat >b &") == 0);
  CHECK(shell.run("f() { tty_report --stay g3 C; echo f-$?; }; f >c &") == 0);
  CHECK(shell.run("for i in 4 5; do tty_report --stay g$i D$i; done >d &") == 0);
  CHECK(shell.run("jobs -r | get id") == 0);
  shell.wait_screen("4");
  for (const char* file : {"a", "b", "c", "d"}) {
    const auto path = shell.home() / file;
    shell.wait_for("a report",
                   [&] { return text_of(path).find(": background pgrp=") != std::string::npos; });
  }
  CHECK(shell.foreground_group() == shell.shell_pid());
  for (int i = 0; i < 4; ++i) {
    gates[i].release();
    if (i == 3) {
      shell.wait_for("the second turn", [&] {
        return text_of(shell.home() / "d").find("D5: background") != std::string::npos;
      });
      gates[4].release();
    }
    shell.wait_screen("%" + std::to_string(i + 1) + " done");
  }
  CHECK(text_of(shell.home() / "c").ends_with("f-0\n"));
}

TEST_CASE("a loop is stopped by Ctrl-Z, goes on by bg, and comes back by fg", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate one(shell, "g1"), two(shell, "g2"), three(shell, "g3");
  start_and_stop(shell, "for i in 1 2 3; do tty_report --stay g$i L$i; echo turn-$i; done",
                 "L1: foreground");
  CHECK(shell.run("jobs") == 0);
  shell.wait_screen("%1  stopped");
  CHECK(shell.count_on_screen("Ctrl-Z") == 2);
  one.release();  // it is stopped: what it waits for has come, and it does not go on
  CHECK(shell.run("jobs -s | get id") == 0);
  CHECK(shell.count_on_screen("turn-1") == 0);
  CHECK(shell.run("bg") == 0);
  shell.wait_screen("turn-1");
  shell.wait_screen("L2: background");
  shell.enter("fg");
  two.release();
  shell.wait_screen("turn-2");
  shell.wait_screen("L3: foreground");
  three.release();
  CHECK(shell.wait_command_end() == 0);
  shell.wait_screen("turn-3");
  shell.wait_prompt();
}

TEST_CASE("of two stopped jobs %+ is the last, %- the one before", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate one(shell, "g1"), two(shell, "g2");
  start_and_stop(shell, "tty_report --stay g1 A", "A: foreground");
  start_and_stop(shell, "tty_report --stay g2 B", "B: foreground");
  CHECK(shell.run("echo \"plus $(jobs %+ | get id), minus $(jobs %- | get id)\"") == 0);
  shell.wait_screen("plus 2, minus 1");
  CHECK(shell.run("bg %-") == 0);
  shell.wait_screen("A continued: background");
  CHECK(shell.run("kill -STOP %1") == 0);
  CHECK(shell.run("bg %1 %2") == 0);
  shell.wait_screen("B continued: background");
  shell.enter("fg %1");
  shell.wait_for("the terminal lent",
                 [&] { return shell.foreground_group() != shell.shell_pid(); });
  one.release();
  CHECK(shell.wait_command_end() == 0);
  shell.wait_prompt();
  two.release();
  shell.wait_screen("%2 done");
}

TEST_CASE("a background job that is brought to the foreground has the terminal", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate gate(shell);
  CHECK(shell.run("tty_report --stay gate A &") == 0);
  shell.wait_screen("A: background");
  shell.enter("fg");
  shell.wait_for("the terminal lent",
                 [&] { return shell.foreground_group() != shell.shell_pid(); });
  shell.send(keys::ctrl('Z'));
  CHECK(shell.wait_command_end() == 148);
  shell.wait_prompt();
  CHECK(shell.foreground_group() == shell.shell_pid());
  shell.enter("fg");
  shell.wait_screen("A continued: foreground");
  shell.send(keys::ctrl('C'));
  CHECK(shell.wait_command_end() == 130);
  shell.wait_prompt();
}

TEST_CASE("the window is called after the job that fg brings back", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const auto titles = [&](std::string_view text) {
    return std::ranges::count(shell.events().all(), "2;" + std::string(text), &TerminalEvent::text);
  };
  start_and_stop(shell, "tty_report --stay gate A", "A: foreground");
  CHECK(titles("tty_report --stay gate A") == 1);
  shell.enter("fg");
  shell.wait_for("its title", [&] { return titles("tty_report --stay gate A") == 2; });
  shell.wait_screen("A continued: foreground");
  shell.send(keys::ctrl('Z'));
  CHECK(shell.wait_command_end() == 148);
  shell.wait_prompt();
  shell.enter("%1");
  shell.wait_for("its title", [&] { return titles("tty_report --stay gate A") == 3; });
}

TEST_CASE("fg and bg of what is no job, or has ended, are errors", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  CHECK(shell.run("fg") == 1);
  CHECK(shell.run("bg") == 1);
  CHECK(shell.run("fg %7") == 1);
  shell.wait_screen("no such job");
  CHECK(shell.run("true & wait %1; fg %1") == 1);
  shell.wait_screen("%1 has ended already");
  CHECK(shell.run("bg %1") == 1);
}

TEST_CASE("a job's name alone brings it to the foreground, and with & lets it go on behind",
          "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate gate(shell);
  start_and_stop(shell, "tty_report --stay gate A", "A: foreground");
  CHECK(shell.run("%1 &") == 0);
  shell.wait_screen("A continued: background");
  shell.enter("%1");
  gate.release();
  CHECK(shell.wait_command_end() == 0);
  shell.wait_prompt();
  CHECK(shell.run("%7") != 0);
  CHECK(shell.count_on_screen("%7") >= 2);
}

TEST_CASE("kill ends a stopped job", "[pty]") {
  PtySession shell({.environment = {"WEIR_TTY_REPORT_IDS=1"}, .size = {120, 24}});
  shell.wait_prompt();
  const Gate gate(shell);
  shell.enter("tty_report --stay gate A >log; echo after-$((1 + 1)) | cat");
  shell.wait_for("the report", [&] { return text_of(shell.home() / "log").ends_with("\n"); });
  const pid_t pid = pid_in(text_of(shell.home() / "log"));
  shell.send(keys::ctrl('Z'));
  CHECK(shell.wait_command_end() == 148);
  shell.wait_prompt();
  wait_state(shell, pid, 'T');
  CHECK(shell.run("kill %1") == 0);
  CHECK(process_state(pid) == '-');
  CHECK(shell.run("jobs -s | get id; echo end") == 0);
  CHECK(shell.count_on_screen("after-2") == 0);
}

TEST_CASE("a disowned job is no longer the shell's", "[pty]") {
  PtySession shell({.environment = {"WEIR_TTY_REPORT_IDS=1"}});
  shell.wait_prompt();
  const Gate gate(shell);
  CHECK(shell.run("tty_report --stay gate A >log & disown") == 0);
  shell.wait_for("the report", [&] { return text_of(shell.home() / "log").ends_with("\n"); });
  const pid_t pid = pid_in(text_of(shell.home() / "log"));
  CHECK(shell.run("fg") == 1);
  CHECK(shell.run("jobs | get id; echo none") == 0);
  CHECK(process_state(pid) == 'S');
  shell.send("exit" + keys::enter);
  CHECK(shell.wait_end() == "0");
  CHECK(process_state(pid) == 'S');
  ::kill(pid, SIGKILL);
}

TEST_CASE("Ctrl-C leaves wait and kills nothing", "[pty]") {
  PtySession shell({.environment = {"WEIR_TTY_REPORT_IDS=1"}});
  shell.wait_prompt();
  const Gate gate(shell);
  CHECK(shell.run("tty_report --stay gate A >log &") == 0);
  shell.wait_for("the report", [&] { return text_of(shell.home() / "log").ends_with("\n"); });
  const pid_t pid = pid_in(text_of(shell.home() / "log"));
  for (const char* text : {"wait", "wait %1", "wait -n", "tty_report >>log & wait $!; wait"}) {
    INFO(text);
    shell.enter(text);
    shell.send(keys::ctrl('C'));
    CHECK(shell.wait_command_end() == 130);
    shell.wait_prompt();
    CHECK(process_state(pid) == 'S');
  }
  shell.enter("wait %1");
  shell.send(keys::ctrl('Z'));
  CHECK(shell.wait_command_end() == 148);
  shell.wait_prompt();
  CHECK(process_state(pid) == 'S');
  CHECK(shell.run("kill %wait") == 0);
  shell.enter("wait %1");
  gate.release();
  CHECK(shell.wait_command_end() == 0);
}

TEST_CASE("the block of a scatter is there in the foreground only", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate one(shell, "g1"), two(shell, "g2"), three(shell, "g3");
  shell.enter(
      "seq 3 | scatter --limit 1 | tty_report --stay g$ITEM W >w$ITEM | gather --lines >all");
  shell.wait_screen("scatter  0/3");
  shell.send(keys::ctrl('Z'));
  CHECK(shell.wait_command_end() == 148);
  shell.wait_prompt();
  CHECK(shell.run("clear") == 0);
  CHECK(shell.run("bg; clear") == 0);
  one.release();
  // The next item has begun, and the block would have been painted some times since.
  CHECK(shell.run("until test -s w2; do sleep 0.01; done; sleep 0.4") == 0);
  CHECK(shell.count_on_screen(" running ") == 0);
  shell.enter("fg");
  shell.wait_screen("scatter  1/3");
  two.release();
  shell.wait_screen("scatter  2/3");
  three.release();
  CHECK(shell.wait_command_end() == 0);
  shell.wait_screen("3 items: 3 ok");
}

TEST_CASE("Ctrl-Z stops the workers of a scatter, and Ctrl-C ends them", "[pty]") {
  PtySession shell({.environment = {"WEIR_TTY_REPORT_IDS=1"}});
  shell.wait_prompt();
  const Gate one(shell, "g1"), two(shell, "g2");
  const std::string text = "seq 2 | scatter | tty_report --stay g$ITEM W >w$ITEM | gather --lines";
  const auto pid_of = [&](const char* file) {
    const auto path = shell.home() / file;
    shell.wait_for("a worker", [&] { return text_of(path).ends_with("\n"); });
    return pid_in(text_of(path));
  };
  shell.enter(text);
  const pid_t pids[] = {pid_of("w1"), pid_of("w2")};
  shell.send(keys::ctrl('Z'));
  CHECK(shell.wait_command_end() == 148);
  shell.wait_prompt();
  for (const pid_t pid : pids) wait_state(shell, pid, 'T');
  shell.enter("fg");
  for (const pid_t pid : pids) wait_state(shell, pid, 'S');
  one.release();
  two.release();
  CHECK(shell.wait_command_end() == 0);
  shell.wait_prompt();
  CHECK(shell.run("rm w1 w2") == 0);
  shell.enter(text);
  const pid_t others[] = {pid_of("w1"), pid_of("w2")};
  shell.send(keys::ctrl('C'));
  shell.wait_screen("once more kills them");
  shell.send(keys::ctrl('C'));
  shell.wait_command_end();
  shell.wait_prompt();
  for (const pid_t pid : others) wait_state(shell, pid, '-');
}

TEST_CASE("jobs -p leaves out those whose end was told", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.run("true &");
  shell.wait_screen("%1 done");
  CHECK(shell.run("[[ -z $(jobs -p) && -n $(jobs) ]]") == 0);
}

TEST_CASE("a stopped member stops its whole job, and CONT lets it go on", "[pty]") {
  PtySession shell({.environment = {"WEIR_TTY_REPORT_IDS=1"}});
  shell.wait_prompt();
  const Gate gate(shell);
  CHECK(shell.run("tty_report --stay gate A >log | tty_report --stay gate B >log2 &") == 0);
  for (const char* file : {"log", "log2"})
    shell.wait_for("a report", [&] { return text_of(shell.home() / file).ends_with("\n"); });
  const pid_t first = pid_in(text_of(shell.home() / "log"));
  const pid_t second = pid_in(text_of(shell.home() / "log2"));
  ::kill(first, SIGSTOP);
  shell.wait_screen("%1 stopped");
  shell.wait_screen("by STOP");
  wait_state(shell, second, 'T');
  ::kill(first, SIGCONT);
  ::kill(second, SIGCONT);
  wait_state(shell, first, 'S');
  shell.wait_for("that the job runs", [&] {
    shell.run("jobs -r | get id >running");
    return text_of(shell.home() / "running") == "1\n";
  });
  CHECK(shell.run("kill %1") == 0);
}
