// The shim in front of the real cargo: nothing that a caller can see differs.
#include "gate/shim.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sys/stat.h>

#include <fstream>
#include <regex>
#include <sstream>

#include "gate/shim_world.h"
#include "support/cargo_workspace.h"
#include "support/paths.h"

using weir::test::ProgramEnd;
using weir::test::ShimWorld;

namespace fs = std::filesystem;

namespace {

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

/// Without what differs from run to run of the same command: times, hashes, and other users of the
/// machine's package cache.
std::string steady(const std::string& text) {
  static const std::regex kTime(R"([0-9.]+s\b)");
  static const std::regex kHash(R"(-[0-9a-f]{16}\b)");
  static const std::regex kCache(" *Blocking waiting for file lock on package cache\n");
  const std::string timeless = std::regex_replace(text, kTime, "TIME");
  return std::regex_replace(std::regex_replace(timeless, kHash, "-HASH"), kCache, "");
}

/// Both from the same state of the directory.
void check_same(const ShimWorld& world, const std::string& line, bool from_nothing = false) {
  INFO("cargo " << line);
  const auto fresh = [&] {
    if (from_nothing) fs::remove_all(world.directory() / "target");
  };
  fresh();
  const ProgramEnd plain = world.run(world.cargo(), words_of(line));
  fresh();
  const ProgramEnd behind = world.run(world.shim(), words_of(line));
  CHECK(steady(behind.out) == steady(plain.out));
  CHECK(steady(behind.err) == steady(plain.err));
  CHECK(behind.code == plain.code);
}

}  // namespace

TEST_CASE("weir is a shim by the name of cargo only", "[shim]") {
  CHECK(weir::gate::is_shim_name("cargo"));
  CHECK(weir::gate::is_shim_name("/some/where/cargo"));
  CHECK(weir::gate::is_shim_name(weir::gate::kRunName));
  CHECK_FALSE(weir::gate::is_shim_name("weir"));
  CHECK_FALSE(weir::gate::is_shim_name("/usr/bin/weir"));
  CHECK_FALSE(weir::gate::is_shim_name("-weir"));
  CHECK_FALSE(weir::gate::is_shim_name("cargo-weir"));
  CHECK_FALSE(weir::gate::is_shim_name(""));
}

TEST_CASE("what only answers is answered as by cargo itself", "[shim]") {
  if (!weir::test::has_cargo()) return;
  ShimWorld world(ShimWorld::Cargo::real);
  world.set("GATE_BAND", "focus");  // a busy machine starves the other
  for (const char* line :
       {"", "--version", "-V", "--list", "--help", "help check", "check --help", "--explain E0308",
        "metadata --no-deps --format-version=1", "locate-project", "pkgid", "tree", "nonsense",
        "version -v", "--bogus", "-C", "+", "-Z help"}) {
    check_same(world, line);
  }
  CHECK_FALSE(fs::exists(world.root() / "run/weir/gate.sock"));  // nobody was asked
}

TEST_CASE("builds behind the gate print and end as without it", "[shim][cargo]") {
  if (!weir::test::has_cargo()) return;
  ShimWorld world(ShimWorld::Cargo::real);
  world.set("GATE_BAND", "focus");  // a busy machine starves the other
  check_same(world, "check", true);
  check_same(world, "build", true);
  check_same(world, "build");
  check_same(world, "run -- one");
  check_same(world, "test", true);
  check_same(world, "check --message-format=json", true);
  check_same(world, "build -j1", true);
  check_same(world, "build --release", true);
  check_same(world, "clean --dry-run");
  check_same(world, "build --bogus");
  check_same(world, "check --message-format");
  check_same(world, "check -p missing");
  check_same(world, "test --test missing");
}

TEST_CASE("-j in all its forms makes cargo say nothing more", "[shim][cargo]") {
  if (!weir::test::has_cargo()) return;
  ShimWorld world(ShimWorld::Cargo::real);
  world.set("GATE_BAND", "focus");  // a busy machine starves the other
  for (const char* jobs : {"-j 1", "-j=1", "--jobs 2", "--jobs=2", "-qj2", "-j -1", "-j-1",
                           "-j default", "--jobs=default", "-j 0", "-j x"}) {
    check_same(world, fmt::format("check {}", jobs), true);
  }
  fs::create_directory(world.directory() / ".cargo");
  std::ofstream(world.directory() / ".cargo/config.toml") << "alias.two = 'check -j 2'\n";
  check_same(world, "two", true);
}

TEST_CASE("a cargo -j that a leased one has started says nothing more", "[shim][cargo]") {
  if (!weir::test::has_cargo()) return;
  ShimWorld world(ShimWorld::Cargo::real);
  world.set("GATE_BAND", "focus");  // a busy machine starves the other
  weir::test::write_cargo_program(
      world.directory(), "tool",
      "let words = std::env::var(\"INNER\").unwrap();\n"
      "std::process::Command::new(\"cargo\").args(words.split(' ')).status().unwrap();\n");
  std::ofstream(world.directory() / "build.rs")
      << "fn main() { if std::env::var(\"INNER_BUILD\").is_err() { return; }\n"
         "  let end = std::process::Command::new(\"cargo\").args([\"check\", \"-j2\",\n"
         "    \"--target-dir=target/inner\"]).env_remove(\"INNER_BUILD\").output().unwrap();\n"
         "  for line in String::from_utf8_lossy(&end.stderr).lines() {\n"
         "    println!(\"cargo:warning={line}\"); } }\n";
  fs::create_directory(world.directory() / ".cargo");
  std::ofstream(world.directory() / ".cargo/config.toml") << "alias.two = 'check -j 2'\n";
  for (const char* inner : {"check -j 2", "check --jobs=-1", "check -j default", "two", "check"}) {
    INFO(inner);
    world.set("INNER", inner);
    check_same(world, "run", true);
  }
  world.set("INNER_BUILD", "1");
  check_same(world, "build", true);  // a build script's cargo warns in any case
}

TEST_CASE("a build that fails says what cargo says", "[shim][cargo]") {
  if (!weir::test::has_cargo()) return;
  ShimWorld world(ShimWorld::Cargo::real);
  world.set("GATE_BAND", "focus");  // a busy machine starves the other
  weir::test::write_cargo_program(world.directory(), "tool", "let x: u32 = \"text\";");
  check_same(world, "check", true);
  check_same(world, "build --color=always", true);
  weir::test::write_cargo_program(world.directory(), "tool", "std::process::exit(7)");
  check_same(world, "run", true);
  weir::test::write_cargo_program(world.directory(), "tool", "std::process::abort()");
  check_same(world, "run", true);
  fs::remove(world.directory() / "Cargo.toml");
  check_same(world, "build");
}

TEST_CASE("a check beside a build in its lane does not wait, and the build's units are counted",
          "[shim][cargo]") {
  if (!weir::test::has_cargo()) return;
  ShimWorld world(ShimWorld::Cargo::real);
  const fs::path at_work = world.root() / "at-work";
  const fs::path go_on = world.root() / "go-on";
  for (const fs::path& fifo : {at_work, go_on}) REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  std::ofstream(world.directory() / "build.rs")
      << "fn main() { if let Ok(dir) = std::env::var(\"HOLD\") {\n"
         "  std::fs::write(dir.clone() + \"/at-work\", \"x\").unwrap();\n"
         "  std::fs::read(dir + \"/go-on\").unwrap(); } }\n";
  world.set("GATE_BAND", "bulk");
  world.set("HOLD", world.root().string());
  weir::test::StartedProgram build(world, {world.shim(), "build"});
  std::ifstream(at_work).get();  // its build script runs, and it has the lane
  CHECK(world.eventually([](const weir::Record& status) {
    const auto& leases = status.find("leases")->as_list();
    return leases.size() == 1 && leases[0].as_record().find("total")->to_text() == "2";
  }));
  world.set("GATE_BAND", "focus");
  world.unset("HOLD");
  const ProgramEnd check = world.run(world.shim(), {"check"});
  CHECK(check.code == "0");
  CHECK_THAT(check.err, Catch::Contains("Finished"));
  CHECK(fs::exists(world.directory() / "target/.gate-check/debug"));
  CHECK(world.eventually([](const weir::Record& status) {
    return status.find("leases")->as_list().size() == 1;  // the build goes on
  }));
  std::ofstream(go_on) << "x";
  CHECK(build.next_state() == "exit 0");
}

TEST_CASE("a warm run and a warm test leave their lane when the program runs", "[shim][cargo]") {
  if (!weir::test::has_cargo()) return;
  ShimWorld world(ShimWorld::Cargo::real);
  world.set("GATE_BAND", "bulk");
  const fs::path at_work = world.root() / "at-work";
  const fs::path go_on = world.root() / "go-on";
  for (const fs::path& fifo : {at_work, go_on}) REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  const std::string wait =
      fmt::format("std::fs::write({:?}, \"x\").unwrap(); std::fs::read({:?}).unwrap();",
                  at_work.string(), go_on.string());
  weir::test::write_cargo_program(world.directory(), "tool", wait);
  std::ofstream(world.directory() / "src/main.rs", std::ios::app)
      << "#[test]\nfn waits() { main(); }\n";
  for (const char* command : {"run", "test"}) {
    INFO("cargo " << command);
    for (const char* line : {"build", "test --no-run"})
      REQUIRE(world.run(world.shim(), words_of(line)).code == "0");
    weir::test::StartedProgram program(world, {world.shim(), command});
    std::ifstream(at_work).get();
    CHECK(world.eventually([](const weir::Record& status) {
      const auto& leases = status.find("leases")->as_list();
      return leases.size() == 1 && leases[0].as_record().find("phase")->to_text() == "run";
    }));
    CHECK(world.run(world.shim(), {"build"}).code == "0");
    std::ofstream(go_on) << "x";
    CHECK(program.next_state() == "exit 0");
  }
}

TEST_CASE("all units of a build from nothing are counted, the quick ones, too", "[shim][cargo]") {
  if (!weir::test::has_cargo()) return;
  ShimWorld world(ShimWorld::Cargo::real);
  world.set("GATE_BAND", "focus");  // a busy machine starves the other
  std::string needs;
  for (int i = 1; i <= 9; ++i) {
    const std::string name = fmt::format("part{}", i);
    weir::test::write_cargo_program(world.directory() / name, name, "");
    std::ofstream(world.directory() / name / "src/lib.rs") << "pub fn f() {}\n";
    needs += fmt::format("{0} = {{ path = \"{0}\" }}\n", name);
  }
  std::ofstream(world.directory() / "Cargo.toml", std::ios::app) << "[build-dependencies]\n"
                                                                 << needs << "[workspace]\n";
  const fs::path go_on = world.root() / "go-on";
  REQUIRE(::mkfifo(go_on.c_str(), 0600) == 0);
  std::ofstream(world.directory() / "build.rs")
      << "fn main() { std::fs::read(\"../go-on\").unwrap(); }\n";
  weir::test::StartedProgram build(world, {world.shim(), "build"});
  // What is left is the program itself, which waits for the build script.
  CHECK(world.eventually([](const weir::Record& status) {
    const auto& leases = status.find("leases")->as_list();
    return leases.size() == 1 && leases[0].as_record().find("total")->to_text() == "11" &&
           leases[0].as_record().find("done")->to_text() == "10";
  }));
  std::ofstream(go_on) << "x";
  CHECK(build.next_state() == "exit 0");
}

TEST_CASE("a jobserver of the caller stays his", "[shim][cargo]") {
  if (!weir::test::has_cargo()) return;
  ShimWorld world(ShimWorld::Cargo::real);
  world.set("GATE_BAND", "focus");  // a busy machine starves the other
  world.set("MAKEFLAGS", "-j --jobserver-auth=fifo:/nowhere");
  check_same(world, "check", true);
}

TEST_CASE("there is a message when there is no cargo", "[shim]") {
  ShimWorld world(ShimWorld::Cargo::script);
  world.set("PATH", (world.root() / "bin").string());
  const auto end = world.run(world.shim(), {"build"});
  CHECK(end.code == "127");
  CHECK(end.err == world.shim() + ": command not found\n");
}

TEST_CASE("words and variables reach cargo as they are", "[shim]") {
  ShimWorld world(ShimWorld::Cargo::script);
  world.set("EMPTY", "");
  world.run_as("printf '<%s>' \"$@\"; echo; echo \"[$EMPTY]${EMPTY+set}\"; echo to stderr >&2");
  for (const char* command : {"run", "version"}) {
    const auto end = world.run(world.shim(), {command, "--", "a b", "", "*", "\xff", "-j"});
    CHECK(end.code == "0");
    CHECK(end.out == fmt::format("<{}><--><a b><><*><\xff><-j>\n[]set\n", command));
    CHECK(end.err == "to stderr\n");
  }
}

TEST_CASE("the exit code is the program's", "[shim]") {
  ShimWorld world(ShimWorld::Cargo::script);
  for (const char* code : {"0", "1", "101", "255"}) {
    world.run_as("exit " + std::string(code));
    CHECK(world.run(world.shim(), {"build"}).code == code);
    CHECK(world.run(world.shim(), {"mine"}).code == code);
    CHECK(world.run(world.shim(), {"tree"}).code == code);
  }
}

TEST_CASE("a lease is in the environment, and a cargo inside of it asks nobody", "[shim]") {
  ShimWorld world(ShimWorld::Cargo::script);
  world.run_as(
      "if [ \"$1\" = build ]; then echo \"outer ${GATE_LEASE:+leased}\"; cargo test;\n"
      "else echo \"inner ${GATE_LEASE:+leased}\"; fi");
  const auto end = world.run(world.shim(), {"build"});
  CHECK(end.out == "outer leased\ninner leased\n");
  CHECK(end.code == "0");
  // What only passes has none.
  world.run_as("echo \"${GATE_LEASE:-none}\"");
  CHECK(world.run(world.shim(), {"tree"}).out == "none\n");
}

TEST_CASE("a plan is what the shim would do, for cargo's aliases, too", "[shim]") {
  ShimWorld world(ShimWorld::Cargo::script);
  const auto plan = [&](const std::string& words) {
    return world.run(weir::test::kWeirProgram, {"-c", "gate plan " + words}).out;
  };
  CHECK_THAT(plan("cargo mine"), Catch::StartsWith("it would start at once, "));
  CHECK_THAT(plan("cargo mine"), Catch::Contains("/target/debug"));
  CHECK_THAT(plan("--band focus --jobs 1 cargo mine"),
             Catch::StartsWith("it would start at once, focus, with up to 1 job\n"));
  CHECK_THAT(plan("cargo other"), Catch::StartsWith("it would start at once, bulk"));
  CHECK(plan("cargo mistake") == "it does not wait for the gate\n");
}

TEST_CASE("tokens that a cargo has given to its build script stay there", "[shim]") {
  ShimWorld world(ShimWorld::Cargo::script);
  world.run_as(
      "if [ \"$1\" = run ]; then cargo test; cargo test -j2; OUT_DIR=/x NUM_JOBS=2 cargo test "
      "-j2;\n"
      "else echo \"${CARGO_MAKEFLAGS:+tokens}\"; fi");
  CHECK(world.run(world.shim(), {"run"}).out == "tokens\n\ntokens\n");
}

TEST_CASE("what the user's configuration of cargo says of jobs limits a lease", "[shim][cargo]") {
  if (!weir::test::has_cargo()) return;
  ShimWorld world(ShimWorld::Cargo::real);
  world.set("GATE_BAND", "focus");
  const auto plan = [&](const std::string& words) {
    return world.run(weir::test::kWeirProgram, {"-c", "gate plan cargo " + words}).out;
  };
  const auto one = Catch::StartsWith("it would start at once, focus, with up to 1 job\n");
  CHECK_THAT(plan("build -j -4096"), one);
  world.set("CARGO_BUILD_JOBS", "1");
  CHECK_THAT(plan("build"), one);
  world.unset("CARGO_BUILD_JOBS");
  CHECK_THAT(plan("build --config build.jobs=1"), one);
  fs::create_directory(world.directory() / ".cargo");
  std::ofstream(world.directory() / ".cargo/config.toml")
      << "[build]\njobs = 1\n[alias]\nb = 'check --release'\nc = 'tree'\n";
  CHECK_THAT(plan("build"), one);
  CHECK_THAT(plan("install ripgrep"), one);
  world.set("CARGO_ALIAS_D", "tree");
  CHECK_THAT(plan("b"), Catch::Contains("/target/release"));
  CHECK(plan("c") == "it does not wait for the gate\n");
  CHECK(plan("d") == "it does not wait for the gate\n");
}

TEST_CASE("a lease of who has ended means nothing", "[shim]") {
  ShimWorld world(ShimWorld::Cargo::script);
  world.set("GATE_LEASE", "old");
  world.set("GATE_HOLDER", "1.1");
  world.run_as("echo \"$GATE_LEASE\"");
  CHECK(world.run(world.shim(), {"build"}).out != "old\n");
}

TEST_CASE("two cargos in one lane run one after the other", "[shim]") {
  ShimWorld world(ShimWorld::Cargo::script);
  world.run_as(
      "if [ -e busy ]; then echo both; fi; : > busy; read line < /dev/null; sleep 0.05; rm busy");
  const auto end = world.run(
      "/bin/sh", {"-c", "for i in 1 2 3 4; do cargo build & done; wait; cargo build; echo done"});
  CHECK(end.out == "done\n");
  CHECK(end.code == "0");
}
