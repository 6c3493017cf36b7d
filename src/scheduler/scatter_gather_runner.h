// ScatterGatherRunner: a worker for each item, many at once, one row for each.
//
// Knows nothing of the language: a ScatterHost gives the items, runs a worker
// and takes the rows. At most `limit` workers run; rows come out in the order of
// the items (or as they finish), and new items wait while too many finished rows
// are held back behind a slow one, so an endless input runs in bounded memory. A
// worker that completes at once costs no coroutine. Every item that is started
// gives exactly one row, unless nobody takes rows any more.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/value.h"
#include "loop/loop.h"
#include "scheduler/job_manager.h"
#include "scheduler/machine.h"
#include "scheduler/open_file.h"

namespace weir::scheduler {

struct ScatterOptions {
  int limit = 1;
  std::optional<loop::Duration> timeout;  // of one attempt
  int retries = 0;
  loop::Duration backoff{};  // before the first retry; doubles up to 30 s, jittered; zero: at once
  bool fail_fast = false;  // the first failure stops the rest
  bool unordered = false;  // rows as they finish
  std::string needs_field;  // items are a graph (task_graph.h); empty: they are not
  std::optional<double> max_load;  // start nothing while the machine runs more than this
  std::optional<uint64_t> min_free_memory;  // nor while less than this many bytes are free
  loop::Duration delay{};  // at least this long between two starts
  /// Items read ahead of the workers, so that their number is known early. 0: none.
  size_t read_ahead = 0;
  // Finished rows that wait for their turn or for the reader hold back new items beyond this.
  size_t window_items = 10'000;
  size_t window_bytes = 64 * 1024 * 1024;
};

/// What became of one attempt.
struct WorkerOutcome {
  int code = 0;
  std::string out;  // the last bytes, as far as they were kept
  std::string err;
  uint64_t out_dropped = 0;
  uint64_t err_dropped = 0;
  std::optional<Value> data;  // where the worker emitted typed rows
  std::string host;  // where it ran; empty: here
};

/// One line of gather (LANGUAGE 9.3).
struct GatherRow {
  uint64_t index = 0;
  Value item;
  WorkerOutcome outcome;
  int64_t ms = 0;  // of the last attempt
  int tries = 1;
  bool timed_out = false;
  std::string skipped;  // id of the item that failed; the worker never ran
  Value known;  // a row of an earlier run, which says it all; else null

  bool ok() const { return outcome.code == 0; }
  /// What it counts for in the window.
  size_t size() const;
  /// {i, item, ok, code, out, err, ms}, the texts without newlines at their ends, and, where they
  /// apply, data, timed_out, tries, host, skipped, truncated {out, err}.
  Value to_value() &&;
};

struct ScatterCounts {
  uint64_t read = 0;  // items that came from the source
  uint64_t started = 0;  // workers
  uint64_t running = 0;
  uint64_t ok = 0;
  uint64_t failed = 0;  // skipped ones among them
  uint64_t skipped = 0;
  uint64_t known = 0;  // not run again; they count as ok
  bool all_read = false;  // `read` is the number of all items
};

/// What a run needs from its surroundings. Calls come from the loop's thread,
/// never two at once to next_item, and never two at once to emit and flush.
/// The next item, nothing at the end.
using RowResult = Result<std::optional<Value>>;

class ScatterHost {
 public:
  virtual ~ScatterHost() = default;

  virtual ValueTask<RowResult> next_item(const CancelToken& token) = 0;
  /// Runs the worker. `item` is good during the call only, not across a wait.
  virtual ValueTask<WorkerOutcome> run_item(const Value& item, uint64_t index, int attempt,
                                            CancelToken token) = 0;
  /// Takes a row. An error (the reader is gone) ends the run.
  virtual ValueTask<Result<void>> emit(GatherRow row) = 0;
  /// No further row is ready just now: what is held back to be written together goes out.
  virtual ValueTask<Result<void>> flush() { return Result<void>{}; }
  /// The row of an item that succeeded in an earlier run (then the item is not run again), or null.
  virtual Value known_row(const Value&, uint64_t) { return {}; }
  virtual double load() { return machine_load(); }
  virtual uint64_t free_memory() { return scheduler::free_memory(); }

  // ---- observers ----
  virtual void item_started(uint64_t, const Value&) {}
  /// Of every row, in order of time, before it is emitted.
  virtual void row_finished(const GatherRow&) {}
  /// All rows before this started item were emitted: what it writes may pass now.
  virtual void item_is_next(uint64_t) {}
  /// Why nothing starts although there is room ("cpu", "memory", "not_before",
  /// "paused"); empty: it goes on.
  virtual void waits_for(std::string_view) {}
};

struct ScatterSummary {
  ScatterCounts counts;
  bool drained = false;  // ended early by drain()
  int killed_by = 0;  // the signal of kill(), or 0
  bool fail_fast = false;  // a failure stopped the rest
};

class ScatterGatherRunner {
 public:
  /// The host must outlive the run. `pause`, where given, holds starts back.
  ScatterGatherRunner(loop::Loop& loop, ScatterOptions options, ScatterHost& host,
                      PauseSwitch* pause = nullptr);
  ~ScatterGatherRunner();

  /// Runs all. Awaited once. Errors: the source failed (what ran was finished and
  /// emitted), the graph is not one (nothing ran), emit failed (all was cancelled).
  Task<Result<ScatterSummary>> run();

  /// Starts no more; what runs finishes. May be called at any time, and again.
  void drain();
  /// Starts no more and cancels what runs. The first signal stays.
  void kill(int signal);

  const ScatterCounts& counts() const;
  /// The signal of kill(), or 0.
  int killed_by() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The pause before retry `retry` (1, 2, …): `backoff` doubled each time up to 30 s,
/// of which the second half is up to `random` in [0, 1).
loop::Duration backoff_pause(loop::Duration backoff, int retry, double random);

}  // namespace weir::scheduler
