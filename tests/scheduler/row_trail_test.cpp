#include "scheduler/row_trail.h"

#include <catch2/catch.hpp>

using namespace weir;
using namespace weir::scheduler;

namespace {

/// The lines "1\n", "2\n", … "count\n", written.
RowTrail trail_of(int count) {
  RowTrail trail;
  trail.follow();
  for (int i = 1; i <= count; ++i) {
    const size_t size = std::to_string(i).size() + 1;
    trail.plan(Row(Value(i)), size);
    trail.written(size);
  }
  return trail;
}

}  // namespace

TEST_CASE("what is unread tells in front of which row the reader stands") {
  auto trail = trail_of(3);
  CHECK(trail.is_at_row(6));
  CHECK(trail.take().value == Value(1));
  CHECK_FALSE(trail.is_at_row(3));  // somebody has read half of a line
  CHECK(trail.is_at_row(2));        // and one more
  CHECK(trail.take().value == Value(3));
  CHECK_FALSE(trail.is_at_row(0));
}

TEST_CASE("text between rows is text") {
  auto trail = trail_of(1);
  trail.plan(5);
  trail.written(5);
  trail.plan(Row(Value(2)), 2);
  trail.written(2);
  CHECK(trail.is_at_row(9));
  CHECK_FALSE(trail.is_at_row(7));
  CHECK(trail.is_at_row(2));
  CHECK(trail.take().value == Value(2));
}

TEST_CASE("a row that is half written is at hand, one that is only planned is not") {
  auto trail = trail_of(1);
  trail.plan(Row(Value(std::string(100, 'x'))), 101);
  CHECK_FALSE(trail.is_at_row(0));
  trail.written(50);
  CHECK(trail.is_at_row(50));
}

TEST_CASE("a trail that was stopped, or never begun, knows no rows") {
  auto trail = trail_of(2);
  trail.stop();
  CHECK_FALSE(trail.is_at_row(4));
  RowTrail fresh;
  fresh.plan(Row(Value(1)), 2);
  fresh.written(2);
  CHECK_FALSE(fresh.is_at_row(2));
}

TEST_CASE("a reader that takes everything is not followed for ever") {
  auto trail = trail_of(2000);
  CHECK_FALSE(trail.is_at_row(0));
  CHECK_FALSE(trail.is_followed());
}
