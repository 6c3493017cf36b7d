// gate_torture N [SEED]: N random lives of the gate with the real daemon
// (tests/gate/torture_world.h). Ends with "N passed, N failed"; a failed one is repeated by its
// seed and N = 1.
#include <cstdio>
#include <cstdlib>
#include <random>

#include "gate/torture_world.h"

int main(int argc, char** argv) {
  const int runs = argc > 1 ? std::atoi(argv[1]) : 0;
  if (runs < 1 || argc > 3) {
    std::fputs("usage: gate_torture N [SEED]\n", stderr);
    return 2;
  }
  const std::uint32_t first = argc > 2
                                  ? static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10))
                                  : std::random_device()();
  int failed = 0;
  weir::test::TortureResult sum;
  for (int i = 0; i < runs; ++i) {
    const std::uint32_t seed = first + static_cast<std::uint32_t>(i);
    const auto result = weir::test::TortureWorld(seed).run(std::chrono::seconds(1));
    if (!result.violation.empty()) {
      ++failed;
      std::printf("FAIL seed %u: %s\n", seed, result.violation.c_str());
    }
    sum.granted += result.granted;
    sum.without += result.without;
    sum.killed += result.killed;
    sum.daemons += result.daemons;
    sum.cleanup = std::max(sum.cleanup, result.cleanup);
    if ((i + 1) % 100 == 0) std::printf("%d of %d\n", i + 1, runs);
    std::fflush(stdout);
  }
  std::printf(
      "%d leases, %d with lock files, %d clients and %d daemons killed; the longest clean-up "
      "took %lld ms\n",
      sum.granted, sum.without, sum.killed, sum.daemons,
      static_cast<long long>(sum.cleanup.count()));
  std::printf("%d passed, %d failed\n", runs - failed, failed);
  return failed == 0 ? 0 : 1;
}
