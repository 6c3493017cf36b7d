#include "gate/protocol/unix_socket.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstring>

namespace weir::gate::protocol {

namespace {

constexpr int kBacklog = 4096;

/// The address of `path`, and what must stay open while it is used.
struct Address {
  sockaddr_un raw{};
  UniqueFd directory;
};

Result<Address> address_of(const std::string& path) {
  Address address;
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  address.directory = UniqueFd(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!address.directory) return fail(Error::from_errno(errno, folder));
  const std::string name = "/proc/self/fd/" + std::to_string(address.directory.get()) + "/" +
                           path.substr(slash == std::string::npos ? 0 : slash + 1);
  if (name.size() >= sizeof address.raw.sun_path) {
    return fail(Error::from_errno(ENAMETOOLONG, path));
  }
  address.raw.sun_family = AF_UNIX;
  std::memcpy(address.raw.sun_path, name.c_str(), name.size() + 1);
  return address;
}

const sockaddr* raw(const Address& address) {
  return reinterpret_cast<const sockaddr*>(&address.raw);
}

UniqueFd new_socket() {
  return UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

using ControlSpace = std::array<char, CMSG_SPACE(sizeof(int) * kMaxDescriptors)>;

void attach(msghdr& message, ControlSpace& space, std::span<const int> descriptors) {
  const size_t bytes = descriptors.size_bytes();
  message.msg_control = space.data();
  message.msg_controllen = CMSG_SPACE(bytes);
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(bytes);
  std::memcpy(CMSG_DATA(header), descriptors.data(), bytes);
}

void take_descriptors(msghdr& message, std::vector<UniqueFd>& descriptors) {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof fd);
      descriptors.emplace_back(fd);
    }
  }
}

}  // namespace

Result<UniqueFd> listen_at(const std::string& path) {
  auto address = address_of(path);
  if (!address) return fail(std::move(address.error()));
  UniqueFd socket = new_socket();
  if (!socket) return fail(Error::from_errno(errno, "socket"));
  ::unlink(path.c_str());
  const mode_t old = ::umask(S_IRWXG | S_IRWXO | S_IXUSR);
  const int bound = ::bind(socket.get(), raw(*address), sizeof address->raw);
  const int error = errno;
  ::umask(old);
  if (bound != 0) return fail(Error::from_errno(error, path));
  if (::listen(socket.get(), kBacklog) != 0) return fail(Error::from_errno(errno, path));
  return socket;
}

Result<UniqueFd> connect_to(const std::string& path) {
  auto address = address_of(path);
  if (!address) return fail(std::move(address.error()));
  UniqueFd socket = new_socket();
  if (!socket) return fail(Error::from_errno(errno, "socket"));
  while (::connect(socket.get(), raw(*address), sizeof address->raw) != 0) {
    if (errno == EINTR) continue;
    Error error = Error::from_errno(errno, path);
    if (errno == ECONNREFUSED) error.kind = ErrorKind::not_found;
    return fail(std::move(error));
  }
  return socket;
}

Result<Peer> peer_of(int socket) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
    return fail(Error::from_errno(errno, "SO_PEERCRED"));
  }
  return Peer{credentials.pid, credentials.uid};
}

Result<size_t> send_some(int socket, std::string_view bytes, std::span<const int> descriptors) {
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  alignas(cmsghdr) ControlSpace space{};
  if (!descriptors.empty()) attach(message, space, descriptors);
  for (;;) {
    const ssize_t sent = ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) return static_cast<size_t>(sent);
    if (errno == EAGAIN || errno == EWOULDBLOCK) return size_t{0};
    if (errno != EINTR) return fail(Error::from_errno(errno, "the gate's socket"));
  }
}

Result<Received> receive_some(int socket, char* to, size_t room,
                              std::vector<UniqueFd>& descriptors) {
  iovec part{to, room};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  alignas(cmsghdr) ControlSpace space{};
  message.msg_control = space.data();
  message.msg_controllen = space.size();
  for (;;) {
    const ssize_t got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return Received{.would_block = true};
    if (got < 0 && errno == ECONNRESET) return Received{.end = true};
    if (got < 0) return fail(Error::from_errno(errno, "the gate's socket"));
    take_descriptors(message, descriptors);
    return Received{.size = static_cast<size_t>(got), .end = got == 0};
  }
}

}  // namespace weir::gate::protocol
