#include "gate/leased_run.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "base/end_like.h"
#include "base/text.h"
#include "gate/compile_watch.h"
#include "gate/finished_units.h"
#include "gate/lease.h"
#include "gate/mirrored_child.h"
#include "gate/nested_lease.h"
#include "gate/routes/cargo_lane.h"
#include "gate/unit_count.h"

namespace weir::gate {

namespace {

// High numbers: cargo once wrote into a file that was open at a low one.
constexpr int kTokenReader = 200;
constexpr int kTokenWriter = 201;
constexpr std::string_view kTokenEnds = "200,201";

constexpr Duration kFirstLook{200};
constexpr Duration kLastLook{1600};

/// Where nobody reads any more, what that means is for the program to decide, not for us to die of.
void tell(std::string_view message) {
  const std::string line = fmt::format("gate: {}\n", harmless_lines(message));
  sigset_t pipe;
  sigset_t before;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  ::sigprocmask(SIG_BLOCK, &pipe, &before);
  const bool has_no_reader = ::write(STDERR_FILENO, line.data(), line.size()) < 0 && errno == EPIPE;
  constexpr timespec kNow{};
  if (has_no_reader) ::sigtimedwait(&pipe, nullptr, &kNow);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
}

Duration max_wait(const EnvironmentList& environment) {
  const auto text = environment.find("GATE_MAX_WAIT");
  if (!text) return Duration(0);
  const auto time = parse_duration(*text);
  if (!time) {
    tell("GATE_MAX_WAIT=" + *text + ": " + time.error().message);
    return Duration(0);
  }
  return std::max(Duration(1), std::chrono::duration_cast<Duration>(*time));
}

LeaseOptions options_for(const LeasedProgram& program, Places places, bool& has_told) {
  LeaseOptions options;
  options.client.places = std::move(places);
  options.client.program = "shim of " + program.words.front();
  options.max_wait = max_wait(program.environment);
  options.on_wait = [&has_told](const WaitNotice& notice) {
    has_told = true;
    tell(fmt::format("waiting {}: {}", format_duration(notice.waited), notice.line));
  };
  options.on_warning = tell;
  return options;
}

/// The variables of a lease. Those that the user has set stay.
void describe_lease(LeasedProgram& program, const Lease& lease) {
  EnvironmentList& environment = program.environment;
  program.mark = mark_inside_lease(environment, lease.tag());
  if (lease.is_aside()) environment.set("CARGO_BUILD_BUILD_DIR", program.side_directory);
  if (program.jobs == JobsVariable::none) return;
  if (lease.token_reader() >= 0) {
    environment.set("CARGO_MAKEFLAGS",
                    fmt::format("-j --jobserver-fds={0} --jobserver-auth={0}", kTokenEnds));
  }
  if (lease.jobs() <= 0) return;
  const std::string jobs = std::to_string(lease.jobs());
  if (!environment.find("CARGO_BUILD_JOBS")) environment.set("CARGO_BUILD_JOBS", jobs);
  if (program.jobs == JobsVariable::cargo_tests && !environment.find("RUST_TEST_THREADS"))
    environment.set("RUST_TEST_THREADS", jobs);
}

protocol::Outcome outcome_of(const MirroredEnd& end) {
  const bool by_signal = WIFSIGNALED(end.status);
  return {.code = by_signal ? 128 + WTERMSIG(end.status) : WEXITSTATUS(end.status),
          .signal = by_signal ? WTERMSIG(end.status) : 0,
          .processor_time = end.processor_time,
          .memory = end.memory};
}

MirroredEnd wait_for(MirroredChild& child) {
  for (;;) {
    if (const auto end = child.wait(-1, std::chrono::milliseconds(-1))) return *end;
  }
}

/// Of a build from nothing; in a directory that has been built in, most units are done already and
/// their number says nothing. Asked once something compiles or has had the time to: then cargo has
/// all that it must fetch.
std::optional<UnitCount> ask_units(const LeasedProgram& program) {
  if (!program.has_units) return {};
  return UnitCount::ask(program.path, program.words, program.environment);
}

/// Tells how far a build has come. Where nothing changes it looks less often: a program of
/// `cargo run` may go on for days.
MirroredEnd wait_and_tell(MirroredChild& child, Lease& lease, const LeasedProgram& program) {
  CompileWatch watch(child.pid());
  std::optional<UnitCount> units;
  std::optional<FinishedUnits> finished;
  if (program.has_units && !lease.is_aside()) finished.emplace(program.request.lane);
  Duration pause = kFirstLook;
  for (int looks = 0;; ++looks) {
    if (const auto end = child.wait(-1, pause)) return *end;
    if (looks == 1) units = ask_units(program);
    if (units) units->read([&](int total) { watch.set_total(total); });
    if (finished) watch.set_done(finished->count());
    if (const auto progress = watch.look()) {
      lease.announce(*progress);
      pause = kFirstLook;
    } else {
      pause = std::min(pause * 2, kLastLook);
    }
  }
}

/// The status of the program; nothing when it could not be started.
std::optional<int> run_with(const LeasedProgram& program, Lease& lease) {
  MirroredProgram mirrored{.path = program.path,
                           .words = program.words,
                           .environment = program.environment.entries(),
                           .nice = lease.nice(),
                           .locks = lease.locks(),
                           .mark = program.mark};
  if (lease.token_reader() >= 0)
    mirrored.descriptors = {{lease.token_reader(), kTokenReader},
                            {lease.token_writer(), kTokenWriter}};
  auto child = MirroredChild::start(mirrored);
  if (!child) return {};
  lease.started(child->pid());
  const bool is_cargo = program.jobs != JobsVariable::none;
  const MirroredEnd end = is_cargo ? wait_and_tell(*child, lease, program) : wait_for(*child);
  const protocol::Outcome outcome = outcome_of(end);
  lease.release(outcome);
  if (!outcome.is_by_itself()) child->leave_locks();
  return end.status;
}

}  // namespace

void become_program(const std::string& path, const std::vector<std::string>& words,
                    const EnvironmentList& environment) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  std::vector<char*> variables;
  for (const std::string& entry : environment.entries())
    variables.push_back(const_cast<char*>(entry.c_str()));
  variables.push_back(nullptr);
  ::execve(path.c_str(), argv.data(), variables.data());
  const int failure = errno;
  ::dprintf(STDERR_FILENO, "%s: %s\n", path.c_str(), std::strerror(failure));
  ::_exit(failure == ENOENT ? 127 : 126);
}

void run_leased(LeasedProgram program) {
  auto places = Places::from_environment();
  if (!places) become_program(program.path, program.words, program.environment);
  bool has_told = false;
  const LeaseOptions options = options_for(program, std::move(*places), has_told);
  auto lease = Lease::acquire(program.request, options);
  if (!lease) {
    tell(lease.error().message);
    end_like(SIGTERM);  // what `gate kill` does to one that runs
  }
  program.has_units = program.has_units && !is_warm_lane(program.request.lane);
  if (has_told) tell(fmt::format("waited {}", format_duration(lease->waited())));
  describe_lease(program, *lease);
  const auto status = run_with(program, *lease);
  if (!status) become_program(program.path, program.words, program.environment);
  end_like(*status);
}

std::string requester_name(const EnvironmentList& environment) {
  if (auto name = environment.find("GATE_REQUESTER"); name && !name->empty()) return *name;
  std::string user = environment.text("USER");
  if (user.empty()) user = std::to_string(::getuid());
  return fmt::format("{}/{}", user, ::getsid(0));
}

bool has_jobserver(const EnvironmentList& environment) {
  for (const char* name : {"CARGO_MAKEFLAGS", "MAKEFLAGS", "MFLAGS"}) {
    if (const auto flags = environment.find(name))  // the first that is there counts
      return flags->find("--jobserver-") != std::string::npos;
  }
  return false;
}

bool has_lease_tokens(const EnvironmentList& environment) {
  const std::string flags = environment.text("CARGO_MAKEFLAGS");
  if (!flags.ends_with(fmt::format("--jobserver-auth={}", kTokenEnds))) return false;
  // To a build script cargo gives its jobserver, whoever that is of.
  return !environment.find("OUT_DIR") || !environment.find("NUM_JOBS");
}

}  // namespace weir::gate
