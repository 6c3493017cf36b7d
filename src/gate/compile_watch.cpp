#include "gate/compile_watch.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <memory>
#include <vector>

#include "base/unique_fd.h"

namespace weir::gate {

namespace {

std::string read_proc(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  char buffer[16384];
  ssize_t size = 0;
  while (file && (size = ::read(file.get(), buffer, sizeof buffer)) > 0)
    text.append(buffer, static_cast<size_t>(size));
  return text;
}

/// The children of all threads: cargo starts compilers from several.
std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> children;
  const std::string tasks = fmt::format("/proc/{}/task", pid);
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(tasks.c_str()), ::closedir);
  if (!directory) return children;
  while (const dirent* entry = ::readdir(directory.get())) {
    if (entry->d_name[0] == '.') continue;
    const std::string text = read_proc(fmt::format("{}/{}/children", tasks, entry->d_name));
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at < end) {
      pid_t child = 0;
      const auto [next, error] = std::from_chars(at, end, child);
      if (error == std::errc()) children.push_back(child);
      at = error == std::errc() ? next : at + 1;
    }
  }
  return children;
}

std::string_view take_word(std::string_view& text) {
  const size_t end = std::min(text.find('\0'), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

}  // namespace

std::string compiled_crate(std::string_view command_line) {
  while (!command_line.empty()) {
    if (take_word(command_line) != "--crate-name") continue;
    const std::string_view name = take_word(command_line);
    // "___" is what cargo calls the crate of its questions.
    return name == "___" ? std::string() : std::string(name);
  }
  return {};
}

std::optional<protocol::Progress> CompileWatch::look() {
  std::map<pid_t, std::string> now;
  for (const pid_t child : children_of(cargo_)) {
    const auto known = compiling_.find(child);
    std::string crate = known != compiling_.end()
                            ? known->second
                            : compiled_crate(read_proc(fmt::format("/proc/{}/cmdline", child)));
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
