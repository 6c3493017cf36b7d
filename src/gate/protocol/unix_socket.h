// Unix sockets that pass descriptors: what client and daemon send their lines through.
//
// Sockets are non-blocking and close-on-exec; received descriptors are close-on-exec from birth.
// Paths may be longer than sockaddr_un takes: the directory is opened and named by its descriptor.
#pragma once

#include <sys/types.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/unique_fd.h"

namespace weir::gate::protocol {

constexpr size_t kMaxDescriptors = 253;  // beside one message: what Linux takes

/// Binds and listens, mode 0600; what lies at `path` is removed. REQUIRES: nobody else does the
/// same now (a lock is held).
Result<UniqueFd> listen_at(const std::string& path);
/// ErrorKind::not_found: nobody listens there. errno EAGAIN: its queue is full, try again.
Result<UniqueFd> connect_to(const std::string& path);

struct Peer {
  pid_t pid = 0;
  uid_t uid = 0;
};
Result<Peer> peer_of(int socket);

/// How many bytes went; 0: it takes none now. The descriptors go with the first byte.
Result<size_t> send_some(int socket, std::string_view bytes, std::span<const int> descriptors = {});

struct Received {
  size_t size = 0;
  bool end = false;          // the peer has closed
  bool would_block = false;  // nothing there now
};
/// At most `room` bytes; descriptors are appended.
Result<Received> receive_some(int socket, char* to, size_t room,
                              std::vector<UniqueFd>& descriptors);

}  // namespace weir::gate::protocol
