#include "gate/shim_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/private_directory.h"
#include "base/regular_file.h"
#include "base/text.h"
#include "base/unique_fd.h"

namespace weir::gate {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMark = "# weir: the shims of the gate";

/// Empty when there is none.
Result<std::string> read_file(const std::string& path) {
  auto text = read_regular_file(path);
  if (!text && text.error().sys == ENOENT) return std::string();
  return text;
}

/// Replaced at once, with the mode it had; what a link leads to, not the link.
Result<void> replace_file(const std::string& path, std::string_view text, mode_t fresh_mode) {
  std::error_code error;
  const fs::path real = fs::weakly_canonical(path, error);
  const std::string target = error ? path : real.string();
  struct stat facts{};
  const mode_t mode = ::stat(target.c_str(), &facts) == 0 ? facts.st_mode & 07777 : fresh_mode;
  std::string temporary = target + ".XXXXXX";
  UniqueFd file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file) return fail(Error::from_errno(errno, path));
  const bool written = ::write(file.get(), text.data(), text.size()) == std::ssize(text) &&
                       ::fchmod(file.get(), mode) == 0;
  if (written && ::rename(temporary.c_str(), target.c_str()) == 0) return {};
  const int failure = errno;
  ::unlink(temporary.c_str());
  return fail(Error::from_errno(failure, path));
}

/// In the language of the shell that reads the file.
std::string path_line(const std::string& file, const std::string& directory) {
  const std::string quoted = quote_word(directory);
  if (file.ends_with(".fish")) return "set -gx PATH " + quoted + " $PATH " + std::string(kMark);
  return "export PATH=" + quoted + ":\"$PATH\" " + std::string(kMark);
}

/// `text` without the marked line.
std::string without_line(std::string_view text) {
  std::string rest;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    if (text.substr(0, end).find(kMark) == std::string_view::npos) rest += text.substr(0, end);
    text.remove_prefix(end);
  }
  return rest;
}

}  // namespace

std::string shim_directory(const EnvironmentList& environment) {
  std::string data = environment.text("XDG_DATA_HOME");
  if (!data.starts_with('/')) {
    const std::string home = environment.text("HOME");
    if (home.empty()) return {};
    data = home + "/.local/share";
  }
  return data + "/weir/shims";
}

bool is_installed_shim(std::string_view name, const std::string& directory) {
  if (directory.empty() || name.empty() || name.find('/') != std::string_view::npos) return false;
  struct stat link{};
  struct stat self{};
  const std::string path = directory + "/" + std::string(name);
  return ::stat(path.c_str(), &link) == 0 && ::stat("/proc/self/exe", &self) == 0 &&
         link.st_dev == self.st_dev && link.st_ino == self.st_ino;
}

std::vector<std::string> installed_shims(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (entry.is_symlink(error)) names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

Result<bool> install_shim(const std::string& name, const std::string& directory,
                          const std::string& program) {
  // It comes to stand first on PATH.
  if (auto made = make_private_directory(directory); !made) return fail(std::move(made.error()));
  std::error_code error;
  const std::string path = directory + "/" + name;
  if (fs::is_symlink(path, error) && fs::read_symlink(path, error) == program) return false;
  // A new link takes the place of an old one at once: a cargo may be looked up now.
  const std::string fresh = path + ".new";
  ::unlink(fresh.c_str());
  if (::symlink(program.c_str(), fresh.c_str()) != 0 || ::rename(fresh.c_str(), path.c_str()) != 0)
    return fail(Error::from_errno(errno, path));
  return true;
}

Result<bool> remove_shim(const std::string& name, const std::string& directory) {
  const std::string path = directory + "/" + name;
  std::error_code error;
  if (!fs::is_symlink(path, error)) return false;
  if (::unlink(path.c_str()) != 0) return fail(Error::from_errno(errno, path));
  return true;
}

void remove_empty_shim_directory(const std::string& directory) {
  std::error_code error;
  if (fs::remove(directory, error)) fs::remove(fs::path(directory).parent_path(), error);
}

Result<bool> add_path_line(const std::string& file, const std::string& directory,
                           mode_t fresh_mode) {
  auto text = read_file(file);
  if (!text) return fail(std::move(text.error()));
  const std::string line = path_line(file, directory);
  if (text->find(line) != std::string::npos) return false;
  std::string fresh = without_line(*text);
  if (!fresh.empty() && !fresh.ends_with('\n')) fresh += '\n';
  if (auto done = replace_file(file, fresh + line + "\n", fresh_mode); !done)
    return fail(std::move(done.error()));
  return true;
}

Result<bool> remove_path_line(const std::string& file) {
  auto text = read_file(file);
  if (!text) return fail(std::move(text.error()));
  if (text->find(kMark) == std::string::npos) return false;
  const std::string rest = without_line(*text);
  std::error_code error;
  if (rest.empty() && !fs::is_symlink(file, error) && ::unlink(file.c_str()) == 0) return true;
  if (auto done = replace_file(file, rest, S_IRUSR | S_IWUSR); !done)
    return fail(std::move(done.error()));
  return true;
}

}  // namespace weir::gate
