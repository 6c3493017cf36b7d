#include "gate/store.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "support/temp_directory.h"

using namespace weir;
using namespace weir::gate;

namespace {

void write(Store& store, std::vector<StoreOperation> operations) { store.write(operations); }

std::string path_in(const test::TempDirectory& directory) { return directory.path() / "gate.db"; }

}  // namespace

TEST_CASE("leases, runs, events and settings come back after a restart", "[gate]") {
  const test::TempDirectory directory;
  {
    Store store(path_in(directory));
    CHECK(store.warning() == "");
    write(store, {PutLease{3, Record{{"n", 1}}}, PutLease{4, Record{{"n", 2}}}, DropLease{3},
                  PutLease{4, Record{{"n", 5}}}, AddRun{3, 1000, "cargo", Record{{"code", 0}}},
                  AddEvent{1, 1000, "submit", 9, Record{{"a", "b"}}}, PutSetting{"limits", 7}});
  }
  Store store(path_in(directory));
  REQUIRE(store.leases().size() == 1);
  CHECK(store.leases()[0].to_json() == R"({"n":5})");
  CHECK(store.setting("limits") == Value(7));
  CHECK_FALSE(store.setting("other"));
  REQUIRE(store.runs({.shape = "cargo"}).size() == 1);
  CHECK(store.runs({})[0].to_json() == R"({"id":3,"time_ms":1000,"shape":"cargo","code":0})");
  CHECK(store.runs({.shape = "make"}).empty());
  CHECK(store.runs({.text = "code"}).size() == 1);
  REQUIRE(store.events_after(0, 10).size() == 1);
  CHECK(store.events_after(0, 10)[0].subject == 9);
  CHECK(store.events_after(1, 10).empty());
  CHECK(store.last_event() == 1);
  CHECK(store.last_id() == 9);
  struct stat info{};
  REQUIRE(::stat(path_in(directory).c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
}

TEST_CASE("a file that is no database is put aside", "[gate]") {
  const test::TempDirectory directory;
  directory.write("gate.db", std::string(8192, 'x'));
  Store store(path_in(directory));
  CHECK_THAT(store.warning(), Catch::Contains("gate.db.broken"));
  write(store, {PutLease{1, Record{}}});
  CHECK(store.leases().size() == 1);
  CHECK(std::filesystem::exists(directory.path() / "gate.db.broken"));
}

TEST_CASE("a database with a broken page is put aside", "[gate]") {
  const test::TempDirectory directory;
  {
    Store store(path_in(directory));
    std::vector<StoreOperation> many;
    for (std::uint64_t id = 1; id < 300; ++id) {
      many.push_back(PutLease{id, Record{{"text", std::string(200, 'y')}}});
    }
    store.write(many);
  }
  {
    std::fstream file(path_in(directory), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(8192, '\xee');
  }
  Store store(path_in(directory));
  CHECK_THAT(store.warning(), Catch::Contains("broken"));
  write(store, {PutLease{1, Record{}}});
  CHECK(store.leases().size() == 1);
}

TEST_CASE("a row that cannot be read is passed over", "[gate]") {
  const test::TempDirectory directory;
  Store store(path_in(directory));
  write(store, {PutLease{1, Record{{"n", 1}}}, PutLease{2, Record{{"n", 2}}},
                AddRun{1, 1, "s", Record{}}, AddRun{2, 1, "s", Record{}}});
  sqlite3* other = nullptr;
  REQUIRE(sqlite3_open(path_in(directory).c_str(), &other) == SQLITE_OK);
  for (const char* change : {"UPDATE leases SET data = '{' WHERE id = 1",
                             "UPDATE runs SET data = '[]' WHERE lease = 2"}) {
    CHECK(sqlite3_exec(other, change, nullptr, nullptr, nullptr) == SQLITE_OK);
  }
  sqlite3_close(other);
  REQUIRE(store.leases().size() == 1);
  CHECK(store.leases()[0].to_json() == R"({"n":2})");
  REQUIRE(store.runs({}).size() == 1);
  CHECK(store.runs({})[0].as_record().find("id")->as_int() == 1);
}

TEST_CASE("a store that cannot be written to goes on in memory", "[gate]") {
  Store nowhere("/proc/nowhere/gate.db");
  CHECK_THAT(nowhere.warning(), Catch::Contains("in memory"));
  write(nowhere, {PutLease{1, Record{}}});
  CHECK(nowhere.leases().size() == 1);

  CHECK_THAT(Store("").warning(), Catch::Contains("in memory"));

  const test::TempDirectory directory;
  directory.make_directory("gate.db");
  Store folder(path_in(directory));
  write(folder, {PutLease{1, Record{}}});
  CHECK(folder.leases().size() == 1);
  CHECK_FALSE(folder.warning().empty());
  CHECK(std::filesystem::is_directory(path_in(directory)));
}

TEST_CASE("a store that takes no write goes on in memory", "[gate]") {
  const test::TempDirectory directory;
  Store store(path_in(directory));
  write(store, {PutLease{1, Record{}}});
  {  // somebody else holds the file for longer than a writer waits
    sqlite3* other = nullptr;
    REQUIRE(sqlite3_open(path_in(directory).c_str(), &other) == SQLITE_OK);
    REQUIRE(sqlite3_exec(other, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr) == SQLITE_OK);
    write(store, {PutLease{2, Record{{"n", 2}}}});
    sqlite3_close(other);
  }
  CHECK_THAT(store.warning(), Catch::Contains("takes nothing"));
  REQUIRE(store.leases().size() == 1);
  CHECK(store.leases()[0].to_json() == R"({"n":2})");
  write(store, {AddRun{2, 1, "s", Record{}}});
  CHECK(store.runs({}).size() == 1);
}
