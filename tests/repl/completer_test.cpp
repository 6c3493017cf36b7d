#include "repl/completer.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>

#include "kernel/kernel.h"
#include "kernel/shell.h"
#include "scheduler/job_record.h"
#include "scheduler/process_tree.h"
#include "support/gate_home.h"

using namespace weir;
using repl::Candidate;
using repl::Completions;

namespace {

// A shell in a directory of its own, whose PATH is the directory `bin` in it.
class Typist {
 public:
  Typist()
      : commands_(kernel_.context().shell.loop, [] {}), completer_(kernel_.context(), commands_) {
    char name[] = "/tmp/weir-completer-XXXXXX";
    directory_ = ::mkdtemp(name);
    run("cd " + directory_ + "; mkdir -p bin sub; PATH=" + directory_ + "/bin");
  }
  ~Typist() {
    kernel_.context().shell.loop.run(commands_.join());
    std::filesystem::remove_all(directory_);
  }

  void run(const std::string& text) {
    const ExecResult result = kernel_.execute("/bin/true; export PATH=/usr/bin:/bin; " + text);
    INFO(result.err);
    REQUIRE(result.code == 0);
    REQUIRE(kernel_.execute("PATH=" + directory_ + "/bin").code == 0);
  }
  void make_file(const std::string& name, bool is_executable = false) {
    std::ofstream(directory_ + "/" + name) << "#!/bin/sh\n";
    if (is_executable) REQUIRE(::chmod((directory_ + "/" + name).c_str(), 0755) == 0);
  }

  void make_directory(const std::string& name) {
    std::filesystem::create_directory(directory_ + "/" + name);
  }

  const std::string& directory() const { return directory_; }
  std::vector<const kernel::Builtin*> builtins() { return kernel_.context().shell.builtins.all(); }

  void mark_stopped(int job) {
    kernel_.context().shell.jobs.find(job)->state = scheduler::JobState::stopped;
  }

  // `behind` stands behind the cursor.
  Completions complete(const std::string& text, const std::string& behind = {}) {
    auto& loop = kernel_.context().shell.loop;
    return loop.run(completer_.complete({text + behind, text.size(), {}}));
  }
  // The text after the first candidate was settled on.
  std::string settled(std::string text, const std::string& behind = {}) {
    const Completions found = complete(text, behind);
    if (found.candidates.empty()) return "nothing";
    const Candidate& first = found.candidates.front();
    return text.replace(found.replaced.begin, found.replaced.end - found.replaced.begin,
                        first.text + first.suffix) +
           behind;
  }
  std::string all(const std::string& text) {
    std::string names;
    for (const Candidate& candidate : complete(text).candidates) names += candidate.text + " ";
    return names;
  }
  std::string description(const std::string& text) {
    const Completions found = complete(text);
    return found.candidates.empty() ? "nothing" : found.candidates.front().description;
  }

 private:
  std::string directory_;
  Kernel kernel_;
  repl::CommandIndex commands_;
  repl::Completer completer_;
};

}  // namespace

TEST_CASE("commands come from builtins, functions, aliases, keywords and PATH", "[completion]") {
  Typist typist;
  typist.make_file("bin/zz-program", true);
  typist.make_file("bin/zz-text");
  typist.run("zz-function() { :; }; alias zz-alias='echo x'");
  CHECK(typist.all("zz-") == "zz-alias zz-function zz-program ");
  CHECK(typist.all("dirn") == "dirname ");
  CHECK(typist.all("unti") == "until ");
  CHECK(typist.description("zz-al") == "alias: echo x");
}

TEST_CASE("a command that is new in PATH is found by the next completion", "[completion]") {
  Typist typist;
  CHECK(typist.all("zz-") == "");
  typist.make_file("bin/zz-new", true);
  CHECK(typist.all("zz-") == "zz-new ");
}

TEST_CASE("files are quoted as the word has begun, directories go on", "[completion]") {
  Typist typist;
  typist.make_file("a file");
  typist.make_file(".hidden");
  typist.make_file("sub/inner");
  CHECK(typist.settled("cat a") == "cat a\\ file ");
  CHECK(typist.settled("cat 'a") == "cat 'a file' ");
  CHECK(typist.settled("cat \"a") == "cat \"a file\" ");
  CHECK(typist.settled("cat $'a") == "cat $'a file' ");
  CHECK(typist.settled("cat ./\"a") == "cat ./\"a file\" ");
  CHECK(typist.settled("cat \"su") == "cat \"sub/");
  CHECK(typist.settled("cat \"su\"") == "cat sub/");
  CHECK(typist.settled("x=\"/none:a") == "x=\"/none:a file\" ");
  CHECK(typist.settled("cat \"./a") == "cat \"./a file\" ");
  CHECK(typist.settled("cat su") == "cat sub/");
  CHECK(typist.settled("cat sub/i") == "cat sub/inner ");
  CHECK(typist.settled("cat < sub/i") == "cat < sub/inner ");
  CHECK(typist.settled("x=sub/i") == "x=sub/inner ");
  CHECK(typist.settled("cat .h") == "cat .hidden ");
  CHECK(typist.all("cat ") == "a\\ file bin sub ");
  CHECK(typist.all("cd ") == "bin sub ");
}

TEST_CASE("a file that looks like a flag is given as a pattern gives it", "[completion]") {
  Typist typist;
  typist.make_file("-n");
  typist.make_file("sub/-m");
  CHECK(typist.settled("ls -") == "ls ./-n ");
  CHECK(typist.settled("ls '-") == "ls './-n' ");
  CHECK(typist.all("cat ") == "./-n bin sub ");
  CHECK(typist.settled("cat sub/") == "cat sub/-m ");
  CHECK(typist.settled("cat ./-") == "cat ./-n ");
  CHECK(typist.settled("cat < -") == "cat < -n ");
  CHECK(typist.settled("x=-") == "x=-n ");
}

TEST_CASE("behind -- there are no flags", "[completion]") {
  Typist typist;
  typist.run("unused() { :; }");
  typist.make_file("-dash");
  CHECK(typist.settled("cat -- -") == "cat -- ./-dash ");
  CHECK(typist.all("cat -- --h") == "");
  CHECK(typist.settled("cat --h") == "cat --help ");
  CHECK(typist.settled("head -n 1 -- -") == "head -n 1 -- ./-dash ");
  CHECK(typist.settled("head -- -n su") == "head -- -n sub/");
  CHECK(typist.settled("head -- su") == "head -- sub/");
  CHECK(typist.settled("sudo cat -- -") == "sudo cat -- ./-dash ");
  CHECK(typist.all("sudo -- --hel") == "");
  CHECK(typist.all("unset -- -f unus") == "");
}

TEST_CASE("a flag whose value only running could tell takes no next word", "[completion]") {
  Typist typist;
  CHECK(typist.settled("head -$n su") == "head -$n sub/");
  CHECK(typist.settled("head -n5 su") == "head -n5 sub/");
  CHECK(typist.all("read -rd su") == "");
}

TEST_CASE("files are completed behind = where nothing better is known", "[completion]") {
  Typist typist;
  typist.make_file("dol$lar.txt");
  typist.make_file("sub/inner");
  typist.make_file("a=b");
  CHECK(typist.settled("dd if=dol") == "dd if=dol\\$lar.txt ");
  CHECK(typist.settled("dd 'if=dol") == "dd 'if=dol$lar.txt' ");
  CHECK(typist.settled("dd if='dol") == "dd if='dol$lar.txt' ");
  CHECK(typist.settled("dd if=f1 of=DOL") == "dd if=f1 of=dol\\$lar.txt ");
  CHECK(typist.settled("dd if=sub/") == "dd if=sub/inner ");
  CHECK(typist.settled("dd if=./sub/i") == "dd if=./sub/inner ");
  CHECK(typist.settled("dd if=a=") == "dd if=a=b ");
  CHECK(typist.settled("dd a=") == "dd a=b ");
  CHECK(typist.settled("cc -DX=if=dol") == "cc -DX=if=dol\\$lar.txt ");
  CHECK(typist.settled("cat --foo=dol") == "cat --foo=dol\\$lar.txt ");
  CHECK(typist.settled("cat x=dol") == "cat x=dol\\$lar.txt ");
  CHECK(typist.settled("tar --file=dol") == "tar --file=dol\\$lar.txt ");
  CHECK(typist.settled("make --prefix=su") == "make --prefix=sub/");
  CHECK(typist.settled("env X=dol") == "env X=dol\\$lar.txt ");
  CHECK(typist.all("gate pause --band=dol") == "");
  CHECK(typist.all("jobs --json=dol") == "");
  CHECK(typist.all("dd if=~/") == "");
  typist.run("pair='if=d'");
  CHECK(typist.all("dd ${pair}ol") == "");
  typist.run("complete -w up server");
  CHECK(typist.all("server --file=dol") == "");
}

TEST_CASE("a quote that ends behind the cursor is not ended there", "[completion]") {
  Typist typist;
  typist.make_file("semi;colon");
  CHECK(typist.settled("cat \"sem", "X\" dol") == "cat \"semi;colonX\" dol");
  CHECK(typist.settled("cat 'sem", "'") == "cat 'semi;colon'");
  CHECK(typist.settled("cat \"./sem", "\"") == "cat \"./semi;colon\"");
  CHECK(typist.settled("cat \"su", "\"") == "cat \"sub/\"");
  CHECK(typist.settled("cat \"sem", " \"a b\"") == "cat \"semi;colon\"  \"a b\"");
  typist.run("zz_record={port: 80}");
  CHECK(typist.settled("echo ${zz_record['po", "']}") == "echo ${zz_record['port']}");
}

TEST_CASE("what only differs in case, then what holds the text, is found after prefixes",
          "[completion]") {
  Typist typist;
  typist.make_file("README");
  typist.make_file("my-readme");
  CHECK(typist.all("cat rea") == "README ");
  CHECK(typist.all("cat y-re") == "my-readme ");
}

TEST_CASE("flags of builtins have descriptions, and their values kinds", "[completion]") {
  Typist typist;
  CHECK(typist.all("abbr --rem") == "--remove ");
  CHECK(typist.description("abbr --rem") == "remove those named");
  CHECK(typist.all("kill -s HU") == "HUP ");
  CHECK(typist.all("set -o pipef") == "pipefail ");
  CHECK(typist.all("sudo -E abbr --rem") == "--remove ");
}

TEST_CASE("variables show a glimpse of their values, keys those of the record", "[completion]") {
  Typist typist;
  typist.run("zz_name='some text'; zz_record={port: 80, host: {name: web}}");
  CHECK(typist.settled("echo $zz_n") == "echo $zz_name");
  CHECK(typist.description("echo $zz_n") == "some text");
  CHECK(typist.settled("echo ${zz_record[po") == "echo ${zz_record[port]");
  CHECK(typist.description("echo ${zz_record[po") == "80");
  CHECK(typist.settled("echo ${zz_record[host][n") == "echo ${zz_record[host][name]");
}

TEST_CASE("jobs of other shells are offered where they are taken", "[completion]") {
  Typist typist;
  const std::string records = typist.directory() + "/weir/jobs";
  typist.run("export XDG_STATE_HOME=" + typist.directory() + "; mkdir -p weir/jobs");
  // Of a process that lives and is another one.
  scheduler::ShellRecord shell = scheduler::this_shell(records, -1);
  const pid_t other = ::getppid();
  shell.pid = other;
  shell.start = scheduler::find_process(other)->start_time;
  shell.terminal = "/dev/pts/3";
  scheduler::JobRecord job;
  job.id = 1;
  job.command = "make all";
  job.started_ms = 1000;
  scheduler::JobRecord ended = job;
  ended.id = 2;
  ended.state = scheduler::JobState::failed;
  ended.finished_ms = std::numeric_limits<int64_t>::max() / 2;
  ended.is_detached = true;
  ended.out = records + "/out";
  std::ofstream(fmt::format("{}/{}-{}.jobs", records, shell.pid, shell.start))
      << scheduler::shell_line(shell) << scheduler::job_line_of(job)
      << scheduler::job_line_of(ended);

  const std::string first = fmt::format("{}.1 ", other);
  const std::string second = fmt::format("{}.2 ", other);
  typist.run("sleep 1000 &");
  CHECK(typist.all("kill ") == "%1 " + first);
  CHECK(typist.all("wait ") == "%1 " + first);
  CHECK(typist.all("jobs -o ") == "%1 " + second);
  CHECK(typist.all("jobs --output=") == "%1 " + second);
  CHECK(typist.all("kill %") == "%1 ");
  CHECK(typist.all("fg ") == "%1 ");
  CHECK(typist.all("jobs ") == "%1 ");
  CHECK(typist.settled(fmt::format("kill {}", other)) == "kill " + first);
  CHECK(typist.description(fmt::format("kill {}", other)) == "running  pts/3  make all");
  CHECK(typist.description(fmt::format("jobs -o {}", other)) == "failed  detached  make all");
  typist.run("kill %1");
}

TEST_CASE("jobs that have ended are offered where they mean something", "[completion]") {
  Typist typist;
  typist.run("true & wait; sleep 1000 & sleep 1000 & sleep 1000 &");
  typist.mark_stopped(3);
  CHECK(typist.all("wait %") == "%1 %2 %3 %4 ");
  CHECK(typist.all("jobs %") == "%1 %2 %3 %4 ");
  CHECK(typist.all("kill %") == "%2 %3 %4 ");
  CHECK(typist.all("disown %") == "%2 %3 %4 ");
  CHECK(typist.all("fg %") == "%3 %2 %4 ");
  CHECK(typist.all("bg ") == "%3 %2 %4 ");
  typist.run("kill -9 %2 %3 %4; wait || :");
}

TEST_CASE("registered completions replace files, and a function emits rows", "[completion]") {
  Typist typist;
  typist.make_file("start-file");
  typist.run("complete -w 'start stop' server");
  CHECK(typist.all("server st") == "start stop ");
  typist.run("_words() { echo \"$1-$2-$3\"; echo noise >&2; }; complete -f _words deploy");
  CHECK(typist.all("deploy now ") == "deploy-now- ");
  CHECK(typist.all("deploy $HOME ") == "deploy-\\$HOME- ");
  typist.run(
      "_rows() { echo '{\"value\": \"web\", \"description\": \"the site\"}' | fromjson; }; "
      "complete -f _rows release");
  CHECK(typist.all("release ") == "web ");
  CHECK(typist.description("release w") == "the site");
}

TEST_CASE("a completion that was given up has no candidates", "[completion]") {
  Typist typist;
  loop::CancelSource source;
  source.cancel();
  Kernel kernel;
  repl::CommandIndex commands(kernel.context().shell.loop, [] {});
  repl::Completer completer(kernel.context(), commands);
  const auto found =
      kernel.context().shell.loop.run(completer.complete({"cat ", 4, source.token()}));
  CHECK(found.candidates.empty());
  kernel.context().shell.loop.run(commands.join());
}

TEST_CASE("an abbreviation expands in command position only", "[completion]") {
  kernel::TypingAids aids;
  aids.abbreviations["gco"] = "git checkout";
  CHECK(repl::expand_abbreviation(aids, {"gco", "gco", 0}) == "git checkout");
  CHECK(repl::expand_abbreviation(aids, {"gco", "true; gco", 6}) == "git checkout");
  CHECK(!repl::expand_abbreviation(aids, {"gco", "echo gco", 5}));
  CHECK(!repl::expand_abbreviation(aids, {"gc", "gc", 0}));
}

TEST_CASE("git's branches come before files where it takes them, each with its kind", "[repl]") {
  Typist typist;
  // A git that answers as the real one: the names alone are what the case is about.
  typist.run(
      "echo '#!/bin/sh\nprintf refs/heads/main\\\\nrefs/tags/v1\\\\nrefs/remotes/origin/next\\\\n' "
      "> bin/git; chmod +x bin/git");
  typist.make_file("make.txt");
  CHECK(typist.all("git checkout ") == "main origin/next v1 ");
  CHECK(typist.description("git checkout v") == "tag");
  CHECK(typist.description("git switch m") == "branch");
  CHECK(typist.description("git merge o") == "branch of a remote");
  CHECK(typist.all("git checkout mak") == "make.txt ");
  CHECK(typist.all("git diff ma") == "main make.txt ");
}

TEST_CASE("each flag and each command of every builtin is offered", "[completion]") {
  Typist typist;
  for (const kernel::Builtin* builtin : typist.builtins()) {
    const CommandSchema& schema = *builtin->schema;
    INFO(schema.name);
    const std::string flags = " " + typist.all(std::string(schema.name) + " -");
    for (const FlagSchema& flag : schema.flags) {
      const std::string name = flag.long_name.empty() ? std::string("-") + flag.short_name
                                                      : "--" + std::string(flag.long_name);
      CHECK(flags.find(" " + name + " ") != std::string::npos);
    }
    const size_t blank = schema.name.find(' ');
    if (blank == std::string_view::npos) continue;
    const std::string command(schema.name.substr(blank + 1));
    const std::string outer(schema.name.substr(0, blank + 1));
    CHECK(typist.settled(outer + command) == outer + command + " ");
    CHECK(typist.description(outer + command) == schema.summary);
  }
}

TEST_CASE("behind the gate's commands its leases, lanes and requesters", "[completion][gate]") {
  const test::GateHome home;
  Typist typist;
  CHECK(typist.all("gate why ") == "");  // and no daemon is started for it
  CHECK(home.daemon_pid() == 0);
  const auto acquire = [&home](std::string command, std::string lane) {
    return gate::Lease::acquire(test::gate_request(std::move(command), std::move(lane)),
                                home.lease_options());
  };
  const auto named = acquire("make all", "gpu");
  const auto path = acquire("ninja", typist.directory() + "/tree");
  REQUIRE(named);
  REQUIRE(path);
  CHECK(typist.all("gate why ") == "1 2 ");
  CHECK(typist.all("gate bump --json ") == "1 2 ");
  CHECK(typist.description("gate kill -s INT 1") == "running  tester  make all");
  CHECK(typist.settled("gate pause --lane g") == "gate pause --lane gpu ");
  CHECK(typist.settled("gate run --lane=g") == "gate run --lane=gpu ");
  CHECK(typist.settled("gate run --lane " + typist.directory() + "/t") ==
        "gate run --lane " + typist.directory() + "/tree ");
  CHECK(typist.settled("gate run --lane ./s") == "gate run --lane ./sub/");
  CHECK(typist.all("gate resume --requester ") == "me tester ");
  typist.run("/bin/sleep 60 &");
  CHECK(typist.all("gate kill ") == "%1 1 2 ");
  typist.run("kill %1; wait %1 || true");
}

TEST_CASE("words, bands and commands of their own", "[completion]") {
  Typist typist;
  CHECK(typist.settled("gate stat") == "gate status ");
  CHECK(typist.settled("gate pause --band f") == "gate pause --band focus ");
  CHECK(typist.all("gate pause --band=") == "bulk focus ");
  CHECK(typist.all("gate shim ") == "install remove status ");
  CHECK(typist.all("gate shim install ") == "");
  CHECK(typist.all("gate no-such ") == "");
  CHECK(typist.settled("gate run --lane x -- dirn") == "gate run --lane x -- dirname ");
  CHECK(typist.settled("gate run --la") == "gate run --lane ");
  CHECK(typist.settled("history d") == "history delete ");
  CHECK(typist.all("history delete ") == "");
  typist.run("complete -w 'up down' server; complete -w x other");
  CHECK(typist.all("complete -r ") == "other server ");
  CHECK(typist.settled("ulimit -n") == "ulimit -n ");
}

TEST_CASE("behind an alias, and behind flags of a wrapper, the inner command counts",
          "[completion]") {
  Typist typist;
  typist.run("alias j='jobs' js='j -r' s='sudo -u me'; complete -w 'up down' server");
  CHECK(typist.settled("js --jso") == "js --json ");
  CHECK(typist.settled("s dirn") == "s dirname ");
  CHECK(typist.all("s server ") == "down up ");
  CHECK(typist.all("sudo -u root server ") == "down up ");
  CHECK(typist.all("env -u A B=1 server ") == "down up ");
  CHECK(typist.all("nice -n 5 server ") == "down up ");
  CHECK(typist.all("timeout -k 5s 10s server ") == "down up ");
  CHECK(typist.settled("command server u") == "command server up ");
}

TEST_CASE("signals are completed as they are written", "[completion]") {
  Typist typist;
  CHECK(typist.settled("kill -TER") == "kill -TERM ");
  CHECK(typist.settled("kill -SIGTER") == "kill -SIGTERM ");
  CHECK(typist.settled("kill -s TER") == "kill -s TERM ");
  CHECK(typist.settled("kill -s SIGTER") == "kill -s SIGTERM ");
  CHECK(typist.settled("trap x SIGTER") == "trap x SIGTERM ");
  CHECK(typist.description("kill -TER") == "Terminated");
  CHECK(typist.all("kill -9 -TER") == "");
}

TEST_CASE("trap is offered what it can be set for, and unset -f functions", "[completion]") {
  Typist typist;
  typist.run("_fx() { :; }; _fy=1");
  CHECK(typist.all("trap x E") == "ERR EXIT ");
  CHECK(typist.all("trap x SIGC") == "SIGCONT ");
  CHECK(typist.all("trap x KIL") == "");
  CHECK(typist.all("trap x ").starts_with("ERR EXIT ABRT "));
  CHECK(typist.all("trap x RTMIN+1").starts_with("RTMIN+1 "));
  CHECK(typist.all("unset -f _f") == "_fx ");
  CHECK(typist.all("unset -v _f") == "_fy ");
}

TEST_CASE("hosts are completed behind a user, and before a colon", "[completion]") {
  Typist typist;
  typist.make_directory(".ssh");
  std::ofstream(typist.directory() + "/.ssh/config") << "Host build-box\n";
  typist.run("HOME=" + typist.directory());
  CHECK(typist.settled("ssh me@bui") == "ssh me@build-box ");
  CHECK(typist.settled("scp me@bui") == "scp me@build-box:");
  CHECK(typist.settled("scp build-b") == "scp build-box:");
  CHECK(typist.settled("scp su") == "scp sub/");
}

TEST_CASE("a name with a newline is one row, and is quoted", "[completion]") {
  Typist typist;
  typist.make_file("two\nlines");
  const Completions found = typist.complete("cat tw");
  REQUIRE(found.candidates.size() == 1);
  CHECK(found.candidates[0].text == "$'two\\nlines'");
  CHECK(found.candidates[0].label.find('\n') == std::string::npos);
}
