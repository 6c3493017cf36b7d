#include "repl/session_history.h"

#include <fmt/format.h>

#include <chrono>

#include "base/text.h"
#include "kernel/shell.h"
#include "repl/history_rules.h"

namespace weir::repl {

namespace {

/// A shell is told from all others by its process and when it began.
std::string session_name(const kernel::Context& ctx) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return fmt::format("{:x}.{:x}",
                     std::chrono::duration_cast<std::chrono::milliseconds>(now).count(),
                     ctx.shell.pid);
}

}  // namespace

SessionHistory::SessionHistory(kernel::Context& ctx)
    : ctx_(ctx),
      history_(ctx.shell.loop, history_path(ctx), session_name(ctx)),
      tasks_(ctx.shell.loop) {
  ctx_.shell.history_port = this;
  if (const std::string reason = no_history_reason(ctx); !reason.empty())
    problem_ = fmt::format("history: nothing is kept: {}", reason);
}

std::string SessionHistory::take_problem() {
  return harmless_lines(problem_.empty() ? history_.take_problem() : std::exchange(problem_, {}));
}

SessionHistory::~SessionHistory() { ctx_.shell.history_port = nullptr; }

SessionHistory::Entry SessionHistory::begin(const std::string& text) {
  Entry entry{{}, loop::Clock::now()};
  if (is_worth_keeping(ctx_, text)) entry.id = history_.begin(text, ctx_.scope.directory->path);
  return entry;
}

loop::Clock::duration SessionHistory::end(const Entry& entry) {
  const auto taken = loop::Clock::now() - entry.began;
  if (!entry.id.empty()) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(taken);
    history_.end(entry.id, ctx_.status, ms.count());
  }
  return taken;
}

void SessionHistory::refresh() { tasks_.start_later(history_.load()); }

loop::Task<void> SessionHistory::flush() {
  co_await tasks_.join();
  co_await history_.flush();
}

std::string SessionHistory::suggest(std::string_view text) const {
  return history_.suggest(text, ctx_.scope.directory->path);
}

loop::Task<List> SessionHistory::history() {
  co_await history_.load();
  List rows;
  for (const HistoryEntry& entry : history_.entries())
    rows.emplace_back(history_row(entry, rows.size() + 1));
  co_return rows;
}

loop::Task<Result<void>> SessionHistory::delete_history(std::vector<int64_t> numbers) {
  std::vector<std::string> ids;
  const auto& entries = history_.entries();
  for (const int64_t number : numbers) {
    if (number < 1 || static_cast<size_t>(number) > entries.size())
      co_return fail(ErrorKind::not_found, fmt::format("there is no entry {}", number));
    ids.push_back(entries[static_cast<size_t>(number) - 1].id);
  }
  co_return co_await history_.remove(std::move(ids));
}

}  // namespace weir::repl
