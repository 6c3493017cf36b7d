#include <catch2/catch.hpp>

#include "kernel/gather_sink.h"

namespace {

std::string told(int code) {
  weir::scheduler::GatherRow row;
  row.outcome.code = code;
  return weir::kernel::failure_text(row);
}

}  // namespace

TEST_CASE("an item that a signal has ended is told as a job's end is", "[gather]") {
  CHECK(told(128 + 15) == "killed TERM");
  CHECK(told(128 + 9) == "killed KILL");
  CHECK(told(128 + 40) == "killed by signal 40");
  CHECK(told(2) == "exit 2");
}
