#include "gate/daemon/session.h"

#include "gate/protocol/unix_socket.h"

namespace weir::gate::daemon {

namespace {

constexpr size_t kPiece = 64 * 1024;
constexpr size_t kStopReading = size_t{1} * 1024 * 1024;  // so much is still to be written
constexpr size_t kTooMuch = size_t{32} * 1024 * 1024;  // a reader of events that does not read

}  // namespace

Session::Session(loop::Loop& loop, std::uint64_t id, UniqueFd socket, SessionHost& host)
    : loop_(loop),
      id_(id),
      socket_(std::move(socket)),
      host_(host),
      poller_(loop, socket_.get()),
      queue_changed_(loop),
      drained_(loop) {}

loop::Task<void> Session::run() {
  loop::TaskGroup parts(loop_);
  parts.start(write_all());
  co_await read_all();
  close();
  co_await parts.join();
}

loop::Task<void> Session::read_all() {
  while (!closing_.cancelled()) {
    if (queued_ > kStopReading) {
      if (!co_await drained_.wait(closing_.token())) co_return;
    } else if (take_lines()) {
      co_await loop_.yield();
    } else if (queued_ <= kStopReading) {
      if (!co_await poller_.readable(closing_.token())) co_return;
      if (!receive()) co_return;
    }
  }
}

/// False at the end.
bool Session::receive() {
  static thread_local std::string piece(kPiece, '\0');
  std::vector<UniqueFd> unwanted;  // clients have none to give: closed
  auto got = protocol::receive_some(socket_.get(), piece.data(), piece.size(), unwanted);
  if (!got || got->end) return false;
  framer_.feed(std::string_view(piece).substr(0, got->size));
  return true;
}

/// A share of the lines that are there. True: there may be more.
bool Session::take_lines() {
  constexpr int kShare = 16;
  for (int i = 0; i < kShare; ++i) {
    if (closing_.cancelled() || queued_ > kStopReading) return false;
    auto line = framer_.next();
    if (!line) {
      refuse({}, {protocol::RpcCode::invalid_request, line.error().message});
      close();
      return false;
    }
    if (!*line) return false;
    host_.take_line(*this, **line);
  }
  return true;
}

void Session::send(std::string line, std::vector<UniqueFd> descriptors) {
  if (closing_.cancelled()) return;
  queued_ += line.size();
  queue_.push_back({std::move(line), std::move(descriptors)});
  if (queued_ > kTooMuch) {
    queue_.clear();
    close();
    return;
  }
  // Usually the socket takes it at once: no turn of the loop between a grant and its sending.
  if (queue_.size() == 1 && !write_some()) close();
  if (!queue_.empty()) queue_changed_.set();
}

Result<bool> Session::write_some() {
  while (!queue_.empty()) {
    Outgoing& first = queue_.front();
    std::vector<int> descriptors;
    for (const UniqueFd& fd : first.descriptors) descriptors.push_back(fd.get());
    auto sent = protocol::send_some(socket_.get(), std::string_view(first.bytes).substr(first.sent),
                                    descriptors);
    if (!sent) return fail(std::move(sent.error()));
    if (*sent == 0) return false;
    first.descriptors.clear();
    first.sent += *sent;
    queued_ -= *sent;
    if (first.sent == first.bytes.size()) queue_.pop_front();
  }
  return true;
}

loop::Task<void> Session::write_all() {
  for (;;) {
    if (queue_.empty()) queue_changed_.reset();
    if (!co_await queue_changed_.wait(closing_.token())) co_return;
    if (queue_.empty()) continue;
    if (!co_await poller_.writable(closing_.token())) co_return;
    auto written = write_some();
    if (queued_ <= kStopReading) drained_.pulse();
    if (!written) {
      close();
      co_return;
    }
  }
}

void Session::reply(const Value& id, Value result, std::vector<UniqueFd> descriptors) {
  send(protocol::to_line(protocol::Reply{id, std::move(result)}), std::move(descriptors));
}
void Session::refuse(const Value& id, protocol::RpcError error) {
  send(protocol::to_line(protocol::Reply{id, std::move(error)}));
}
void Session::notify(const std::string& method, Value params) {
  send(protocol::to_line(protocol::Call{{}, method, std::move(params)}));
}

void Session::close() { closing_.cancel(); }

}  // namespace weir::gate::daemon
