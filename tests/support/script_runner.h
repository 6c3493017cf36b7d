// Runs language cases with the real program and compares what they did with what was expected.
//
// Each case gets its own temporary directory: `work` is its working directory and HOME, `tmp` its
// TMPDIR. Its environment holds PATH, HOME, LANG=C.UTF-8 and TMPDIR, and what the case adds; `weir`
// in its PATH is the program under test. run_case is safe to call from several threads.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "support/script_case.h"

namespace weir::test {

struct RunnerOptions {
  std::filesystem::path program;  // absolute
  std::chrono::milliseconds timeout{60'000};
  bool sanitized = false;  // the program is a sanitizer build
  unsigned jobs = 1;  // cases at once
};

enum class Outcome { passed, failed, skipped };

struct CaseResult {
  Outcome outcome = Outcome::passed;
  std::string report;  // of a failed case: what differs, each line indented; of a skipped one: why
};

CaseResult run_case(const ScriptCase& script_case, const RunnerOptions& options);

/// What every case has in its environment: PATH as given, HOME and TMPDIR in `directory`.
std::vector<std::string> case_environment(const std::string& path,
                                          const std::filesystem::path& directory);

/// Runs them all, `jobs` at once, and calls `done` for each, one at a time, as they end.
void run_cases(std::span<const ScriptCase> cases, const RunnerOptions& options,
               const std::function<void(const ScriptCase&, const CaseResult&)>& done);

/// Empty when FOUND is as expected, else the lines of a report that begins with the stream's name.
std::string compare_stream(std::string_view stream, const Expectation& expected,
                           std::string_view found);

}  // namespace weir::test
