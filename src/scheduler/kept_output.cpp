#include "scheduler/kept_output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "base/write_all.h"

namespace weir::scheduler {

namespace {

// At kKeptHead in a file that has been full: always as long, so that its place is known.
constexpr std::string_view kMarkerBegin = "\n[… ";
constexpr std::string_view kMarkerEnd = " bytes are left out here]";
constexpr size_t kMarkerSize = 64;
constexpr uint64_t kTailBegin = kKeptHead + kMarkerSize;
constexpr size_t kPiece = 256 * 1024;  // bytes of one copy

/// All that is there, at most `max` bytes.
Result<std::string> read_at(int fd, uint64_t at, size_t max) {
  std::string bytes(max, '\0');
  ssize_t n = 0;
  do n = ::pread(fd, bytes.data(), bytes.size(), static_cast<off_t>(at));
  while (n < 0 && errno == EINTR);
  if (n < 0) return fail(Error::from_errno(errno, "output"));
  bytes.resize(static_cast<size_t>(n));
  return bytes;
}

/// What the file's marker counts; 0: it has none yet.
uint64_t left_out_in(int fd) {
  const auto text = read_at(fd, kKeptHead, kMarkerSize);
  if (!text || text->size() < kMarkerSize || !text->starts_with(kMarkerBegin)) return 0;
  uint64_t count = 0;
  std::from_chars(text->data() + kMarkerBegin.size(), text->data() + text->size(), count);
  return left_out_marker(count) == *text ? count : 0;
}

bool copy(int from, uint64_t begin, uint64_t end, int to) {
  while (begin < end) {
    const auto piece = read_at(from, begin, std::min<uint64_t>(end - begin, kPiece));
    if (!piece || piece->empty() || write_all(to, *piece) != 0) return false;
    begin += piece->size();
  }
  return true;
}

uint64_t size_of(int fd) {
  struct stat info{};
  return ::fstat(fd, &info) == 0 ? static_cast<uint64_t>(info.st_size) : 0;
}

UniqueFd create_file(const std::string& path) {
  return UniqueFd(::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
}

UniqueFd open_to_read(const std::string& path) {
  return UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

}  // namespace

std::string left_out_marker(uint64_t bytes) {
  std::string text = fmt::format("{}{}{}", kMarkerBegin, bytes, kMarkerEnd);
  text.resize(kMarkerSize - 1, ' ');
  return text + '\n';
}

// ---- writing -------------------------------------------------------------------------

Result<KeptOutput> KeptOutput::create(std::string path) {
  UniqueFd fd = create_file(path);
  if (!fd) return fail(Error::from_errno(errno, path));
  return KeptOutput(std::move(path), std::move(fd));
}

void KeptOutput::append(std::string_view bytes) {
  if (lost_ > 0) {
    if (write_all(fd_.get(), left_out_marker(lost_)) == 0) lost_ = 0;
    size_ = size_of(fd_.get());
  }
  while (!bytes.empty()) {
    if (size_ >= kKeptMost) make_room();
    if (size_ >= kKeptMost) {
      lost_ += bytes.size();
      return;
    }
    const std::string_view piece = bytes.substr(0, kKeptMost - size_);
    bytes.remove_prefix(piece.size());
    const bool is_written = lost_ == 0 && write_all(fd_.get(), piece) == 0;
    const uint64_t taken = is_written ? piece.size() : size_of(fd_.get()) - size_;
    size_ += taken;  // of a write that failed a part may be there
    lost_ += piece.size() - taken;
  }
}

void KeptOutput::make_room() {
  const uint64_t begin = left_out_ == 0 ? kKeptHead : kTailBegin;
  const uint64_t tail = size_ - kKeptTail;
  if (write_anew(left_out_ + tail - begin, tail)) {
    left_out_ += tail - begin;
    size_ = kTailBegin + kKeptTail;
    return;
  }
  // There is no room for a second file: the tail goes.
  left_out_ += size_ - begin;
  if (::ftruncate(fd_.get(), kKeptHead) == 0)
    (void)write_all(fd_.get(), left_out_marker(left_out_));
  size_ = size_of(fd_.get());
}

bool KeptOutput::write_anew(uint64_t left_out, uint64_t tail) {
  const std::string beside = path_ + ".new";
  UniqueFd next = create_file(beside);
  const bool is_done = next && copy(fd_.get(), 0, kKeptHead, next.get()) &&
                       write_all(next.get(), left_out_marker(left_out)) == 0 &&
                       copy(fd_.get(), tail, size_, next.get()) &&
                       ::rename(beside.c_str(), path_.c_str()) == 0;
  if (is_done)
    fd_ = std::move(next);
  else
    ::unlink(beside.c_str());
  return is_done;
}

// ---- reading -------------------------------------------------------------------------

KeptOutputReader::KeptOutputReader(std::string path, bool follows)
    : path_(std::move(path)), follows_(follows), fd_(open_to_read(path_)) {
  left_out_ = left_out_in(fd_.get());
}

Result<std::string> KeptOutputReader::read_some(size_t max) {
  auto bytes = read_here(max);
  if (!bytes || !bytes->empty() || !follows_) return bytes;
  UniqueFd next = open_to_read(path_);
  if (!next || !was_replaced_by(next.get())) return bytes;
  // Nothing more is written to the old one, but something may have been since we looked.
  bytes = read_here(max);
  if (!bytes || !bytes->empty()) return bytes;
  std::string gap = go_on_in(std::move(next));
  return gap.empty() ? read_here(max) : std::move(gap);
}

Result<std::string> KeptOutputReader::read_here(size_t max) {
  if (!fd_) return std::string();
  auto bytes = read_at(fd_.get(), at_, max);
  if (bytes) at_ += bytes->size();
  return bytes;
}

/// Also when it is the same one, which has lost its tail.
bool KeptOutputReader::was_replaced_by(int next) const {
  struct stat here{}, there{};
  if (!fd_) return true;
  if (::fstat(fd_.get(), &here) != 0 || ::fstat(next, &there) != 0) return false;
  return here.st_ino != there.st_ino || here.st_dev != there.st_dev ||
         static_cast<uint64_t>(there.st_size) < at_;
}

/// How many bytes of the job have been read or passed over.
uint64_t KeptOutputReader::position() const {
  if (left_out_ == 0 || at_ <= kKeptHead) return at_;
  return std::max(at_, kTailBegin) - kMarkerSize + left_out_;
}

std::string KeptOutputReader::go_on_in(UniqueFd next) {
  const uint64_t before = position();
  fd_ = std::move(next);
  left_out_ = left_out_in(fd_.get());
  const uint64_t tail = kKeptHead + left_out_;
  if (before <= kKeptHead || left_out_ == 0) {
    at_ = before;
    return {};
  }
  at_ = kTailBegin + std::max(before, tail) - tail;
  return before < tail ? left_out_marker(tail - before) : std::string();
}

}  // namespace weir::scheduler
