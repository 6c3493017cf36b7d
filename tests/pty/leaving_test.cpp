// Leaving a shell that has live jobs, and losing its terminal.
#include <signal.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "pty/pty_session.h"

using namespace weir::test;

namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// It runs, and has looked at the terminal: before, it would end when that goes away.
void wait_for_report(PtySession& shell) {
  shell.wait_for("the program", [&] {
    const std::string report = text_of(shell.home() / "report");
    return !report.empty() && report.back() == '\n';
  });
  std::filesystem::remove(shell.home() / "report");
}

/// A program that stays, in the background; gives its pid.
pid_t start_job(PtySession& shell, const std::string& before = "") {
  shell.run("mkfifo gate 2>/dev/null; " + before + "tty_report --stay gate >report & echo $! >pid");
  wait_for_report(shell);
  pid_t pid = 0;
  std::ifstream(shell.home() / "pid") >> pid;
  REQUIRE(pid > 0);
  return pid;
}

/// Who waits for somebody to open the other end goes on; it may be gone before anything is written.
void open_gate(PtySession& shell) { const std::ofstream writer(shell.home() / "gate"); }

bool is_gone(pid_t pid) {
  const char state = process_state(pid);
  return state == '-' || state == 'Z';
}

constexpr const char* kQuestion = "[s]tay?";

}  // namespace

TEST_CASE("without jobs, or with disowned ones, nothing is asked", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  SECTION("without") {}
  SECTION("a disowned one") {
    start_job(shell);
    shell.run("disown");
  }
  SECTION("a subshell") {
    start_job(shell);
    CHECK(shell.run("(exit 3)") == 3);
    shell.run("kill %1");
  }
  shell.send("exit 4" + keys::enter);
  CHECK(shell.wait_end() == "4");
  CHECK(shell.all_text().find(kQuestion) == std::string::npos);
}

TEST_CASE("exit and Ctrl-D with live jobs ask one question, and what means no stays", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const pid_t job = start_job(shell);
  const std::string leave = GENERATE(std::string("exit\r"), keys::ctrl('D'));
  const std::string no = GENERATE(std::string("s"), keys::enter, keys::escape, keys::ctrl('C'));
  shell.send(leave);
  shell.wait_screen(kQuestion);
  CHECK(shell.count_on_screen("1 job has not ended:") == 1);
  CHECK(shell.count_on_screen(" %1 running  ") == 1);
  shell.send("x" + no);  // a key that is no answer is none
  shell.wait_prompt();
  CHECK(shell.run("test $? = 1") == 0);
  CHECK_FALSE(is_gone(job));
  CHECK(shell.count_on_screen(kQuestion) == 1);
}

TEST_CASE("kill ends all jobs with all that they have started", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const pid_t program = start_job(shell);
  shell.run(
      "f() { tty_report --stay gate >/dev/null & "
      "echo $! >inner; wait; echo never; }");
  shell.run("{ f | cat; } &");
  shell.wait_for("the inner program", [&] { return !text_of(shell.home() / "inner").empty(); });
  const pid_t inner = std::stoi(text_of(shell.home() / "inner"));
  shell.send("exit 7" + keys::enter);
  shell.wait_screen(kQuestion);
  CHECK(shell.count_on_screen("3 jobs have not ended:") == 1);
  shell.send("k");
  CHECK(shell.wait_end() == "7");
  CHECK(shell.count_on_screen("3 jobs killed") == 1);
  CHECK(is_gone(program));
  CHECK(is_gone(inner));
}

TEST_CASE("wait leaves when the jobs have ended", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.run("mkfifo gate; { : <gate; exit 5; } &");
  shell.send("exit" + keys::enter);
  shell.wait_screen(kQuestion);
  shell.send("w");
  shell.wait_screen("waiting for 1 job (Ctrl-C: back to the prompt)");
  open_gate(shell);
  CHECK(shell.wait_end() == "0");
  CHECK(shell.count_on_screen("%1 failed 5") == 1);
  CHECK(shell.count_on_screen("waiting for") == 0);
}

TEST_CASE("what jobs write does not scroll the question away", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.run("mkfifo gate; { read x <gate; : >seen; echo said-$x; read y <gate; } &");
  shell.send("exit\r");
  shell.wait_screen(kQuestion);
  std::ofstream(shell.home() / "gate") << "it\n";
  shell.wait_for("the job", [&] { return std::filesystem::exists(shell.home() / "seen"); });
  shell.send("w");
  shell.wait_screen("said-it");
  shell.wait_screen("waiting for 1 job");
  const std::string screen = shell.screen();
  CHECK(screen.find(std::string(kQuestion) + " wait") < screen.find("said-it\n"));
  std::ofstream(shell.home() / "gate") << "end\n";
  CHECK(shell.wait_end() == "0");
}

TEST_CASE("Ctrl-C at wait comes back to the prompt and kills nothing", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const pid_t job = start_job(shell);
  shell.send("exit" + keys::enter);
  shell.wait_screen(kQuestion);
  shell.send("w");
  shell.wait_screen("waiting for 1 job");
  shell.send(keys::ctrl('C'));
  shell.wait_prompt();
  CHECK(shell.run("test $? = 1") == 0);
  CHECK_FALSE(is_gone(job));
}

TEST_CASE("a job that is stopped cannot be waited for, and is named", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  start_job(shell);
  shell.run("kill -STOP %1; set -o exit-jobs=wait");
  shell.send("exit" + keys::enter);
  shell.wait_screen("[s]tay?");  // the answer from before would keep the shell for ever
  shell.send("w");
  shell.wait_screen("weir: %1 is stopped");
  shell.wait_prompt();
}

TEST_CASE("exit-jobs answers the question before it is asked", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const pid_t job = start_job(shell);
  SECTION("kill") {
    shell.run("set -o exit-jobs=kill");
    shell.send(keys::ctrl('D'));
    CHECK(shell.wait_end() == "0");
    CHECK(is_gone(job));
  }
  SECTION("wait") {
    shell.run("set -o exit-jobs=wait");
    shell.send(keys::ctrl('D'));
    shell.wait_screen("waiting for 1 job");
    open_gate(shell);
    CHECK(shell.wait_end() == "0");
  }
  CHECK(shell.count_on_screen(kQuestion) == 0);
}

TEST_CASE("exit-jobs=stay stays and says how to leave", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  const pid_t job = start_job(shell);
  shell.run("set -o exit-jobs=stay");
  constexpr const char* kStays = "weir: %1 has not ended: `exit` again kills it";
  shell.send(keys::ctrl('D'));
  shell.wait_screen(kStays);
  shell.wait_prompt();
  CHECK(shell.run("[[ $? == 1 && $LINENO == 3 ]] && clear") == 0);  // they go on
  const auto stays = [&] {
    shell.send("exit" + keys::enter);
    shell.wait_screen(kStays);
    shell.wait_prompt();
  };
  stays();  // not right behind
  CHECK_FALSE(is_gone(job));
  SECTION("exit again") { shell.send("exit" + keys::enter); }
  SECTION("or Ctrl-D") { shell.send(keys::ctrl('D')); }
  SECTION("not behind another entry") {
    shell.run("clear");
    shell.send(keys::ctrl('D'));
    shell.wait_screen(kStays);
    shell.wait_prompt();
    CHECK_FALSE(is_gone(job));
    shell.send(keys::ctrl('D'));
  }
  shell.wait_end();
  CHECK(is_gone(job));
  CHECK(shell.count_on_screen(kQuestion) == 0);
}

TEST_CASE("with the plain editor the answer is a line", "[pty]") {
  PtySession shell({.arguments = {"--editor=dumb"}});
  shell.wait_line("$");
  shell.send("sleep 1000 &\n");
  shell.wait_line("$");
  shell.send(keys::ctrl('D'));
  shell.wait_screen(kQuestion);
  CHECK(shell.screen().find("$\n1 job has not ended") != std::string::npos);
  SECTION("stay") {
    shell.send("\n");
    shell.wait_line("$");
    shell.send("echo status $?\n");
    shell.wait_screen("status 1");
  }
  SECTION("Ctrl-C") {
    shell.send(keys::ctrl('C'));
    shell.wait_line("$");
  }
  SECTION("kill") {
    shell.send("kill\n");
    CHECK(shell.wait_end() == "0");
    CHECK(shell.count_on_screen("killed") == 1);
  }
}

TEST_CASE("the hang-up of the terminal ends the shell and its jobs, and keeps the history",
          "[pty]") {
  const std::string editor = GENERATE(std::string("--norc"), std::string("--editor=dumb"));
  PtySession shell({.arguments = {editor}});
  shell.wait_line("$");
  shell.send("mkfifo gate; tty_report --stay gate >report & echo $! >pid\r");
  wait_for_report(shell);
  shell.wait_for("the job", [&] { return !text_of(shell.home() / "pid").empty(); });
  const pid_t job = std::stoi(text_of(shell.home() / "pid"));
  SECTION("at the prompt") {}
  SECTION("while an entry runs") {
    shell.send("echo b''egins; wait\r");
    shell.wait_screen("begins");
  }
  SECTION("while the question waits") {
    shell.send("exit\r");
    shell.wait_screen(kQuestion);
  }
  SECTION("while it waits for the jobs") {
    shell.send("set -o exit-jobs=wait; exit\r");
    shell.wait_screen("waiting for 1 job");
  }
  shell.close_terminal();
  CHECK(shell.wait_end() == "signal 1");
  CHECK(is_gone(job));
  if (editor == "--norc") {
    const std::string history = text_of(shell.home() / ".local/state/weir/history");
    CHECK(history.find("mkfifo gate") != std::string::npos);
  }
}

TEST_CASE("a job that ignores the hang-up, and one that is disowned, live on after it", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  pid_t job = 0;
  SECTION("nohup") { job = start_job(shell, "nohup "); }
  SECTION("disown") {
    job = start_job(shell);
    shell.run("disown");
  }
  const pid_t other = start_job(shell);
  shell.close_terminal();
  CHECK(shell.wait_end() == "signal 1");
  CHECK(is_gone(other));
  CHECK_FALSE(is_gone(job));
  ::kill(job, SIGKILL);
}

TEST_CASE("what ignores the hang-up goes on wherever it was started, with a reader of its output",
          "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.run("mkfifo gate; echo 'echo first; echo $$ >pid; : <gate; echo second; exit 3' >program");
  const std::string program = "nohup sh program";
  const std::string of_shell = "killed\",\"code\":129,";  // its part of the job was hung up
  std::string state = "failed\",\"code\":3,";
  bool has_terminal = false;  // then nohup itself sends the output to a file
  SECTION("in the foreground") {
    shell.enter(program);
    has_terminal = true;
  }
  SECTION("in the foreground, with more of the entry to come") {
    shell.enter("{ " + program + "; echo never >never; }; echo never >never");
    state = of_shell;
    has_terminal = true;
  }
  SECTION("in the background") { shell.run(program + " &"); }
  SECTION("in the background, with more of the job to come") {
    shell.run("{ " + program + "; echo never >never; } &");
    state = of_shell;
  }
  SECTION("started by a program that ends") {
    shell.run("sh -c '" + program + "; echo never >never' &");
    state = of_shell;
  }
  SECTION("stopped") {
    shell.run("{ " + program + "; echo never >never; } &");
    state = of_shell;
    shell.wait_for("the program", [&] { return !text_of(shell.home() / "pid").empty(); });
    shell.run("kill -STOP %1");
  }
  shell.wait_for("the program", [&] { return !text_of(shell.home() / "pid").empty(); });
  const pid_t pid = std::stoi(text_of(shell.home() / "pid"));
  shell.close_terminal();
  CHECK(shell.wait_end() == "signal 1");
  CHECK_FALSE(is_gone(pid));
  open_gate(shell);
  const auto written = [&] {
    if (has_terminal) return text_of(shell.home() / "nohup.out");
    for (const auto& file :
         std::filesystem::directory_iterator(shell.home() / ".local/state/weir/jobs")) {
      if (file.path().string().ends_with(".1.out")) return text_of(file.path());
    }
    return std::string();
  };
  shell.wait_for("what it writes", [&] { return written().ends_with("first\nsecond\n"); });
  shell.wait_for("its end", [&] { return is_gone(pid); });
  CHECK_FALSE(std::filesystem::exists(shell.home() / "never"));
  shell.wait_for("its record", [&] {
    for (const auto& file :
         std::filesystem::directory_iterator(shell.home() / ".local/state/weir/jobs")) {
      if (text_of(file.path()).find("\"state\":\"" + state) != std::string::npos) return true;
    }
    return false;
  });
}

TEST_CASE("a terminal that goes ends what is in front and behind, with a trap on HUP, too",
          "[pty]") {
  const std::string front = GENERATE("sleep 1000", "while true; do sleep 0.01; done");
  INFO(front);
  PtySession shell;
  shell.wait_prompt();
  shell.run("trap 'echo trapped >>trapped' HUP");
  shell.run("/bin/sleep 1000 & echo $! >pid");
  const pid_t behind = std::stoi(text_of(shell.home() / "pid"));
  shell.send("echo >begun; " + front + "\r");
  shell.wait_for("the entry", [&] { return std::filesystem::exists(shell.home() / "begun"); });
  shell.close_terminal();
  CHECK(shell.wait_end() == "signal 1");
  CHECK(text_of(shell.home() / "trapped") == "trapped\n");
  shell.wait_for("the end of the job", [&] { return is_gone(behind); });
}

TEST_CASE("a trap on HUP is run; the terminal that is gone still ends the shell", "[pty]") {
  PtySession shell;
  shell.wait_prompt();
  shell.run("trap 'echo trapped >>trapped' HUP");
  CHECK(shell.run("kill -HUP $$; true") == 0);
  CHECK(text_of(shell.home() / "trapped") == "trapped\n");
  shell.close_terminal();
  CHECK(shell.wait_end() == "signal 1");
  CHECK(text_of(shell.home() / "trapped") == "trapped\ntrapped\n");
}
