#include "gate/compile_watch.h"

#include <algorithm>

#include "base/child_processes.h"

namespace weir::gate {

std::string compiled_crate(const std::vector<std::string>& words) {
  const auto flag = std::ranges::find(words, "--crate-name");
  if (words.end() - flag < 2) return {};
  // "___" is what cargo calls the crate of its questions.
  return flag[1] == "___" ? std::string() : flag[1];
}

std::optional<protocol::Progress> CompileWatch::look() {
  std::map<pid_t, std::string> now;
  for (const pid_t child : children_of(cargo_)) {
    const auto known = compiling_.find(child);
    std::string crate =
        known != compiling_.end() ? known->second : compiled_crate(command_words(child));
    if (!crate.empty()) now.emplace(child, std::move(crate));
  }
  for (const auto& [child, crate] : compiling_) {
    if (!now.contains(child)) ++seen_;
  }
  compiling_ = std::move(now);
  std::string current;
  for (const auto& [child, crate] : compiling_) {
    if (!current.empty()) current += ", ";
    current += crate;
  }
  const int done = std::max(seen_, noted_);
  if (current == told_ && done == told_done_ && total_ == told_total_) return {};
  told_ = current;
  told_done_ = done;
  told_total_ = total_;
  protocol::Progress progress;
  progress.done = done;
  progress.total = total_;
  progress.current = std::move(current);
  return progress;
}

}  // namespace weir::gate
