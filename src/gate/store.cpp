#include "gate/store.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <mutex>

namespace weir::gate {

namespace {

constexpr int kBusyMs = 200;
constexpr int kPruneEvery = 500;  // writes
constexpr const char* kPrune =
    "DELETE FROM events WHERE id <= (SELECT max(id) FROM events) - 20000;"
    "DELETE FROM runs WHERE rowid <= (SELECT max(rowid) FROM runs) - 20000;";
constexpr const char* kSchema =
    // A checkpoint waits for the disk, and a grant that comes then for the checkpoint: seldom.
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA journal_size_limit=4194304;"
    "PRAGMA wal_autocheckpoint=4000;"
    "CREATE TABLE IF NOT EXISTS leases (id INTEGER PRIMARY KEY, data TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS runs (lease INTEGER, time INTEGER, shape TEXT, data TEXT NOT NULL);"
    "CREATE INDEX IF NOT EXISTS runs_by_shape ON runs (shape);"
    "CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, time INTEGER, kind TEXT,"
    " subject INTEGER, data TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, data TEXT NOT NULL);";

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;

/// One statement: bound in order, stepped, read by column.
class Statement {
 public:
  Statement(sqlite3* database, const char* text) {
    code_ = sqlite3_prepare_v2(database, text, -1, &raw_, nullptr);
  }
  ~Statement() { sqlite3_finalize(raw_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(std::int64_t number) {
    if (raw_) sqlite3_bind_int64(raw_, ++bound_, number);
    return *this;
  }
  Statement& bind(std::uint64_t number) { return bind(static_cast<std::int64_t>(number)); }
  Statement& bind(const std::string& text) {
    // The text outlives the statement's only step.
    if (raw_) {
      sqlite3_bind_text(raw_, ++bound_, text.data(), static_cast<int>(text.size()), nullptr);
    }
    return *this;
  }
  /// True: a row is there.
  bool step() {
    if (!raw_) return false;
    code_ = sqlite3_step(raw_);
    return code_ == SQLITE_ROW;
  }
  std::int64_t number(int column) const { return sqlite3_column_int64(raw_, column); }
  std::string text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(raw_, column));
    return bytes ? std::string(bytes, static_cast<size_t>(sqlite3_column_bytes(raw_, column))) : "";
  }
  bool failed() const { return code_ != SQLITE_OK && code_ != SQLITE_ROW && code_ != SQLITE_DONE; }

 private:
  sqlite3_stmt* raw_ = nullptr;
  int code_ = SQLITE_OK;
  int bound_ = 0;
};

bool run(sqlite3* database, const char* text) {
  return sqlite3_exec(database, text, nullptr, nullptr, nullptr) == SQLITE_OK;
}

/// A database with our tables, or none.
Database open_database(const std::string& path, std::string& problem) {
  sqlite3* raw = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int opened = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  Database database(raw);
  if (opened == SQLITE_OK) sqlite3_busy_timeout(raw, kBusyMs);
  // The counts make it read each table: a broken page is found now and not in the middle of a
  // grant.
  const bool good = opened == SQLITE_OK && run(raw, kSchema) &&
                    run(raw,
                        "SELECT count(data) FROM leases; SELECT count(data) FROM runs;"
                        "SELECT count(data) FROM events; SELECT count(data) FROM settings;");
  if (good) return database;
  problem = raw ? sqlite3_errmsg(raw) : "out of memory";
  return nullptr;
}

std::optional<Value> parse(const std::string& json) {
  auto value = Value::parse_json(json);
  return value ? std::optional(std::move(*value)) : std::nullopt;
}

}  // namespace

struct Store::Impl {
  mutable std::mutex mutex;
  Database database;
  int writes = 0;
  // Apart from the other: who asks for it must not wait for the disk.
  mutable std::mutex warning_mutex;
  std::string warning;

  void warn(std::string text) {
    const std::scoped_lock lock(warning_mutex);
    warning = std::move(text);
  }

  void open(const std::string& path) {
    std::string problem;
    if (path.empty()) {
      warn("there is no place for a store: history and leases are kept in memory");
    } else {
      // Private from birth; SQLite gives its other files the same mode.
      const int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
      const int fd = ::open(path.c_str(), flags, S_IRUSR | S_IWUSR);
      if (fd >= 0) ::close(fd);
      database = open_database(path, problem);
      if (!database) put_aside(path, problem);
    }
    if (!database) use_memory();
  }

  void put_aside(const std::string& path, const std::string& problem) {
    const std::string aside = path + ".broken";
    struct stat info{};
    const bool is_file = ::lstat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
    std::string again;
    if (is_file) {
      for (const char* suffix : {"-wal", "-shm"}) ::unlink((path + suffix).c_str());
    }
    if (is_file && std::rename(path.c_str(), aside.c_str()) == 0)
      database = open_database(path, again);
    warn(database ? "the store was broken (" + problem + "), it lies in " + aside
                  : "there is no store (" + problem + "): history and leases are kept in memory");
  }

  void use_memory() {
    std::string problem;
    database = open_database(":memory:", problem);
  }

  bool transact(std::span<const StoreOperation> operations) {
    if (!database || !run(database.get(), "BEGIN IMMEDIATE")) return false;
    bool good = true;
    for (const StoreOperation& operation : operations) {
      good = good && std::visit([this](const auto& each) { return apply(each); }, operation);
    }
    if (good && ++writes % kPruneEvery == 0) good = run(database.get(), kPrune);
    if (good && run(database.get(), "COMMIT")) return true;
    run(database.get(), "ROLLBACK");
    return false;
  }

  template <class... Bound>
  bool change(const char* text, const Bound&... bound) {
    Statement statement(database.get(), text);
    (statement.bind(bound), ...);
    statement.step();
    return !statement.failed();
  }
  bool apply(const PutLease& put) {
    return change("INSERT OR REPLACE INTO leases VALUES (?, ?)", put.id, put.data.to_json());
  }
  bool apply(const DropLease& drop) { return change("DELETE FROM leases WHERE id = ?", drop.id); }
  bool apply(const AddRun& run) {
    return change("INSERT INTO runs VALUES (?, ?, ?, ?)", run.id, run.time_ms, run.shape,
                  run.data.to_json());
  }
  bool apply(const AddEvent& event) {
    return change("INSERT OR REPLACE INTO events VALUES (?, ?, ?, ?, ?)", event.id, event.time_ms,
                  event.kind, event.subject, event.data.to_json());
  }
  bool apply(const PutSetting& put) {
    return change("INSERT OR REPLACE INTO settings VALUES (?, ?)", put.name, put.data.to_json());
  }

  std::uint64_t number_of(const char* text) const {
    Statement statement(database.get(), text);
    return statement.step() ? static_cast<std::uint64_t>(statement.number(0)) : 0;
  }
};

Store::Store(const std::string& path) : impl_(std::make_unique<Impl>()) { impl_->open(path); }
Store::~Store() = default;

void Store::write(std::span<const StoreOperation> operations) {
  const std::scoped_lock lock(impl_->mutex);
  if (operations.empty() || impl_->transact(operations)) return;
  const std::string problem =
      impl_->database ? sqlite3_errmsg(impl_->database.get()) : "out of memory";
  impl_->warn("the store takes nothing (" + problem + "): history is kept in memory");
  impl_->use_memory();
  impl_->transact(operations);
}

std::vector<Value> Store::leases() {
  const std::scoped_lock lock(impl_->mutex);
  std::vector<Value> all;
  Statement rows(impl_->database.get(), "SELECT data FROM leases ORDER BY id");
  while (rows.step()) {
    if (auto value = parse(rows.text(0))) all.push_back(std::move(*value));
  }
  return all;
}

std::optional<Value> Store::setting(const std::string& name) {
  const std::scoped_lock lock(impl_->mutex);
  Statement row(impl_->database.get(), "SELECT data FROM settings WHERE name = ?");
  row.bind(name);
  return row.step() ? parse(row.text(0)) : std::nullopt;
}

std::vector<Value> Store::runs(const RunQuery& query) {
  const std::scoped_lock lock(impl_->mutex);
  std::vector<Value> found;
  Statement rows(impl_->database.get(),
                 "SELECT lease, time, shape, data FROM runs WHERE (?1 = '' OR shape = ?1) AND "
                 "(?2 = '' OR instr(data, ?2)) AND time >= ?3 ORDER BY rowid DESC LIMIT ?4");
  rows.bind(query.shape).bind(query.text).bind(query.since_ms).bind(std::uint64_t{query.limit});
  while (rows.step()) {
    auto data = parse(rows.text(3));
    if (!data || !data->is_record()) continue;
    Record row{{"id", Value(rows.number(0))},
               {"time_ms", Value(rows.number(1))},
               {"shape", Value(rows.text(2))}};
    for (const auto& [name, value] : data->as_record()) row.set(name, value);
    found.emplace_back(std::move(row));
  }
  return found;
}

std::vector<AddEvent> Store::events_after(std::uint64_t after, std::size_t limit) {
  const std::scoped_lock lock(impl_->mutex);
  std::vector<AddEvent> found;
  Statement rows(
      impl_->database.get(),
      "SELECT id, time, kind, subject, data FROM events WHERE id > ? ORDER BY id LIMIT ?");
  rows.bind(after).bind(std::uint64_t{limit});
  while (rows.step()) {
    found.push_back({static_cast<std::uint64_t>(rows.number(0)), rows.number(1), rows.text(2),
                     static_cast<std::uint64_t>(rows.number(3)),
                     parse(rows.text(4)).value_or(Value())});
  }
  return found;
}

std::uint64_t Store::last_event() {
  const std::scoped_lock lock(impl_->mutex);
  return impl_->number_of("SELECT max(id) FROM events");
}

std::uint64_t Store::last_id() {
  const std::scoped_lock lock(impl_->mutex);
  return std::max({impl_->number_of("SELECT max(id) FROM leases"),
                   impl_->number_of("SELECT max(lease) FROM runs"),
                   impl_->number_of("SELECT max(subject) FROM events")});
}

std::string Store::warning() const {
  const std::scoped_lock lock(impl_->warning_mutex);
  return impl_->warning;
}

}  // namespace weir::gate
