#include "gate/daemon/server.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <csignal>

#include "gate/daemon/service.h"
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

class Server : public SessionDirectory, public ServerControl {
 public:
  Server(loop::Loop& loop, ServeOptions options, std::unique_ptr<Store> store)
      : loop_(loop),
        options_(std::move(options)),
        journal_(loop, std::move(store)),
        gatekeeper_(loop, options_.places, *this, journal_),
        service_(gatekeeper_, *this, options_.program),
        parts_(loop),
        idle_alarm_(loop) {}

  loop::Task<Result<void>> run() {
    loop::TaskGroup writer(loop_);
    writer.start(journal_.run());
    co_await gatekeeper_.recover();
    auto socket = protocol::listen_at(options_.places.socket());
    if (socket) {
      socket_ = std::move(*socket);
      co_await run_until_told();
    }
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
    tell_ready();
    parts_.start(gatekeeper_.run());
    parts_.start(accept_all());
    parts_.start(end_when_idle());
    co_await parts_.join();
  }

  loop::Task<void> stop() {
    co_await loop_.yield();  // the answer to who asked goes first
    stopping_.cancel();
    gatekeeper_.stop();
    for (auto& [id, session] : sessions_) session->close();
  }

  void tell_ready() {
    if (options_.ready_fd < 0) return;
    const UniqueFd ready(std::exchange(options_.ready_fd, -1));
    (void)!::write(ready.get(), "1", 1);  // whoever started us may have gone
  }

  loop::Task<void> accept_all() {
    loop::FdPoller poller(loop_, socket_.get());
    loop::TaskGroup sessions(loop_);
    while (co_await poller.readable(stopping_.token())) {
      UniqueFd client(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
      if (client) {
        sessions.start(run_session(std::move(client)));
      } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {
        (void)co_await loop::sleep_for(loop_, kAcceptPause, stopping_.token());
      }
    }
    co_await sessions.join();
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
  Service service_;
  bool is_draining_ = false;
  bool is_stopping_ = false;
  loop::CancelSource stopping_;
  loop::TaskGroup parts_;
  Alarm idle_alarm_;
};

}  // namespace

loop::Task<Result<void>> serve(loop::Loop& loop, ServeOptions options) {
  raise_descriptor_limit();
  const auto lock = lock_daemon(options.places);
  if (!lock) co_return fail(lock.error());
  auto store = open_store(options.places);
  Server server(loop, std::move(options), std::move(store));
  co_return co_await server.run();
}

}  // namespace weir::gate::daemon
