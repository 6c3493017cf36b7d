// Gatekeeper: carries out what the policy decides, and tells the policy what happens.
//
// The server's methods call it; it owns the policy's State and the live leases. It makes token
// pipes and lock files, answers requests when they are granted, watches processes, and ends a lease
// when no process of it is left. Everything runs on the loop; whatever waits looks its lease up
// again by id, for it may have ended meanwhile.
#pragma once

#include <functional>
#include <map>

#include "gate/daemon/alarm.h"
#include "gate/daemon/journal.h"
#include "gate/daemon/live_lease.h"
#include "gate/daemon/run_history.h"
#include "gate/daemon/session.h"
#include "gate/daemon/session_weight.h"
#include "gate/places.h"
#include "gate/policy.h"

namespace weir::gate::daemon {

struct Survivor;

/// The sessions that are open, by id.
class SessionDirectory {
 public:
  virtual ~SessionDirectory() = default;
  virtual Session* find_session(std::uint64_t id) = 0;
};

class Gatekeeper {
 public:
  Gatekeeper(loop::Loop& loop, Places places, SessionDirectory& sessions, Journal& journal);

  /// Takes over what the daemon before us left. Once, before run().
  loop::Task<void> recover();
  /// Ticks and watches until stop().
  loop::Task<void> run();
  /// Leases stay as they are: their processes and rows outlive us.
  void stop();

  /// Is answered by a grant, sooner or later.
  void request(Session& session, const Value& call_id, Request request);
  /// The client's end of it; false when there is no such lease.
  bool release(const protocol::Release& release);
  void started(const Session& session, std::uint64_t lease, pid_t child);
  bool announce(const protocol::Progress& progress);
  /// Whoever waited does not wait any more; leases end with their processes.
  void session_closed(const Session& session);
  /// Ends the wait, or signals the processes of the lease; those that are stopped go on with it,
  /// unless the signal is a stop. ErrorKind::not_found: no such id. ErrorKind::refused: the command
  /// ignores the signal.
  Result<void> kill(std::uint64_t id, int signal);
  /// Answers all that wait with this error.
  void refuse_waiting(const protocol::RpcError& error);

  /// After whatever changed the state.
  void decide_now();
  State& state() { return state_; }
  /// For who is told of it: what is stopped is looked at anew.
  const State& state_now();
  const std::map<std::uint64_t, LiveLease>& live() const { return live_; }
  std::string store_warning() const { return journal_.store().warning(); }
  Journal& journal() { return journal_; }
  const RunHistory& history() const { return history_; }
  /// Keeps limits and holds for the next daemon.
  void keep_settings();
  /// Nothing waits or runs.
  bool is_empty() const { return state_.waiting.empty() && live_.empty(); }
  /// Called when a lease has ended or a wait.
  std::function<void()> on_end = [] {};

 private:
  struct Waiting {
    std::uint64_t session;
    Value call_id;
    Instant next_notice;
  };
  void carry_out(const Grant& action);
  void carry_out(const Issue& action);
  void carry_out(const Withdraw& action);
  void carry_out(const Demote& action);
  void carry_out(const Weigh& action);
  void end_unheard(const Request& request);
  loop::Task<void> deliver(std::uint64_t id, int tokens);
  void send_grant(Session& session, const Value& call_id, std::uint64_t id);
  void keep_row(std::uint64_t id);
  bool was_unheard(const Survivor& survivor) const;
  void take_over(Survivor survivor);
  std::optional<std::vector<UniqueFd>> lock_lane(const Request& request) const;
  void lock_out(std::uint64_t id);
  void take_slot(LiveLease& lease) const;
  int slots_taken() const;
  void record_end(const LeaseRecord& record, const LiveLease& lease);
  void record_wait(std::uint64_t id, std::string_view state);
  void end_wait(std::uint64_t id);
  loop::Task<void> watch_process(std::uint64_t id, UniqueFd pidfd);
  void wind_up(std::uint64_t id);
  loop::Task<void> await_processes(std::uint64_t id);
  void end(std::uint64_t id);

  loop::Task<void> signal_processes(std::string tag, pid_t unix_session, ProcessIdentity but_this,
                                    int signal);
  loop::Task<void> weigh(std::uint64_t id);
  loop::Task<void> weigh_processes(std::uint64_t id, int nice);
  void weigh_session(pid_t unix_session);
  loop::Task<void> restore_weights();

  loop::Task<void> tick();
  std::optional<Duration> until_next_tick() const;
  bool tokens_are_wanted() const;
  void look_at_tokens();
  bool has_compile_phases() const;
  bool look_at_locks();
  void end_compile_phase(std::uint64_t id);
  bool look_at_lanes();
  void look_at_machine();
  loop::Task<void> measure_processor_time();
  void tell_waiting();

  loop::Loop& loop_;
  Places places_;
  SessionDirectory& sessions_;
  Journal& journal_;
  RunHistory history_;
  State state_;
  std::map<std::uint64_t, Waiting> waiting_;
  std::map<std::uint64_t, LiveLease> live_;
  std::uint64_t last_id_ = 0;
  std::optional<Instant> ask_again_;
  SessionWeight weight_;
  // When to look again at:
  Instant next_look_{0};  // tokens that lie idle
  Instant next_locks_{0};
  Instant next_lanes_{0};
  Instant next_machine_{0};
  Instant next_measure_{0};
  loop::CancelSource stopping_;
  loop::TaskGroup tasks_;
  Alarm alarm_;
};

}  // namespace weir::gate::daemon
