#include "gate/routes/cargo_arguments.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <random>
#include <sstream>

using weir::gate::CargoArguments;

namespace {

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

// The aliases of the tests: one that has arguments, one that leads to another, one that leads to
// itself.
std::optional<std::vector<std::string>> alias(std::string_view name) {
  if (name == "ck") return words_of("check -p leaf");
  if (name == "ckr") return words_of("ck --release");
  if (name == "c") return words_of("tree --depth 1");
  if (name == "rm") return words_of("t --release");
  if (name == "build") return words_of("tree");
  if (name == "loop") return words_of("loop");
  return {};
}

// Everything that was read, in a fixed order; what was not given is left out.
std::string shown(const CargoArguments& read) {
  std::string text = read.subcommand.empty() ? "-" : read.subcommand;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) text += fmt::format(" {}={}", name, value);
  };
  const auto flag = [&](std::string_view name, bool given) {
    if (given) text += fmt::format(" {}", name);
  };
  add("toolchain", read.toolchain);
  flag("answers", read.only_answers);
  add("packages", fmt::format("{}", fmt::join(read.packages, ",")));
  add("chosen", fmt::format("{}", fmt::join(read.targets_chosen, ",")));
  flag("all", read.whole_workspace);
  add("profile", read.profile);
  flag("release", read.release);
  add("triples", fmt::format("{}", fmt::join(read.triples, ",")));
  if (read.jobs) add("jobs", *read.jobs);
  flag("no-run", read.runs_nothing);
  add("C", read.directory);
  add("target-dir", read.target_dir);
  add("manifest", read.manifest_path);
  add("path", read.install_path);
  add("config", fmt::format("{}", fmt::join(read.configs, ",")));
  add("Z", fmt::format("{}", fmt::join(read.unstable, ",")));
  return text;
}

struct Row {
  const char* words;
  const char* read;
};

}  // namespace

TEST_CASE("the words of a cargo command are read as cargo reads them", "[cargo_arguments]") {
  const Row rows[] = {
      {"", "- answers"},
      {"build", "build"},
      {"+nightly build", "build toolchain=nightly"},
      {"b", "build"},
      {"check -p leaf", "check packages=leaf"},
      {"t --no-run", "test no-run"},
      {"d --no-deps", "doc"},
      {"r -- --help -p x", "run"},
      {"c", "tree"},
      {"-v rm x", "test release"},
      {"--version", "- answers"},
      {"-V", "- answers"},
      {"--list", "- answers"},
      {"--explain E0308", "- answers"},
      {"help build", "help answers"},
      {"build --help", "build answers"},
      {"build -h", "build answers"},
      {"build --unit-graph", "build answers"},
      {"-q --color never --config a=1 -Z x build", "build config=a=1 Z=x"},
      {"--config=a=1 --config b build --config c", "build config=a=1,b,c"},
      {"-C sub build", "build C=sub"},
      {"-Zunstable-options -C=sub build", "build C=sub Z=unstable-options"},
      {"build -p a -pb --package c --package=d", "build packages=a,b,c,d"},
      {"build -p --release", "build release"},
      {"build --workspace --exclude leaf", "build all"},
      {"build --all -r", "build all release"},
      {"build -rj4", "build release jobs=4"},
      {"build -j 2 -v", "build jobs=2"},
      {"build -j=2", "build jobs=2"},
      {"build --jobs default", "build jobs=default"},
      {"build --jobs=3", "build jobs=3"},
      {"build -vj3", "build jobs=3"},
      {"build -j -2", "build jobs=-2"},
      {"build -j-2 -v", "build jobs=-2"},
      {"build --lib --bin tool --test=smoke --examples",
       "build chosen=--lib,--bin=tool,--test=smoke,--examples"},
      {"build --bin --release", "build chosen=--bin release"},
      {"build --profile fast --target x86_64-unknown-linux-musl --target=wasm32-wasip1",
       "build profile=fast triples=x86_64-unknown-linux-musl,wasm32-wasip1"},
      {"build --target-dir /t --manifest-path a/Cargo.toml",
       "build target-dir=/t manifest=a/Cargo.toml"},
      {"build --features release --message-format json", "build"},
      {"test name -- --list", "test"},
      {"test --lib name --release", "test chosen=--lib release"},
      {"run --release tool --version", "run release"},
      {"run -p tool -- -p other", "run packages=tool"},
      {"install --path . --root /r", "install path=."},
      {"install ripgrep --version 14.1.0", "install"},
      {"rustc --print cfg", "rustc answers"},
      {"rustc -p leaf -- --print cfg", "rustc packages=leaf"},
      {"clippy --all-targets -- -D warnings", "clippy"},
      {"build --timings --release", "build release"},
      {"build --timings=html", "build"},
      {"frobnicate -p x", "frobnicate packages=x"},
      {"ck", "check packages=leaf"},
      {"ck -p more", "check packages=leaf,more"},
      {"+stable ckr", "check toolchain=stable packages=leaf release"},
      {"-v ck", "check packages=leaf"},
      {"loop", "loop"},
      {"build -", "build"},
      {"build --=x --unknown=y -k", "build"},
      {"build --target-dir", "build"},
  };
  for (const auto& [words, expected] : rows) {
    INFO("cargo " << words);
    CHECK(shown(weir::gate::read_cargo_arguments(words_of(words), alias)) == expected);
  }
}

TEST_CASE("without aliases of the user cargo's own abbreviations count", "[cargo_arguments]") {
  const Row rows[] = {{"c -p leaf", "check packages=leaf"}, {"rm serde", "remove"}};
  for (const auto& [words, expected] : rows)
    CHECK(shown(weir::gate::read_cargo_arguments(words_of(words))) == expected);
}

TEST_CASE("a number of jobs is read as cargo reads it", "[cargo_arguments]") {
  const struct {
    const char* text;
    std::optional<int> jobs;
  } rows[] = {{"1", 1},   {"12", 12}, {"+3", 3},   {"default", 4},     {"-1", 3},
              {"-3", 1},  {"-9", 1},  {"0", {}},   {"", {}},           {"x", {}},
              {"2x", {}}, {"-", {}},  {"+-1", {}}, {"99999999999", {}}};
  for (const auto& [text, jobs] : rows) {
    INFO(text);
    CHECK(weir::gate::cargo_jobs(text, 4) == jobs);
  }
}

TEST_CASE("a bare -p counts as a limit of what is built", "[cargo_arguments]") {
  CHECK(weir::gate::read_cargo_arguments(words_of("build -p")).is_limited());
  CHECK(weir::gate::read_cargo_arguments(words_of("build --lib")).is_limited());
  CHECK_FALSE(weir::gate::read_cargo_arguments(words_of("build -p a --workspace")).is_limited());
  CHECK_FALSE(weir::gate::read_cargo_arguments(words_of("build")).is_limited());
}

TEST_CASE("the profile names the directory under the target directory", "[cargo_arguments]") {
  const Row rows[] = {
      {"build", "debug"},
      {"test", "debug"},
      {"check --profile test", "debug"},
      {"build --release", "release"},
      {"bench", "release"},
      {"bench --profile dev", "debug"},
      {"build --profile bench", "release"},
      {"build --profile fast", "fast"},
      {"install ripgrep", "release"},
      {"install ripgrep --debug", "debug"},
      {"frobnicate", "debug"},
      {"frobnicate -r", "release"},
  };
  for (const auto& [words, expected] : rows) {
    INFO("cargo " << words);
    CHECK(weir::gate::read_cargo_arguments(words_of(words)).profile_directory() == expected);
  }
}

TEST_CASE("any words are read to their end", "[cargo_arguments]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const std::vector<std::string> pieces = {"build", "-p", "--target", "=",     "-",
                                           "--",    "-j", "ck",       "loop",  "+x",
                                           "--bin", "-Z", "",         "--help"};
  for (int run = 0; run < 2000; ++run) {
    std::vector<std::string> words;
    for (unsigned n = random() % 8; n > 0; --n) {
      std::string word = pieces[random() % pieces.size()];
      if (random() % 3 == 0) word += pieces[random() % pieces.size()];
      words.push_back(word);
    }
    const CargoArguments read = weir::gate::read_cargo_arguments(words, alias);
    CHECK(!read.profile_directory().empty());
  }
}
