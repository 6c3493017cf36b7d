// bench_gate_clients WEIR CLIENTS GRANTS: the latency of a grant while so many clients wait.
//
// Starts a daemon of its own (WEIR_RUNTIME_DIR and WEIR_STATE_DIR say where), with room for one
// command. Each client is a real connection that waits for a lease; who gets it gives it back at
// once and asks again. The latency is the time from the release to the next client's grant: the
// policy, the lock files, the row in the store and the answer.
//
// Prints: median and 99th percentile (ms), grants a second, resident memory of the daemon (KiB).
#include <sys/epoll.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "gate/client.h"
#include "gate/protocol/request_message.h"

namespace {

using namespace weir;
using namespace weir::gate;
using Clock = std::chrono::steady_clock;

constexpr Duration kLong{30'000};

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

class Load {
 public:
  Load(const char* weir, int clients) : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    auto places = Places::from_environment();
    if (!places) give_up(places.error().message);
    options_.places = *places;
    options_.weir = weir;
    options_.hello_limit = options_.connect_limit = kLong;
    Client first = connect();
    if (!first.call("limit",
                    Record{{"jobs", 1}, {"memory_pressure", 100.0}, {"io_pressure", 100.0}},
                    kLong)) {
      give_up("the daemon takes no limits");
    }
    daemon_ = first.daemon().pid;
    clients_.reserve(static_cast<size_t>(clients));
    for (int i = 0; i < clients; ++i) add_client();
  }

  void run(int grants) {
    const auto began = Clock::now();
    while (static_cast<int>(latencies_.size()) < grants) {
      epoll_event events[64];
      const int ready = ::epoll_wait(epoll_.get(), events, 64, 30'000);
      if (ready == 0) give_up("nobody is granted anything");
      for (int i = 0; i < ready; ++i) read_from(events[i].data.u32);
    }
    const std::chrono::duration<double> took = Clock::now() - began;
    std::ranges::sort(latencies_);
    std::printf("%.3f %.3f %.0f %ld\n", at(0.5), at(0.99),
                static_cast<double>(latencies_.size()) / took.count(), daemon_memory());
  }

  void end() { (void)connect().call("shutdown", {}, kLong); }

 private:
  Client connect() const {
    auto client = Client::connect(options_);
    if (!client) give_up(client.error().message);
    return std::move(*client);
  }

  void add_client() {
    clients_.push_back(connect());
    const auto index = static_cast<std::uint32_t>(clients_.size() - 1);
    epoll_event event{.events = EPOLLIN, .data = {.u32 = index}};
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, clients_[index].fd(), &event);
    ask(index);
  }

  void ask(std::uint32_t index) {
    Request request;
    request.requester = "agent-" + std::to_string(index % 20);
    request.command = "cargo build --workspace";
    request.shape = request.command + std::to_string(index % 50);
    request.directory = "/home/me/project-" + std::to_string(index % 50);
    request.lane = LaneKey({{.directory = request.directory + "/target/debug"}});
    request.max_jobs = 1;
    if (!clients_[index].send_call("request", protocol::to_value(request))) give_up("cannot send");
  }

  void read_from(std::uint32_t index) {
    for (;;) {
      auto incoming = clients_[index].receive(Duration(0));
      if (!incoming) give_up(incoming.error().message);
      if (!*incoming) return;
      const auto* reply = std::get_if<protocol::Reply>(&(*incoming)->message);
      const Value* result = reply ? std::get_if<Value>(&reply->result) : nullptr;
      const auto grant = result ? protocol::parse_grant(*result) : fail(ErrorKind::invalid, "");
      if (grant) take(index, *grant);
    }
  }

  void take(std::uint32_t index, const protocol::Grant& grant) {
    const auto now = Clock::now();
    if (released_ != Clock::time_point()) {
      latencies_.push_back(std::chrono::duration<double, std::milli>(now - released_).count());
    }
    ask(index);
    const protocol::Release release{.lease = grant.lease, .tag = grant.tag};
    released_ = Clock::now();
    if (!clients_[index].notify("release", protocol::to_value(release))) give_up("cannot send");
  }

  double at(double part) const {
    return latencies_[static_cast<size_t>(part * static_cast<double>(latencies_.size() - 1))];
  }

  long daemon_memory() const {
    std::ifstream status("/proc/" + std::to_string(daemon_) + "/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("VmRSS:")) return std::atol(line.c_str() + 6);
    }
    return 0;
  }

  ClientOptions options_;
  UniqueFd epoll_;
  std::vector<Client> clients_;
  pid_t daemon_ = 0;
  Clock::time_point released_;
  std::vector<double> latencies_;
};

}  // namespace

int main(int argc, char** argv) {
  const int clients = argc == 4 ? std::atoi(argv[2]) : 0;
  const int grants = argc == 4 ? std::atoi(argv[3]) : 0;
  if (clients < 2 || grants < 1) {
    std::fputs("usage: bench_gate_clients WEIR CLIENTS GRANTS\n", stderr);
    return 2;
  }
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  Load load(argv[1], clients);
  load.run(grants);
  load.end();
}
