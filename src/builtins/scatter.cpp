// scatter and gather: their schemas. The evaluator runs a pipeline that holds
// them as a whole, so as commands of their own they only say how they are used.
#include "kernel/builtin.h"

namespace weir::builtins {

namespace {

using kernel::Invocation;

constexpr FlagSchema kScatterFlags[] = {
    {0, "as", "NAME", "bind the row to NAME instead of ITEM"},
    {'j', "limit", "N", "so many workers at once (the number of processors)"},
    {0, "timeout", "DUR", "end a worker that takes longer (30s, 5m)"},
    {0, "retries", "N", "start a failed worker again, up to N times"},
    {0, "backoff", "DUR", "wait before a retry: doubled each time, at most 30s"},
    {0, "needs", "FIELD", "items are a graph: FIELD lists the ids that must succeed before"},
    {0, "on", "WHERE", "where the workers run"},
    {0, "resume", "FILE", "skip items that FILE says succeeded, and append the new rows"},
    {0, "fail-fast", "", "after the first failure start no more"},
    {0, "progress", "", "show a bar on stderr, also where that is no terminal"},
    {0, "no-progress", "", "show none"},
    {0, "keep", "SIZE", "keep so much of each worker's output (10M)"},
    {0, "load", "N", "start none while the load average is above N"},
    {0, "memfree", "SIZE", "start none while less memory is free"},
    {0, "delay", "DUR", "wait between two starts"},
};
constexpr ExampleSchema kScatterExamples[] = {
    {"lines hosts | scatter --limit 16 --timeout 30s | ssh $ITEM uptime | gather --lines",
     "a worker for each line"},
    {"fromjsonl < jobs | scatter --needs after | run_job $ITEM | gather", "in order of a graph"},
};
constexpr CommandSchema kScatterSchema = {
    .name = "scatter",
    .summary = "run a worker for every row, many at once",
    .synopsis = "[FLAG…] | WORKER | gather",
    .flags = kScatterFlags,
    .max_operands = 0,
    .examples = kScatterExamples,
    .details =
        "Between rows and gather: rows | scatter | worker | gather. The worker is any pipeline; "
        "the row is in $ITEM. gather\ngives a record for each, in the order of the items. Exit "
        "0 when all succeeded, 123 when any failed.",
    .group = "scatter",
};

constexpr FlagSchema kGatherFlags[] = {
    {0, "unordered", "", "give each record as its worker ends"},
    {0, "lines", "", "print the outputs in order instead of records"},
    {0, "json", "", "give all records as one array"},
};
constexpr ExampleSchema kGatherExamples[] = {
    {"… | gather | where not ok | get item err", "what failed, and why"},
};
constexpr CommandSchema kGatherSchema = {
    .name = "gather",
    .summary = "collect what the workers of scatter gave",
    .synopsis = "[--unordered | --lines | --json]",
    .flags = kGatherFlags,
    .max_operands = 0,
    .examples = kGatherExamples,
    .details =
        "A record for each item: i, item, ok, code, out, err, ms and, where they apply, data, "
        "timed_out, tries, host,\nskipped, truncated. --lines names the failed items on stderr.",
    .group = "scatter",
};

loop::ValueTask<int> run_scatter(Invocation call) {
  return kernel::misuse(call,
                        "it needs a worker and gather behind it: rows | scatter | worker | gather");
}

loop::ValueTask<int> run_gather(Invocation call) {
  return kernel::misuse(call,
                        "it needs scatter and a worker in front: rows | scatter | worker | gather");
}

}  // namespace

void register_scatter(kernel::BuiltinRegistry& registry) {
  registry.add({&kScatterSchema, run_scatter});
  registry.add({&kGatherSchema, run_gather});
}

}  // namespace weir::builtins
