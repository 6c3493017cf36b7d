#include "gate/protocol/catalogue.h"

#include "gate/protocol/messages.h"

namespace weir::gate::protocol {

namespace {

constexpr ParameterInfo kHello[] = {
    {"version", "integer", "newest version of the protocol that the client speaks", true},
    {"oldest", "integer", "oldest version that it speaks"},
    {"program", "string", "its name and version"},
    {"pid", "integer", "its process"},
};
constexpr ParameterInfo kRequest[] = {
    {"command", "string", "one line for people", true},
    {"requester", "string", "who, for fairness and for people"},
    {"shape", "string", "the key of its history; the command when left out"},
    {"directory", "string", "where it runs"},
    {"lane", "array", "{directory, whole_tree} of each directory that it locks"},
    {"side_lane", "array", "another lane that it can use while bulk has its own"},
    {"band", "string", "focus or bulk"},
    {"guesses_band", "boolean", "what such commands took before decides the band"},
    {"max_jobs", "integer", "at most so many jobs at once; 0: no cap"},
    {"wants_tokens", "boolean", "a client of the jobserver protocol"},
    {"runs_program", "boolean", "a cargo that runs what it has built"},
    {"memory_per_job", "integer", "bytes; 0: not known"},
    {"not_before_ms", "integer", "waits until then, in milliseconds since boot"},
    {"submitted_ms", "integer", "when it was asked for first, in milliseconds since boot"},
};
constexpr ParameterInfo kStarted[] = {
    {"lease", "integer", "", true},
    {"pid", "integer", "the process of the command", true},
};
constexpr ParameterInfo kAnnounce[] = {
    {"lease", "integer", "", true},
    {"done", "integer", "units that are done"},
    {"total", "integer", "units in all; 0: not known"},
    {"current", "string", "the unit at work"},
    {"note", "string", "a line for people"},
};
constexpr ParameterInfo kRelease[] = {
    {"lease", "integer", "", true},
    {"tag", "string", "of its grant", true},
    {"code", "integer", "exit code; 128 + signal"},
    {"signal", "integer", "that ended it; 0: none"},
    {"cpu_ms", "integer", "processor time"},
    {"memory", "integer", "peak bytes of its largest process"},
};
constexpr ParameterInfo kId[] = {{"id", "integer", "of a request or lease", true}};
constexpr ParameterInfo kKill[] = {
    {"id", "integer", "of a request or lease", true},
    {"signal", "integer", "TERM when left out"},
};
constexpr ParameterInfo kHold[] = {
    {"kind", "string", "all, band, requester or lane", true},
    {"name", "string", "which"},
    {"by", "string", "who does it"},
};
constexpr ParameterInfo kHistory[] = {
    {"shape", "string", "only this one"},
    {"text", "string", "only commands that hold it"},
    {"since_ms", "integer", "only what ended since then, in milliseconds since 1970"},
    {"limit", "integer", "the newest so many (50)"},
};
constexpr ParameterInfo kWatch[] = {
    {"after", "integer", "the last event seen; those that come when left out"},
};

constexpr MethodInfo kMethods[] = {
    {"hello", "greet; first of all", kHello, "version, oldest, program and pid of the daemon"},
    {"ping", "is it alive?", {}, "done"},
    {"rpc.discover", "this document", {}, "OpenRPC"},
    {"request", "ask for a lease; answered when it is granted, `wait` notifications come before",
     kRequest,
     "lease, tag, band, aside, jobs, tokens, locks, nice, waited_ms; descriptors beside it"},
    {"started", "the command of a lease runs", kStarted, "done"},
    {"announce", "how far a lease has come", kAnnounce, "done"},
    {"release", "the command of a lease has ended", kRelease, "done"},
    {"status", "what runs and waits", {}, "leases, waiting, bands, holds, limits, machine, daemon"},
    {"lanes", "who holds and wants which directory", {}, "lanes"},
    {"why", "why something waits", kId, "one lease or request with its reasons"},
    {"plan", "what would become of a request", kRequest, "a lease or a request with its reasons"},
    {"history", "commands that have ended, newest first", kHistory, "runs"},
    {"watch", "events as they happen, as `event` notifications", kWatch, "last: the newest event"},
    {"bump", "to the front of its line", kId, "as of why"},
    {"pause", "let nothing of a kind start", kHold, "done"},
    {"resume", "end a pause", kHold, "done"},
    {"limit", "set limits, by their names in `status`; null sets one back", {}, "the limits"},
    {"kill", "end a wait, or signal a command, which goes on with it when it was stopped", kKill,
     "done"},
    {"drain", "take no new requests and end with the last lease", {}, "done"},
    {"shutdown", "end now; the next daemon takes the leases over", {}, "done"},
};

Value described(const ParameterInfo& parameter) {
  Record record{{"name", Value(parameter.name)},
                {"required", parameter.required},
                {"schema", Record{{"type", Value(parameter.type)}}}};
  if (!parameter.help.empty()) record.set("description", Value(parameter.help));
  return record;
}

Value described(const MethodInfo& method) {
  List parameters;
  for (const ParameterInfo& parameter : method.parameters) {
    parameters.push_back(described(parameter));
  }
  return Record{{"name", Value(method.name)},
                {"description", Value(method.help)},
                {"paramStructure", "by-name"},
                {"params", Value(std::move(parameters))},
                {"result", Record{{"name", "result"},
                                  {"description", Value(method.result)},
                                  {"schema", Record{{"type", "object"}}}}}};
}

}  // namespace

std::span<const MethodInfo> methods() { return kMethods; }

Value discover_document() {
  List all;
  for (const MethodInfo& method : kMethods) all.push_back(described(method));
  return Record{
      {"openrpc", "1.2.6"},
      {"info", Record{{"title", "weir gate"}, {"version", Value(std::to_string(kVersion))}}},
      {"methods", Value(std::move(all))}};
}

}  // namespace weir::gate::protocol
