// bench_policy LANES: grants a second through the gate's policy while 1,000 requests wait, spread
// over so many lanes and eight requesters. Each grant is what a daemon would do for it: a lease
// ends, a new request comes, one decision is made.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <variant>

#include "gate/policy.h"

namespace {

using namespace weir::gate;

constexpr int kWaiting = 1000;
constexpr int kGrants = 20000;

class Load {
 public:
  explicit Load(unsigned lanes) : lanes_(lanes) {
    state_.machine.processors = 8;
    for (int i = 0; i < kWaiting; ++i) submit_one();
  }

  // Seconds for so many grants; negative when a decision grants nothing.
  double run() {
    const auto start = std::chrono::steady_clock::now();
    for (int granted = 0; granted < kGrants;) {
      const int more = grants_of(decide(state_, now_));
      if (more == 0) return -1;
      for (int i = 0; i < more; ++i) submit_one();
      granted += more;
      now_ += Duration{1};
      ended(state_, state_.leases.begin()->first);
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }

 private:
  void submit_one() {
    Request request;
    request.id = ++last_id_;
    request.requester = "agent-" + std::to_string(request.id % 8);
    request.command = "cargo build --workspace";
    request.lane = LaneKey({{"/home/me/w" + std::to_string(request.id % lanes_) + "/debug"}});
    request.max_jobs = 1;
    request.wants_tokens = true;
    request.usual = Duration{1000 + static_cast<int>(request.id * 7919 % 60000)};
    request.submitted = now_;
    submit(state_, std::move(request));
  }

  static int grants_of(const Decision& decision) {
    int count = 0;
    for (const Action& action : decision.actions) count += std::holds_alternative<Grant>(action);
    return count;
  }

  unsigned lanes_;
  State state_;
  Instant now_ = std::chrono::hours(1);
  std::uint64_t last_id_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const int lanes = argc == 2 ? std::atoi(argv[1]) : 0;
  if (lanes < 1) return 2;
  const double seconds = Load(static_cast<unsigned>(lanes)).run();
  if (seconds < 0) {
    std::fputs("a decision granted nothing\n", stderr);
    return 1;
  }
  std::printf("%.0f\n", kGrants / seconds);
  return 0;
}
