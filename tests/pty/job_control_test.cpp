// Job control: who has the terminal, and what goes on after a stop.
#include <catch2/catch.hpp>

#include "pty/pty_session.h"

using namespace weir::test;

TEST_CASE("a nested weir is suspended and comes back", "[pty]") {
  PtySession shell({.program = {"/bin/bash", "--norc"}});
  shell.send("PS1='outer> '; PS2=\r");
  shell.wait_line("outer>");
  shell.send("PS1='inner> ' weir --norc --editor=dumb\r");
  shell.wait_line("inner>");
  shell.send("suspend\r");
  shell.wait_line("outer>");
  shell.send("fg\r");
  shell.wait_line("inner>");
  shell.send("echo back ag''ain\r");
  shell.wait_screen("back again");
  shell.wait_line("inner>");
  CHECK(shell.count_on_screen("back again") == 1);
  shell.send("exit\r");
  shell.wait_line("outer>");
}
