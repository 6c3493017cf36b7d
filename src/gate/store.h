// Store: what the gate keeps on disk: leases that live, the history of commands, events.
//
// SQLite in WAL mode, opened and used by the daemon alone, on the thread pool (every function may
// block on the disk; they lock among themselves). A file that is no database is put aside; where
// nothing can be written it goes on in memory. So it never fails anybody: warning() says what is
// wrong. Bounded: the oldest events and runs go. Values are stored as JSON, read back by id.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/value.h"

namespace weir::gate {

/// A row of `leases`, new or changed.
struct PutLease {
  std::uint64_t id;
  Value data;
};
struct DropLease {
  std::uint64_t id;
};
/// One ended command. `id` is its lease's.
struct AddRun {
  std::uint64_t id;
  std::int64_t time_ms;  // when it ended, since 1970
  std::string shape;
  Value data;
};
struct AddEvent {
  std::uint64_t id;  // rising
  std::int64_t time_ms;
  std::string kind;
  std::uint64_t subject;  // a request or lease; 0: none
  Value data;
};
/// Limits and holds, by name.
struct PutSetting {
  std::string name;
  Value data;
};
using StoreOperation = std::variant<PutLease, DropLease, AddRun, AddEvent, PutSetting>;

struct RunQuery {
  std::string shape;       // "": all
  std::string text;        // part of the command; "": all
  std::int64_t since_ms = 0;  // ended then or later, since 1970
  std::size_t limit = 50;  // the newest so many
};

class Store {
 public:
  /// `path` "" is a store in memory.
  explicit Store(const std::string& path);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// All of them or, after a failure of the disk, into memory.
  void write(std::span<const StoreOperation> operations);

  std::vector<Value> leases();
  std::optional<Value> setting(const std::string& name);
  /// Newest first; each is AddRun::data with "id", "time_ms" and "shape".
  std::vector<Value> runs(const RunQuery& query);
  /// Those after `after`, oldest first, at most `limit`.
  std::vector<AddEvent> events_after(std::uint64_t after, std::size_t limit);
  std::uint64_t last_event();
  /// The largest id that a lease, a run or an event was about.
  std::uint64_t last_id();

  /// What is wrong with it; "" when nothing is.
  std::string warning() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weir::gate
