#include "gate/estimate.h"

#include <catch2/catch.hpp>
#include <vector>

namespace weir::gate {
namespace {

using std::chrono::seconds;

std::vector<Sample> runs(std::vector<int> lengths) {
  std::vector<Sample> samples;
  for (const int length : lengths) {
    samples.push_back({seconds(length), seconds(2 * length), static_cast<std::uint64_t>(length)});
  }
  return samples;
}

}  // namespace

TEST_CASE("nothing is claimed before three runs", "[gate]") {
  CHECK(estimate({}).runs == 0);
  const Estimate two = estimate(runs({5, 5}));
  CHECK(two.runs == 2);
  CHECK(two.average == seconds(5));
  CHECK_FALSE(two.usual);
  CHECK_FALSE(two.late_after);
  CHECK(two.memory_per_job == 0);
}

TEST_CASE("usual is the median, late the ninetieth percentile", "[gate]") {
  const Estimate ten = estimate(runs({10, 9, 8, 7, 6, 5, 4, 3, 2, 100}));
  CHECK(ten.usual == seconds(6));
  CHECK(ten.late_after == seconds(10));
  CHECK(ten.memory_per_job == 10);
  CHECK(estimate(runs({3, 1, 2})).usual == seconds(2));
}

TEST_CASE("the average leans to the newest run", "[gate]") {
  CHECK(estimate(runs({4, 8})).average == seconds(5));
  CHECK(estimate(runs({8, 4})).average == seconds(7));
  CHECK(estimate(runs({4, 8})).processor_time == seconds(10));
}

TEST_CASE("only the last fifty runs count", "[gate]") {
  std::vector<int> lengths(60, 1000);
  lengths.insert(lengths.end(), 50, 3);
  const Estimate last = estimate(runs(lengths));
  CHECK(last.runs == kSamplesKept);
  CHECK(last.usual == seconds(3));
  CHECK(last.average == seconds(3));
}

TEST_CASE("what should have ended has no time left", "[gate]") {
  CHECK(time_left(seconds(10), seconds(4)) == seconds(6));
  CHECK(time_left(seconds(10), seconds(40)) == seconds(0));
  CHECK_FALSE(time_left(std::nullopt, seconds(1)));
}

}  // namespace weir::gate
