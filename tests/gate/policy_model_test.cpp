// Random lives of a gate, against a world that keeps its own books.
//
// The world knows what a daemon would: which processes live, what lies in each
// pipe. It counts tokens by itself, from the actions alone, and checks after every
// decision what policy.h guarantees.
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>
#include <source_location>

#include "gate/admission.h"
#include "gate/broker.h"
#include "gate/explain.h"
#include "gate/policy_support.h"

namespace weir::gate::test {
namespace {

struct Process {
  Request request;
  int issued = 0;  // by the actions
  int in_pipe = 0;
  bool compiling = true;
  Weight weight = Weight::low;
  Instant ends{0};
  Duration used{0};
};

class World {
 public:
  explicit World(std::uint32_t seed) : engine_(seed) {
    state_.machine.processors = 1 + static_cast<int>(below(9));
    if (below(4) == 0) state_.limits.bulk_slots = 1 + static_cast<int>(below(4));
  }

  void run() {
    const int steps = 30 + static_cast<int>(below(120));
    for (int i = 0; i < steps; ++i) {
      step();
      settle();
    }
    drain();
  }

 private:
  // ---- what happens ------------------------------------------------------------

  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(engine_() % bound); }

  LaneKey some_lane() {
    static const char* const kDirectories[] = {"/a/debug", "/a/release", "/b/debug", "/c/debug",
                                               "/c/x/debug"};
    const std::uint32_t kind = below(12);
    if (kind == 0) return LaneKey();
    if (kind == 1) return LaneKey({{std::string("/") + "abc"[below(3)], true}});
    std::vector<LanePart> parts{{kDirectories[below(5)], false}};
    if (kind < 4) parts.push_back({kDirectories[below(5)], false});
    return LaneKey(parts);
  }

  void submit_one() {
    Request request;
    request.id = ++last_id_;
    request.requester = std::string(1, "pqrs"[below(4)]);
    request.band = below(3) == 0 ? Band::focus : Band::bulk;
    request.lane = some_lane();
    if (request.band == Band::focus && below(3) == 0) {
      request.side_lane = LaneKey({{below(2) ? "/a/.side/debug" : "/b/.side/debug", false}});
    }
    request.wants_tokens = below(6) != 0;
    request.max_jobs = below(4) == 0 ? 1 + static_cast<int>(below(4)) : 0;
    request.memory_per_job = below(3) == 0 ? 1 + below(1000) : 0;
    request.submitted = now_;
    if (below(2) == 0) request.usual = seconds(1 + below(100));
    if (below(15) == 0) request.not_before = now_ + seconds(below(60));
    submit(state_, request);
  }

  template <class Map>
  std::uint64_t pick(const Map& map) {
    return std::next(map.begin(), below(static_cast<std::uint32_t>(map.size())))->first;
  }

  void end(std::uint64_t id) {
    ended(state_, id);
    ended(state_, id);  // told twice: once counts
    processes_.erase(id);
  }

  // A lease uses its tokens differently now.
  void use_tokens(std::uint64_t id) {
    Process& process = processes_.at(id);
    if (!process.request.wants_tokens) return;
    process.in_pipe =
        process.compiling ? static_cast<int>(below(process.issued + 1)) : process.issued;
    idle_tokens(state_, id, process.in_pipe, now_);
  }

  void finish_compiling(std::uint64_t id) {
    Process& process = processes_.at(id);
    process.compiling = false;
    compile_over(state_, id, now_);
    use_tokens(id);
  }

  void read_processor_time(std::uint64_t id) {
    Process& process = processes_.at(id);
    process.used += milliseconds(below(4) == 0 ? 1 : below(3000));
    processor_time(state_, id, process.used, now_);
  }

  void read_machine() {
    Machine machine = state_.machine;
    machine.memory_available = below(3) == 0 ? below(4000) : 1 << 30;
    machine.memory_some10 = below(4) == 0 ? 30 : 0;
    machine.io_full10 = below(4) == 0 ? 70 : 0;
    machine.slots_taken = below(3) == 0 ? static_cast<int>(below(4)) : 0;
    machine_read(state_, machine);
  }

  Hold some_hold() {
    const auto kind = static_cast<Hold::Kind>(below(4));
    const char* const names[] = {"", below(2) ? "focus" : "bulk", below(2) ? "p" : "q",
                                 below(2) ? "/a" : "/c"};
    return {kind, names[static_cast<int>(kind)], "", now_};
  }

  void change_limits() {
    Limits limits = state_.limits;
    limits.jobs = static_cast<int>(below(6));
    limits.focus_slots = static_cast<int>(below(3));
    set_limits(state_, limits);
  }

  // Commands without the daemon: the policy hears of their lanes when it has granted one.
  void change_strangers() {
    if (below(2)) {
      strangers_.push_back(some_lane());
    } else {
      strangers_.clear();
    }
    const auto locked_out = state_.locked_out;
    for (const std::uint64_t id : locked_out) {
      if (!is_strangers(state_.waiting.at(id).lane)) lane_may_be_free(state_, id);
    }
  }

  bool is_strangers(const LaneKey& lane) const {
    return std::ranges::any_of(strangers_, [&](const LaneKey& each) { return each.meets(lane); });
  }

  void step() {
    now_ += milliseconds(below(3) == 0 ? below(20'000) : below(150));
    switch (below(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return submit_one();
      case 4:
      case 5:
        return processes_.empty() ? submit_one() : end(pick(processes_));
      case 6:
      case 7:
      case 8:
        return processes_.empty() ? void() : use_tokens(pick(processes_));
      case 9:
        return processes_.empty() ? void() : finish_compiling(pick(processes_));
      case 10:
        return processes_.empty() ? void() : read_processor_time(pick(processes_));
      case 11:
        return read_machine();
      case 12:
        return below(2) ? pause(state_, some_hold()) : void(resume(state_, some_hold()));
      case 13:
        return below(3) == 0 ? change_limits() : void();
      case 14:
        return change_strangers();
      default:
        break;
    }
    if (state_.waiting.empty()) return;
    const std::uint64_t id = pick(state_.waiting);
    if (below(2)) {
      bump(state_, id);
    } else {
      client_gone(state_, id);
    }
  }

  // ---- what the daemon does ----------------------------------------------------

  // Decides until nothing more is to be done at this instant.
  void settle() {
    for (int rounds = 0;; ++rounds) {
      ensure(rounds < 50);
      const Decision decision = decide(state_, now_);
      last_ = decision;
      for (const Action& action : decision.actions) {
        std::visit([&](const auto& each) { perform(each); }, action);
      }
      check_state();
      const bool was_locked_out = std::exchange(was_locked_out_, false);
      if (decision.ask_again && !was_locked_out) ensure(*decision.ask_again > now_);
      const bool answered = std::ranges::any_of(decision.actions, [](const Action& action) {
        return std::holds_alternative<Withdraw>(action);
      });
      if (!answered && !was_locked_out) break;
      for (const Action& action : decision.actions) {
        if (const auto* withdraw = std::get_if<Withdraw>(&action)) answer(*withdraw);
      }
    }
    if (state_.waiting.size() < 12 || below(8) == 0) check_waiting();
  }

  void perform(const Grant& grant) {
    const LeaseRecord& lease = state_.leases.at(grant.id);
    ensure(!state_.locked_out.contains(grant.id));
    if (is_strangers(lease.request.lane)) {
      was_locked_out_ = true;
      return lane_is_locked(state_, grant.id);
    }
    for (const auto& [id, other] : processes_) {
      ensure(!(other.compiling && other.request.lane.meets(lease.request.lane)));
    }
    ensure(processes_.count(grant.id) == 0);
    Process process{.request = lease.request, .issued = grant.tokens};
    process.weight = lease.request.band == Band::focus ? Weight::full : Weight::low;
    process.in_pipe = grant.tokens;
    process.ends = now_ + seconds(1 + below(200));
    processes_.emplace(grant.id, process);
    if (lease.request.band == Band::focus) ensure(focus_leases() <= state_.focus_slots());
    if (lease.request.is_aside) ensure(lease.request.band == Band::focus);
    check_cap(grant.id, grant.tokens);
    if (grant.tokens > 0) gave_tokens_.insert(lease.band);
    if (lease.request.band == Band::bulk && other_bulk_runs(grant.id))
      gave_tokens_.insert(Band::bulk);
  }
  void perform(const Issue& issue) {
    ensure(issue.tokens > 0);
    Process& process = processes_.at(issue.id);
    ensure(process.compiling);
    process.issued += issue.tokens;
    process.in_pipe += issue.tokens;
    check_cap(issue.id, process.issued);
    gave_tokens_.insert(state_.leases.at(issue.id).band);
  }
  void perform(const Withdraw& withdraw) {
    ensure(withdraw.tokens > 0);
    ensure(withdraw.tokens <= processes_.at(withdraw.id).issued);
  }
  void perform(const Demote& demote) {
    ensure(processes_.at(demote.id).request.band == Band::focus);
    processes_.at(demote.id).weight = Weight::low;
  }
  void perform(const Weigh& weigh) {
    if (state_.locked_out.contains(weigh.id)) return;
    ensure(processes_.at(weigh.id).weight != weigh.weight);
    processes_.at(weigh.id).weight = weigh.weight;
  }

  void answer(const Withdraw& withdraw) {
    Process& process = processes_.at(withdraw.id);
    if (process.compiling && below(5) == 0) process.in_pipe = 0;  // used in between
    const int taken = std::min(withdraw.tokens, process.in_pipe);
    process.issued -= taken;
    process.in_pipe -= taken;
    withdrawn(state_, withdraw.id, taken, now_);
  }

  // Catch's own checks are too slow for so many.
  void ensure(bool holds, std::source_location where = std::source_location::current()) const {
    if (holds) return;
    std::string actions;
    for (const Action& action : last_.actions) actions += shown(action) + ", ";
    FAIL("line " << where.line() << " does not hold; decided last: " << actions);
  }

  // ---- what must be true -----------------------------------------------------------

  int focus_leases() const {
    return static_cast<int>(std::ranges::count_if(state_.leases, [](const auto& entry) {
      return entry.second.band == Band::focus && costs_slot(entry.second);
    }));
  }

  bool other_bulk_runs(std::uint64_t than) const {
    return std::ranges::any_of(state_.leases, [&](const auto& entry) {
      return entry.first != than && entry.second.request.band == Band::bulk &&
             costs_slot(entry.second);
    });
  }

  void check_cap(std::uint64_t id, int tokens) const {
    const Request& request = processes_.at(id).request;
    ensure(tokens < state_.jobs());
    if (request.max_jobs > 0) ensure(tokens < request.max_jobs);
  }

  // Our books and the policy's are the same; nothing was given that was not there.
  void check_state() {
    ensure(state_.leases.size() == processes_.size());
    int issued[2] = {0, 0};
    for (const auto& [id, lease] : state_.leases) {
      ensure(lease.issued == processes_.at(id).issued);
      issued[static_cast<int>(lease.band)] += processes_.at(id).issued;
    }
    for (const Band band : {Band::focus, Band::bulk}) {
      const Books sum = books(state_, band);
      ensure(sum.issued == issued[static_cast<int>(band)]);
      ensure(sum.implicit + sum.issued + sum.pool == sum.capacity);
      if (gave_tokens_.contains(band)) ensure(sum.pool >= 0);
    }
    gave_tokens_.clear();
    check_weights();
  }

  // Full is focus, and what focus waits for; nobody who starved is low.
  void check_weights() const {
    for (const auto& [id, lease] : state_.leases) {
      const bool delays = lease.compiling && std::ranges::any_of(state_.waiting, [&](auto& entry) {
                            const Request& request = entry.second;
                            return request.band == Band::focus &&
                                   request.lane.meets(lease.request.lane) &&
                                   !is_held(state_, request, now_);
                          });
      const bool is_full = lease.band == Band::focus || delays;
      ensure(lease.weight == processes_.at(id).weight);
      ensure((lease.weight == Weight::full) == is_full);
      if (!is_full) ensure((lease.weight == Weight::raised) == lease.has_starved);
    }
  }

  // Every waiter is told why; bulk does not stand still because of focus.
  void check_waiting() const {
    bool bulk_could_run = false;
    for (const Explanation& each : explain_waiting(state_, now_)) {
      ensure(!each.reasons.empty());
      ensure(each.position >= 1);
      ensure(each.position <= each.in_line);
      const bool only_capacity = std::ranges::all_of(each.reasons, [](const Reason& reason) {
        return reason.cause == Cause::tokens || reason.cause == Cause::cpu;
      });
      if (only_capacity && state_.waiting.at(each.id).band == Band::bulk) bulk_could_run = true;
    }
    if (bulk_could_run) ensure(other_bulk_runs(0));
  }

  // Nothing is held any more and processes end: all that waits now is granted, however
  // much comes after it.
  void drain() {
    strangers_.clear();
    state_.locked_out.clear();
    state_.holds.clear();
    for (WaitingLine& line : state_.lines) line.release(WaitingLine::kHeld);
    std::set<std::uint64_t> victims;
    for (const auto& [id, request] : state_.waiting) victims.insert(id);
    for (auto& [id, process] : processes_) process.ends = now_ + seconds(1 + below(200));
    for (int turns = 0; !victims.empty(); ++turns) {
      ensure(turns < 5000);
      now_ += seconds(1 + below(20));
      if (below(4) == 0) submit_one();
      if (below(5) == 0) read_machine();
      std::vector<std::uint64_t> over;
      for (const auto& [id, process] : processes_) {
        if (process.ends <= now_) over.push_back(id);
      }
      for (const std::uint64_t id : over) end(id);
      settle();
      std::erase_if(victims, [&](std::uint64_t id) { return !state_.waiting.contains(id); });
    }
  }

  std::mt19937 engine_;
  State state_;
  Decision last_;
  Instant now_ = seconds(1000);
  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, Process> processes_;
  std::set<Band> gave_tokens_;
  std::vector<LaneKey> strangers_;
  bool was_locked_out_ = false;
};

}  // namespace

TEST_CASE("two thousand random lives of a gate keep what the policy guarantees", "[gate]") {
  for (std::uint32_t seed = 1; seed <= 2000; ++seed) {
    INFO("seed " << seed);
    World(seed).run();
  }
  SUCCEED();
}

}  // namespace weir::gate::test
