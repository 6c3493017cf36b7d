#include "kernel/scatter_resume.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "support/temp_directory.h"

using namespace weir;
using kernel::ResumeFile;
using scheduler::GatherRow;

namespace {

/// One journal in a directory of its own.
class Journal {
 public:
  explicit Journal(std::string_view text) { directory_.write("j", std::string(text)); }

  Result<std::unique_ptr<ResumeFile>> open() {
    return loop_.run(ResumeFile::open(loop_, directory_.fd(), "j", 0600));
  }
  std::string text() const {
    std::ifstream file(directory_.path() / "j", std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  test::TempDirectory directory_;
  loop::Loop loop_;
};

GatherRow row_of(uint64_t index, Value item, int code, std::string out) {
  GatherRow row;
  row.index = index;
  row.item = std::move(item);
  row.outcome.code = code;
  row.outcome.out = std::move(out);
  return row;
}

/// Rows whose texts hold what could be taken for the end of one.
std::vector<GatherRow> rows_of_a_run() {
  std::vector<GatherRow> rows;
  rows.push_back(row_of(0, Value(1), 0, "}\n{\"i\":"));
  rows.push_back(row_of(1, Value(Record{{"id", Value("é}")}}), 0, "\"}"));
  rows.push_back(row_of(2, Value("failed"), 3, "why"));
  rows.push_back(row_of(3, Value("last"), 0, ""));
  return rows;
}

}  // namespace

TEST_CASE(
    "a journal that ends at any byte keeps what was finished, counts nothing half written, and "
    "goes on") {
  const auto rows = rows_of_a_run();
  std::string whole;
  std::vector<size_t> ends;  // where the JSON of each row ends
  {
    Journal journal("");
    auto file = journal.open();
    REQUIRE(file);
    for (const GatherRow& row : rows) {
      REQUIRE((*file)->append(row));
      ends.push_back(journal.text().size() - 1);
    }
    whole = journal.text();
  }
  for (size_t size = 0; size <= whole.size(); ++size) {
    INFO("the first " << size << " bytes of " << whole);
    Journal journal(std::string_view(whole).substr(0, size));
    auto file = journal.open();
    REQUIRE(file);
    for (size_t i = 0; i < rows.size(); ++i) {
      const bool is_known = rows[i].ok() && ends[i] <= size;
      CHECK((*file)->known_row(rows[i].item, i).is_null() == !is_known);
      if (!is_known) REQUIRE((*file)->append(row_of(i, rows[i].item, 0, "again")));
    }
    auto next = journal.open();
    REQUIRE(next);
    for (size_t i = 0; i < rows.size(); ++i)
      CHECK_FALSE((*next)->known_row(rows[i].item, i).is_null());
  }
}

TEST_CASE("a journal of something else is refused and stays as it is") {
  for (const char* text : {"notes\n", "notes", "{\"x\":1}\n", "[1]\n{\"i\":0,\"it"}) {
    INFO(text);
    Journal journal(text);
    auto file = journal.open();
    REQUIRE_FALSE(file);
    CHECK(file.error().message == "j: no line of it is a row of gather");
    CHECK(journal.text() == text);
  }
}
