// Requests, identities and lane keys as JSON: what travels in `request`, lies in the store's rows
// and is shown by `status`.
//
// REQUEST: {"requester", "command", "shape", "directory", "lane": [{"directory", "whole_tree"}],
// "band": "focus"|"bulk", "max_jobs", "wants_tokens", "memory_per_job", "usual_ms",
// "late_after_ms", "submitted_ms", "not_before_ms", "bump", "id", "uid", "client": {"boot", "pid",
// "start"}}. What a client may not say (id, uid, client, bump) is replaced by the daemon.
#pragma once

#include "base/value.h"
#include "gate/request.h"

namespace weir::gate::protocol {

Value to_value(const LaneKey& lane);
Value to_value(const ProcessIdentity& process);
Value to_value(const Request& request);

Result<Band> parse_band(std::string_view name);
Result<LaneKey> parse_lane(const Value& value);
Result<ProcessIdentity> parse_identity(const Value& value);
Result<Request> parse_request(const Value& value);

}  // namespace weir::gate::protocol
