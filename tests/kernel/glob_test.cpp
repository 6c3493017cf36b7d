#include "kernel/glob.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "support/random.h"
#include "support/temp_directory.h"

using weir::kernel::GlobOptions;
using weir::kernel::PatternSegment;
using weir::test::TempDirectory;
namespace fs = std::filesystem;

namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string glob(const TempDirectory& dir, std::vector<PatternSegment> segments,
                 GlobOptions options = {}) {
  return joined(weir::kernel::expand_glob(segments, dir.fd(), options).value());
}

std::string glob(const TempDirectory& dir, const char* pattern, GlobOptions options = {}) {
  return glob(dir, std::vector<PatternSegment>{{pattern, false}}, options);
}

/// a.c b.c .hid -n d/{a.c,x/b.c,.h/z} e/ l→d
void make_tree(const TempDirectory& dir) {
  for (const char* file : {"a.c", "b.c", ".hid", "-n", "d/a.c", "d/x/b.c", "d/.h/z"}) {
    dir.write(file);
  }
  dir.make_directory("e");
  dir.link("d", "l");
  dir.link("nowhere", "dangling");
}

}  // namespace

TEST_CASE("globs give what bash gives, in byte order", "[kernel]") {
  const TempDirectory dir;
  make_tree(dir);
  const std::pair<const char*, const char*> rows[] = {
      {"*.c", "a.c b.c"},
      {"?.c", "a.c b.c"},
      {"[b]*", "b.c"},
      {"*", "./-n a.c b.c d dangling e l"},
      {"-*", "./-n"},
      {"./-*", "./-n"},
      {"*/", "d/ e/ l/"},
      {".*", ".hid"},
      {"*/*.c", "d/a.c l/a.c"},
      {"d/*", "d/a.c d/x"},
      {"d//*.c", "d//a.c"},
      {"*/x/*.c", "d/x/b.c l/x/b.c"},
      {"d/../*.c", "d/../a.c d/../b.c"},
      {"l/*.c", "l/a.c"},
      {"d/.*/*", "d/.h/z"},
      {"*/a.c", "d/a.c l/a.c"},
      {"dangl*", "dangling"},
      {"dangl*/", ""},
      {"nothing*", ""},
      {"a.c/*", ""},
      {"*/nothing", ""},
      {"d*/", "d/"},
      {"d/x*//", "d/x//"},
  };
  for (const auto& [pattern, expected] : rows) {
    CAPTURE(pattern);
    CHECK(glob(dir, pattern) == expected);
  }
}

TEST_CASE("two stars go to any depth but through no link and no hidden directory", "[kernel]") {
  const TempDirectory dir;
  make_tree(dir);
  const std::pair<const char*, const char*> rows[] = {
      {"**/*.c", "a.c b.c d/a.c d/x/b.c"},
      {"**/a.c", "a.c d/a.c"},
      {"**", "./-n a.c b.c d d/a.c d/x d/x/b.c dangling e l"},
      {"d/**", "d/ d/a.c d/x d/x/b.c"},
      {"**/", "d/ d/x/ e/ l/"},
      {"d/**/b.c", "d/x/b.c"},
      {"**/**/b.c", "b.c d/x/b.c"},
      {"**/x/**/b.c", "d/x/b.c"},
      {"l/**", "l/ l/a.c l/x l/x/b.c"},
      {"**/z", ""},
      {"**/.h/z", "d/.h/z"},
      {"d**/x", "d/x"},
      {"d/**/x/..", "d/x/.."},
  };
  for (const auto& [pattern, expected] : rows) {
    CAPTURE(pattern);
    CHECK(glob(dir, pattern) == expected);
  }
  CHECK(glob(dir, "**/z", {.hidden = true}) == "d/.h/z");
  CHECK(glob(dir, "*", {.hidden = true, .guard_dashes = false}) ==
        "-n .hid a.c b.c d dangling e l");
}

TEST_CASE("quoted text in a glob is literal", "[kernel]") {
  const TempDirectory dir;
  dir.write("a*b");
  dir.write("axb");
  dir.write("my dir/f.c");
  CHECK(glob(dir, {{"a*", true}, {"*", false}}) == "a*b");
  CHECK(glob(dir, {{"my dir/", true}, {"*.c", false}}) == "my dir/f.c");
  CHECK(glob(dir, {{"**", true}, {"*", false}}).empty());
  CHECK(glob(dir, "a\\*?") == "a*b");
}

TEST_CASE("an absolute glob starts at the root", "[kernel]") {
  const TempDirectory dir;
  make_tree(dir);
  const std::string base = dir.path().string();
  CHECK(glob(dir, {{base + "/", true}, {"?.c", false}}) == base + "/a.c " + base + "/b.c");
  CHECK(glob(dir, "/de[v]/nul[l]") == "/dev/null");
  CHECK(glob(dir, "/dev/nul?/").empty());
}

TEST_CASE("a word without acting characters is no glob", "[kernel]") {
  const auto is_glob = [](std::vector<PatternSegment> segments) {
    return weir::kernel::is_glob(segments);
  };
  CHECK(is_glob({{"*.c", false}}));
  CHECK(is_glob({{"a/[b]/c", false}}));
  CHECK_FALSE(is_glob({{"*.c", true}}));
  CHECK_FALSE(is_glob({{"a[b", false}}));
  CHECK_FALSE(is_glob({{"[a/b]", false}}));
  CHECK_FALSE(is_glob({{"", false}}));
}

TEST_CASE("directories that may not be read are passed over", "[kernel]") {
  if (::geteuid() == 0) return;  // root reads everything
  const TempDirectory dir;
  dir.write("closed/f.c");
  dir.write("open/f.c");
  dir.write("search/f.c");
  REQUIRE(::fchmodat(dir.fd(), "closed", 0, 0) == 0);
  REQUIRE(::fchmodat(dir.fd(), "search", 0100, 0) == 0);
  CHECK(glob(dir, "*/*.c") == "open/f.c");
  CHECK(glob(dir, "*/f.c") == "open/f.c search/f.c");
  REQUIRE(::fchmodat(dir.fd(), "closed", 0700, 0) == 0);
  REQUIRE(::fchmodat(dir.fd(), "search", 0700, 0) == 0);
}

TEST_CASE("a loop of links ends", "[kernel]") {
  const TempDirectory dir;
  dir.write("d/f");
  dir.link(".", "d/self");
  dir.link("loop", "loop");
  CHECK(glob(dir, "**/f") == "d/f");
  CHECK(glob(dir, "*/*/f") == "d/self/f");
  CHECK(glob(dir, "*/*/*/*/f") == "d/self/self/self/f");
}

TEST_CASE("a deep tree needs one descriptor", "[kernel]") {
  const TempDirectory dir;
  std::string deep;
  for (int i = 0; i < 400; ++i) deep += "d/";
  dir.write(deep + "f");
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit few = before;
  few.rlim_cur = 64;
  ::setrlimit(RLIMIT_NOFILE, &few);
  const std::string found = glob(dir, "**/f");
  ::setrlimit(RLIMIT_NOFILE, &before);
  CHECK(found == deep + "f");
}

namespace {

/// The model: all paths of the tree, each matched component by component.
bool naive_matches(std::vector<std::string> pattern, std::vector<std::string> path) {
  if (pattern.empty()) return path.empty();
  const std::vector<std::string> rest(pattern.begin() + 1, pattern.end());
  const std::vector<std::string> tail(path.begin() + (path.empty() ? 0 : 1), path.end());
  if (pattern[0] == "**") {
    return naive_matches(rest, path) || (!path.empty() && naive_matches(pattern, tail));
  }
  if (path.empty()) return false;
  const PatternSegment segments[] = {{pattern[0], false}};
  return weir::kernel::Pattern::compile(segments).matches(path[0]) && naive_matches(rest, tail);
}

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> parts(1);
  for (const char c : path) {
    if (c == '/') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

}  // namespace

TEST_CASE("globs agree with matching every path of the tree", "[kernel]") {
  weir::test::Random random;
  CAPTURE(random.seed());
  const TempDirectory dir;
  for (int i = 0; i < 60; ++i) {
    std::string path;
    for (uint32_t depth = 1 + random.below(4); depth > 0; --depth) {
      path += std::string(1, random.pick("ab")) + (depth > 1 ? "/" : "");
    }
    if (!fs::exists(dir.path() / path)) dir.make_directory(path);
  }
  std::vector<std::string> all;
  for (const auto& entry : fs::recursive_directory_iterator(dir.path())) {
    all.push_back(fs::relative(entry.path(), dir.path()).string());
  }
  std::ranges::sort(all);
  const std::string_view pieces[] = {"a", "b", "*", "?", "**", "[ab]", "[!a]"};
  for (int i = 0; i < 500; ++i) {
    std::string pattern;
    for (uint32_t n = random.below(4); n > 0; --n) {
      pattern += std::string(pieces[random.below(7)]) + "/";
    }
    pattern += pieces[random.below(4)];  // a final ** also gives the directory itself
    std::vector<std::string> expected;
    for (const std::string& path : all) {
      if (naive_matches(split(pattern), split(path))) expected.push_back(path);
    }
    const std::string got = glob(dir, pattern.c_str());
    if (got != joined(expected)) FAIL(pattern << ": " << got << " instead of " << joined(expected));
  }
}
