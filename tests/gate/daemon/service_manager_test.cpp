// The daemon under systemd, with this test as systemd: a socket that is handed over, READY=1.
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstring>

#include "base/private_directory.h"
#include "gate/process_identity.h"
#include "gate/protocol/unix_socket.h"
#include "support/gate_home.h"
#include "support/paths.h"

using namespace weir;
using namespace weir::gate;
using test::GateChild;
using test::GateHome;

namespace {

UniqueFd notify_socket_at(const std::string& path) {
  UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  REQUIRE(path.size() < sizeof address.sun_path);
  std::memcpy(address.sun_path, path.data(), path.size());
  REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  return socket;
}

std::string next_message(const UniqueFd& socket) {
  pollfd wait{socket.get(), POLLIN, 0};
  if (::poll(&wait, 1, 30'000) != 1) return "";
  char text[256];
  const ssize_t size = ::recv(socket.get(), text, sizeof text, 0);
  return std::string(text, static_cast<size_t>(std::max<ssize_t>(size, 0)));
}

// What systemd does before it runs the daemon. `is_for_us`: LISTEN_PID is right.
void serve_with(int listener, const std::string& notify, bool is_for_us) {
  ::dup2(listener, 3);
  ::setenv("LISTEN_FDS", "1", 1);
  ::setenv("LISTEN_PID", std::to_string(::getpid() + (is_for_us ? 0 : 1)).c_str(), 1);
  ::setenv("LISTEN_FDNAMES", "gate.socket", 1);
  ::setenv("NOTIFY_SOCKET", notify.c_str(), 1);
  ::execl(test::kWeirProgram, "weir", "-c", "gate serve", nullptr);
  ::_exit(127);
}

}  // namespace

TEST_CASE("a service manager's socket is served, and hears of the beginning and the end",
          "[gate]") {
  const GateHome home;
  REQUIRE(make_private_directory(home.places().run));
  const std::string elsewhere = home.path() / "activation.sock";
  auto listener = protocol::listen_at(elsewhere);
  REQUIRE(listener);
  const UniqueFd notices = notify_socket_at(home.path() / "notify");
  // Who connects before there is a daemon waits in the socket's queue.
  auto early = protocol::connect_to(elsewhere);
  REQUIRE(early);
  GateChild serving(
      [&](int) { serve_with(listener->get(), (home.path() / "notify").string(), true); });
  CHECK(next_message(notices) == "READY=1");
  CHECK(protocol::send_some(early->get(),
                            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"rpc.discover\"}\n"));
  pollfd answer{early->get(), POLLIN, 0};
  CHECK(::poll(&answer, 1, 30'000) == 1);
  // It made no socket of its own, and removes nothing of the manager's.
  CHECK_FALSE(std::filesystem::exists(home.places().socket()));
  serving.signal(SIGTERM);
  CHECK(next_message(notices) == "STOPPING=1");
  CHECK(serving.wait() == 0);
  CHECK(std::filesystem::exists(elsewhere));
}

TEST_CASE("a socket that was handed to another process is left alone", "[gate]") {
  const GateHome home;
  REQUIRE(make_private_directory(home.places().run));
  auto listener = protocol::listen_at(home.path() / "activation.sock");
  REQUIRE(listener);
  const UniqueFd notices = notify_socket_at(home.path() / "notify");
  const GateChild serving(
      [&](int) { serve_with(listener->get(), (home.path() / "notify").string(), false); });
  CHECK(next_message(notices) == "READY=1");
  CHECK(home.daemon_pid() == serving.pid());
}
