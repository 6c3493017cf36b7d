// HistoryEntry: one line that was entered, and how it is written down.
//
// The file holds JSON lines of two kinds, so that nothing of an entry is lost when
// the shell dies while it runs: {"id", "text", "time", "cwd", "session"} when it begins and
// {"end": ID, "code", "ms", "job"} when it has ended. Lines that are neither are skipped.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"

namespace weir::repl {

struct HistoryEntry {
  std::string id;  // the session and a number in it
  std::string text;
  std::string directory;
  std::string session;
  int64_t time_ms = 0;             // since the epoch
  std::optional<int> code;         // nothing: it runs, or its shell died
  int64_t duration_ms = 0;
  std::optional<int64_t> job;      // the job it became
};

/// With its newline.
std::string begin_line(const HistoryEntry& entry);
std::string end_line(const HistoryEntry& entry);

/// What one line of the file says: an entry, or the end of one (only id, code, duration and job are
/// set).
struct HistoryLine {
  HistoryEntry entry;
  bool is_end = false;
};
std::optional<HistoryLine> parse_history_line(std::string_view line);

/// For `history --json`: {number, text, time, cwd, code, ms, session, job}.
Record history_row(const HistoryEntry& entry, size_t number);

}  // namespace weir::repl
