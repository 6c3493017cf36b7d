#include "support/gate_home.h"
#include "base/private_directory.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <csignal>
#include <thread>

#include "gate/process_identity.h"
#include "gate/store.h"
#include "support/paths.h"

namespace weir::test {

namespace {

constexpr gate::Duration kPatience{30'000};
constexpr int kMostPatienceMs = 60'000;  // only bounds a failure
constexpr gate::Duration kLookAgain{5};

/// False when there is nothing for so long.
bool is_readable_within(int fd, int milliseconds) {
  pollfd wait{fd, POLLIN, 0};
  int found = 0;
  do found = ::poll(&wait, 1, milliseconds);
  while (found < 0 && errno == EINTR);
  return found == 1;
}

bool until(const std::function<bool()>& holds) {
  const auto deadline = gate::instant_now() + kPatience;
  while (!holds()) {
    if (gate::instant_now() > deadline) return false;
    std::this_thread::sleep_for(kLookAgain);
  }
  return true;
}

size_t list_size(const Record& status, std::string_view name) {
  const Value* list = status.find(name);
  return list && list->is_list() ? list->as_list().size() : 0;
}

}  // namespace

GateHome::GateHome() {
  ::setenv("WEIR_RUNTIME_DIR", (path() / "run").c_str(), 1);
  ::setenv("WEIR_STATE_DIR", (path() / "state").c_str(), 1);
  // What else the machine does must not decide who is let in.
  if (!make_private_directory(places().state)) return;
  const gate::StoreOperation no_pressure[] = {
      gate::PutSetting{"limits", Record{{"memory_pressure", 100.0}, {"io_pressure", 100.0}}}};
  gate::Store(places().store()).write(no_pressure);
}

GateHome::~GateHome() {
  kill_daemon();
  ::unsetenv("WEIR_RUNTIME_DIR");
  ::unsetenv("WEIR_STATE_DIR");
}

gate::Places GateHome::places() const {
  return {.run = (path() / "run").string(), .state = (path() / "state").string()};
}

gate::ClientOptions GateHome::client_options() const {
  // Generous, for a machine that does other things, too.
  return {.places = places(),
          .program = "test",
          .weir = kWeirProgram,
          .connect_limit = kPatience,
          .hello_limit = kPatience,
          .start_limit = kPatience};
}

gate::Client GateHome::connect() const {
  auto client = gate::Client::connect(client_options());
  if (!client) throw std::runtime_error(client.error().message);
  return std::move(*client);
}

gate::LeaseOptions GateHome::lease_options() const {
  return {.client = client_options(), .max_wait = gate::Duration(kMostPatienceMs)};
}

pid_t GateHome::daemon_pid() const {
  auto options = client_options();
  options.starts_daemon = false;
  const auto client = gate::Client::connect(options);
  return client ? client->daemon().pid : 0;
}

Value GateHome::status() const {
  auto options = client_options();
  options.starts_daemon = false;
  auto client = gate::Client::connect(options);
  if (!client) return Record{};
  auto status = client->call("status", {}, kPatience);
  return status ? *status : Value(Record{});
}

void GateHome::kill_daemon() const {
  const pid_t pid = daemon_pid();
  if (pid <= 0) return;
  const auto identity = gate::identify_process(pid);
  ::kill(pid, SIGKILL);
  until([&] { return !identity || !gate::is_alive(*identity); });
}

bool GateHome::eventually(const std::function<bool(const Record&)>& holds) const {
  return until([&] { return holds(status().as_record()); });
}

gate::Request gate_request(std::string command, std::string lane) {
  gate::Request request;
  request.requester = "tester";
  request.shape = command;
  request.command = std::move(command);
  request.wants_tokens = true;
  if (!lane.empty()) request.lane = gate::LaneKey({{.directory = std::move(lane)}});
  return request;
}

size_t leases_in(const Record& status) { return list_size(status, "leases"); }
size_t waiting_in(const Record& status) { return list_size(status, "waiting"); }

pid_t start_sleeper(const std::string& tag) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return -1;
  const UniqueFd until_exec(ends[0]);
  UniqueFd writer(ends[1]);
  const pid_t sleeper = ::fork();
  if (sleeper == 0) {
    if (!tag.empty()) ::setenv("GATE_LEASE", tag.c_str(), 1);
    ::execl("/bin/sleep", "sleep", "1000", nullptr);
    ::_exit(127);
  }
  writer.reset();
  char nothing = 0;
  while (::read(until_exec.get(), &nothing, 1) < 0 && errno == EINTR) {
  }
  return sleeper;
}

GateChild::GateChild(const std::function<void(int)>& body) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe failed");
  reader_ = UniqueFd(ends[0]);
  UniqueFd writer(ends[1]);
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test program that aborts leaves no child
    reader_.reset();
    body(writer.get());
    ::_exit(0);
  }
}

GateChild::~GateChild() {
  signal(SIGKILL);
  signal(SIGCONT);
  wait();
}

char GateChild::hear() const { return hear_within(kMostPatienceMs).value_or('\0'); }

std::optional<char> GateChild::hear_within(int milliseconds) const {
  if (!is_readable_within(reader_.get(), milliseconds)) return std::nullopt;
  char byte = 0;
  ssize_t got = 0;
  do got = ::read(reader_.get(), &byte, 1);
  while (got < 0 && errno == EINTR);
  return got == 1 ? byte : '\0';
}

void GateChild::signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

int GateChild::wait() {
  int status = 0;
  if (pid_ > 0) {
    const auto identity = gate::identify_process(pid_);
    const UniqueFd pidfd = identity ? gate::open_identity(*identity) : UniqueFd();
    if (pidfd && !is_readable_within(pidfd.get(), kMostPatienceMs)) signal(SIGKILL);
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
  }
  pid_ = -1;
  return status;
}

}  // namespace weir::test
