// init.ksh and profile.ksh: read before the first prompt, and never in the way of it.
#include <catch2/catch.hpp>

#include "pty/pty_session.h"

using namespace weir::test;

namespace {

constexpr weir::repl::TerminalSize kWide{160, 24};  // messages with a path in one row
const std::string kInit = ".config/weir/init.ksh";
const std::string kProfile = ".config/weir/profile.ksh";

}  // namespace

TEST_CASE("init.ksh is read before the first prompt", "[pty]") {
  PtySession shell({.files = {{kInit,
                               "hello() { echo hello; }\nabbr hi=hello\nPS1='init$ '\n"
                               "bindkey ctrl-t accept-line\nfalse\n"}}});
  shell.wait_prompt();
  CHECK(shell.screen() == "init$\n");
  shell.send("hi" + keys::ctrl('T'));
  CHECK(shell.wait_command_end() == 0);
  shell.wait_prompt();
  CHECK(shell.screen() == "init$ hello\nhello\ninit$\n");
  CHECK(shell.run("echo \"status $?\"") == 0);
  shell.wait_screen("status 0");
}

TEST_CASE("--norc reads no init file, --rcfile another one", "[pty]") {
  const std::vector<std::pair<std::string, std::string>> files = {{kInit, "echo from init\n"},
                                                                  {kProfile, "echo from profile\n"},
                                                                  {"other", "echo from other\n"}};
  const auto screen_of = [&](std::vector<std::string> arguments) {
    PtySession shell({.arguments = std::move(arguments), .files = files});
    shell.wait_prompt();
    return shell.screen();
  };
  CHECK(screen_of({}) == "from init\n$\n");
  CHECK(screen_of({"--norc"}) == "$\n");
  CHECK(screen_of({"-l", "--norc"}) == "$\n");
  CHECK(screen_of({"--rcfile", "other"}) == "from other\n$\n");
  CHECK(screen_of({"-l"}) == "from profile\nfrom init\n$\n");
}

TEST_CASE("a name that begins with a minus makes a login shell", "[pty]") {
  PtySession shell({.program = {"/bin/bash", "-c", "PS1='$ ' exec -a -weir weir"},
                    .files = {{kProfile, "echo from profile\n"}}});
  shell.wait_prompt();
  CHECK(shell.screen() == "from profile\n$\n");
}

TEST_CASE("whatever is in init.ksh, there is a prompt", "[pty]") {
  struct Case {
    std::string text;
    std::string shown;
  };
  const Case cases[] = {
      {"if true; then\n", "init.ksh"},
      {"echo 'open\n", "init.ksh"},
      {"no-such-command\n", "no-such-command"},
      {"echo $no_such_name\n", "no_such_name"},
      {"exit 3\n", "init.ksh: ended with status 3; the shell goes on"},
      {"set -e\nfalse\necho not here\n", "init.ksh: ended with status 1"},
      {"set -n\n", ""},
      {"set -u; kill -INT $$; break; return 5\n", ""},
      {"trap 'false' ERR; false\n", ""},
      {"PS1='${x' PS2=\n", ""},
      {"PATH= HOME= TERM=dumb\n", ""},
      {"f() { f; }; f\n", "init.ksh"},
      {"\x01\xff\x80 \x02", "init.ksh"},
  };
  for (const Case& one : cases) {
    INFO(one.text);
    PtySession shell({.files = {{kInit, one.text}}, .size = kWide});
    shell.wait_prompt();
    if (!one.shown.empty()) CHECK(shell.all_text().find(one.shown) != std::string::npos);
    CHECK(shell.all_text().find("not here") == std::string::npos);
    CHECK(shell.run("echo still-$((40 + 2))") == 0);
    shell.wait_screen("still-42");
    CHECK(shell.run("false") == 1);
    shell.send(keys::ctrl('D'));
    CHECK(shell.wait_end() == "1");
  }
}

TEST_CASE("an init file that is a directory or cannot be opened is told", "[pty]") {
  PtySession directory({.files = {{kInit + "/file", ""}}, .size = kWide});
  directory.wait_prompt();
  directory.wait_screen("init.ksh: read error: Is a directory");
  PtySession missing({.arguments = {"--rcfile", "missing"}, .size = kWide});
  missing.wait_prompt();
  missing.wait_screen("missing: No such file");
}

TEST_CASE("Ctrl-C ends an init file that does not end", "[pty]") {
  PtySession shell({.files = {{kInit, "echo begins\nwhile true; do :; done\n"}}});
  shell.wait_screen("begins");
  shell.send(keys::ctrl('C'));
  shell.wait_prompt();
  shell.wait_screen("init.ksh: interrupted");
  CHECK(shell.run("true") == 0);
}

TEST_CASE("Ctrl-C in an init file leaves the jobs that it has started", "[pty]") {
  PtySession shell({.files = {{kInit,
                               "/bin/sleep 1000 &\nf() { sleep 1000; }\nf &\n"
                               "echo begins\nsleep 1000\n"}}});
  shell.wait_screen("begins");
  shell.send(keys::ctrl('C'));
  shell.wait_prompt();
  CHECK(shell.run("kill %1 && kill %2 && clear") == 0);
}

TEST_CASE("the init file is read with the plain editor, too", "[pty]") {
  PtySession shell(
      {.arguments = {"--editor=dumb"}, .files = {{kInit, "PS1='init$ '\nexit\n"}}, .size = kWide});
  shell.wait_line("init$");
  CHECK(shell.screen().find("the shell goes on") != std::string::npos);
}

TEST_CASE("where HOME is not there nothing is made for it, which is said once", "[pty]") {
  const TempDir directory;
  const std::filesystem::path missing = directory.path() / "missing";
  PtySession shell({.environment = {"HOME=" + missing.string(), "XDG_STATE_HOME", "XDG_RUNTIME_DIR",
                                    "XDG_CONFIG_HOME"}});
  shell.wait_prompt();
  shell.run("sleep 1000 &");
  shell.run("jobs --all; gate status");
  shell.run("kill %1; history");
  CHECK(shell.count_on_screen("weir: history: nothing is kept: HOME is") == 1);
  CHECK_FALSE(std::filesystem::exists(missing));
}
