// HistoryPort: what builtins ask of the history of entries. Implemented in src/repl, which the
// builtins may not include; a shell where nobody types has none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "loop/task.h"

namespace weir::kernel {

class HistoryPort {
 public:
  virtual ~HistoryPort() = default;

  /// Entries as records {number, text, time, cwd, code, ms, session, job}, oldest first, those of
  /// other live shells, too.
  virtual loop::Task<List> history() = 0;
  virtual loop::Task<Result<void>> delete_history(std::vector<int64_t> numbers) = 0;
  /// The session that this shell's entries have.
  virtual std::string session() const = 0;
};

}  // namespace weir::kernel
