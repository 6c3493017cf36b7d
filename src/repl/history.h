// History: what was entered, in this shell and in all others that share the file.
//
// Entries live in memory in the order of the file. Reading and writing the file
// happens on the thread pool, in order; nothing here waits but load(),
// remove() and flush(). Without a path nothing is kept beyond the session. Not the
// rules of what is worth keeping: history_rules.h.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "loop/loop.h"
#include "repl/history_entry.h"
#include "repl/history_file.h"

namespace weir::repl {

class History {
 public:
  /// `session` names this shell among all. An empty path: no file.
  History(loop::Loop& loop, std::string path, std::string session);
  ~History();

  /// Reads what is new in the file. The first call reads all of it.
  loop::Task<void> load();
  /// Waits until everything is written.
  loop::Task<void> flush();
  /// Takes entries out, of the file, too. The error is the file's.
  loop::Task<Result<void>> remove(std::vector<std::string> ids);

  /// An entry begins to run; gives its id for end().
  std::string begin(std::string text, std::string directory);
  void end(const std::string& id, int code, int64_t duration_ms);

  const std::vector<HistoryEntry>& entries() const { return entries_; }
  const std::string& session() const { return session_; }
  /// Each text once, oldest first; those of this session last.
  std::vector<std::string> texts() const;
  /// The entry that is suggested for what begins with `text`: of this directory and successful
  /// first, newest first. Empty when there is none.
  std::string suggest(std::string_view text, std::string_view directory) const;
  /// The last failure to read or write, for a notice: each reason once, until something is written.
  std::string take_problem();

 private:
  void add(HistoryEntry entry);
  void add_line(HistoryLine line);
  void clear();
  void write(std::string lines);
  loop::Task<void> write_pending();

  loop::Loop& loop_;
  HistoryFile file_;
  const std::string session_;
  uint64_t last_number_ = 0;
  std::vector<HistoryEntry> entries_;
  std::vector<uint64_t> heads_;  // first eight bytes of each text: a search touches little memory
  std::unordered_map<std::string, size_t> by_id_;
  std::string unwritten_;
  std::string problem_;
  std::unordered_set<std::string> told_;  // problems
  loop::TaskGroup tasks_;
  bool is_writing_ = false;
  bool is_loading_ = false;
  loop::Event loaded_;
};

}  // namespace weir::repl
