#include "repl/command_index.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "support/temp_dir.h"

using namespace weir;
using namespace weir::repl;
using weir::test::TempDir;

namespace {

void make_program(const TempDir& dir, const std::string& name, mode_t mode = 0755) {
  ::chmod(dir.write(name, "").c_str(), mode);
}

CommandIndex::Names names_of(loop::Loop& loop, CommandIndex& index, const std::string& path) {
  CommandIndex::Names names;
  struct Ask {
    static loop::Task<void> run(CommandIndex& index, std::string path, CommandIndex::Names& names) {
      auto found = co_await index.names(std::move(path), {});
      names = **found;
      co_await index.join();
    }
  };
  loop.run(Ask::run(index, path, names));
  return names;
}

}  // namespace

TEST_CASE("the index has what can be run in the directories of PATH, each name once") {
  TempDir one;
  TempDir two;
  make_program(one, "b");
  make_program(one, "a");
  make_program(two, "b");
  make_program(two, "readable", 0644);
  loop::Loop loop;
  int news = 0;
  CommandIndex index(loop, [&] { ++news; });
  const std::string path = one.path().string() + ":" + two.path().string() + "::no-such:/no/such";
  CHECK(names_of(loop, index, path) == CommandIndex::Names{"a", "b"});
  CHECK(news == 1);
  CHECK(index.knows("a", path) == true);
  CHECK(index.knows("readable", path) == false);
  CHECK_FALSE(index.knows("a", one.path().string()));  // of another PATH nothing is known
  CHECK(names_of(loop, index, path) == CommandIndex::Names{"a", "b"});
  make_program(two, "new");
  CHECK(names_of(loop, index, path) == CommandIndex::Names{"a", "b", "new"});
}

TEST_CASE("questions for names while a look runs are answered by it") {
  TempDir dir;
  make_program(dir, "tool");
  loop::Loop loop;
  CommandIndex index(loop, [] {});
  struct Ask {
    static loop::Task<void> one(CommandIndex& index, std::string path, size_t& count) {
      auto found = co_await index.names(std::move(path), {});
      count += (*found)->size();
    }
    static loop::Task<void> all(loop::Loop& loop, CommandIndex& index, std::string path,
                                size_t& count) {
      loop::TaskGroup group(loop);
      for (int i = 0; i < 3; ++i) group.start(one(index, path, count));
      group.start(one(index, "/no/such", count));
      co_await group.join();
      co_await index.join();
    }
  };
  size_t count = 0;
  loop.run(Ask::all(loop, index, dir.path().string(), count));
  CHECK(count == 3);
}
