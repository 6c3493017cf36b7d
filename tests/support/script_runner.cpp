#include "support/script_runner.h"

#include <re2/re2.h>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <thread>

#include "support/parity.h"
#include "support/run_program.h"
#include "support/temp_dir.h"
#include "support/text_diff.h"

namespace weir::test {

namespace {

namespace fs = std::filesystem;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? "" : text.substr(end + 1);
  }
  return lines;
}

// Every line of `patterns` is found in a line of `found`, in order. Else: what is missing.
std::string missing_pattern(std::string_view patterns, std::string_view found) {
  const std::vector<std::string_view> lines = lines_of(found);
  size_t next = 0;
  for (const std::string_view pattern : lines_of(patterns)) {
    const RE2 regex(re2::StringPiece(pattern.data(), pattern.size()), RE2::Quiet);
    if (!regex.ok()) return "bad regular expression: " + std::string(pattern);
    const auto matches = [&](std::string_view line) {
      return RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), regex);
    };
    while (next < lines.size() && !matches(lines[next])) ++next;
    if (next++ >= lines.size()) return "no line left that matches: " + std::string(pattern);
  }
  return "";
}

std::string indented_lines(std::string_view text) {
  std::string out;
  for (const std::string_view line : lines_of(text)) out += "    " + visible(line) + "\n";
  return out;
}

void write_files(const ScriptCase& script_case, const TempDir& dir) {
  fs::create_directories(dir.path() / "work");
  fs::create_directories(dir.path() / "tmp");
  for (const CaseFile& file : script_case.files) {
    const fs::path where = dir.write(fs::path("work") / file.name, file.text);
    if (file.executable) fs::permissions(where, fs::perms::owner_exec, fs::perm_options::add);
  }
  if (!script_case.script.empty()) dir.write("work/case.ksh", script_case.script);
}

// `weir` must be in PATH without anything else that lies beside the built program.
fs::path make_bin(const TempDir& dir, const fs::path& program) {
  const fs::path bin = dir.path() / "bin";
  fs::create_directories(bin);
  fs::create_symlink(program, bin / "weir");
  return bin;
}

ProgramRun make_run(const ScriptCase& script_case, const RunnerOptions& options,
                    const TempDir& dir) {
  ProgramRun run;
  const fs::path bin = make_bin(dir, options.program);
  run.argv = {(bin / "weir").string()};
  const std::vector<std::string> args =
      script_case.args.value_or(std::vector<std::string>{"case.ksh"});
  run.argv.insert(run.argv.end(), args.begin(), args.end());
  run.environment = case_environment(bin.string() + ":/usr/local/bin:/usr/bin:/bin", dir.path());
  run.environment.insert(run.environment.end(), script_case.environment.begin(),
                         script_case.environment.end());
  run.directory = dir.path() / "work";
  run.std_in = script_case.std_in;
  run.merge_streams = script_case.merged;
  run.timeout = options.timeout;
  return run;
}

std::string seconds_text(std::chrono::milliseconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

std::string compare_code(const ScriptCase& script_case, const std::string& code) {
  const bool died = code.starts_with("signal ");
  if (script_case.code ? *script_case.code == code : !died) return "";
  return "  code: expected " + script_case.code.value_or("no signal") + ", found " + code + "\n";
}

std::string report(const ScriptCase& script_case, const ProgramEnd& end,
                   const RunnerOptions& options) {
  if (!end.error.empty()) return "  it could not be run: " + end.error + "\n";
  std::string text;
  if (end.timed_out) text += "  it hung: killed after " + seconds_text(options.timeout) + "\n";
  if (end.left_open) text += "  it ended but left a process that holds its output open\n";
  text += compare_stream(script_case.merged ? "output" : "stdout", script_case.out, end.out);
  if (!script_case.merged) text += compare_stream("stderr", script_case.err, end.err);
  if (!end.timed_out) text += compare_code(script_case, end.code);
  return text;
}

}  // namespace

std::vector<std::string> case_environment(const std::string& path, const fs::path& directory) {
  std::vector<std::string> environment = {
      "PATH=" + path,
      "HOME=" + (directory / "work").string(),
      "TMPDIR=" + (directory / "tmp").string(),
      "LANG=C.UTF-8",
  };
  for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) {
      environment.push_back(std::string(name) + "=" + value);
    }
  }
  return environment;
}

std::string compare_stream(std::string_view stream, const Expectation& expected,
                           std::string_view found) {
  const std::string head = "  " + std::string(stream);
  if (expected.regex) {
    const std::string missing = missing_pattern(expected.text, found);
    if (missing.empty()) return "";
    return head + ": " + missing + "\n  " + std::string(stream) + " was:\n" + indented_lines(found);
  }
  if (expected.text == found) return "";
  return head + " (- expected, + found):\n" + text_diff(expected.text, found);
}

CaseResult run_case(const ScriptCase& script_case, const RunnerOptions& options) {
  if (options.sanitized && script_case.skip_asan) {
    return {Outcome::skipped, *script_case.skip_asan};
  }
  if (!script_case.references.empty()) return run_parity_case(script_case, options);
  const TempDir dir;
  write_files(script_case, dir);
  const ProgramEnd end = run_program(make_run(script_case, options, dir));
  std::string text = report(script_case, end, options);
  const Outcome outcome = text.empty() ? Outcome::passed : Outcome::failed;
  return {outcome, std::move(text)};
}

void run_cases(std::span<const ScriptCase> cases, const RunnerOptions& options,
               const std::function<void(const ScriptCase&, const CaseResult&)>& done) {
  std::atomic<size_t> next{0};
  std::mutex one_at_a_time;
  const auto work = [&] {
    for (size_t i = next++; i < cases.size(); i = next++) {
      const CaseResult result = run_case(cases[i], options);
      const std::lock_guard lock(one_at_a_time);
      done(cases[i], result);
    }
  };
  std::vector<std::jthread> workers;
  for (unsigned i = 1; i < options.jobs; ++i) workers.emplace_back(work);
  work();
}

}  // namespace weir::test
