#include "repl/file_facts.h"

#include <fmt/format.h>
#include <sys/stat.h>

namespace weir::repl {

namespace {

constexpr size_t kMaxKnown = 4096;  // paths kept for one line

}  // namespace

std::optional<bool> FileFacts::exists(std::string_view path, std::string_view directory) {
  std::string full =
      path.starts_with('/') ? std::string(path) : fmt::format("{}/{}", directory, path);
  if (paths_.size() > kMaxKnown) paths_.clear();
  const auto [at, is_new] = paths_.try_emplace(std::move(full));
  if (!is_new) return at->second;
  asked_.push_back(at->first);
  if (!std::exchange(is_looking_, true)) tasks_.start_later(look_up());
  return {};
}

loop::Task<void> FileFacts::look_up() {
  while (!asked_.empty()) {
    const std::vector<std::string> asked = std::exchange(asked_, {});
    std::vector<bool> found(asked.size());
    co_await loop::run_on_pool(loop_, [&] {
      struct stat info;
      for (size_t i = 0; i < asked.size(); ++i) found[i] = ::lstat(asked[i].c_str(), &info) == 0;
    });
    bool is_news = false;
    for (size_t i = 0; i < asked.size(); ++i) {
      paths_[asked[i]] = found[i];
      is_news |= found[i];
    }
    if (is_news) on_news_();
  }
  is_looking_ = false;
}

void FileFacts::forget() { paths_.clear(); }

}  // namespace weir::repl
