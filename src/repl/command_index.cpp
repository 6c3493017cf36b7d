#include "repl/command_index.h"

#include <algorithm>

#include "repl/directory_listing.h"
#include "repl/pool_question.h"

namespace weir::repl {

struct CommandIndex::Scan {
  std::shared_ptr<const Directories> directories;
  std::shared_ptr<const Names> names;
};

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

CommandIndex::Scan CommandIndex::scan(const std::string& path, const Directories& known) {
  auto directories = std::make_shared<Directories>();
  auto names = std::make_shared<Names>();
  for (size_t from = 0; from <= path.size();) {
    const size_t end = std::min(path.find(':', from), path.size());
    const std::string name = path.substr(from, end - from);
    from = end + 1;
    // Relative ones mean another directory after each cd; who has them knows what is in them.
    if (!name.starts_with('/') || directories->contains(name)) continue;
    const int64_t modified = modification_time(name);
    const auto before = known.find(name);
    Directory& directory = (*directories)[name];
    if (before != known.end() && before->second.modified == modified)
      directory = before->second;
    else
      directory = {modified, executables_of(name)};
    names->insert(names->end(), directory.names.begin(), directory.names.end());
  }
  std::ranges::sort(*names);
  const auto repeated = std::ranges::unique(*names);
  names->erase(repeated.begin(), repeated.end());
  return {std::move(directories), std::move(names)};
}

loop::Task<Result<void>> CommandIndex::refresh(kernel::Shell& shell, std::string path,
                                               loop::CancelToken token) {
  auto known = directories_;
  auto scanned =
      co_await ask_pool<Scan>(shell, [path, known] { return scan(path, *known); }, token);
  if (!scanned) co_return fail(std::move(scanned.error()));
  directories_ = std::move(scanned->directories);
  names_ = std::move(scanned->names);
  is_filled_ = true;
  co_return Result<void>{};
}

bool CommandIndex::knows(std::string_view name) const {
  return std::ranges::binary_search(*names_, name);
}

}  // namespace weir::repl
