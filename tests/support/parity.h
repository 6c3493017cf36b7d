// Parity: snippets of plain sh that weir must run as the shells before it do.
//
// tests/scripts/parity/*.sh holds snippets that dash, bash and weir run, *.bash those of bash and
// weir alone; each begins with a line `#=== sentence`. No expected output is written down: stdout
// and exit code of all must be the same. Called by the script runner.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "support/script_case.h"
#include "support/script_runner.h"

namespace weir::test {

bool is_parity_file(const std::filesystem::path& path);

/// The snippets of a file in order; which shells are compared follows from its name.
Cases parse_parity_file(const std::string& path, std::string_view text);

/// Runs the snippet with each of its reference shells and with the program. Fails when the
/// references disagree (the snippet is wrong) or the program differs from them.
CaseResult run_parity_case(const ScriptCase& script_case, const RunnerOptions& options);

}  // namespace weir::test
