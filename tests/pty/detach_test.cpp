// Jobs that outlive their terminal, and what the next shell knows of them.
#include <signal.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "pty/pty_session.h"

using namespace weir::test;

namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool is_gone(pid_t pid) {
  const char state = process_state(pid);
  return state == '-' || state == 'Z';
}

/// What the records of all shells hold.
std::string records(const PtySession& shell) {
  std::string text;
  std::error_code missing;
  for (const auto& file :
       fs::directory_iterator(shell.home() / ".local/state/weir/jobs", missing)) {
    if (file.path().extension() == ".jobs") text += text_of(file.path());
  }
  return text;
}

void open_gate(const PtySession& shell) { const std::ofstream writer(shell.home() / "gate"); }

/// A compound job that stays until open_gate(); the pid of its program is in the file `pid`.
constexpr const char* kJob =
    "f() { echo begun; tty_report --stay gate >report & echo $! >pid; wait $!; "
    "sh -c 'exit 7' || echo failed $?; return 9; }; mkfifo gate; { f; exit $?; } &";

pid_t wait_for_job(PtySession& shell) {
  shell.wait_for("the job", [&] {
    return !text_of(shell.home() / "pid").empty() && !text_of(shell.home() / "report").empty();
  });
  return std::stoi(text_of(shell.home() / "pid"));
}

/// A weir in a bash, which is there when weir has ended.
class Nested {
 public:
  Nested() : shell({.program = {"/bin/bash", "--norc"}}) {
    shell.send("PS1='outer> '; PS2=\r");
    shell.wait_line("outer>");
    shell.send("PS1='inner> ' weir --norc\r");
    shell.wait_line("inner>");
  }
  /// In the outer shell; gives what it wrote.
  std::string run_outside(const std::string& command) {
    const std::string file = "result" + std::to_string(++count_);
    shell.send("{ " + command + "; } >" + file + " 2>&1; echo d''one " + std::to_string(count_) +
               "\r");
    shell.wait_screen("done " + std::to_string(count_));
    shell.wait_line("outer>");
    return text_of(shell.home() / file);
  }
  void detach() {
    shell.send("exit 4\r");
    shell.wait_screen("[s]tay?");
    shell.send("d");
    shell.wait_line("outer>");
  }
  /// "4711.N", as the records have it.
  std::string name_of(int job) {
    const std::string rows = run_outside("weir -c 'jobs --all --json'");
    std::smatch found;
    const std::regex name("\"id\":\"([0-9]+\\." + std::to_string(job) + ")\"");
    REQUIRE(std::regex_search(rows, found, name));
    return found[1];
  }

  PtySession shell;

 private:
  int count_ = 0;
};

}  // namespace

TEST_CASE("a detached function goes on, and the next shell has its output and its status",
          "[pty]") {
  Nested nested;
  nested.shell.send(std::string(kJob) + "\r");
  const pid_t program = wait_for_job(nested.shell);
  nested.detach();
  CHECK(nested.run_outside("echo $?") == "4\n");
  const std::string rows = nested.run_outside("weir -c 'jobs --all --json'");
  CHECK(rows.find("\"detached\":true") != std::string::npos);
  CHECK(rows.find("\"state\":\"running\"") != std::string::npos);
  CHECK_FALSE(is_gone(program));

  const std::string name = nested.name_of(1);
  CHECK(nested.run_outside("weir -c 'jobs -o " + name + "'") == "begun\n");
  open_gate(nested.shell);
  CHECK(nested.run_outside("weir -c 'wait " + name + "; echo status $?'") == "status 9\n");
  CHECK(nested.run_outside("weir -c 'jobs -o " + name + "'") == "begun\nfailed 7\n");
  CHECK(nested.run_outside("weir -c 'jobs --all | where id == \"" + name + "\" | get state code'")
            .find("failed") != std::string::npos);
}

TEST_CASE("a detached job is ended from the next shell, with all its programs", "[pty]") {
  Nested nested;
  nested.shell.send(std::string(kJob) + "\r");
  const pid_t program = wait_for_job(nested.shell);
  nested.detach();
  const std::string name = nested.name_of(1);
  const pid_t shell = std::stoi(name);
  CHECK(nested.run_outside("weir -c 'kill " + name + "'; echo $?") == "0\n");
  CHECK(is_gone(program));
  nested.shell.wait_for("the end of its shell", [&] { return is_gone(shell); });
  CHECK(nested.run_outside("weir -c 'kill " + name + "'; echo $?").find("has ended already\n1\n") !=
        std::string::npos);
}

TEST_CASE("TERM ends a detached shell with its jobs", "[pty]") {
  Nested nested;
  nested.shell.send(std::string(kJob) + "\r");
  const pid_t program = wait_for_job(nested.shell);
  nested.detach();
  const pid_t shell = std::stoi(nested.name_of(1));
  ::kill(shell, SIGTERM);
  nested.shell.wait_for("its end", [&] { return is_gone(shell) && is_gone(program); });
}

TEST_CASE("at the hang-up exit-jobs=detach lets jobs go on, with what they wrote", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.run("set -o exit-jobs=detach");
  shell.run(kJob);
  const pid_t program = wait_for_job(shell);
  shell.close_terminal();
  CHECK(shell.wait_end() == "signal 1");
  CHECK_FALSE(is_gone(program));
  open_gate(shell);
  shell.wait_for("the status", [&] {
    return records(shell).find("\"state\":\"failed\",\"code\":9") != std::string::npos;
  });
  CHECK(is_gone(program));
}

TEST_CASE("a disowned function goes on when its shell is left, and nothing is asked", "[pty]") {
  Nested nested;
  nested.shell.send(std::string(kJob) + "\r");
  const pid_t program = wait_for_job(nested.shell);
  nested.shell.send("disown -a\r");
  nested.shell.send("exit\r");
  nested.shell.wait_line("outer>");
  CHECK(nested.shell.all_text().find("[s]tay?") == std::string::npos);
  CHECK_FALSE(is_gone(program));
}

TEST_CASE("a job whose program writes to the terminal itself cannot be detached, and is named",
          "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.run("mkfifo gate");
  shell.enter("tty_report --stay gate");
  shell.wait_screen("tty_report: foreground");
  shell.send(keys::ctrl('Z'));
  shell.wait_command_end();
  shell.wait_prompt();
  shell.send(keys::ctrl('D'));
  shell.wait_screen("[k]ill it, [w]ait for it, [s]tay?");
  CHECK(shell.count_on_screen("%1 cannot go on without this terminal") == 1);
  shell.send("ds");  // d is no answer here
  shell.wait_screen("[s]tay? stay");
  shell.wait_prompt();
  CHECK(shell.run("set -o exit-jobs=detach; clear") == 0);
  shell.send(keys::ctrl('D'));
  shell.wait_screen("[k]ill it, [w]ait for it, [s]tay?");
  CHECK(shell.count_on_screen("%1 cannot go on without this terminal") == 1);
  shell.send("k");
  CHECK(shell.wait_end() == "0");
}

TEST_CASE("a loop that was stopped goes on when it is detached", "[pty]") {
  Nested nested;
  nested.shell.send("mkfifo gate; echo ma''de\r");
  nested.shell.wait_screen("made");
  nested.shell.wait_line("inner>");
  nested.shell.send("echo go''es; for i in 1 2; do : <gate; echo turn $i >>log; done; exit 3\r");
  nested.shell.wait_screen("goes");
  nested.shell.send(keys::ctrl('Z'));
  nested.shell.wait_line("inner>");
  nested.detach();
  open_gate(nested.shell);
  nested.shell.wait_for("the first turn",
                        [&] { return text_of(nested.shell.home() / "log") == "turn 1\n"; });
  open_gate(nested.shell);
  nested.shell.wait_for("the end", [&] {
    return records(nested.shell).find("\"state\":\"failed\",\"code\":3") != std::string::npos;
  });
}

TEST_CASE("a detached job that floods leaves the head, the tail and a count of the rest", "[pty]") {
  constexpr uintmax_t kMost = 16 * 1024 * 1024;
  Nested nested;
  nested.shell.send("mkfifo gate; echo ma''de\r");
  nested.shell.wait_screen("made");
  nested.shell.wait_line("inner>");
  const std::string flood = ": <gate; echo be''gun; yes line | head -c 60M; echo en''ded";
  SECTION("in the background") {
    nested.shell.send("{ " + flood + "; exit 3; } &\r");
    nested.shell.wait_line("inner>");
  }
  SECTION("from the foreground") {
    nested.shell.send("echo go''es; for i in 1; do " + flood + "; done; exit 3\r");
    nested.shell.wait_screen("goes");
    nested.shell.send(keys::ctrl('Z'));
    nested.shell.wait_line("inner>");
  }
  nested.detach();
  const std::string name = nested.name_of(1);
  open_gate(nested.shell);
  CHECK(nested.run_outside("weir -c 'wait " + name + "'; echo $?") == "3\n");
  for (const auto& file : fs::directory_iterator(nested.shell.home() / ".local/state/weir/jobs"))
    CHECK(file.file_size() <= kMost);
  const std::string text = nested.run_outside("weir -c 'jobs -o " + name + "'");
  CHECK(text.starts_with("begun\nline\nline\n"));
  CHECK(text.ends_with("\nline\nended\n"));
  CHECK(text.find(" bytes are left out here]") != std::string::npos);
}

// ---- the process in front --------------------------------------------------------------

TEST_CASE("the jobs of a shell that was killed are lost, and told so", "[pty]") {
  Nested nested;
  nested.shell.send(std::string(kJob) + "\r");
  wait_for_job(nested.shell);
  nested.shell.wait_for("both records", [&] {
    const std::string text = records(nested.shell);
    return text.find("\"id\":1") != std::string::npos && text.find("\"id\":2") != std::string::npos;
  });
  nested.shell.send("kill -9 $$\r");
  nested.shell.wait_line("outer>");
  CHECK(nested.run_outside("weir -c 'jobs --all' | cut -f2") == "lost\nlost\n");
}

TEST_CASE("who kills the shell's front hangs the shell up", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.run(kJob);
  const pid_t program = wait_for_job(shell);
  shell.run("echo $$ >shell");
  const pid_t inner = std::stoi(text_of(shell.home() / "shell"));
  CHECK(inner != shell.pid());
  SECTION("by HUP, as the terminal does") {
    ::kill(shell.pid(), SIGHUP);
    CHECK(shell.wait_end() == "signal 1");
  }
  SECTION("by KILL") {
    ::kill(shell.pid(), SIGKILL);
    CHECK(shell.wait_end() == "signal 9");
  }
  shell.wait_for("the end of the shell", [&] { return is_gone(inner) && is_gone(program); });
}

TEST_CASE("the front is not seen: PPID, TERM, and the end by a signal", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.run("echo $PPID >parent");
  CHECK(text_of(shell.home() / "parent") == std::to_string(::getpid()) + "\n");
  ::kill(shell.pid(), SIGTERM);  // an interactive shell does not end by it
  CHECK(shell.run("true") == 0);
  shell.send("kill -9 $$\r");
  CHECK(shell.wait_end() == "signal 9");
}

TEST_CASE("a program that the shell became is stopped and goes on with the front", "[pty]") {
  Nested nested;
  nested.shell.send("exec sh -c 'kill -STOP $$; tty_report; exit 5'\r");
  nested.shell.wait_line("outer>");
  nested.shell.send("fg\r");
  nested.shell.wait_screen("tty_report: foreground");
  nested.shell.wait_line("outer>");
  CHECK(nested.run_outside("echo $?") == "5\n");
}
