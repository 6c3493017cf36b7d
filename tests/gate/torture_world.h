// TortureWorld: one random life of a gate: clients with and without the daemon, that end, are
// stopped and are killed; commands that are killed; daemons that are killed again and again.
//
// It watches from outside, by means of its own: who holds a lane holds a lock of the test's, too.
// Run some dozens of times by the tests, and thousands of times by gate_torture.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "support/gate_home.h"
#include "support/random.h"

namespace weir::test {

struct TortureResult {
  std::string violation;          // "" when all went well
  gate::Duration cleanup{0};      // from the last process's end to that of the last lease
  int granted = 0;                // commands that ran with the daemon's lease
  int without = 0;                // those that ran with lock files
  int killed = 0;                 // clients
  int daemons = 0;                // that were killed
};

class TortureWorld {
 public:
  explicit TortureWorld(std::uint32_t seed) : random_(seed) {}
  /// `cleanup_bound`: a lease must not outlive its processes by more.
  TortureResult run(gate::Duration cleanup_bound);

 private:
  struct Plan {
    int lane = 0;
    gate::Band band = gate::Band::bulk;
    bool asks_daemon = true;
    bool kills_command = false;
    int run_ms = 0;
  };
  struct Client {
    std::unique_ptr<GateChild> child;
    bool is_killed = false;
  };

  Plan some_plan();
  void live(const Plan& plan, int tell) const;
  void start_client();
  void disturb();
  void hear_all();
  void check_end(gate::Duration bound);
  void note(const std::string& violation);

  Random random_;
  GateHome home_;
  std::vector<Client> clients_;
  TortureResult result_;
};

}  // namespace weir::test
