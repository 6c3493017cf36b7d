#include "gate/daemon/built_program.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/child_processes.h"

namespace weir::gate::daemon {

namespace {

namespace fs = std::filesystem;

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// cargo has written them in both ways.
bool is_build_script(std::string_view path) {
  const std::string_view name = name_of(path);
  return name.starts_with("build-script-") || name.starts_with("build_script_");
}

bool is_built(const LaneKey& lane, const std::string& path) {
  if (is_build_script(path)) return false;
  return std::ranges::any_of(
      lane.parts(), [&](const LanePart& part) { return path.starts_with(part.directory + "/"); });
}

/// What a link of its directory in /proc leads to; "" when it has ended or is another user's.
std::string link_of(pid_t pid, const char* name) {
  std::error_code error;
  return fs::read_symlink("/proc/" + std::to_string(pid) + "/" + name, error).string();
}

/// The words of a compiler, too, have the lane's directories and libraries in them, but no program.
bool is_built_program(const LaneKey& lane, const std::string& word, const std::string& directory) {
  if (word.find('/') == std::string::npos) return false;
  const std::string path = (fs::path(directory) / word).lexically_normal().string();
  std::error_code error;
  return is_built(lane, path) && fs::is_regular_file(path, error) &&
         ::access(path.c_str(), X_OK) == 0;
}

bool is_run_phase(pid_t pid, const LaneKey& lane) {
  if (is_built(lane, link_of(pid, "exe"))) return true;
  const std::vector<std::string> words = command_words(pid);
  // What cargo itself is told may name a program, to be an argument of the one that runs.
  if (words.empty() || name_of(words[0]) == "cargo") return false;
  if (name_of(words[0]) == "rustdoc") return std::ranges::find(words, "--test") != words.end();
  const std::string directory = link_of(pid, "cwd");
  return std::ranges::any_of(
      words, [&](const std::string& word) { return is_built_program(lane, word, directory); });
}

}  // namespace

bool runs_built_program(pid_t cargo, const LaneKey& lane) {
  if (is_run_phase(cargo, lane)) return true;
  return std::ranges::any_of(children_of(cargo),
                             [&](pid_t child) { return is_run_phase(child, lane); });
}

}  // namespace weir::gate::daemon
