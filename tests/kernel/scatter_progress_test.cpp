#include "kernel/scatter_progress.h"

#include <catch2/catch.hpp>

using namespace weir;
using namespace weir::kernel;
using namespace std::chrono_literals;
using scheduler::ScatterCounts;

namespace {

ScatterCounts counts_of(uint64_t read, uint64_t ok, uint64_t failed, uint64_t running) {
  ScatterCounts counts;
  counts.read = read;
  counts.ok = ok;
  counts.failed = failed;
  counts.running = running;
  return counts;
}

}  // namespace

TEST_CASE("the slowest item is told with what is usual and what it wrote last") {
  CHECK(slowest_line({"web-03", 44s, std::nullopt, ""}, 200) == " slowest  web-03 44s");
  CHECK(slowest_line({"web-03", 44s, 9s, "Unpacking linux-image"}, 200) ==
        " slowest  web-03 44s (usually 9s)  \"Unpacking linux-image\"");
  CHECK(slowest_line({"web-03", 44s, 9s, "Unpacking linux-image"}, 45) ==
        " slowest  web-03 44s (usually 9s)  \"Unpacki…\"");
  CHECK(slowest_line({"web-03", 44s, 9s, "Unpacking"}, 20) == " slowest  web-03 44…");
}

TEST_CASE("progress tells no total before all items are read") {
  ProgressView view{counts_of(128, 39, 2, 8), 64s, 80s, {}};
  CHECK(progress_line(view, 200, false) == "scatter  41  39 ok  2 failed  8 running  1m04s");
  view.counts.all_read = true;
  CHECK(progress_line(view, 200, false) ==
        "scatter  41/128  39 ok  2 failed  8 running  1m04s  eta 1m20s");
}

TEST_CASE("the time left is a question mark before there are samples, and gone at the end") {
  ProgressView view{counts_of(4, 1, 0, 3), 1500ms, std::nullopt, {}};
  view.counts.all_read = true;
  CHECK(progress_line(view, 200, false) == "scatter  1/4  1 ok  3 running  1s  eta ?");
  view.counts = counts_of(4, 4, 0, 0);
  view.counts.all_read = true;
  CHECK(progress_line(view, 200, false) == "scatter  4/4  4 ok  0 running  1s");
}

TEST_CASE(
    "the time left is that of what waits and of what runs, and late when all is past the usual") {
  const std::vector<loop::Duration> samples = {9s, 10s, 10s, 11s};
  CHECK_FALSE(estimate_time_left({10s, 10s}, {1s}, 8, 4).left);
  CHECK(estimate_time_left(samples, {}, 8, 4).left == 20s);
  CHECK(estimate_time_left(samples, {4s, 4s}, 4, 2).left == 26s);
  CHECK(estimate_time_left(samples, {4s, 30s}, 0, 2).left == 6s);
  CHECK_FALSE(estimate_time_left(samples, {4s, 30s}, 0, 2).is_late);
  CHECK(estimate_time_left(samples, {12s, 30s}, 0, 2).is_late);
  CHECK_FALSE(estimate_time_left(samples, {12s, 30s}, 1, 2).is_late);
  ProgressView view{counts_of(4, 3, 0, 1), 40s, 0s, {}, true};
  view.counts.all_read = true;
  CHECK(progress_line(view, 200, false) == "scatter  3/4  3 ok  1 running  40s  late");
}

TEST_CASE("why nothing starts stands in place of the time left") {
  ProgressView view{counts_of(4, 1, 0, 0), 2s, 3s, "memory"};
  view.counts.all_read = true;
  CHECK(progress_line(view, 200, false) == "scatter  1/4  1 ok  0 running  2s  waits for memory");
}

TEST_CASE("the bar is as long as the part that is done, and a line is cut to its width") {
  ProgressView view{counts_of(8, 3, 0, 1), 2s, 3s, {}};
  view.counts.all_read = true;
  CHECK(progress_line(view, 200, true) ==
        "scatter  3/8  ███████▌············  3 ok  1 running  2s  eta 3s");
  CHECK(progress_line(view, 16, true) == "scatter  3/8  █…");
}

TEST_CASE("the summary names how many failed of what") {
  CHECK(summary_line(counts_of(1, 1, 0, 0), {}, 12ms) == "1 item: 1 ok in 12ms");
  auto counts = counts_of(128, 120, 8, 0);
  counts.known = 100;
  CHECK(summary_line(counts, {{"exit 255", 3}, {"timed out", 5}}, 182s) ==
        "128 items: 120 ok (100 before), 8 failed (3 exit 255, 5 timed out) in 3m02s");
}
