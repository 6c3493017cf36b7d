// Tables give way to the width of the terminal.
#include "builtins/table_support.h"

#include <catch2/catch.hpp>

using weir::builtins::Table;

namespace {

std::string jobs_at(size_t width) {
  const Table table{
      .head = {"ID", "STATE", "TIME", "WHAT", ""},
      .rows = {{"%1", "running", "3m10s", "cargo build --release --locked", "~/proj"},
               {"%2", "killed TERM", "12s", "sleep 1000", "2s ago"}},
      .flexible = 3,
      .last_droppable = {"TIME"},
  };
  return table.drawn(width);
}

}  // namespace

TEST_CASE("a table that has room shows all of it") {
  CHECK(jobs_at(80) ==
        "ID  STATE         TIME  WHAT\n"
        "%1  running      3m10s  cargo build --release --locked  ~/proj\n"
        "%2  killed TERM    12s  sleep 1000                      2s ago\n");
}

TEST_CASE("in a narrow terminal a column goes before the flexible one has no room") {
  CHECK(jobs_at(44) ==
        "ID  STATE        WHAT\n"
        "%1  running      cargo build --release -…  …\n"
        "%2  killed TERM  sleep 1000                …\n");
}

TEST_CASE("in a very narrow terminal the flexible column still has its begin") {
  CHECK(jobs_at(20) ==
        "ID  STATE     WHAT\n"
        "%1  running   cargo…\n"
        "%2  killed …  sleep…\n");
}

TEST_CASE("a cell with control characters is one cell") {
  const Table table{
      .head = {"ID", "WHAT", ""}, .rows = {{"%1", "sleep 3", "~/x\x1b]2;pwn\a\ny"}}, .flexible = 1};
  CHECK(table.drawn(80) == "ID  WHAT\n%1  sleep 3  ~/x ]2;pwn  y\n");
  CHECK(weir::builtins::tabbed(table.rows[0]) == "%1\tsleep 3\t~/x ]2;pwn  y\n");
}
