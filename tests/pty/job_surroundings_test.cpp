// What weir itself is to the shell around it: in the background, stopped, orphaned.
#include <signal.h>

#include <catch2/catch.hpp>

#include "pty/gate.h"

using namespace weir::test;

namespace {

/// A bash without settings, at its prompt.
class Bash : public PtySession {
 public:
  Bash() : PtySession({.program = {"/bin/bash", "--norc", "--noprofile"}}) {
    send("PS1='outer> '; PS2=\n");
    wait_line("outer>");
  }
};

constexpr const char* kWeir = "PS1='inner> ' weir --norc --editor=dumb";

}  // namespace

TEST_CASE("a nested weir is suspended and comes back", "[pty]") {
  Bash shell;
  shell.send(std::string(kWeir) + "\n");
  shell.wait_line("inner>");
  shell.send("suspend\n");
  shell.wait_line("outer>");
  shell.send("fg\n");
  shell.wait_line("inner>");
  shell.send("echo back ag''ain\n");
  shell.wait_screen("back again");
  shell.wait_line("inner>");
  CHECK(shell.count_on_screen("back again") == 1);
  shell.send("exit\n");
  shell.wait_line("outer>");
}

TEST_CASE("a weir that is started in the background waits for fg", "[pty]") {
  Bash shell;
  shell.send(std::string(kWeir) + " &\n");
  shell.wait_line("outer>");
  shell.send("until jobs | grep -q Stopped; do :; done; echo it st''opped\n");
  shell.wait_screen("it stopped");
  shell.wait_line("outer>");
  CHECK(shell.screen().find("\ninner>") == std::string::npos);
  shell.send("fg\n");
  shell.wait_line("inner>");
  shell.send("tty_report I\n");
  shell.wait_screen("I: foreground pgrp=own");
  shell.wait_line("inner>");
  shell.send("exit\n");
  shell.wait_line("outer>");
  shell.send("tty_report O\n");
  shell.wait_screen("O: foreground pgrp=own");
}

TEST_CASE("a weir that was started with the stop signals ignored stops its jobs", "[pty]") {
  Bash shell;  // as tmux starts what runs in its panes
  shell.send("env --ignore-signal=TSTP,TTIN,TTOU PS1='inner> ' weir --norc --editor=dumb\n");
  shell.wait_line("inner>");
  shell.send("/bin/cat\n");
  shell.wait_screen("inner> /bin/cat");  // the line of the cursor is another one
  shell.wait_for("cat", [&] { return shell.process_named("cat") > 0; });
  shell.send(keys::ctrl('Z'));
  shell.wait_line("inner>");
  shell.send("jobs | grep -c stop''ped\n");
  shell.wait_screen("stopped");
  shell.send("bg; until jobs | grep 'cat' | grep -q 'stop'; do /bin/true; done; echo it wai''ts\n");
  shell.wait_screen("it waits");
  shell.wait_line("inner>");
}

TEST_CASE("the terminal is the outer shell's again behind what weir was replaced by", "[pty]") {
  Bash shell;
  shell.send("sh -c \"" + std::string(kWeir) + "; read -r x; echo got-\\$x\"\n");
  shell.wait_line("inner>");
  shell.send("exec /bin/true\n");
  shell.wait_for("the end of weir", [&] {
    return shell.process_named("true") < 0 && shell.process_named("weir") < 0;
  });
  shell.send("a line\n");
  shell.wait_screen("got-a line");
  shell.wait_line("outer>");
}

TEST_CASE("an exec that fails leaves a shell with job control", "[pty]") {
  Bash shell;
  shell.send(std::string(kWeir) + "\n");
  shell.wait_line("inner>");
  shell.send(
      "printf '#!/no/such/interp' > program; chmod +x program; exec 3< program 4<&3 5<&3 6<&3 ");
  shell.send("7<&3 8<&3 9<&3 10<&3 11<&3 12<&3\n");
  shell.wait_line("inner>");
  shell.send("/bin/true; /bin/true; exec ./program; echo \"go\"es on $?\n");  // with a keeper
  shell.wait_screen("goes on 127");
  shell.wait_line("inner>");
  shell.send("/bin/cat\n");
  shell.wait_screen("inner> /bin/cat");  // the line of the cursor is another one
  shell.wait_for("cat", [&] { return shell.process_named("cat") > 0; });
  shell.send(keys::ctrl('Z'));
  shell.wait_line("inner>");
  shell.send("fg\n");
  shell.send("to and fro\n");
  shell.wait_for("the line from cat", [&] { return shell.count_on_screen("to and fro") == 2; });
  shell.send(keys::ctrl('C'));
  shell.wait_line("inner>");
  shell.send("tty_report I\n");
  shell.wait_screen("I: foreground pgrp=own");
  shell.wait_line("inner>");
  shell.send("exit\n");
  shell.wait_line("outer>");
}

TEST_CASE("a script of weir is stopped by Ctrl-Z as a whole, and goes on", "[pty]") {
  Bash shell;
  const Gate gate(shell);
  shell.send("weir -c 'tty_report --stay gate S; echo after-$?'\n");
  shell.wait_screen("S: foreground pgrp=other");
  shell.send(keys::ctrl('Z'));
  shell.wait_screen("Stopped");
  shell.wait_line("outer>");
  shell.send("fg\n");
  shell.wait_screen("S continued: foreground");
  gate.release();
  shell.wait_screen("after-0");
  shell.wait_line("outer>");
  // Also when it comes while a program is on its way.
  shell.send(
      "weir -c 'echo be''gun; until [ -e done ]; do /bin/true; done; echo after-$((1 + 1))'\n");
  shell.wait_screen("begun");
  shell.send(keys::ctrl('Z'));
  shell.wait_line("outer>");
  shell.send("touch done; fg\n");
  shell.wait_screen("after-2");
}

TEST_CASE("a weir whose group is orphaned says that there is no job control", "[pty]") {
  Bash shell;
  // The group of the job is left by all but weir, which begins when bash has the terminal again.
  shell.send(
      "sh -c '{ until tty_report | grep -q background; do :; done;"
      " exec weir -i --norc --editor=dumb </dev/tty >log 2>&1; } &'; echo le''ft\n");
  shell.wait_screen("left");
  shell.wait_line("outer>");
  shell.send("until grep -s job log; do :; done\n");
  shell.wait_screen("no job control");
}
