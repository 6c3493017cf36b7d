#include "support/parity.h"

#include "support/run_program.h"
#include "support/temp_dir.h"
#include "support/text_diff.h"

namespace weir::test {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMark = "#=== ";

// Each shell gets a directory of its own. The script lies above the working directory, out of the
// way of its patterns, and has the same name for all.
ProgramEnd run_with(const std::string& shell, const ScriptCase& script_case,
                    const RunnerOptions& options) {
  const TempDir dir;
  dir.write("snippet.sh", script_case.script);
  fs::create_directories(dir.path() / "work");
  fs::create_directories(dir.path() / "tmp");
  ProgramRun run;
  run.argv = {shell, "../snippet.sh"};
  run.environment = case_environment("/usr/local/bin:/usr/bin:/bin", dir.path());
  run.directory = dir.path() / "work";
  run.timeout = options.timeout;
  return run_program(run);
}

std::string path_of(const std::string& shell) {
  for (const char* directory : {"/bin/", "/usr/bin/", "/usr/local/bin/"}) {
    if (fs::exists(directory + shell)) return directory + shell;
  }
  return "";
}

std::string compare(const std::string& left_name, const ProgramEnd& left,
                    const std::string& right_name, const ProgramEnd& right) {
  std::string text;
  if (left.out != right.out) {
    text +=
        "  stdout (- " + left_name + ", + " + right_name + "):\n" + text_diff(left.out, right.out);
  }
  if (left.code != right.code) {
    text += "  code: " + left_name + " " + left.code + ", " + right_name + " " + right.code + "\n";
  }
  if (!text.empty()) text += "  stderr of " + right_name + ":\n" + text_diff("", right.err);
  return text;
}

CaseResult failed(std::string report) { return {Outcome::failed, std::move(report)}; }

std::string broken(const std::string& name, const ProgramEnd& end) {
  if (!end.error.empty()) return "  " + name + " could not be run: " + end.error + "\n";
  if (end.timed_out) return "  " + name + " hung\n";
  if (end.left_open) return "  " + name + " left a process that holds its output open\n";
  return "";
}

}  // namespace

bool is_parity_file(const fs::path& path) {
  return path.extension() == ".sh" || path.extension() == ".bash";
}

Cases parse_parity_file(const std::string& path, std::string_view text) {
  std::vector<ScriptCase> cases;
  const bool bash_only = path.ends_with(".bash");
  for (int line = 1; !text.empty(); ++line) {
    const size_t end = text.find('\n');
    const std::string_view content = text.substr(0, end);
    text = end == std::string_view::npos ? "" : text.substr(end + 1);
    if (content.starts_with(kMark)) {
      cases.push_back({});
      cases.back().path = path;
      cases.back().line = line;
      cases.back().name = content.substr(kMark.size());
      cases.back().references = {"bash"};
      if (!bash_only) cases.back().references.push_back("dash");
    } else if (!cases.empty()) {
      cases.back().script.append(content).append("\n");
    }
  }
  return cases;
}

CaseResult run_parity_case(const ScriptCase& script_case, const RunnerOptions& options) {
  std::string first_name;
  ProgramEnd first;
  for (const std::string& name : script_case.references) {
    const std::string path = path_of(name);
    if (path.empty()) return {Outcome::skipped, name + " is not installed"};
    ProgramEnd end = run_with(path, script_case, options);
    if (std::string text = broken(name, end); !text.empty()) return failed(std::move(text));
    if (first_name.empty()) {
      first_name = name;
      first = std::move(end);
    } else if (std::string text = compare(first_name, first, name, end); !text.empty()) {
      return failed("  the references differ: the snippet is wrong\n" + text);
    }
  }
  const ProgramEnd end = run_with(options.program.string(), script_case, options);
  std::string text = broken("weir", end);
  if (text.empty()) text = compare(first_name, first, "weir", end);
  if (!text.empty()) return failed(std::move(text));
  return {};
}

}  // namespace weir::test
