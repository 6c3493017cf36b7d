#include "repl/command_index.h"

#include <algorithm>

#include "repl/directory_listing.h"

namespace weir::repl {

namespace {

int64_t modification_time(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return -1;
  return info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec;
}

std::vector<std::string> executables_of(const std::string& path) {
  std::vector<std::string> names;
  for (ListedFile& file : list_directory(path)) {
    if (file.is_executable) names.push_back(std::move(file.name));
  }
  return names;
}

}  // namespace

CommandIndex::Directories CommandIndex::read(const std::string& path, const Directories& known) {
  Directories directories;
  for (size_t from = 0; from <= path.size();) {
    const size_t end = std::min(path.find(':', from), path.size());
    const std::string name = path.substr(from, end - from);
    from = end + 1;
    // Relative ones mean another directory after each cd; who has them knows what is in them.
    if (!name.starts_with('/') || directories.contains(name)) continue;
    const int64_t modified = modification_time(name);
    const auto before = known.find(name);
    directories[name] = before != known.end() && before->second.modified == modified
                            ? before->second
                            : Directory{modified, executables_of(name)};
  }
  return directories;
}

loop::Task<void> CommandIndex::look(std::string path) {
  Directories found;
  // Nothing else writes directories_ while a look runs.
  co_await loop::run_on_pool(loop_, [&] { found = read(path, directories_); });
  is_looking_ = false;
  if (path_ != path || directories_ != found) {
    names_.clear();
    for (const auto& [_, directory] : found) {
      names_.insert(names_.end(), directory.names.begin(), directory.names.end());
    }
    std::ranges::sort(names_);
    const auto repeated = std::ranges::unique(names_);
    names_.erase(repeated.begin(), repeated.end());
    directories_ = std::move(found);
    path_ = std::move(path);
    on_news_();
  }
  looked_.pulse();
}

void CommandIndex::look_later(std::string path) {
  is_looking_ = true;
  is_stale_ = false;
  tasks_.start_later(look(std::move(path)));
}

std::optional<bool> CommandIndex::knows(std::string_view name, const std::string& path) {
  const bool is_other = path_ != path;
  if ((is_other || is_stale_) && !is_looking_) look_later(path);
  if (is_other) return {};
  return std::ranges::binary_search(names_, name);
}

loop::Task<Result<const CommandIndex::Names*>> CommandIndex::names(std::string path,
                                                                   loop::CancelToken token) {
  if (!is_looking_) look_later(path);
  while (is_looking_ || path_ != path) {
    if (!is_looking_) look_later(path);  // the one that ran was of another PATH
    if (auto waited = co_await looked_.wait(token); !waited) {
      co_return fail(std::move(waited.error()));
    }
  }
  co_return &names_;
}

}  // namespace weir::repl
