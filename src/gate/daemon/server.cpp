#include "gate/daemon/server.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <csignal>

#include "base/private_directory.h"
#include "gate/daemon/service.h"
#include "gate/daemon/service_manager.h"
#include "gate/daemon/socket_watch.h"
#include "gate/daemon_start.h"
#include "gate/lock_files.h"
#include "gate/process_identity.h"
#include "gate/protocol/unix_socket.h"

namespace weir::gate::daemon {

namespace {

constexpr Duration kAcceptPause{100};  // after an accept that failed for want of descriptors

void raise_descriptor_limit() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

/// Held as long as the daemon lives; makes the directories first.
Result<UniqueFd> lock_daemon(const Places& places) {
  if (auto made = make_private_directory(places.run); !made) return fail(std::move(made.error()));
  if (auto made = make_private_directory(places.locks()); !made) {
    return fail(std::move(made.error()));
  }
  auto lock = try_lock_file(places.daemon_lock());
  if (!lock) return fail(std::move(lock.error()));
  if (*lock) return std::move(**lock);
  return fail(ErrorKind::refused, "a gate daemon runs already (" + places.daemon_lock() + ")");
}

/// In memory where there is no state directory to be had.
std::unique_ptr<Store> open_store(const Places& places) {
  const bool has_directory = make_private_directory(places.state).has_value();
  return std::make_unique<Store>(has_directory ? places.store() : "");
}

/// Whoever started us may have gone.
void tell_starter(ServeOptions& options, char word) {
  if (options.ready_fd < 0) return;
  const UniqueFd ready(std::exchange(options.ready_fd, -1));
  (void)!::write(ready.get(), &word, 1);
}

class Server : public SessionDirectory, public ServerControl {
 public:
  Server(loop::Loop& loop, ServeOptions options, std::unique_ptr<Store> store)
      : loop_(loop),
        options_(std::move(options)),
        journal_(loop, std::move(store)),
        gatekeeper_(loop, options_.places, *this, journal_),
        feed_(loop, journal_, *this),
        service_(loop, gatekeeper_, feed_, *this, *this, options_.program),
        relistening_(stopping_.token()),
        parts_(loop),
        accepting_(loop),
        session_tasks_(loop),
        idle_alarm_(loop) {}

  loop::Task<Result<void>> run() {
    loop::TaskGroup writer(loop_);
    writer.start(journal_.run());
    co_await gatekeeper_.recover();
    auto socket = open_socket();
    if (socket) {
      socket_ = std::move(*socket);
      co_await run_until_told();
    }
    co_await feed_.stop();
    co_await service_.join();
    journal_.stop();
    co_await writer.join();
    if (!socket) co_return fail(std::move(socket.error()));
    co_return Result<void>{};
  }

  Session* find_session(std::uint64_t id) override {
    const auto found = sessions_.find(id);
    return found == sessions_.end() ? nullptr : found->second.get();
  }

  void begin_drain() override {
    if (std::exchange(is_draining_, true)) return;
    gatekeeper_.refuse_waiting({protocol::RpcCode::draining, "the gate daemon is ending"});
    idle_alarm_.ring();
  }
  void stop_now() override {
    if (!std::exchange(is_stopping_, true)) parts_.start(stop());
  }
  bool is_draining() const override { return is_draining_; }

 private:
  loop::Task<void> run_until_told() {
    const loop::SignalWatcher on_term(loop_, SIGTERM,
                                      [this] { is_draining_ ? stop_now() : begin_drain(); });
    const loop::SignalWatcher on_int(loop_, SIGINT, [this] { stop_now(); });
    const loop::SignalWatcher on_hup(loop_, SIGHUP, [] {});
    const loop::CancelCallback on_cancel(options_.token, [this] { stop_now(); });
    gatekeeper_.on_end = [this] { idle_alarm_.ring(); };
    tell_starter(options_, kListens);
    parts_.start(gatekeeper_.run());
    accepting_.start(accept_all());
    parts_.start(end_when_idle());
    if (!is_handed_) parts_.start(keep_socket());
    tell_service_manager("READY=1");
    co_await parts_.join();
    co_await accepting_.join();
    co_await session_tasks_.join();
  }

  /// A service manager's, or our own.
  Result<UniqueFd> open_socket() {
    if (UniqueFd handed = take_activation_socket()) {
      is_handed_ = true;
      return handed;
    }
    return protocol::listen_at(options_.places.socket());
  }

  /// A socket that was removed is made again; without its directory nobody can find us, and the
  /// leases are the next daemon's.
  loop::Task<void> keep_socket() {
    const auto token = stopping_.token();
    SocketWatch watch(loop_, options_.places.socket());
    while (!token.cancelled()) {
      const auto loss = co_await watch.lost(token);
      if (!loss) co_return;
      auto again = *loss == SocketWatch::Loss::socket
                       ? protocol::listen_at(options_.places.socket())
                       : fail(ErrorKind::not_found, "");
      if (!again) break;
      relistening_.cancel();
      co_await accepting_.join();
      relistening_ = loop::CancelSource(token);
      socket_ = std::move(*again);
      accepting_.start(accept_all());
    }
    if (!token.cancelled()) stop_now();
  }

  loop::Task<void> stop() {
    tell_service_manager("STOPPING=1");
    co_await loop_.yield();  // the answer to who asked goes first
    stopping_.cancel();
    gatekeeper_.stop();
    for (auto& [id, session] : sessions_) session->close();
  }

  loop::Task<void> accept_all() {
    loop::FdPoller poller(loop_, socket_.get());
    const auto token = relistening_.token();
    while (co_await poller.readable(token)) {
      UniqueFd client(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
      if (client) {
        session_tasks_.start(run_session(std::move(client)));
      } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {
        (void)co_await loop::sleep_for(loop_, kAcceptPause, token);
      }
    }
  }

  loop::Task<void> run_session(UniqueFd client) {
    const auto peer = protocol::peer_of(client.get());
    if (!peer) co_return;
    const std::uint64_t id = ++last_session_;
    Session& session =
        *sessions_.emplace(id, std::make_unique<Session>(loop_, id, std::move(client), service_))
             .first->second;
    if (peer->uid == ::geteuid()) {
      session.peer = identify_process(peer->pid).value_or(ProcessIdentity{boot_id(), peer->pid, 0});
      co_await session.run();
    } else {
      session.refuse({}, {protocol::RpcCode::invalid_request, "this gate is another user's"});
    }
    feed_.forget(session);
    if (!stopping_.cancelled()) gatekeeper_.session_closed(session);
    sessions_.erase(id);
    idle_alarm_.ring();
  }

  bool is_idle() const { return gatekeeper_.is_empty() && (is_draining_ || sessions_.empty()); }

  /// Also the end of a drain.
  loop::Task<void> end_when_idle() {
    const auto token = stopping_.token();
    while (!token.cancelled()) {
      const bool idle = is_idle();
      if (idle && is_draining_) break;
      const bool counts = idle && options_.idle_exit > Duration(0);
      const Instant until = instant_now() + options_.idle_exit;
      co_await idle_alarm_.wait(counts ? std::optional(options_.idle_exit) : std::nullopt, token);
      if (counts && is_idle() && instant_now() >= until) break;
    }
    if (!token.cancelled()) stop_now();
  }

  loop::Loop& loop_;
  ServeOptions options_;
  UniqueFd socket_;
  std::map<std::uint64_t, std::unique_ptr<Session>> sessions_;
  std::uint64_t last_session_ = 0;
  Journal journal_;
  Gatekeeper gatekeeper_;
  EventFeed feed_;
  Service service_;
  bool is_handed_ = false;  // the socket is a service manager's
  bool is_draining_ = false;
  bool is_stopping_ = false;
  loop::CancelSource stopping_;
  loop::CancelSource relistening_;  // ends the accepting of one socket
  loop::TaskGroup parts_;
  loop::TaskGroup accepting_;
  loop::TaskGroup session_tasks_;
  Alarm idle_alarm_;
};

}  // namespace

loop::Task<Result<void>> serve(loop::Loop& loop, ServeOptions options) {
  raise_descriptor_limit();
  const auto lock = lock_daemon(options.places);
  if (!lock && lock.error().kind == ErrorKind::refused) tell_starter(options, kGaveWay);
  if (!lock) co_return fail(lock.error());
  auto store = open_store(options.places);
  Server server(loop, std::move(options), std::move(store));
  co_return co_await server.run();
}

}  // namespace weir::gate::daemon
