#include "repl/file_facts.h"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>

namespace weir::repl {

namespace {

constexpr size_t kMaxKnown = 4096;  // paths kept for one line

template <class Visit>
void for_each_directory(std::string_view search_path, Visit visit) {
  while (!search_path.empty()) {
    const size_t end = std::min(search_path.find(':'), search_path.size());
    if (end > 0) visit(std::string(search_path.substr(0, end)));
    search_path.remove_prefix(std::min(end + 1, search_path.size()));
  }
}

std::string times_of(const std::string& search_path) {
  std::string times;
  for_each_directory(search_path, [&](const std::string& directory) {
    struct stat info{};
    ::stat(directory.c_str(), &info);
    times += fmt::format("{}.{} ", info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
  });
  return times;
}

/// Names only: whether a file may be executed is seen when it is run.
std::unordered_set<std::string> names_in(const std::string& search_path) {
  std::unordered_set<std::string> names;
  for_each_directory(search_path, [&](const std::string& directory) {
    DIR* stream = ::opendir(directory.c_str());
    if (!stream) return;
    while (const dirent* entry = ::readdir(stream)) {
      if (entry->d_type != DT_DIR) names.emplace(entry->d_name);
    }
    ::closedir(stream);
  });
  return names;
}

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

std::optional<bool> FileFacts::is_command(std::string_view name, std::string_view search_path) {
  const bool is_other = read_path_ != search_path;
  if ((is_other || is_stale_) && !is_reading_) {
    is_reading_ = true;
    is_stale_ = false;
    tasks_.start_later(read_directories(std::string(search_path)));
  }
  if (is_other) return {};
  return commands_.contains(std::string(name));
}

loop::Task<void> FileFacts::read_directories(std::string search_path) {
  std::unordered_set<std::string> names;
  std::string times = read_path_ == search_path ? read_times_ : std::string("never");
  bool has_changed = false;
  co_await loop::run_on_pool(loop_, [&] {
    std::string now = times_of(search_path);
    has_changed = now != times;
    if (has_changed) names = names_in(search_path);
    times = std::move(now);
  });
  is_reading_ = false;
  if (!has_changed) co_return;
  commands_ = std::move(names);
  read_path_ = std::move(search_path);
  read_times_ = std::move(times);
  on_news_();
}

void FileFacts::forget() {
  paths_.clear();
  is_stale_ = true;
}

}  // namespace weir::repl
