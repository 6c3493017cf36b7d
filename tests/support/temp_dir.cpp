#include "support/temp_dir.h"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <system_error>

namespace weir::test {

namespace fs = std::filesystem;

namespace {

// A case may have taken the permissions of its own folders away; give them back to remove them.
void make_removable(const fs::path& root) {
  std::error_code ignored;
  fs::permissions(root, fs::perms::owner_all, fs::perm_options::add, ignored);
  for (const auto& entry : fs::directory_iterator(root, ignored)) {
    if (entry.is_directory(ignored) && !entry.is_symlink(ignored)) make_removable(entry.path());
  }
}

}  // namespace

TempDir::TempDir() {
  std::string name = (fs::temp_directory_path() / "weir-test-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw std::system_error(errno, std::generic_category(), name);
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code failed;
  fs::remove_all(path_, failed);
  if (!failed) return;
  make_removable(path_);
  fs::remove_all(path_, failed);
}

fs::path TempDir::write(const fs::path& file, std::string_view text) const {
  const fs::path where = path_ / file;
  fs::create_directories(where.parent_path());
  std::ofstream(where, std::ios::binary) << text;
  return where;
}

}  // namespace weir::test
