// Who has started a shim is killed: an agent, its shell. The shim and its cargo go on, as cargo
// alone would, and the lease ends with them.
#include <sys/wait.h>

#include <catch2/catch.hpp>

#include <csignal>
#include <fstream>

#include "gate/process_identity.h"
#include "gate/shim_world.h"
#include "support/cargo_workspace.h"
#include "support/gate_home.h"
#include "support/paths.h"

using namespace weir;
using test::comes_true;
using test::GateChild;
using test::leases_in;
using test::ShimWorld;
using test::StartedProgram;
using test::waiting_in;

namespace fs = std::filesystem;

namespace {

constexpr int kSignals[] = {SIGKILL, SIGTERM, SIGHUP};

// Tells the shim's pid, and ends when it is told to.
constexpr const char* kProgram =
    "echo $PPID; while [ ! -e go -a -e \"$SCRIPT\" ]; do sleep 0.01; done; echo end; exit 3";

/// A shell that waits for its cargo.
std::vector<std::string> parent_of_build() {
  return {"/bin/sh", "-c", "cargo build; echo \"code $?\""};
}

gate::ProcessIdentity process_in(const std::string& line) {
  const auto identity = gate::identify_process(static_cast<pid_t>(std::stoi(line)));
  REQUIRE(identity);
  return *identity;
}

void tell_to_go_on(const ShimWorld& world) { std::ofstream(world.directory() / "go"); }

bool has_now(const ShimWorld& world, size_t leases, size_t waiting) {
  return world.eventually([&](const Record& status) {
    return leases_in(status) == leases && waiting_in(status) == waiting;
  });
}

/// What became of the command that ended last, when as many as this have ended: "code state".
std::string last_of(const ShimWorld& world, size_t runs) {
  std::string last;
  comes_true([&] {
    const auto end = world.run(test::kWeirProgram, {"-c", "gate history --json"});
    const auto rows = Value::parse_json(end.out);
    if (!rows || rows->as_list().size() != runs) return false;
    const Record& row = rows->as_list()[0].as_record();
    last = row.find("code")->to_text() + " " + row.find("state")->to_text();
    return true;
  });
  return last;
}

/// The parent goes alone: its group has the shim and the program, too.
void end_parent(StartedProgram& parent, int signal) {
  ::kill(parent.pid(), signal);
  CHECK(parent.next_state() == "signal " + std::to_string(signal));
}

}  // namespace

TEST_CASE("a build whose parent is killed goes on, and its lease ends with it", "[killed_parent]") {
  for (const int signal : kSignals) {
    INFO("signal " << signal);
    ShimWorld world(ShimWorld::Cargo::script);
    world.run_as(kProgram);
    StartedProgram parent(world, parent_of_build());
    const auto shim = process_in(parent.line());
    StartedProgram next(world, {world.shim(), "build"});
    REQUIRE(has_now(world, 1, 1));
    end_parent(parent, signal);
    CHECK(has_now(world, 1, 1));
    CHECK(gate::is_alive(shim));
    tell_to_go_on(world);
    CHECK(parent.rest() == "end\n");  // and no code of a shell
    CHECK_FALSE(next.line().empty());
    CHECK(comes_true([&] { return !gate::is_alive(shim); }));
    CHECK(next.rest() == "end\n");
    CHECK(next.next_state() == "exit 3");
    CHECK(last_of(world, 2) == "3 failed");
  }
}

TEST_CASE("a build that waits when its parent is killed keeps its place and runs",
          "[killed_parent]") {
  for (const int signal : kSignals) {
    INFO("signal " << signal);
    ShimWorld world(ShimWorld::Cargo::script);
    world.run_as(kProgram);
    StartedProgram holder(world, {world.shim(), "build"});
    REQUIRE_FALSE(holder.line().empty());
    StartedProgram parent(world, parent_of_build());
    REQUIRE(has_now(world, 1, 1));
    end_parent(parent, signal);
    CHECK(has_now(world, 1, 1));
    tell_to_go_on(world);
    CHECK(holder.next_state() == "exit 3");
    const auto shim = parent.line();
    CHECK_FALSE(shim.empty());
    CHECK(parent.rest() == "end\n");
    CHECK(last_of(world, 2) == "3 failed");
    CHECK(has_now(world, 0, 0));
  }
}

TEST_CASE("a real build whose parent is killed is built to its end", "[killed_parent][cargo]") {
  if (!test::has_cargo()) return;
  ShimWorld world(ShimWorld::Cargo::real);
  world.set("GATE_BAND", "focus");  // a busy machine starves the other
  std::ofstream(world.directory() / "build.rs")
      << "fn main() { std::fs::write(\"at-work\", \"x\").unwrap();\n"
         "  let is_there = |file| std::path::Path::new(file).exists();\n"
         "  while !is_there(\"go\") && is_there(\"build.rs\") {\n"
         "    std::thread::sleep(std::time::Duration::from_millis(10)); } }\n";
  StartedProgram parent(world, parent_of_build());
  REQUIRE(comes_true([&] { return fs::exists(world.directory() / "at-work"); }));
  REQUIRE(has_now(world, 1, 0));
  end_parent(parent, SIGKILL);
  CHECK(has_now(world, 1, 0));
  tell_to_go_on(world);
  CHECK(parent.rest() == "");
  CHECK(fs::exists(world.directory() / "target/debug/tool"));
  CHECK(last_of(world, 1) == "0 done");
  CHECK(has_now(world, 0, 0));
}

TEST_CASE("nobody who reads what the gate says keeps no command from running", "[killed_parent]") {
  ShimWorld world(ShimWorld::Cargo::script);
  world.set("GATE_MAX_WAIT", "nonsense");  // of which it says something at once
  world.run_as("echo done; exit 3");
  StartedProgram program(world, {world.shim(), "build"}, [] {
    int ends[2];
    if (::pipe(ends) != 0) return;
    ::close(ends[0]);
    ::dup2(ends[1], STDERR_FILENO);
  });
  CHECK(program.rest() == "done\n");
  CHECK(program.next_state() == "exit 3");
}

TEST_CASE("a stopped build whose shell is killed ends by the kernel's HUP", "[killed_parent]") {
  ShimWorld world(ShimWorld::Cargo::script);
  world.run_as("echo $PPID > shim; mv shim pid; kill -TSTP $$; echo on > on");
  const std::vector<std::string> environment = world.environment();
  // A shell with job control: it leads a session and its jobs have groups of their own.
  GateChild shell([&](int tell) {
    ::setsid();
    const pid_t job = ::fork();
    if (job == 0) {
      ::setpgid(0, 0);
      ::signal(SIGHUP, SIG_DFL);
      ::signal(SIGTSTP, SIG_DFL);
      if (::chdir(world.directory().c_str()) != 0) ::_exit(125);
      std::vector<char*> variables;
      for (const std::string& each : environment)
        variables.push_back(const_cast<char*>(each.c_str()));
      variables.push_back(nullptr);
      const std::string shim = world.shim();
      char* const words[] = {const_cast<char*>(shim.c_str()), const_cast<char*>("build"), nullptr};
      ::execve(shim.c_str(), words, variables.data());
      ::_exit(126);
    }
    int status = 0;
    while (::waitpid(job, &status, WUNTRACED) < 0 && errno == EINTR) {
    }
    (void)!::write(tell, WIFSTOPPED(status) ? "s" : "x", 1);
    for (;;) ::pause();
  });
  REQUIRE(shell.hear() == 's');
  std::string line;
  std::getline(std::ifstream(world.directory() / "pid"), line);
  const auto shim = process_in(line);
  CHECK(has_now(world, 1, 0));
  shell.signal(SIGKILL);
  shell.wait();
  CHECK(comes_true([&] { return !gate::is_alive(shim); }));
  CHECK(last_of(world, 1) == "129 failed");
  CHECK(has_now(world, 0, 0));
  CHECK_FALSE(fs::exists(world.directory() / "on"));
}
