#include "kernel/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "base/private_directory.h"

namespace weir::kernel {

namespace {

constexpr std::string_view kPrefix = "output-";
constexpr std::chrono::hours kKept{24};

void remove_old_outputs(const std::string& directory) {
  std::error_code ignored;
  const auto limit = std::filesystem::file_time_type::clock::now() - kKept;
  for (std::filesystem::directory_iterator at(directory, ignored), end; !ignored && at != end;
       at.increment(ignored)) {
    std::error_code error;
    if (!at->path().filename().string().starts_with(kPrefix)) continue;
    const auto written = std::filesystem::last_write_time(at->path(), error);
    if (!error && written < limit) std::filesystem::remove(at->path(), error);
  }
}

}  // namespace

Result<void> OutputFile::create() {
  if (directory_.empty())
    return fail(ErrorKind::not_found, "neither XDG_RUNTIME_DIR nor HOME is set");
  auto made = make_private_directory(directory_);
  if (!made) return made;
  remove_old_outputs(directory_);
  path_ = directory_ + "/" + std::string(kPrefix) + "XXXXXX";
  fd_.reset(::mkostemp(path_.data(), O_APPEND | O_CLOEXEC));  // mode 0600
  if (!fd_) return fail(Error::from_errno(errno, directory_));
  return {};
}

void OutputFile::append(std::string_view bytes) {
  if (!has_begun_) {
    has_begun_ = true;
    if (auto made = create(); !made) fault_ = std::move(made.error());
  }
  while (!fault_ && !bytes.empty()) {
    const ssize_t count = ::write(fd_.get(), bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<size_t>(count));
    } else if (errno != EINTR) {
      fault_ = Error::from_errno(errno, path_);
    }
  }
}

std::string OutputFile::head(size_t size) const {
  std::string bytes(size, '\0');
  ssize_t got = 0;
  do got = fd_ ? ::pread(fd_.get(), bytes.data(), size, 0) : 0;
  while (got < 0 && errno == EINTR);
  bytes.resize(static_cast<size_t>(std::max<ssize_t>(got, 0)));
  return bytes;
}

}  // namespace weir::kernel
