#include "gate/lease_wait.h"

#include "gate/process_identity.h"
#include "gate/protocol/request_message.h"

namespace weir::gate {

namespace {

constexpr Duration kAskIfAlive{5'000};
constexpr Duration kAliveLimit{1'000};
constexpr int kMostAttempts = 5;  // with daemons that go away while we wait
constexpr Duration kFallbackMaxWait = std::chrono::minutes(10);

using Granted = std::variant<DaemonGrant, FallbackGrant>;

/// Why a wait with the daemon ended without a grant.
enum class Broken : std::uint8_t { daemon_gone, refused, cancelled, too_long };
struct Failure {
  Broken why;
  Error error;
};

class DaemonWait {
 public:
  DaemonWait(Client client, const LeaseOptions& options, WaitTeller& teller, Instant give_up)
      : client_(std::move(client)), options_(options), teller_(teller), give_up_(give_up) {}

  std::expected<DaemonGrant, Failure> run(const Request& request) {
    auto id = client_.send_call("request", protocol::to_value(request));
    if (!id) return gone(std::move(id.error()));
    id_ = *id;
    heard_ = instant_now();
    teller_.ask();
    for (;;) {
      auto incoming = client_.receive(next_look(), options_.stop_fd);
      if (!incoming && incoming.error().kind == ErrorKind::cancelled) {
        return std::unexpected(Failure{Broken::cancelled, std::move(incoming.error())});
      }
      if (!incoming) return gone(std::move(incoming.error()));
      if (*incoming) {
        heard_ = instant_now();
        if (auto granted = take(std::move(**incoming))) return std::move(*granted);
      } else if (auto failure = check_times()) {
        return std::unexpected(std::move(*failure));
      }
    }
  }

 private:
  static std::unexpected<Failure> gone(Error error) {
    return std::unexpected(Failure{Broken::daemon_gone, std::move(error)});
  }

  Duration next_look() {
    const Duration until_ping = kAskIfAlive - (instant_now() - heard_);
    Duration wait = std::min(teller_.tick(), until_ping);
    if (give_up_ > Instant(0)) wait = std::min(wait, give_up_ - instant_now());
    return std::max(wait, Duration(1));
  }

  /// A grant, or the end of the wait; nothing when the message is another one.
  std::optional<std::expected<DaemonGrant, Failure>> take(Incoming incoming) {
    if (auto* call = std::get_if<protocol::Call>(&incoming.message)) {
      if (call->method == "wait" && call->params.is_record()) note_wait(call->params.as_record());
      return std::nullopt;
    }
    auto& reply = std::get<protocol::Reply>(incoming.message);
    if (reply.id != id_) return std::nullopt;
    if (auto* error = std::get_if<protocol::RpcError>(&reply.result)) {
      const bool killed = error->code == protocol::RpcCode::killed;
      return std::unexpected(Failure{killed ? Broken::cancelled : Broken::refused,
                                     Error{ErrorKind::cancelled, error->message, {}, 0}});
    }
    return accept(std::get<Value>(reply.result), std::move(incoming.descriptors));
  }

  std::expected<DaemonGrant, Failure> accept(const Value& result, std::vector<UniqueFd> fds) {
    auto grant = protocol::parse_grant(result);
    if (!grant) return gone(std::move(grant.error()));
    const size_t pipe_ends = grant->has_tokens ? 2 : 0;
    if (fds.size() != pipe_ends + static_cast<size_t>(grant->locks)) {
      return gone(Error{ErrorKind::invalid, "descriptors of the grant are missing", {}, 0});
    }
    DaemonGrant made{.client = std::move(client_), .grant = std::move(*grant)};
    if (pipe_ends > 0) {
      made.token_reader = std::move(fds[0]);
      made.token_writer = std::move(fds[1]);
    }
    for (size_t i = pipe_ends; i < fds.size(); ++i) made.locks.push_back(std::move(fds[i]));
    return made;
  }

  void note_wait(const Record& params) {
    const Value* line = params.find("line");
    const Value* explanation = params.find("explanation");
    teller_.update(line && line->is_string() ? line->as_string() : "",
                   explanation ? *explanation : Value());
  }

  /// The daemon must answer a ping now and then, else it is as good as gone.
  std::optional<Failure> check_times() {
    const Instant now = instant_now();
    if (give_up_ > Instant(0) && now >= give_up_) return Failure{Broken::too_long, {}};
    if (now - heard_ < kAskIfAlive) return std::nullopt;
    auto pong = client_.call("ping", {}, kAliveLimit);
    if (!pong) return Failure{Broken::daemon_gone, std::move(pong.error())};
    heard_ = instant_now();
    return std::nullopt;
  }

  Client client_;
  const LeaseOptions& options_;
  WaitTeller& teller_;
  Instant give_up_;
  Value id_;
  Instant heard_{0};
};

Result<Granted> fall_back(const Request& request, const LeaseOptions& options, WaitTeller& teller,
                          const Error& why) {
  const bool has_files = can_fall_back(options.client.places);
  teller.warn(why.message + (has_files ? "; going on with lock files"
                                       : "; going on without the gate, nobody waits for anybody"));
  const Duration max_wait = options.max_wait > Duration(0) ? options.max_wait : kFallbackMaxWait;
  auto grant = acquire_fallback(options.client.places, request, max_wait, options.stop_fd,
                                [&](std::string_view what) {
                                  teller.update(what == "lane" ? "another command holds the lane "
                                                                 "(no daemon tells which)"
                                                               : "all slots are taken",
                                                {});
                                  teller.tick();
                                });
  if (!grant) return fail(std::move(grant.error()));
  return Granted(std::move(*grant));
}

}  // namespace

void WaitTeller::ask() {
  latest_ = {};
  next_ = std::max(next_, instant_now() + options_.wait_first);
}

void WaitTeller::update(std::string line, Value explanation) {
  latest_.line = std::move(line);
  latest_.explanation = std::move(explanation);
}

Duration WaitTeller::tick() {
  const Instant now = instant_now();
  if (now >= next_) {
    const bool is_known = !latest_.line.empty();
    next_ = now + (is_known ? options_.wait_every : options_.wait_first);
    latest_.waited = now - submitted_;
    WaitNotice notice = latest_;
    if (!is_known) notice.line = "the gate's daemon has not answered yet";
    if (options_.on_wait) options_.on_wait(notice);
  }
  return next_ - now;
}

void WaitTeller::warn(const std::string& line) {
  if (!std::exchange(has_warned_, true) && options_.on_warning) options_.on_warning(line);
}

Result<Granted> wait_for_grant(const Request& request, const LeaseOptions& options,
                               WaitTeller& teller) {
  const Instant give_up =
      options.max_wait > Duration(0) ? request.submitted + options.max_wait : Instant(0);
  Error last;
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    auto client = Client::connect(options.client);
    if (!client) return fall_back(request, options, teller, client.error());
    DaemonWait wait(std::move(*client), options, teller, give_up);
    auto granted = wait.run(request);
    if (granted) return Granted(std::move(*granted));
    Failure& failure = granted.error();
    if (failure.why == Broken::cancelled) return fail(std::move(failure.error));
    if (failure.why == Broken::too_long) return Granted(FallbackGrant{.gated = false, .jobs = 0});
    last = std::move(failure.error);
    if (failure.why == Broken::refused) break;
  }
  return fall_back(request, options, teller, last);
}

}  // namespace weir::gate
