// KeptOutput: what a job writes, in a file that does not grow without end.
//
// Written by the shell of a detached job, read by `jobs -o` of another one. Of more than
// kKeptMost bytes the file has the first kKeptHead and the last ones, at least kKeptTail of them,
// with a line between that counts the bytes that are left out. So any program can read it. It is
// written anew beside the old one when it is full, which is then replaced: who has the old one open
// has a whole file. Writer and reader share this header. Everything here may block on the disk.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/unique_fd.h"

namespace weir::scheduler {

inline constexpr uint64_t kKeptHead = 1024 * 1024;
inline constexpr uint64_t kKeptTail = 7 * 1024 * 1024;
inline constexpr uint64_t kKeptMost = 16 * 1024 * 1024;

/// The line between.
std::string left_out_marker(uint64_t bytes);

class KeptOutput {
 public:
  /// An empty file, private to the user.
  static Result<KeptOutput> create(std::string path);

  /// What the disk does not take is lost, and counted where the disk takes something again.
  void append(std::string_view bytes);

 private:
  KeptOutput(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  void make_room();
  bool write_anew(uint64_t left_out, uint64_t tail);

  std::string path_;
  UniqueFd fd_;
  uint64_t size_ = 0;  // of the file
  uint64_t left_out_ = 0;  // bytes that were in it
  uint64_t lost_ = 0;  // bytes that the disk did not take
};

/// Reads such a file: each byte once, in order.
class KeptOutputReader {
 public:
  /// `follows`: also what comes when the file has been replaced.
  KeptOutputReader(std::string path, bool follows);

  /// What comes next, at most `max` bytes; nothing: no more is there now. Where something was left
  /// out before it could be read, a line that counts it comes first.
  Result<std::string> read_some(size_t max);

 private:
  Result<std::string> read_here(size_t max);
  bool was_replaced_by(int next) const;
  std::string go_on_in(UniqueFd next);
  uint64_t position() const;

  std::string path_;
  bool follows_;
  UniqueFd fd_;
  uint64_t at_ = 0;  // in the file
  uint64_t left_out_ = 0;  // from the file
};

}  // namespace weir::scheduler
