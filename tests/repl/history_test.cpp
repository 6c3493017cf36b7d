#include "repl/history.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <sys/stat.h>

#include "repl/history_search.h"
#include "repl/history_walk.h"
#include "support/no_umask.h"
#include "support/temp_directory.h"

using namespace weir::repl;
using weir::test::TempDirectory;

namespace {

void run(weir::loop::Loop& loop, weir::loop::Task<void> task) { loop.run(std::move(task)); }

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += text + ";";
  return out;
}

std::string content(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

void enter(History& history, const std::string& text, int code = 0,
           const std::string& directory = "/") {
  history.end(history.begin(text, directory), code, 5);
}

}  // namespace

TEST_CASE("an entry outlives its shell and is seen by others", "[repl]") {
  const TempDirectory directory;
  const std::string path = directory.path() / "state/history";
  weir::loop::Loop loop;
  History mine(loop, path, "a");
  History other(loop, path, "b");
  enter(mine, "ls\n-l", 3);
  run(loop, mine.flush());
  run(loop, other.load());
  REQUIRE(other.entries().size() == 1);
  CHECK(other.entries()[0].text == "ls\n-l");
  CHECK(other.entries()[0].code == 3);
  enter(other, "pwd");
  run(loop, other.flush());
  run(loop, mine.load());
  CHECK(joined(mine.texts()) == "pwd;ls\n-l;");  // those of this session come last
  CHECK(joined(other.texts()) == "ls\n-l;pwd;");
  struct stat info;
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
}

TEST_CASE("the folders of the history are private, whatever is missing", "[repl]") {
  const TempDirectory directory;
  const weir::test::NoUmask as_weir;
  const std::string top = directory.path() / "local";
  weir::loop::Loop loop;
  History mine(loop, top + "/state/history", "a");
  enter(mine, "ls");
  run(loop, mine.flush());
  for (const std::string& folder : {top, top + "/state"}) {
    struct stat info;
    REQUIRE(::stat(folder.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0700);
  }
}

TEST_CASE("a line that broke off costs only itself", "[repl]") {
  const TempDirectory directory;
  const std::string path = directory.path() / "history";
  std::ofstream(path) << "{\"id\":\"x-1\",\"text\":\"one\",\"time\":1,\"cwd\":\"/"
                         "\",\"session\":\"x\"}\nrubbish\n{\"id\":\"x-2\",\"te";
  weir::loop::Loop loop;
  History history(loop, path, "a");
  enter(history, "two");
  run(loop, history.flush());
  History other(loop, path, "b");
  run(loop, other.load());
  CHECK(joined(other.texts()) == "one;two;");
}

TEST_CASE("what is deleted is gone from the file and from other shells", "[repl]") {
  const TempDirectory directory;
  const std::string path = directory.path() / "history";
  weir::loop::Loop loop;
  History mine(loop, path, "a");
  History other(loop, path, "b");
  enter(mine, "secret");
  enter(mine, "ls");
  run(loop, mine.flush());
  run(loop, other.load());
  REQUIRE(loop.run(mine.remove({mine.entries()[0].id})));
  CHECK(content(path).find("secret") == std::string::npos);
  run(loop, other.load());
  CHECK(joined(other.texts()) == "ls;");
  enter(other, "pwd");
  run(loop, other.flush());
  run(loop, mine.load());
  CHECK(joined(mine.texts()) == "pwd;ls;");
}

TEST_CASE("a suggestion is of this directory and successful where there is one", "[repl]") {
  weir::loop::Loop loop;
  History history(loop, "", "a");
  enter(history, "make test", 0, "/here");
  enter(history, "make install", 0, "/there");
  enter(history, "make broken", 2, "/here");
  CHECK(history.suggest("make", "/here") == "make test");
  CHECK(history.suggest("make", "/there") == "make install");
  CHECK(history.suggest("make in", "/here") == "make install");
  CHECK(history.suggest("make broken", "/here").empty());
  CHECK(history.suggest("x", "/here").empty());
}

TEST_CASE("a history that cannot be written says so once", "[repl]") {
  weir::loop::Loop loop;
  History history(loop, "/proc/nowhere/history", "a");
  enter(history, "ls");
  run(loop, history.flush());
  CHECK_FALSE(history.take_problem().empty());
  CHECK(history.take_problem().empty());
  enter(history, "pwd");
  run(loop, history.flush());
  CHECK(history.take_problem().empty());
  CHECK(joined(history.texts()) == "ls;pwd;");
}

TEST_CASE("another reason why a history cannot be written is told, and the same one later",
          "[repl]") {
  const weir::test::TempDirectory home;
  const auto folder = home.path() / "state";
  const auto file = folder / "history";
  weir::loop::Loop loop;
  History history(loop, file, "a");
  const auto problem_after = [&](const std::string& text) {
    enter(history, text);
    run(loop, history.flush());
    return history.take_problem();
  };
  std::ofstream(folder) << "no directory";
  const std::string first = problem_after("one");
  CHECK_FALSE(first.empty());
  CHECK(problem_after("two").empty());
  std::filesystem::remove(folder);
  std::filesystem::create_directories(file);
  const std::string second = problem_after("three");
  CHECK_FALSE(second.empty());
  CHECK(second != first);
  std::filesystem::remove_all(folder);
  CHECK(problem_after("four").empty());
  std::filesystem::remove(file);
  std::filesystem::create_directory(file);
  CHECK(problem_after("five") == second);
}

TEST_CASE("Up goes through the entries that hold what is typed", "[repl]") {
  HistoryWalk walk({"ls a", "pwd", "ls b", "cat ls"}, "ls");
  CHECK(*walk.older() == "cat ls");
  CHECK(*walk.older() == "ls b");
  CHECK(*walk.older() == "ls a");
  CHECK(walk.older() == nullptr);
  CHECK(*walk.newer() == "ls b");
  CHECK(*walk.newer() == "cat ls");
  CHECK(*walk.newer() == "ls");
  CHECK(walk.newer() == nullptr);
}

TEST_CASE("the search finds the newest first and minds capitals only where they are typed",
          "[repl]") {
  HistorySearch search({"make Test", "make test", "ls"});
  CHECK(*search.chosen() == "ls");
  search.set_query("test");
  CHECK(*search.chosen() == "make test");
  search.older();
  CHECK(*search.chosen() == "make Test");
  search.older();
  CHECK(*search.chosen() == "make Test");
  search.set_query("Test");
  CHECK(*search.chosen() == "make Test");
  search.set_query("nothing");
  CHECK(search.chosen() == nullptr);
  CHECK(search.lines(5).size() == 1);
}
