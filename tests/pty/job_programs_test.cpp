// Real programs that use the terminal: each is stopped and goes on.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "pty/gate.h"

using namespace weir::test;

namespace {

std::string numbered_lines(int count) {
  std::string text;
  for (int i = 1; i <= count; ++i) text += "line " + std::to_string(i) + "\n";
  return text;
}

void press_stop(PtySession& shell) {
  shell.send(keys::ctrl('Z'));
  CHECK(shell.wait_command_end() == 148);
  shell.wait_prompt();
}

/// Stopped and brought back; the shell is usable in between.
void stop_and_resume(PtySession& shell) {
  press_stop(shell);
  shell.wait_screen(" stopped  ");
  CHECK(shell.run("echo betw''een") == 0);
  shell.wait_screen("between");
  CHECK(shell.run("tty_report T") == 0);
  shell.wait_screen("T: foreground pgrp=own echo=on canonical=on");
  shell.enter("fg");
}

/// What comes between the painting and the reading of less is seen by it only at the next key.
void wait_until_it_reads(PtySession& shell) {
  shell.wait_for("a program that waits", [&] {
    const auto prompt = shell.terminal().row(shell.terminal().cursor().row);
    return (prompt == ":" || prompt == "file") && process_state(shell.process_named("less")) == 'S';
  });
}

/// One that nobody listens at now.
std::string free_port() {
  const weir::UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  REQUIRE(::bind(fd.get(), generic, size) == 0);
  REQUIRE(::getsockname(fd.get(), generic, &size) == 0);
  return std::to_string(ntohs(address.sin_port));
}

bool skips_without(const char* program) {
  if (::access(program, X_OK) == 0) return false;
  WARN("SKIP: " << program << " is not installed");
  return true;
}

}  // namespace

TEST_CASE("vim is stopped and goes on", "[pty]") {
  const char* vim = ::access("/usr/bin/vim", X_OK) == 0 ? "/usr/bin/vim" : "/usr/bin/vim.tiny";
  if (skips_without(vim)) return;
  PtySession shell({.files = {{"notes", numbered_lines(50)}}});
  shell.wait_prompt();
  shell.enter(std::string(vim) + " -u NONE -N notes");
  shell.wait_screen("line 10");
  shell.send("ifirst " + keys::escape);
  shell.wait_screen("first line 1");
  stop_and_resume(shell);
  shell.wait_screen("first line 1");
  CHECK_FALSE(shell.modes().canonical);
  shell.send("isecond " + keys::escape + ":wq" + keys::enter);
  CHECK(shell.wait_command_end() == 0);
  shell.wait_prompt();
  CHECK(shell.run("head -n 1 notes") == 0);
  shell.wait_screen("firstsecond  line 1");
}

TEST_CASE("less is stopped and goes on", "[pty]") {
  if (skips_without("/usr/bin/less")) return;
  for (const char* text : {"less file", "cat file | less", "/bin/cat file | less"}) {
    INFO(text);
    PtySession shell({.environment = {"LESS="}, .files = {{"file", numbered_lines(200)}}});
    shell.wait_prompt();
    shell.enter(text);
    shell.wait_screen("line 23");
    wait_until_it_reads(shell);
    stop_and_resume(shell);
    shell.wait_gone("between");
    shell.wait_screen("line 20");
    shell.send("G");
    shell.wait_screen("line 200");
    shell.send("q");
    CHECK(shell.wait_command_end() == 0);
    shell.wait_prompt();
  }
}

TEST_CASE("a nested bash is stopped by suspend, its own jobs by Ctrl-Z", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate gate(shell);
  shell.enter("PS1='inner> ' bash --norc --noprofile");
  shell.wait_line("inner>");
  shell.send("tty_report --stay gate I\n");
  shell.wait_screen("I: foreground");
  shell.send(keys::ctrl('Z'));
  shell.wait_screen("Stopped");
  shell.wait_line("inner>");
  shell.send("suspend\n");
  CHECK(shell.wait_command_end() == 147);  // it stops itself by STOP
  shell.wait_prompt();
  CHECK(shell.run("tty_report T") == 0);
  shell.wait_screen("T: foreground pgrp=own echo=on canonical=on");
  shell.enter("fg");
  shell.wait_line("inner>");
  CHECK(shell.count_on_screen("I continued") == 0);  // bash's job stays as it was
  shell.send("fg\n");
  shell.wait_screen("I continued: foreground");
  gate.release();
  shell.wait_line("inner>");
  shell.send("exit 3\n");
  CHECK(shell.wait_command_end() == 3);
  shell.wait_prompt();
}

TEST_CASE("a nested weir is stopped by suspend, its own jobs by Ctrl-Z", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate gate(shell);
  shell.enter("PS1='inner> ' weir --norc");
  shell.wait_prompt();
  shell.wait_line("inner>");
  shell.enter("tty_report --stay gate I");
  shell.wait_screen("I: foreground");
  press_stop(shell);
  shell.wait_line("inner>");
  shell.enter("suspend");
  CHECK(shell.wait_command_end() == 147);
  shell.wait_prompt();
  shell.wait_line("$");
  CHECK(shell.run("tty_report T") == 0);
  shell.wait_screen("T: foreground pgrp=own echo=on canonical=on");
  shell.enter("fg");
  CHECK(shell.wait_command_end() == 0);  // of suspend, inside
  shell.wait_prompt();
  shell.wait_line("inner>");
  shell.enter("fg");
  shell.wait_screen("I continued: foreground");
  gate.release();
  CHECK(shell.wait_command_end() == 0);
  shell.wait_prompt();
  shell.send("exit 4" + keys::enter);
  shell.wait_command_end();
  shell.wait_prompt();
  shell.wait_line("$");
}

TEST_CASE("the program that edits the line cannot be left by Ctrl-Z, and nothing hangs", "[pty]") {
  PtySession shell({.environment = {"EDITOR=tty_report --stay gate"}});
  shell.wait_prompt();
  const Gate gate(shell);
  shell.send("echo word" + keys::alt("e"));
  shell.wait_screen(": foreground pgrp=own");
  shell.send(keys::ctrl('Z'));
  shell.wait_screen(" continued: foreground");
  gate.release();
  shell.wait_line("$ echo word");
  shell.send(keys::enter);
  CHECK(shell.wait_command_end() == 0);
}

TEST_CASE("sudo is stopped with what it runs, and goes on", "[pty]") {
  if (skips_without("/usr/bin/sudo")) return;
  PtySession shell;
  shell.wait_prompt();
  if (shell.run("sudo -n true") != 0) {
    WARN("SKIP: sudo asks for a password");
    return;
  }
  shell.enter("sudo -n sh -c 'echo root-$((1 + 1)); exec cat'");
  shell.wait_screen("root-2");
  stop_and_resume(shell);
  shell.send("typed\n");
  shell.wait_for("the copy", [&] { return shell.count_on_screen("typed") >= 2; });
  shell.send(keys::ctrl('D'));
  CHECK(shell.wait_command_end() == 0);
}

TEST_CASE("ssh is stopped by its own key, and goes on", "[pty]") {
  if (skips_without("/usr/sbin/sshd") || skips_without("/usr/bin/ssh")) return;
  PtySession shell;
  shell.wait_prompt();
  shell.run("ssh-keygen -q -t ed25519 -N '' -f host; ssh-keygen -q -t ed25519 -N '' -f id");
  const std::string port = free_port();
  shell.run("/usr/sbin/sshd -D -e -f /dev/null -p " + port +
            " -h $PWD/host -o ListenAddress=127.0.0.1 -o AuthorizedKeysFile=$PWD/id.pub"
            " -o StrictModes=no -o PidFile=none 2>sshd.log & disown");
  shell.run("until grep -q -e listening -e rror -e issing sshd.log; do :; done");
  shell.run("far() { ssh -F none -i id -p " + port +
            " -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null"
            " -o LogLevel=ERROR -t 127.0.0.1 $@; }");
  if (shell.run("far true") != 0) {
    WARN("SKIP: a sshd of this user does not let it in");
    return;
  }
  shell.enter("far 'echo far-$((1 + 1)); exec cat'");
  shell.wait_screen("far-2");
  shell.send(keys::enter + "~");
  stop_and_resume(shell);
  shell.send("typed" + keys::enter);
  shell.wait_for("the copy", [&] { return shell.count_on_screen("typed") >= 2; });
  shell.send(keys::ctrl('D'));
  CHECK(shell.wait_command_end() == 0);
}
