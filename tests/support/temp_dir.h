// TempDir: a private directory (0700) that is removed with all it holds when the value goes away.
#pragma once

#include <filesystem>
#include <string>

namespace weir::test {

class TempDir {
 public:
  TempDir();  // throws std::system_error when there can be none
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::filesystem::path& path() const { return path_; }

  /// Writes FILE (a relative path; its folders are made) and returns where it is.
  std::filesystem::path write(const std::filesystem::path& file, std::string_view text) const;

 private:
  std::filesystem::path path_;
};

}  // namespace weir::test
