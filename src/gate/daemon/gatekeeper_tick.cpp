// What the gatekeeper does by the clock: the policy's next instant, idle tokens, notices of
// waiting.
#include "gate/daemon/gatekeeper.h"
#include "gate/daemon/wait_line.h"
#include "gate/process_identity.h"
#include "gate/reports.h"

namespace weir::gate::daemon {

namespace {

constexpr Duration kLookAtTokens{50};
constexpr Duration kTellEvery{5'000};
constexpr Duration kSoonest{1};

}  // namespace

loop::Task<void> Gatekeeper::tick() {
  const auto token = stopping_.token();
  while (!token.cancelled()) {
    co_await alarm_.wait(until_next_tick(), token);
    if (token.cancelled()) break;
    const Instant now = instant_now();
    const bool looks = tokens_are_wanted() && now >= next_look_;
    if (looks) look_at_tokens();
    if (looks || (ask_again_ && *ask_again_ <= now)) decide_now();
    tell_waiting();
  }
}

std::optional<Duration> Gatekeeper::until_next_tick() const {
  const Instant now = instant_now();
  std::optional<Duration> wait;
  const auto sooner = [&](Duration other) {
    wait = std::max(wait ? std::min(*wait, other) : other, kSoonest);
  };
  if (ask_again_) sooner(*ask_again_ - now);
  if (tokens_are_wanted()) sooner(next_look_ - now);
  for (const auto& [id, waiting] : waiting_) sooner(waiting.next_notice - now);
  return wait;
}

/// Somebody could use what lies idle elsewhere.
bool Gatekeeper::tokens_are_wanted() const {
  return !live_.empty() && (!waiting_.empty() || live_.size() > 1);
}

void Gatekeeper::look_at_tokens() {
  const Instant now = instant_now();
  next_look_ = now + kLookAtTokens;
  for (const auto& [id, lease] : live_) {
    if (lease.pipe) idle_tokens(state_, id, lease.pipe.lying(), now);
  }
}

void Gatekeeper::tell_waiting() {
  const Instant now = instant_now();
  for (auto& [id, waiting] : waiting_) {
    if (waiting.next_notice > now) continue;
    waiting.next_notice = now + kTellEvery;
    Session* session = sessions_.find_session(waiting.session);
    if (!session) continue;
    const Explanation about = explain(state_, id, now);
    session->notify("wait", Record{{"request", Value(static_cast<std::int64_t>(id))},
                                   {"line", Value(wait_line(about, now))},
                                   {"explanation", explanation_report(state_, about, now)}});
  }
}

}  // namespace weir::gate::daemon
