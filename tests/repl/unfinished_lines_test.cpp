#include "repl/unfinished_lines.h"

#include <catch2/catch.hpp>

using weir::repl::UnfinishedLines;

namespace {
const int a = 0, b = 0;
}  // namespace

TEST_CASE("a line comes out with its end, those of other writers apart", "[unfinished-lines]") {
  UnfinishedLines lines;
  CHECK(lines.add(&a, "one ") == "");
  CHECK(lines.add(&b, "two\nthr") == "two\n");
  CHECK(lines.add(&a, "line\nnext\n") == "one line\nnext\n");
  CHECK(lines.take(&b) == "thr\n");
  CHECK(lines.take(&b) == "");
}

TEST_CASE("a line without end comes out in pieces", "[unfinished-lines]") {
  UnfinishedLines lines;
  const std::string piece(UnfinishedLines::kMaxLine, 'x');
  CHECK(lines.add(&a, piece) == piece + "\n");
  CHECK(lines.take(&a) == "");
}

TEST_CASE("of a progress bar the last state is a line", "[unfinished-lines]") {
  UnfinishedLines lines;
  CHECK(lines.add(&a, "10%\r") == "");
  CHECK(lines.add(&a, "90%\r\x1b[Kdone\n") == "done\n");
}

TEST_CASE("colours that a line leaves on end with it", "[unfinished-lines]") {
  UnfinishedLines lines;
  CHECK(lines.add(&a, "\x1b[31mred\n") == "\x1b[31mred\x1b[0m\n");
}

TEST_CASE("what was begun is given out as it is", "[unfinished-lines]") {
  UnfinishedLines lines;
  CHECK(lines.add(&a, "Name: ") == "");
  CHECK(lines.take_all() == "Name: ");
  CHECK(lines.take_all() == "");
}
