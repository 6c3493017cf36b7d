#include "gate/client.h"

#include <poll.h>

#include <thread>

#include "gate/process_identity.h"
#include "gate/protocol/unix_socket.h"

namespace weir::gate {

namespace {

constexpr Duration kSendLimit{1000};
constexpr Duration kRetryAfter{1};
constexpr Duration kDaemonEnds{20};
constexpr size_t kPiece = 64 * 1024;

int milliseconds_until(Instant deadline) {
  const auto left = (deadline - instant_now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

Error too_late(std::string_view what) {
  return Error{ErrorKind::limit, fmt::format("the gate daemon {} in time", what), {}, 0};
}

Error daemon_gone() {
  return Error{ErrorKind::broken_pipe, "the gate daemon has closed the connection", {}, 0};
}

/// A full queue of connections is waited for, nothing else.
Result<UniqueFd> connect_within(const std::string& path, Duration limit) {
  const Instant deadline = instant_now() + limit;
  for (;;) {
    auto socket = protocol::connect_to(path);
    if (socket || socket.error().sys != EAGAIN) return socket;
    if (instant_now() >= deadline) return fail(too_late("took no connection"));
    std::this_thread::sleep_for(kRetryAfter);
  }
}

}  // namespace

Result<Client> Client::connect(const ClientOptions& options) {
  constexpr int kAttempts = 3;
  for (int attempt = 1;; ++attempt) {
    auto client = connect_once(options);
    // A daemon that ends takes connections for a moment longer.
    const bool ended = !client && client.error().kind == ErrorKind::broken_pipe;
    if (!ended || !options.starts_daemon || attempt == kAttempts) return client;
    std::this_thread::sleep_for(kDaemonEnds);
  }
}

Result<Client> Client::connect_once(const ClientOptions& options) {
  const std::string path = options.places.socket();
  auto socket = connect_within(path, options.connect_limit);
  const bool absent = !socket && socket.error().kind == ErrorKind::not_found;
  if (absent && options.starts_daemon) {
    auto started = start_daemon(options.places, options.weir, options.start_limit);
    if (!started) return fail(std::move(started.error()));
    socket = connect_within(path, options.connect_limit);
  }
  if (!socket) return fail(std::move(socket.error()));
  Client client(std::move(*socket));
  if (auto greeted = client.greet(options); !greeted) return fail(std::move(greeted.error()));
  return client;
}

Result<void> Client::greet(const ClientOptions& options) {
  const protocol::Hello ours{.program = options.program, .pid = ::getpid()};
  auto answer = call("hello", protocol::to_value(ours), options.hello_limit);
  if (!answer) return fail(std::move(answer.error()));
  auto theirs = protocol::parse_hello(*answer);
  if (!theirs) return fail(std::move(theirs.error()));
  if (!protocol::can_talk(ours, *theirs)) {
    return fail(
        ErrorKind::refused,
        fmt::format("the gate daemon ({}) speaks version {} of the protocol and this program "
                    "{}: gate restart",
                    theirs->program, theirs->version, ours.version));
  }
  daemon_ = std::move(*theirs);
  return {};
}

Result<void> Client::send(std::string_view line) {
  const Instant deadline = instant_now() + kSendLimit;
  while (!line.empty()) {
    auto sent = protocol::send_some(socket_.get(), line);
    if (!sent) return fail(std::move(sent.error()));
    line.remove_prefix(*sent);
    if (*sent > 0) continue;
    pollfd wait{socket_.get(), POLLOUT, 0};
    if (::poll(&wait, 1, milliseconds_until(deadline)) == 0) return fail(too_late("read nothing"));
  }
  return {};
}

Result<Value> Client::send_call(const std::string& method, Value params) {
  const Value id(++last_id_);
  auto sent = send(protocol::to_line(protocol::Call{id, method, std::move(params)}));
  if (!sent) return fail(std::move(sent.error()));
  return id;
}

Result<void> Client::notify(const std::string& method, Value params) {
  return send(protocol::to_line(protocol::Call{{}, method, std::move(params)}));
}

Error Client::last_words(Error otherwise) {
  while (auto incoming = read_until(instant_now(), -1)) {
    if (!*incoming) break;
    const auto* reply = std::get_if<protocol::Reply>(&(*incoming)->message);
    const auto* error = reply ? std::get_if<protocol::RpcError>(&reply->result) : nullptr;
    if (error) return protocol::to_error(*error);
  }
  return otherwise;
}

Result<Value> Client::call(const std::string& method, Value params, Duration limit) {
  auto id = send_call(method, std::move(params));
  if (!id) return fail(last_words(std::move(id.error())));
  const Instant deadline = instant_now() + limit;
  for (;;) {
    auto incoming = read_until(deadline, -1);
    if (!incoming) return fail(std::move(incoming.error()));
    if (!*incoming) return fail(too_late("did not answer"));
    auto* reply = std::get_if<protocol::Reply>(&(*incoming)->message);
    if (!reply) {
      kept_.push_back(std::move(**incoming));
    } else if (reply->id == *id || reply->id.is_null()) {  // without an id: all of the connection
      if (auto* error = std::get_if<protocol::RpcError>(&reply->result)) {
        return fail(protocol::to_error(*error));
      }
      return std::get<Value>(std::move(reply->result));
    }
  }
}

Result<std::optional<Incoming>> Client::receive(Duration limit, int stop_fd) {
  if (!kept_.empty()) {
    Incoming first = std::move(kept_.front());
    kept_.pop_front();
    return first;
  }
  return read_until(instant_now() + limit, stop_fd);
}

Result<std::optional<Incoming>> Client::next_framed() {
  auto line = framer_.next();
  if (!line) return fail(std::move(line.error()));
  if (!*line) return std::nullopt;
  auto message = protocol::parse_message(**line);
  if (!message) return fail(protocol::to_error(message.error()));
  return Incoming{std::move(*message), std::exchange(descriptors_, {})};
}

Result<std::optional<Incoming>> Client::read_until(Instant deadline, int stop_fd) {
  std::string piece(kPiece, '\0');
  for (;;) {
    auto framed = next_framed();
    if (!framed || *framed) return framed;
    pollfd waits[] = {{socket_.get(), POLLIN, 0}, {stop_fd, POLLIN, 0}};
    const int ready = ::poll(waits, stop_fd < 0 ? 1 : 2, milliseconds_until(deadline));
    if (ready < 0 && errno != EINTR) return fail(Error::from_errno(errno, "poll"));
    if (ready == 0) return std::nullopt;
    if (ready > 0 && waits[1].revents != 0) {
      return fail(ErrorKind::cancelled, "stopped while waiting for the gate");
    }
    if (ready <= 0 || waits[0].revents == 0) continue;
    auto got = protocol::receive_some(socket_.get(), piece.data(), piece.size(), descriptors_);
    if (!got) return fail(std::move(got.error()));
    if (got->end) return fail(daemon_gone());
    framer_.feed(std::string_view(piece).substr(0, got->size));
  }
}

}  // namespace weir::gate
