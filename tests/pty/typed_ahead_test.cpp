// What is typed in the same moment as Enter is for whoever reads the terminal next.
#include <sys/ioctl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "pty/pty_session.h"

using namespace weir::test;

namespace {

/// What has been read can be put back into the terminal's queue (Linux 6.2 and later, where it is
/// set up so: only by root).
bool can_put_back() {
  int is_allowed = 1;
  std::ifstream("/proc/sys/dev/tty/legacy_tiocsti") >> is_allowed;
  if (is_allowed != 0 || ::geteuid() == 0) return true;
  WARN("SKIP: TIOCSTI is not allowed here");
  return false;
}

void check_statuses(PtySession& shell, std::initializer_list<int> statuses) {
  for (const int status : statuses) {
    CHECK(shell.wait_command_end() == status);
    shell.wait_prompt();
  }
}

}  // namespace

TEST_CASE("a program gets what was typed with its name", "[pty]") {
  if (!can_put_back()) return;
  PtySession shell;
  shell.wait_prompt();
  shell.send("sed -u s/^/got-/\rone\rtwo\r");
  shell.wait_screen("got-one");
  shell.wait_screen("got-two");
  shell.send("three\r");
  shell.wait_screen("got-three");
  shell.send(keys::ctrl('D'));
  CHECK(shell.wait_command_end() == 0);
  shell.wait_prompt();
  CHECK(shell.run("true") == 0);
}

TEST_CASE("a builtin that reads gets what was typed with it", "[pty]") {
  if (!can_put_back()) return;
  PtySession shell;
  shell.wait_prompt();
  shell.send("read -s word; echo got-$word\rsecret\r");
  shell.wait_screen("got-secret");
  CHECK(shell.wait_command_end() == 0);
  shell.wait_prompt();
  CHECK(shell.count_on_screen("secret") == 1);
}

TEST_CASE("a builtin that reads a line takes one, and the next is the next entry", "[pty]") {
  if (!can_put_back()) return;
  PtySession shell;
  shell.wait_prompt();
  shell.send("read a b\rp1 q1\recho \"<$a|$b>\"; read -r c\rlast\r");
  shell.wait_screen("<p1|q1>");
  check_statuses(shell, {0, 0});
  CHECK(shell.run("[[ $c == last ]]") == 0);
}

TEST_CASE("entries that come at once run one after the other", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.send("echo a-$((1))\recho b-$((2))" + keys::backspace + "\rfalse\r" + keys::up + keys::up +
             keys::enter);
  check_statuses(shell, {0, 2, 1, 2});
  shell.send("echo c-$((3))\r" + keys::ctrl('R') + "c-$" + keys::enter + keys::enter);
  check_statuses(shell, {0, 0});
  shell.wait_screen("a-1");
  CHECK(shell.count_on_screen("c-3") == 2);
  shell.send("true\r" + keys::ctrl('D'));
  CHECK(shell.wait_command_end() == 0);
  CHECK(shell.wait_end() == "0");
}

TEST_CASE("a paste and much text behind Enter come to the next line whole", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.send("true\r" + keys::paste("echo two\necho lines"));
  check_statuses(shell, {0});
  shell.wait_screen("echo lines");
  shell.send("\r");
  check_statuses(shell, {0});
  CHECK(shell.count_on_screen("lines") == 2);
  const std::string text(3000, 'x');
  shell.send("true\rword=" + text + "; echo ${#word}-long\r");
  check_statuses(shell, {0, 0});
  CHECK(shell.count_on_screen("3000-long") == 1);
}

TEST_CASE("what follows a signal key behind Enter is for the next line", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.send("sleep 1000\rforgotten" + keys::ctrl('C') + "echo after-$((1))\r");
  CHECK(shell.wait_command_end() == 130);
  shell.wait_screen("after-1");
  CHECK(shell.wait_command_end() == 0);
  CHECK(shell.bytes().find("forgotten") == std::string::npos);
}
