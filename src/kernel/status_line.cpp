#include "kernel/status_line.h"

#include "base/text.h"
#include "kernel/foreground_entry.h"
#include "kernel/shell.h"

namespace weir::kernel {

using loop::Task;

StatusLine::StatusLine(Context& ctx) : ctx_(ctx) {
  Shell& shell = ctx.shell;
  const bool is_of_entry = (!ctx.job || ctx.job->is_entry) && ctx.subshell_depth == 0;
  const auto& err = ctx.fds.get(2);
  is_registered_ = is_of_entry && shell.terminal && shell.interactive_port &&
                   !shell.bottom_display && err && err->is_terminal();
  if (is_registered_) shell.bottom_display = this;
}

StatusLine::~StatusLine() {
  if (is_registered_) ctx_.shell.bottom_display = nullptr;
}

NoticeStyle StatusLine::notice_style() const {
  return {.width = ctx_.shell.terminal->columns(), .has_colors = ctx_.text_of("NO_COLOR").empty()};
}

Task<void> StatusLine::write(std::string text) {
  is_writing_ = true;
  (void)co_await ctx_.err().write(text, {});
  is_writing_ = false;
}

Task<void> StatusLine::show(std::string text) {
  if (!can_show() || is_line_open_) co_return;
  is_writing_ = true;
  if (!std::exchange(has_begun_, true)) co_await begin_line(ctx_);
  constexpr size_t kEcho = 3;  // "^C" behind it must not begin another row
  const size_t width = ctx_.shell.terminal->columns();
  const std::string line = fit_width(text, width - std::min(width, kEcho));
  const std::string before = take_off();
  shown_.assign(1, display_width(line));
  co_await write(before + line);
}

std::string StatusLine::take_off() {
  return erase_lines(std::exchange(shown_, {}), ctx_.shell.terminal->columns());
}

Task<void> StatusLine::clear() {
  if (!shown_.empty()) co_await write(take_off());
}

std::string StatusLine::give_way(std::string_view bytes) {
  if (is_writing_ || bytes.empty()) return {};
  is_line_open_ = bytes.back() != '\n' && bytes.back() != '\r';
  return take_off();
}

std::string StatusLine::hide() { return take_off(); }

}  // namespace weir::kernel
