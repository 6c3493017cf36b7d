#include "repl/unfinished_lines.h"

#include "kernel/plain_output.h"

namespace weir::repl {

namespace {

/// Colours that a line leaves on are not for the prompt.
std::string as_shown(std::string_view lines) {
  std::string out = kernel::plain_output(lines, kernel::Colors::stay);
  if (out.ends_with('\n')) out.pop_back();
  if (out.contains('\x1b')) out += "\x1b[0m";
  return out + '\n';
}

}  // namespace

std::string UnfinishedLines::add(const void* writer, std::string_view bytes) {
  std::string& text = texts_[writer];
  text += bytes;
  size_t end = text.rfind('\n') + 1;  // npos + 1 is 0
  if (end == 0 && text.size() >= kMaxLine) end = text.size();
  const std::string lines = text.substr(0, end);
  text.erase(0, end);
  if (text.empty()) texts_.erase(writer);
  return lines.empty() ? std::string() : as_shown(lines);
}

std::string UnfinishedLines::take(const void* writer) {
  const auto found = texts_.find(writer);
  if (found == texts_.end()) return {};
  const std::string rest = std::move(found->second);
  texts_.erase(found);
  return as_shown(rest);
}

std::string UnfinishedLines::take_all() {
  std::string all;
  for (const auto& [writer, text] : texts_) all += text;
  texts_.clear();
  return all;
}

}  // namespace weir::repl
