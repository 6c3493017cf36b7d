#include "repl/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>

namespace weir::repl {

namespace {

constexpr size_t kMaxCandidates = 2000;  // looked at for one suggestion

int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

uint64_t head_of(std::string_view text) {
  uint64_t head = 0;
  std::memcpy(&head, text.data(), std::min(text.size(), sizeof head));
  return head;
}

/// The bits of a head that a text of this length decides.
uint64_t head_mask(size_t length) {
  uint64_t mask = 0;
  std::memset(&mask, 0xFF, std::min(length, sizeof mask));
  return mask;
}

std::vector<HistoryLine> parse_lines(std::string_view text) {
  std::vector<HistoryLine> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (auto line = parse_history_line(text.substr(0, end))) lines.push_back(std::move(*line));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

History::History(loop::Loop& loop, std::string path, std::string session)
    : loop_(loop),
      file_(std::move(path)),
      session_(std::move(session)),
      tasks_(loop),
      loaded_(loop) {
  loaded_.set();
}

History::~History() = default;

void History::clear() {
  entries_.clear();
  heads_.clear();
  by_id_.clear();
}

void History::add(HistoryEntry entry) {
  if (!by_id_.emplace(entry.id, entries_.size()).second) return;  // this session's own, read back
  heads_.push_back(head_of(entry.text));
  entries_.push_back(std::move(entry));
}

void History::add_line(HistoryLine line) {
  if (!line.is_end) return add(std::move(line.entry));
  const auto found = by_id_.find(line.entry.id);
  if (found == by_id_.end()) return;
  HistoryEntry& entry = entries_[found->second];
  entry.code = line.entry.code;
  entry.duration_ms = line.entry.duration_ms;
  entry.job = line.entry.job;
}

loop::Task<void> History::load() {
  if (file_.path().empty()) co_return;
  if (is_loading_) {
    (void)co_await loaded_.wait();
    co_return;
  }
  is_loading_ = true;
  loaded_.reset();
  Result<HistoryFile::News> news;
  std::vector<HistoryLine> lines;
  co_await loop::run_on_pool(loop_, [&] {
    news = file_.read_news();
    if (news) lines = parse_lines(news->lines);
  });
  if (!news) problem_ = "history: " + news.error().message;
  if (news && news->begins_anew) clear();
  for (HistoryLine& line : lines) add_line(std::move(line));
  is_loading_ = false;
  loaded_.set();
}

std::string History::begin(std::string text, std::string directory) {
  HistoryEntry entry{.id = fmt::format("{}-{}", session_, ++last_number_),
                     .text = std::move(text),
                     .directory = std::move(directory),
                     .session = session_,
                     .time_ms = now_ms()};
  std::string id = entry.id;
  write(begin_line(entry));
  add(std::move(entry));
  return id;
}

void History::end(const std::string& id, int code, int64_t duration_ms) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return;  // it was deleted meanwhile
  HistoryEntry& entry = entries_[found->second];
  entry.code = code;
  entry.duration_ms = duration_ms;
  write(end_line(entry));
}

// ---- the file -----------------------------------------------------------------------

void History::write(std::string lines) {
  if (file_.path().empty()) return;
  unwritten_ += lines;
  if (std::exchange(is_writing_, true)) return;
  tasks_.start(write_pending());
}

loop::Task<void> History::write_pending() {
  while (!unwritten_.empty()) {
    const std::string lines = std::exchange(unwritten_, {});
    Result<void> written;
    co_await loop::run_on_pool(loop_, [&] { written = file_.append(lines); });
    if (written)
      told_.clear();
    else
      problem_ = "history: " + written.error().message;
  }
  is_writing_ = false;
}

std::string History::take_problem() {
  std::string problem = std::exchange(problem_, {});
  return problem.empty() || !told_.insert(problem).second ? std::string() : problem;
}

loop::Task<void> History::flush() { co_await tasks_.join(); }

loop::Task<Result<void>> History::remove(std::vector<std::string> ids) {
  const std::unordered_set<std::string> gone(ids.begin(), ids.end());
  co_await flush();
  Result<void> done;
  if (!file_.path().empty()) {
    co_await loop::run_on_pool(loop_, [&] {
      done = file_.rewrite([&](std::string_view line) {
        const auto parsed = parse_history_line(line);
        return parsed && !gone.contains(parsed->entry.id);
      });
    });
  }
  if (!done) co_return done;
  std::vector<HistoryEntry> kept;
  for (HistoryEntry& entry : entries_) {
    if (!gone.contains(entry.id)) kept.push_back(std::move(entry));
  }
  clear();
  for (HistoryEntry& entry : kept) add(std::move(entry));
  co_return done;
}

// ---- questions ------------------------------------------------------------------------

std::vector<std::string> History::texts() const {
  std::vector<std::string> texts;
  std::unordered_set<std::string_view> seen;
  const auto take = [&](bool own) {
    for (size_t i = entries_.size(); i-- > 0;) {
      const HistoryEntry& entry = entries_[i];
      if ((entry.session == session_) == own && seen.insert(entry.text).second)
        texts.push_back(entry.text);
    }
  };
  take(true);
  take(false);
  std::ranges::reverse(texts);
  return texts;
}

std::string History::suggest(std::string_view text, std::string_view directory) const {
  if (text.empty()) return {};
  const uint64_t head = head_of(text);
  const uint64_t mask = head_mask(text.size());
  const HistoryEntry* best = nullptr;
  int best_rank = -1;
  size_t looked_at = 0;
  for (size_t i = entries_.size(); i-- > 0 && looked_at < kMaxCandidates;) {
    if ((heads_[i] & mask) != head) continue;
    const HistoryEntry& entry = entries_[i];
    if (!entry.text.starts_with(text) || entry.text.size() == text.size()) continue;
    ++looked_at;
    const int rank = (entry.code == 0 ? 2 : 0) + (entry.directory == directory ? 1 : 0);
    if (rank <= best_rank) continue;
    best = &entry;
    best_rank = rank;
    if (rank == 3) break;
  }
  return best ? best->text : std::string();
}

}  // namespace weir::repl
