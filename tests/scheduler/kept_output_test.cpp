#include "scheduler/kept_output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "support/temp_dir.h"

using namespace weir;
using namespace weir::scheduler;

namespace {

constexpr size_t kLine = 16;
constexpr size_t kLinesOfMegabyte = 1024 * 1024 / kLine;

/// Lines of 16 bytes, from the number `from`.
std::string lines(size_t from, size_t count) {
  std::string text;
  text.reserve(count * kLine);
  for (size_t i = 0; i < count; ++i) text += fmt::format("{:015}\n", from + i);
  return text;
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// All that the reader gives now.
std::string rest_of(KeptOutputReader& reader) {
  std::string text;
  for (;;) {
    const auto bytes = reader.read_some(64 * 1024);
    REQUIRE(bytes);
    if (bytes->empty()) return text;
    text += *bytes;
  }
}

/// Takes the first marker out, and gives what it counts.
uint64_t take_marker(std::string& text) {
  const size_t at = text.find("\n[… ");
  if (at == text.npos) return 0;
  const uint64_t count = std::stoull(text.substr(at + std::string_view("\n[… ").size()));
  const std::string marker = left_out_marker(count);
  CHECK(text.substr(at, marker.size()) == marker);
  text.erase(at, marker.size());
  return count;
}

struct World {
  test::TempDir directory;
  std::string path = directory.path() / "out";
  KeptOutput output = std::move(*KeptOutput::create(path));
  size_t written = 0;  // lines

  void write_megabytes(size_t count) {
    for (size_t i = 0; i < count; ++i, written += kLinesOfMegabyte)
      output.append(lines(written, kLinesOfMegabyte));
  }
};

}  // namespace

TEST_CASE("an output below the bound is in its file as it was written") {
  World world;
  world.output.append("one\n");
  world.write_megabytes(3);
  CHECK(text_of(world.path) == "one\n" + lines(0, world.written));
  KeptOutputReader reader(world.path, false);
  CHECK(rest_of(reader) == text_of(world.path));
}

TEST_CASE("of a flood the file has the head, the tail, and a count of what is left out") {
  World world;
  for (const size_t megabytes : {16, 1, 30, 60}) {
    world.write_megabytes(megabytes);
    CHECK(std::filesystem::file_size(world.path) <= kKeptMost);
  }
  std::string text = text_of(world.path);
  const uint64_t left_out = take_marker(text);
  CHECK(text.size() + left_out == world.written * kLine);
  CHECK(text.size() >= kKeptHead + kKeptTail);
  CHECK(text.substr(0, kKeptHead) == lines(0, kKeptHead / kLine));
  const size_t tail = (text.size() - kKeptHead) / kLine;
  CHECK(text.substr(kKeptHead) == lines(world.written - tail, tail));
  CHECK_FALSE(std::filesystem::exists(world.path + ".new"));
}

TEST_CASE("who follows a flood has each byte once, in order") {
  World world;
  KeptOutputReader reader(world.path, true);
  std::string text;
  for (int i = 0; i < 50; ++i) {
    world.write_megabytes(1);
    text += rest_of(reader);
  }
  CHECK(text == lines(0, world.written));
}

TEST_CASE("who follows too slowly is told how much was left out meanwhile") {
  World world;
  KeptOutputReader reader(world.path, true);
  world.write_megabytes(5);
  std::string text = rest_of(reader);
  CHECK(text == lines(0, world.written));
  world.write_megabytes(70);
  text += rest_of(reader);
  const uint64_t left_out = take_marker(text);
  CHECK(left_out > 0);
  CHECK(text.find("[…") == text.npos);
  CHECK(text.size() + left_out == world.written * kLine);
  CHECK(text.ends_with(lines(world.written - 1000, 1000)));
}

TEST_CASE("who does not follow has one whole file") {
  World world;
  world.write_megabytes(10);
  KeptOutputReader reader(world.path, false);
  const std::string first = *reader.read_some(kLine);
  world.write_megabytes(20);
  const std::string text = first + rest_of(reader);
  CHECK(text.size() <= kKeptMost);
  CHECK(text == lines(0, text.size() / kLine));
}

TEST_CASE("the bound is kept where no second file can be made: the tail begins anew") {
  World world;
  world.write_megabytes(10);
  const UniqueFd file(::open(world.path.c_str(), O_RDONLY | O_CLOEXEC));
  std::filesystem::remove_all(world.directory.path());
  struct stat info{};
  for (int i = 0; i < 50; ++i) {
    world.write_megabytes(1);
    REQUIRE(::fstat(file.get(), &info) == 0);
    CHECK(static_cast<uint64_t>(info.st_size) <= kKeptMost);
  }
  std::string text(static_cast<size_t>(info.st_size), '\0');
  REQUIRE(::pread(file.get(), text.data(), text.size(), 0) == info.st_size);
  const uint64_t left_out = take_marker(text);
  CHECK(text.size() + left_out == world.written * kLine);
  CHECK(text.ends_with(lines(world.written - 1000, 1000)));
}
