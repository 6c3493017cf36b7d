#include "gate/daemon/service.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <limits>

#include "gate/process_identity.h"
#include "gate/protocol/catalogue.h"
#include "gate/protocol/fields.h"
#include "gate/protocol/request_message.h"
#include "gate/reports.h"

namespace weir::gate::daemon {

namespace {

using protocol::Fields;
using protocol::RpcCode;
using protocol::RpcError;

constexpr std::int64_t kMostRuns = 10'000;
constexpr std::int64_t kRunsShown = 50;
constexpr int kMostRequests = 256;  // that wait, for one connection

std::unexpected<RpcError> bad_params(const Error& error) {
  return std::unexpected(RpcError{RpcCode::invalid_params, error.message});
}

std::unexpected<RpcError> not_found(std::uint64_t id) {
  return std::unexpected(
      RpcError{RpcCode::not_found, fmt::format("nothing with the id {} waits or runs", id)});
}

Result<std::uint64_t> read_id(const Value& params) {
  Fields fields(params, "params");
  const std::uint64_t id = fields.id("id");
  if (auto good = fields.finish(); !good) return fail(std::move(good.error()));
  return id;
}

Value done() { return Record{{"done", true}}; }

/// What the policy's report of leases does not know.
void add_live(Record& lease, const std::map<std::uint64_t, LiveLease>& live) {
  const Value* id = lease.find("id");
  const auto found = id ? live.find(static_cast<std::uint64_t>(id->as_int())) : live.end();
  if (found == live.end()) return;
  const auto& [tag, progress] = std::tie(found->second.tag, found->second.progress);
  lease.set("tag", Value(tag));
  const auto& child = found->second.child;
  lease.set("child", child ? Value(std::int64_t{child->pid}) : Value());
  lease.set("done", progress.done);
  lease.set("total", progress.total > 0 ? Value(progress.total) : Value());
  lease.set("current", progress.current.empty() ? Value() : Value(progress.current));
}

}  // namespace

const Service::Method Service::kMethods[] = {
    {"hello", &Service::hello, true},
    {"ping", &Service::ping},
    {"request", &Service::request},
    {"started", &Service::started},
    {"announce", &Service::announce},
    {"release", &Service::release},
    {"status", &Service::status},
    {"lanes", &Service::lanes},
    {"why", &Service::why},
    {"plan", &Service::plan},
    {"history", &Service::history},
    {"watch", &Service::watch},
    {"rpc.discover", &Service::discover, true},
    {"bump", &Service::bump},
    {"pause", &Service::pause},
    {"resume", &Service::resume},
    {"limit", &Service::limit},
    {"kill", &Service::kill},
    {"drain", &Service::drain},
    {"shutdown", &Service::shutdown},
};

Service::Service(loop::Loop& loop, Gatekeeper& gatekeeper, EventFeed& feed,
                 SessionDirectory& sessions, ServerControl& control, std::string program)
    : gatekeeper_(gatekeeper),
      feed_(feed),
      sessions_(sessions),
      control_(control),
      program_(std::move(program)),
      began_(instant_now()),
      tasks_(loop) {}

std::vector<std::string_view> Service::method_names() {
  std::vector<std::string_view> names;
  for (const Method& method : kMethods) names.push_back(method.name);
  return names;
}

// ---- from a line to an answer ---------------------------------------------------------

void Service::take_line(Session& session, const std::string& line) {
  auto message = protocol::parse_message(line);
  if (!message) return session.refuse({}, message.error());
  if (const auto* call = std::get_if<protocol::Call>(&*message)) take_call(session, *call);
  // A reply to us answers nothing: the daemon asks nothing of clients.
}

void Service::take_call(Session& session, const protocol::Call& call) {
  Maybe answer = run(session, call);
  if (!answer || call.is_notification()) return;
  if (*answer) {
    session.reply(call.id, std::move(**answer));
  } else {
    session.refuse(call.id, std::move(answer->error()));
  }
}

Service::Maybe Service::run(Session& session, const protocol::Call& call) {
  for (const Method& method : kMethods) {
    if (method.name != call.method) continue;
    if (!session.greeted && !method.before_hello) {
      return std::unexpected(RpcError{RpcCode::hello_first, "say hello first"});
    }
    return (this->*method.run)(session, call);
  }
  return std::unexpected(
      RpcError{RpcCode::method_not_found, "there is no method \"" + call.method + "\""});
}

// ---- clients ----------------------------------------------------------------------------

Service::Maybe Service::hello(Session& session, const protocol::Call& call) {
  const protocol::Hello ours{.program = program_, .pid = ::getpid()};
  auto theirs = protocol::parse_hello(call.params);
  if (!theirs) return bad_params(theirs.error());
  if (!protocol::can_talk(ours, *theirs)) {
    return std::unexpected(RpcError{
        RpcCode::version, fmt::format("{} speaks version {} of the protocol, {} version {}: gate "
                                      "restart",
                                      program_, ours.version, theirs->program, theirs->version)});
  }
  session.greeted = true;
  return protocol::to_value(ours);
}

Service::Maybe Service::ping(Session&, const protocol::Call&) { return done(); }

Service::Maybe Service::request(Session& session, const protocol::Call& call) {
  if (control_.is_draining()) {
    return std::unexpected(RpcError{RpcCode::draining, "the gate daemon is ending"});
  }
  if (call.is_notification()) return std::nullopt;
  if (session.requests >= kMostRequests) {
    return std::unexpected(RpcError{RpcCode::too_many, "too many requests wait already"});
  }
  auto request = protocol::parse_request(call.params);
  if (!request) return bad_params(request.error());
  request->uid = ::geteuid();
  gatekeeper_.request(session, call.id, std::move(*request));
  return std::nullopt;
}

Service::Maybe Service::started(Session& session, const protocol::Call& call) {
  Fields fields(call.params, "params");
  const std::uint64_t lease = fields.id("lease");
  const auto pid = fields.number("pid", 1, std::numeric_limits<pid_t>::max());
  if (auto good = fields.finish(); !good) return bad_params(good.error());
  gatekeeper_.started(session, lease, static_cast<pid_t>(pid));
  return done();
}

Service::Maybe Service::announce(Session&, const protocol::Call& call) {
  auto progress = protocol::parse_progress(call.params);
  if (!progress) return bad_params(progress.error());
  if (!gatekeeper_.announce(*progress)) return not_found(progress->lease);
  return done();
}

Service::Maybe Service::release(Session&, const protocol::Call& call) {
  auto release = protocol::parse_release(call.params);
  if (!release) return bad_params(release.error());
  if (!gatekeeper_.release(*release)) return not_found(release->lease);
  return done();
}

// ---- people -----------------------------------------------------------------------------

Service::Maybe Service::status(Session&, const protocol::Call&) {
  const Instant now = instant_now();
  Record report = status_report(gatekeeper_.state_now(), now);
  if (Value* leases = report.find("leases")) {
    for (Value& lease : leases->list_mut()) add_live(lease.record_mut(), gatekeeper_.live());
  }
  report.set("daemon", Record{{"pid", Value(std::int64_t{::getpid()})},
                              {"program", Value(program_)},
                              {"time_ms", Value(std::int64_t{(now - began_).count()})},
                              {"draining", control_.is_draining()},
                              {"warning", Value(gatekeeper_.store_warning())}});
  return report;
}

Service::Maybe Service::lanes(Session&, const protocol::Call&) {
  return Record{{"lanes", Value(lanes_report(gatekeeper_.state_now(), instant_now()))}};
}

Service::Maybe Service::why(Session&, const protocol::Call& call) {
  auto id = read_id(call.params);
  if (!id) return bad_params(id.error());
  auto report = why_report(gatekeeper_.state_now(), *id, instant_now());
  if (!report) return not_found(*id);
  add_live(*report, gatekeeper_.live());
  return std::move(*report);
}

Service::Maybe Service::plan(Session&, const protocol::Call& call) {
  auto request = protocol::parse_request(call.params);
  if (!request) return bad_params(request.error());
  gatekeeper_.history().inform(*request);
  return plan_report(gatekeeper_.state_now(), std::move(*request), instant_now());
}

Service::Maybe Service::history(Session& session, const protocol::Call& call) {
  RunQuery query;
  if (!call.params.is_null()) {
    Fields fields(call.params, "params");
    query.shape = fields.text("shape", "");
    query.text = fields.text("text", "");
    query.since_ms = fields.number("since_ms", 0, std::numeric_limits<std::int64_t>::max(), 0);
    query.limit = static_cast<size_t>(fields.number("limit", 1, kMostRuns, kRunsShown));
    if (auto good = fields.finish(); !good) return bad_params(good.error());
  }
  tasks_.start(answer_history(session.id(), call.id, std::move(query)));
  return std::nullopt;
}

loop::Task<void> Service::answer_history(std::uint64_t session, Value call_id, RunQuery query) {
  std::vector<Value> runs;
  co_await gatekeeper_.journal().ask([&](Store& store) { runs = store.runs(query); });
  Session* asker = sessions_.find_session(session);
  if (asker && !call_id.is_null()) asker->reply(call_id, Record{{"runs", Value(std::move(runs))}});
}

Service::Maybe Service::watch(Session& session, const protocol::Call& call) {
  std::optional<std::uint64_t> after;
  if (!call.params.is_null()) {
    Fields fields(call.params, "params");
    if (fields.find("after")) after = fields.id("after");
    if (auto good = fields.finish(); !good) return bad_params(good.error());
  }
  feed_.watch(session, after);
  return Record{{"last", Value(static_cast<std::int64_t>(gatekeeper_.journal().last_event()))}};
}

Service::Maybe Service::discover(Session&, const protocol::Call&) {
  return protocol::discover_document();
}

Service::Maybe Service::bump(Session& session, const protocol::Call& call) {
  auto id = read_id(call.params);
  if (!id) return bad_params(id.error());
  if (!weir::gate::bump(gatekeeper_.state(), *id)) return not_found(*id);
  gatekeeper_.decide_now();
  return why(session, call);
}

Service::Maybe Service::pause(Session&, const protocol::Call& call) {
  auto hold = read_hold(call.params, instant_now());
  if (!hold) return bad_params(hold.error());
  weir::gate::pause(gatekeeper_.state(), std::move(*hold));
  gatekeeper_.keep_settings();
  gatekeeper_.decide_now();
  return done();
}

Service::Maybe Service::resume(Session&, const protocol::Call& call) {
  auto hold = read_hold(call.params, instant_now());
  if (!hold) return bad_params(hold.error());
  if (!weir::gate::resume(gatekeeper_.state(), *hold)) {
    return std::unexpected(RpcError{RpcCode::not_found, "there is no such hold"});
  }
  gatekeeper_.keep_settings();
  gatekeeper_.decide_now();
  return done();
}

Service::Maybe Service::limit(Session&, const protocol::Call& call) {
  auto limits = read_limits(call.params, gatekeeper_.state().limits);
  if (!limits) return bad_params(limits.error());
  set_limits(gatekeeper_.state(), *limits);
  gatekeeper_.keep_settings();
  gatekeeper_.decide_now();
  return limits_report(*limits);
}

Service::Maybe Service::kill(Session&, const protocol::Call& call) {
  Fields fields(call.params, "params");
  const std::uint64_t id = fields.id("id");
  const auto signal = static_cast<int>(fields.number("signal", 1, NSIG - 1, SIGTERM));
  if (auto good = fields.finish(); !good) return bad_params(good.error());
  const auto killed = gatekeeper_.kill(id, signal);
  if (killed) return done();
  if (killed.error().kind == ErrorKind::not_found) return not_found(id);
  return std::unexpected(RpcError{RpcCode::ignored, killed.error().message});
}

Service::Maybe Service::drain(Session&, const protocol::Call&) {
  control_.begin_drain();
  return done();
}

Service::Maybe Service::shutdown(Session&, const protocol::Call&) {
  control_.stop_now();
  return done();
}

}  // namespace weir::gate::daemon
