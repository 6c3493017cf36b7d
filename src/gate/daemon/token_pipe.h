// TokenPipe: the private jobserver of one lease, a pipe with one byte for each free token.
//
// The daemon keeps descriptions of its own (non-blocking, the command's stay blocking) and may add
// tokens to a live build and take idle ones back at any time. The pipe dies with its last holder,
// and a command killed with tokens in hand loses them: so each lease has its own.
#pragma once

#include <cstdint>
#include <sys/types.h>

#include "base/error.h"
#include "base/unique_fd.h"

namespace weir::gate::daemon {

class TokenPipe {
 public:
  TokenPipe() = default;  // none
  static Result<TokenPipe> create();
  /// The pipe with this inode, found among the descriptors of a process that has it; after a
  /// restart. An ErrorKind::not_found when that process has no such pipe.
  static Result<TokenPipe> reopen(pid_t holder, std::uint64_t inode);

  explicit operator bool() const { return static_cast<bool>(reader_); }
  std::uint64_t inode() const { return inode_; }
  /// How many tokens lie in it, unused.
  int lying() const;
  /// How many it took: all of them, but for a full pipe.
  int put(int tokens);
  /// How many could be taken, at most `tokens`.
  int take(int tokens);

  /// The ends for the command, blocking; empty after they were given or in a reopened pipe.
  UniqueFd take_client_reader() { return std::move(client_reader_); }
  UniqueFd take_client_writer() { return std::move(client_writer_); }

 private:
  UniqueFd reader_;
  UniqueFd writer_;
  UniqueFd client_reader_;
  UniqueFd client_writer_;
  std::uint64_t inode_ = 0;
};

}  // namespace weir::gate::daemon
