#include "kernel/scatter_resume.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace weir::kernel {

namespace {

std::optional<Value> read_row(std::string_view line) {
  auto row = Value::parse_json(line);
  if (!row || !row->is_record()) return std::nullopt;
  const Record& record = row->as_record();
  const Value* ok = record.find("ok");
  if (!record.find("item") || !ok || !ok->is_bool()) return std::nullopt;
  return std::move(*row);
}

/// A row as gather writes it, or the beginning of one: a run was killed, or the disk was full.
bool begins_like_row(std::string_view line) {
  constexpr std::string_view kBegin = R"({"i":)";
  return line.substr(0, kBegin.size()) == kBegin.substr(0, line.size());
}

Result<std::string> read_all(int fd, const std::string& path) {
  std::string text;
  char buffer[65536];
  for (;;) {
    const ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(Error::from_errno(errno, path));
    if (n == 0) return text;
    text.append(buffer, static_cast<size_t>(n));
  }
}

}  // namespace

Result<void> ResumeFile::read() {
  auto text = read_all(fd_.get(), path_);
  if (!text) return fail(std::move(text.error()));
  bool has_rows = false;
  bool has_other = false;
  for (size_t from = 0; from < text->size();) {
    const size_t end = std::min(text->find('\n', from), text->size());
    const std::string_view line = std::string_view(*text).substr(from, end - from);
    from = end + 1;
    auto row = read_row(line);
    if (!row) {
      has_other |= line.find_first_not_of(" \t\r") != line.npos && !begins_like_row(line);
      continue;
    }
    has_rows = true;
    if (!row->as_record().find("ok")->as_bool()) continue;
    std::string key = row->as_record().find("item")->to_json();
    rows_.insert_or_assign(std::move(key), std::move(*row));
  }
  if (has_other && !has_rows) {
    return fail(ErrorKind::invalid, fmt::format("{}: no line of it is a row of gather", path_));
  }
  if (!text->empty() && text->back() != '\n' && ::write(fd_.get(), "\n", 1) != 1) {
    return fail(Error::from_errno(errno, path_));
  }
  return {};
}

loop::Task<Result<std::unique_ptr<ResumeFile>>> ResumeFile::open(loop::Loop& loop, int directory,
                                                                 std::string path, mode_t mode) {
  UniqueFd fd(::openat(directory, path.c_str(),
                       O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, mode));
  if (!fd) co_return fail(Error::from_errno(errno, path));
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) co_return fail(Error::from_errno(errno, path));
  // A device or a FIFO keeps nothing, and may have no end.
  if (!S_ISREG(status.st_mode)) {
    co_return fail(ErrorKind::invalid, fmt::format("--resume: {} is not a regular file", path));
  }
  std::unique_ptr<ResumeFile> file(new ResumeFile(std::move(fd), std::move(path)));
  Result<void> done;
  co_await loop::run_on_pool(loop, [f = file.get(), d = &done] { *d = f->read(); });
  if (!done) co_return fail(std::move(done.error()));
  co_return file;
}

Value ResumeFile::known_row(const Value& item, uint64_t index) const {
  if (rows_.empty()) return {};
  const auto found = rows_.find(item.to_json());
  if (found == rows_.end()) return {};
  Value row = found->second;
  row.record_mut().set("i", Value(static_cast<int64_t>(index)));
  return row;
}

Result<void> ResumeFile::append(const scheduler::GatherRow& row) {
  scheduler::GatherRow copy = row;
  std::string line = std::move(copy).to_value().to_json();
  line += '\n';
  // A disk that is almost full takes a part, and says why when it is given the rest.
  for (std::string_view rest = line; !rest.empty();) {
    const ssize_t n = ::write(fd_.get(), rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(Error::from_errno(errno, path_));
    rest.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

}  // namespace weir::kernel
