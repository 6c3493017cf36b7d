// Reports: the policy's state as JSON values, for whoever asks the daemon.
//
// Pure; a daemon's handlers of `status`, `lanes`, `why` and `plan` answer with
// these, and may add what the policy does not know (progress, its own health).
// Instants never cross: every time is a duration in milliseconds, *_ms, null when
// it is not known. docs/gate.md describes the members.
#pragma once

#include "base/value.h"
#include "gate/explain.h"
#include "gate/policy.h"
#include "gate/settings_report.h"

namespace weir::gate {

/// One lease: {"id", "state": "running"|"stopped", "band", "demoted", "weight", "phase":
/// "compile"|"run", "resting", "requester", "command", "directory", "lane", "pid", "group",
/// "time_ms", "waited_ms", "usual_ms", "left_ms", "late", "jobs", "tokens", "idle",
/// "processor_ms"}.
Record lease_report(const LeaseRecord& lease, Instant now);

/// One explanation: {"id", "state": "waiting"|"running"|"stopped", "band", "requester", "command",
/// "directory", "lane", "pid", "group", "time_ms", "position", "in_line", "wait_ms", "reasons",
/// "remedies"}. A reason: {"cause", "what", "wait_ms", "holders"}; a holder: {"id", "state",
/// "command", "requester", "directory", "time_ms", "usual_ms", "left_ms", "late"}.
Record explanation_report(const State& state, const Explanation& about, Instant now);

/// {"processors", "jobs", "bands": {"focus", "bulk"}, "leases", "waiting", "holds", "limits",
/// "machine"}; a band: {"leases", "slots", "capacity", "implicit", "issued", "pool", "waiting"}.
Record status_report(const State& state, Instant now);

/// A row for each directory that is held or wanted: {"lane", "holder": ID or null,
/// "state": "running" or "stopped", "command", "requester", "band", "time_ms", "left_ms", "late",
/// "waiting": [ID…]}.
List lanes_report(const State& state, Instant now);

/// ErrorKind::not_found: nothing with this id waits or runs.
Result<Record> why_report(const State& state, std::uint64_t id, Instant now);

/// What would become of the request: a lease_report with "state": "would_start", or an
/// explanation_report with "state": "would_wait".
Record plan_report(State state, Request request, Instant now);

}  // namespace weir::gate
