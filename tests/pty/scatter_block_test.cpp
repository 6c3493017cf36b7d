// The block of a scatter, what is written beside it, and Ctrl-C with stages behind gather.
#include <algorithm>
#include <catch2/catch.hpp>

#include "pty/gate.h"

using namespace weir::test;

namespace {

/// Each item waits until its gate g$ITEM is released, and writes "out-N".
std::string scatter_of(int count, const std::string& rest) {
  return "seq " + std::to_string(count) +
         " | scatter --limit 2 | { : <g$ITEM; echo out-$ITEM; } | gather " + rest;
}

bool has_row(const PtySession& shell, std::string_view text) {
  const auto rows = shell.terminal().rows();
  return std::ranges::any_of(rows, [&](const std::string& row) { return row == text; });
}

void wait_row(PtySession& shell, const std::string& text) {
  shell.wait_for("the row " + text, [&] { return has_row(shell, text); });
}

}  // namespace

TEST_CASE("what a stage behind gather writes stands above the block", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate one(shell, "g1"), two(shell, "g2"), three(shell, "g3");
  shell.enter("printf part; " + scatter_of(3, "| get out"));
  shell.wait_screen("scatter  0/3");
  CHECK(has_row(shell, "part"));
  one.release();
  wait_row(shell, "out-1");
  shell.wait_screen("scatter  1/3");
  two.release();
  wait_row(shell, "out-2");
  shell.wait_screen("scatter  2/3");
  CHECK(shell.count_on_screen("scatter  ") == 1);
  three.release();
  CHECK(shell.wait_command_end() == 0);
  wait_row(shell, "out-3");
  shell.wait_screen("3 items: 3 ok");
  CHECK(shell.count_on_screen("scatter  ") == 0);
}

TEST_CASE("the block stands back for a program that writes to the terminal itself", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate one(shell, "g1"), two(shell, "g2");
  shell.enter(scatter_of(2, "--lines | sed -u s/out/row/"));
  one.release();
  wait_row(shell, "row-1");
  const size_t before = shell.bytes().size();
  two.release();
  CHECK(shell.wait_command_end() == 0);
  wait_row(shell, "row-2");
  shell.wait_screen("2 items: 2 ok");
  CHECK(shell.bytes().find("running", before) == std::string::npos);
}

TEST_CASE("the block is there again when a program has written", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate one(shell, "g1"), two(shell, "g2");
  shell.enter(scatter_of(2, "| get out | while read x; do env printf \"$x.\"; done"));
  shell.wait_screen("scatter  0/2");
  one.release();
  wait_row(shell, "out-1.");
  shell.wait_screen("scatter  1/2");
  CHECK(has_row(shell, "out-1."));
  two.release();
  CHECK(shell.wait_command_end() == 0);
}

TEST_CASE("the first Ctrl-C starts no more, and what was gathered goes through the stages behind",
          "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate one(shell, "g1"), two(shell, "g2"), three(shell, "g3");
  shell.enter(scatter_of(9, "| get out | while read x; do echo \"last $x\"; done; echo nev''er"));
  shell.wait_screen("2 running");
  shell.send(keys::ctrl('C'));
  shell.wait_screen("starts no more, finishes 2");
  one.release();
  wait_row(shell, "last out-1");
  two.release();
  CHECK(shell.wait_command_end() == 130);
  wait_row(shell, "last out-2");
  shell.wait_screen("2 items: 2 ok");
  shell.wait_prompt();
  CHECK(shell.count_on_screen("never") == 0);
}

TEST_CASE("the second Ctrl-C ends the workers and the stages behind gather", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate one(shell, "g1"), two(shell, "g2");
  shell.enter(scatter_of(9, "| get out; echo nev''er"));
  shell.wait_screen("2 running");
  shell.send(keys::ctrl('C'));
  shell.wait_screen("starts no more");
  shell.send(keys::ctrl('C'));
  CHECK(shell.wait_command_end() == 130);
  shell.wait_prompt();
  CHECK(shell.count_on_screen("never") == 0);
}

TEST_CASE("Ctrl-C ends a program behind gather, and the entry with it", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate one(shell, "g1"), two(shell, "g2");
  shell.enter(scatter_of(9, "--lines | { sed -u s/out/row/; }; echo nev''er"));
  one.release();
  wait_row(shell, "row-1");
  shell.send(keys::ctrl('C'));
  shell.wait_screen("starts no more");
  two.release();
  CHECK(shell.wait_command_end() == 130);
  shell.wait_prompt();
  CHECK(shell.count_on_screen("never") == 0);
}

TEST_CASE("a resize leaves the block there once", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const Gate one(shell, "g1"), two(shell, "g2");
  shell.enter(scatter_of(9, "| get out"));
  shell.wait_screen("scatter  0/9");
  for (const size_t columns : {30u, 90u, 24u, 60u}) {
    INFO(columns << " columns");
    const size_t before = shell.bytes().size();
    shell.resize({columns, 24});
    shell.wait_for("the block, anew",
                   [&] { return shell.bytes().find("scatter  0/9", before) != std::string::npos; });
    CHECK(shell.count_on_screen("scatter  0/9") == 1);
    CHECK(shell.count_on_screen("running") <= 1);
  }
  shell.send(keys::ctrl('C'));
  shell.wait_screen("starts no more");
  shell.send(keys::ctrl('C'));
  CHECK(shell.wait_command_end() == 130);
}

TEST_CASE("a failure is told once", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  CHECK(shell.run("seq 3 | scatter | { echo out-$ITEM; test $ITEM != 2; } | gather --lines") ==
        123);
  CHECK(shell.count_on_screen("exit 1") == 2);  // the item, the sum
  CHECK(has_row(shell, "out-2"));
  CHECK(shell.run("seq 3 | scatter --no-progress | test $ITEM != 2 | gather --lines") == 123);
  CHECK(shell.count_on_screen("gather: item 1 2: exit 1") == 1);
}
