#include "gate/lease.h"

#include "gate/fallback.h"
#include "gate/lease_wait.h"
#include "gate/lock_files.h"
#include "gate/process_identity.h"

namespace weir::gate {

namespace {

constexpr Duration kReleaseLimit{500};
constexpr int kUngatedNice = 10;
constexpr int kFailed = 1;

}  // namespace

struct Lease::State {
  Kind kind = Kind::ungated;
  ClientOptions options;
  std::optional<Client> client;
  protocol::Grant grant;
  UniqueFd token_reader;
  UniqueFd token_writer;
  std::vector<UniqueFd> locks;
  bool released = false;
};

Lease::Lease(std::unique_ptr<State> state) : state_(std::move(state)) {}
Lease::Lease(Lease&&) noexcept = default;
Lease& Lease::operator=(Lease&& other) noexcept {
  if (this != &other) {
    if (state_) release({.code = kFailed});
    state_ = std::move(other.state_);
  }
  return *this;
}
Lease::~Lease() {
  if (state_) release({.code = kFailed});
}

Result<Lease> Lease::acquire(Request request, const LeaseOptions& options) {
  auto state = std::make_unique<State>();
  state->options = options.client;
  request.submitted = instant_now();
  WaitTeller teller(options, request.submitted);
  auto granted = wait_for_grant(request, options, teller);
  if (!granted) return fail(std::move(granted.error()));
  if (auto* by_daemon = std::get_if<DaemonGrant>(&*granted)) {
    state->kind = Kind::granted;
    state->client = std::move(by_daemon->client);
    state->grant = std::move(by_daemon->grant);
    state->token_reader = std::move(by_daemon->token_reader);
    state->token_writer = std::move(by_daemon->token_writer);
    state->locks = std::move(by_daemon->locks);
    return Lease(std::move(state));
  }
  auto& by_files = std::get<FallbackGrant>(*granted);
  state->kind = by_files.gated ? Kind::fallback : Kind::ungated;
  state->locks = std::move(by_files.locks);
  state->grant.band = request.band;
  state->grant.jobs = by_files.jobs;
  state->grant.nice = by_files.gated && request.band == Band::focus ? 0 : kUngatedNice;
  state->grant.waited = instant_now() - request.submitted;
  return Lease(std::move(state));
}

Lease::Kind Lease::kind() const { return state_->kind; }
std::uint64_t Lease::id() const { return state_->grant.lease; }
const std::string& Lease::tag() const { return state_->grant.tag; }
Band Lease::band() const { return state_->grant.band; }
bool Lease::is_aside() const { return state_->grant.is_aside; }
int Lease::jobs() const { return state_->grant.jobs; }
int Lease::nice() const { return state_->grant.nice; }
Duration Lease::waited() const { return state_->grant.waited; }
int Lease::token_reader() const { return state_->token_reader.get(); }
int Lease::token_writer() const { return state_->token_writer.get(); }

std::vector<int> Lease::locks() const {
  std::vector<int> files;
  for (const UniqueFd& file : state_->locks) files.push_back(file.get());
  return files;
}

void Lease::started(pid_t child) {
  if (state_->kind != Kind::granted) return;
  (void)state_->client->notify("started", Record{{"lease", Value(static_cast<std::int64_t>(id()))},
                                                 {"pid", Value(std::int64_t{child})}});
}

void Lease::announce(const protocol::Progress& progress) {
  if (state_->kind != Kind::granted) return;
  protocol::Progress ours = progress;
  ours.lease = id();
  (void)state_->client->notify("announce", protocol::to_value(ours));
}

void Lease::release(const protocol::Outcome& outcome) {
  if (std::exchange(state_->released, true)) return;
  // Before the daemon lets the next one in, which may be another daemon. Others have copies: those
  // of a command that left something behind stay locked by them.
  if (outcome.is_by_itself()) {
    for (UniqueFd& file : state_->locks) unlock_file(file);
  }
  state_->locks.clear();
  if (state_->kind != Kind::granted) return;
  const Value params =
      protocol::to_value(protocol::Release{.lease = id(), .tag = tag(), .outcome = outcome});
  if (state_->client->call("release", params, kReleaseLimit)) return;
  // The daemon that gave it is gone. One that has taken its place is told; none is started for it.
  ClientOptions again = state_->options;
  again.starts_daemon = false;
  if (auto client = Client::connect(again)) (void)client->call("release", params, kReleaseLimit);
}

}  // namespace weir::gate
