#include "base/child_processes.h"

#include "base/proc_file.h"

namespace weir {

std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> children;
  const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  each_number_in(tasks, [&](int thread) {
    const auto text = read_proc_file(tasks + "/" + std::to_string(thread) + "/children");
    std::string_view rest = text ? std::string_view(*text) : std::string_view();
    for (std::string_view word = take_word(rest); !word.empty(); word = take_word(rest)) {
      if (const auto child = parse_number(word)) children.push_back(static_cast<pid_t>(*child));
    }
  });
  return children;
}

std::vector<std::string> command_words(pid_t pid) {
  std::vector<std::string> words;
  const auto text = read_proc_file("/proc/" + std::to_string(pid) + "/cmdline");
  std::string_view rest = text ? std::string_view(*text) : std::string_view();
  while (!rest.empty()) {
    const size_t size = std::min(rest.find('\0'), rest.size());
    words.emplace_back(rest.substr(0, size));
    rest.remove_prefix(std::min(size + 1, rest.size()));
  }
  return words;
}

}  // namespace weir
