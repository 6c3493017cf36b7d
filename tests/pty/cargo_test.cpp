// cargo behind the gate at a terminal: it has the terminal, is stopped and ended as any program.
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "pty/gate.h"
#include "pty/pty_session.h"
#include "support/paths.h"

using weir::test::Gate;
using weir::test::PtyOptions;
using weir::test::PtySession;
namespace keys = weir::test::keys;

namespace {

// Knows `metadata`, and is otherwise a program that tells of the terminal and stays.
PtyOptions with_cargo() {
  PtyOptions options;
  options.files = {{"Cargo.toml", "[package]\nname = \"tool\"\n"},
                   {"real/cargo",
                    "#!/bin/sh\n"
                    "case \"$1\" in metadata)\n"
                    "  printf '{\"workspace_root\":\"%s\",\"target_directory\":\"%s/target\"}' "
                    "\"$PWD\" \"$PWD\";"
                    " exit ;;\n"
                    "esac\n"
                    "[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && echo all three\n"
                    "if [ \"$1\" = test ]; then read answer; echo \"got $answer\"; exit 4; fi\n"
                    "echo building; exec sleep 1000\n"}};
  return options;
}

void find_cargo(PtySession& shell) {
  CHECK(shell.run("chmod +x real/cargo; PATH=$PWD/real:$PATH") == 0);
}

}  // namespace

TEST_CASE("a cargo reads from the terminal", "[pty]") {
  PtySession shell(with_cargo());
  shell.wait_prompt();
  find_cargo(shell);
  shell.enter("cargo test");
  shell.wait_screen("all three");
  shell.send("yes" + keys::enter);
  shell.wait_screen("got yes");
  CHECK(shell.wait_command_end() == 4);
  shell.wait_prompt();
  CHECK(shell.run("gate stop") == 0);
}

TEST_CASE("Ctrl-C ends a cargo, Ctrl-Z stops it and fg goes on", "[pty]") {
  PtySession shell(with_cargo());
  shell.wait_prompt();
  find_cargo(shell);
  shell.enter("cargo build");
  shell.wait_screen("building");
  shell.send(keys::ctrl('Z'));
  shell.wait_prompt();
  shell.enter("fg");
  shell.send(keys::ctrl('C'));
  CHECK(shell.wait_command_end() == 130);
  shell.wait_prompt();
  CHECK(shell.run("gate stop") == 0);
}

TEST_CASE("the timeline knows how long jobs that have ended waited for the gate", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate one(shell, "one");
  CHECK(shell.run("gate run --lane x tty_report --stay one A &") == 0);
  shell.wait_screen("A: background");
  // Its own program does not wait, but one that it has started.
  CHECK(shell.run("f() { true; sh -c 'weir -c \"gate run --lane x true\"; exit 3'; }; f &") == 0);
  CHECK(shell.run("gate run --lane x true &") == 0);
  shell.wait_screen("gate: waiting");  // after its first second
  CHECK(shell.run("jobs") == 0);
  CHECK(shell.count_on_screen("waiting") >= 2);
  shell.wait_screen("lane held by %1");
  CHECK(shell.run("jobs %3 --json | jq -r '.[].state'") == 0);
  shell.wait_screen("waiting-for-gate");
  CHECK(shell.run("kill %3") == 0);
  shell.wait_screen("%3 killed TERM");
  one.release();
  shell.wait_screen("%2 failed 3");
  CHECK(shell.run("jobs --timeline --json | jq -c '.[] | [.id, .state, .waited_ms > 0, "
                  "(.spans | map(.state)[-2:] | join(\" \"))]'") == 0);
  shell.wait_screen(R"([2,"failed",true,"waiting-for-gate running"])");
  shell.wait_screen(R"([3,"killed",true,)");
  shell.wait_screen(R"([1,"done",)");
  CHECK(shell.run("gate stop") == 0);
}
