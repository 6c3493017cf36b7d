// script_tests: runs the language cases of the project with the real program.
//
//     script_tests [options] [FILE | TEXT]...
//
// A FILE (.test, .md, or .sh and .bash of tests/scripts/parity) runs that file's cases; a TEXT
// keeps the cases whose "path:line: name" holds it. The last line is "N passed, N failed". Exit 1
// when a case failed.
#include <linux/close_range.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "support/parity.h"
#include "support/paths.h"
#include "support/script_case.h"
#include "support/script_runner.h"

namespace {

namespace fs = std::filesystem;
using namespace weir::test;

constexpr const char* kUsage =
    "usage: script_tests [options] [FILE | TEXT]...\n"
    "Runs the cases of tests/scripts, tests/issues, docs and README.md, or of each FILE;\n"
    "each TEXT keeps only the cases whose \"path:line: name\" holds one of the TEXTs.\n"
    "  --list           name the cases, run nothing\n"
    "  --repeat N       run each case N times\n"
    "  --jobs N         cases at once (default: the processors)\n"
    "  --timeout S      seconds after which a case has hung (default 60)\n"
    "  --program PATH   the program to test (default: the weir of this build)\n"
    "  --verbose        name the passed cases too\n";

#if defined(__has_feature)
constexpr bool kSanitized = __has_feature(address_sanitizer);
#else
constexpr bool kSanitized = false;
#endif

struct Options {
  RunnerOptions runner;
  bool list = false;
  bool verbose = false;
  int repeat = 1;
  std::vector<fs::path> files;
  std::vector<std::string> texts;
};

[[noreturn]] void misuse(const std::string& message) {
  std::fprintf(stderr, "script_tests: %s\n%s", message.c_str(), kUsage);
  std::exit(2);
}

int to_number(const std::string& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1) {
    misuse("not a positive number: " + text);
  }
  return number;
}

bool is_case_file(const fs::path& path) {
  return path.extension() == ".test" || path.extension() == ".md" || is_parity_file(path);
}

Options parse_options(const std::vector<std::string>& words) {
  Options options;
  options.runner.program = kWeirProgram;
  options.runner.sanitized = kSanitized;
  options.runner.jobs = std::max(1u, std::thread::hardware_concurrency());
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const auto value = [&]() -> const std::string& {
      if (++i == words.size()) misuse(word + " needs a value");
      return words[i];
    };
    if (word == "--help") {
      std::fputs(kUsage, stdout);
      std::exit(0);
    } else if (word == "--list") {
      options.list = true;
    } else if (word == "--verbose") {
      options.verbose = true;
    } else if (word == "--repeat") {
      options.repeat = to_number(value());
    } else if (word == "--jobs") {
      options.runner.jobs = static_cast<unsigned>(to_number(value()));
    } else if (word == "--timeout") {
      options.runner.timeout = std::chrono::seconds(to_number(value()));
    } else if (word == "--program") {
      options.runner.program = fs::absolute(value());
    } else if (word.starts_with("--")) {
      misuse("unknown option " + word);
    } else if (is_case_file(word) && fs::is_regular_file(word)) {
      options.files.push_back(word);
    } else {
      options.texts.push_back(word);
    }
  }
  return options;
}

void add_files(std::vector<fs::path>& files, const fs::path& directory, const char* extension) {
  if (!fs::is_directory(directory)) return;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
}

std::vector<fs::path> project_files() {
  const fs::path root = kSourceDir;
  std::vector<fs::path> files;
  add_files(files, root / "tests/scripts", ".test");
  add_files(files, root / "tests/scripts/parity", ".sh");
  add_files(files, root / "tests/scripts/parity", ".bash");
  add_files(files, root / "tests/issues", ".test");
  add_files(files, root / "docs", ".md");
  if (fs::exists(root / "README.md")) files.push_back(root / "README.md");
  std::sort(files.begin(), files.end());
  return files;
}

// The path that reports show: from the checkout where the file lies in it.
std::string shown_path(const fs::path& path) {
  const std::string root = std::string(kSourceDir) + "/";
  const std::string full = fs::absolute(path).lexically_normal().string();
  return full.starts_with(root) ? full.substr(root.size()) : path.string();
}

Cases read_cases(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  if (path.extension() == ".md") return parse_markdown(shown_path(path), text);
  if (is_parity_file(path)) return parse_parity_file(shown_path(path), text);
  return parse_test_file(shown_path(path), text);
}

bool is_wanted(const ScriptCase& script_case, const std::vector<std::string>& texts) {
  const std::string name = label(script_case);
  return texts.empty() || std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
           return name.find(text) != std::string::npos;
         });
}

struct Tally {
  int passed = 0;
  int failed = 0;
  int skipped = 0;
};

// A file that cannot be read counts as one failed case.
std::vector<ScriptCase> collect_cases(const Options& options, Tally& tally) {
  std::vector<ScriptCase> wanted;
  for (const fs::path& path : options.files.empty() ? project_files() : options.files) {
    Cases cases = read_cases(path);
    if (!cases) {
      std::printf("FAIL %s\n", cases.error().c_str());
      ++tally.failed;
      continue;
    }
    for (ScriptCase& script_case : *cases) {
      if (is_wanted(script_case, options.texts)) wanted.push_back(std::move(script_case));
    }
  }
  return wanted;
}

void count(Tally& tally, const ScriptCase& script_case, const CaseResult& result, bool verbose) {
  const std::string name = label(script_case);
  switch (result.outcome) {
    case Outcome::passed:
      ++tally.passed;
      if (verbose) std::printf("ok   %s\n", name.c_str());
      break;
    case Outcome::skipped:
      ++tally.skipped;
      std::printf("skip %s (%s)\n", name.c_str(), result.report.c_str());
      break;
    case Outcome::failed:
      ++tally.failed;
      std::printf("FAIL %s\n%s", name.c_str(), result.report.c_str());
      break;
  }
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  // Cases say which descriptors are not open.
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  const Options options = parse_options({argv + 1, argv + argc});
  Tally tally;
  const std::vector<ScriptCase> cases = collect_cases(options, tally);
  if (options.list) {
    for (const ScriptCase& script_case : cases) std::printf("%s\n", label(script_case).c_str());
    return tally.failed ? 1 : 0;
  }
  for (int turn = 0; turn < options.repeat; ++turn) {
    run_cases(cases, options.runner, [&](const ScriptCase& script_case, const CaseResult& result) {
      count(tally, script_case, result, options.verbose);
    });
  }
  if (tally.skipped) std::printf("%d skipped\n", tally.skipped);
  std::printf("%d passed, %d failed\n", tally.passed, tally.failed);
  return tally.failed ? 1 : 0;
}
