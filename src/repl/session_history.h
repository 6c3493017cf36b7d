// SessionHistory: the history of an interactive shell, with the rules of what is kept in it.
//
// Both prompts enter what they run here, the editor's and the plain one; is the HistoryPort of its
// shell. Reading and writing are History's, which waits for neither.
#pragma once

#include <string>
#include <vector>

#include "kernel/context.h"
#include "kernel/history_port.h"
#include "loop/loop.h"
#include "repl/history.h"

namespace weir::repl {

class SessionHistory final : public kernel::HistoryPort {
 public:
  /// The context must outlive it.
  explicit SessionHistory(kernel::Context& ctx);
  ~SessionHistory() override;

  struct Entry {
    std::string id;  // empty: not kept
    loop::Clock::time_point began;
  };
  Entry begin(const std::string& text);
  /// With the status that the context has now; gives how long it took.
  loop::Clock::duration end(const Entry& entry);

  /// Begins to read what other shells have written meanwhile.
  void refresh();
  /// Waits until everything is written. Must be awaited before the end.
  loop::Task<void> flush();

  std::vector<std::string> texts() const { return history_.texts(); }
  std::string suggest(std::string_view text) const;
  /// What a person is to hear of it, once; or "".
  std::string take_problem();

  // HistoryPort
  loop::Task<List> history() override;
  loop::Task<Result<void>> delete_history(std::vector<int64_t> numbers) override;
  std::string session() const override { return history_.session(); }

 private:
  kernel::Context& ctx_;
  History history_;
  loop::TaskGroup tasks_;
  std::string problem_;  // that there is no file
};

}  // namespace weir::repl
