// What people set, as JSON: holds (`pause`, `resume`) and limits (`limit`), out and in.
//
// Pure; the params of those methods are read with these, and `status` shows them.
#pragma once

#include "base/value.h"
#include "gate/policy_state.h"

namespace weir::gate {

/// {"kind": "all"|"band"|"requester"|"lane", "name", "by", "time_ms"}.
Record hold_report(const Hold& hold, Instant now);
/// Reads kind, name and by of such a record.
Result<Hold> read_hold(const Value& params, Instant now);

/// All limits by name; durations end in _ms. Those of 0 follow the processors.
Record limits_report(const Limits& limits);
/// The limits with the members of `params` set; null sets one back. An unknown name is an error.
Result<Limits> read_limits(const Value& params, const Limits& from);

}  // namespace weir::gate
