#include "kernel/agent_output.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "kernel/plain_output.h"

namespace weir::kernel {

namespace {

/// Beyond this an output is in the file while it comes.
constexpr size_t kKept = 1024 * 1024;

uint64_t count_lines(std::string_view text) {
  return static_cast<uint64_t>(std::ranges::count(text, '\n'));
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// The beginning, at most `size` bytes: whole lines where that costs less than half of it.
std::string_view beginning(std::string_view text, size_t size) {
  if (text.size() <= size) return text;
  std::string_view part = text.substr(0, size);
  const size_t newline = part.rfind('\n');
  if (newline != part.npos && newline >= size / 2) return part.substr(0, newline + 1);
  while (!part.empty() && continues_character(text[part.size()])) part.remove_suffix(1);
  return part;
}

/// The end, in the same way.
std::string_view ending(std::string_view text, size_t size) {
  if (text.size() <= size) return text;
  std::string_view part = text.substr(text.size() - size);
  const size_t newline = part.find('\n');
  if (newline != part.npos && newline < size / 2) return part.substr(newline + 1);
  while (!part.empty() && continues_character(part.front())) part.remove_prefix(1);
  return part;
}

}  // namespace

AgentOutput::AgentOutput(loop::Loop& loop, std::string directory)
    : file_(std::move(directory)),
      stream_(std::make_shared<scheduler::BoundedStream>(loop, kKept,
                                                         [this](std::string_view bytes) {
                                                           lines_ += count_lines(bytes);
                                                           file_.append(bytes);
                                                         })),
      collector_(scheduler::make_stream_file(loop, stream_)) {}

std::string AgentOutput::marker(uint64_t bytes, uint64_t lines) const {
  const std::string whole = file_.fault() ? "the whole could not be kept: " + file_.fault()->message
                                          : "the whole is in " + file_.path();
  return fmt::format("[… {} bytes in {} lines are left out here; {}]\n", bytes, lines, whole);
}

/// `head` and `tail` may be the same text, or the two ends of one.
AgentOutput::Shown AgentOutput::cut(std::string_view head, std::string_view tail, size_t budget) {
  const size_t quarter = budget / 4;
  head = beginning(head, quarter);
  tail = ending(tail, budget - quarter);
  const uint64_t shown_bytes = head.size() + tail.size();
  const uint64_t shown_lines = count_lines(head) + count_lines(tail);
  const uint64_t bytes = stream_->stats().written;
  std::string text(head);
  if (!text.empty() && text.back() != '\n') text += '\n';
  // Escape sequences that were taken out count as shown, so neither number goes below zero.
  text += marker(bytes - std::min(bytes, shown_bytes), lines_ - std::min(lines_, shown_lines));
  text += tail;
  return {std::move(text), file_.fault() ? std::string() : file_.path(), true};
}

AgentOutput::Shown AgentOutput::show(size_t budget) {
  const std::string kept = stream_->text();
  const std::string plain = plain_output(kept);
  const bool is_all = !file_.has_begun();
  if (is_all && plain.size() <= budget) return {plain, {}, false};
  lines_ += count_lines(kept);
  file_.append(kept);
  if (is_all) return cut(plain, plain, budget);
  // Escape sequences go from the head, so a little more of it is read than is shown.
  const std::string head = plain_output(beginning(file_.head(budget), budget));
  return cut(head, plain, budget);
}

}  // namespace weir::kernel
