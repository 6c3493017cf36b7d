#include "kernel/status_line.h"

#include "base/text.h"
#include "kernel/foreground_entry.h"
#include "kernel/shell.h"

namespace weir::kernel {

using loop::Task;

namespace {

constexpr std::string_view kClearLine = "\r\x1b[K\r";

}  // namespace

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
  is_shown_ = true;
  constexpr size_t kEcho = 3;  // "^C" behind it must not begin another row
  const size_t width = ctx_.shell.terminal->columns();
  co_await write(std::string(kClearLine) + fit_width(text, width - std::min(width, kEcho)));
}

Task<void> StatusLine::clear() {
  if (std::exchange(is_shown_, false)) co_await write(std::string(kClearLine));
}

std::string StatusLine::give_way(std::string_view bytes) {
  if (is_writing_ || bytes.empty()) return {};
  is_line_open_ = bytes.back() != '\n' && bytes.back() != '\r';
  return hide();
}

std::string StatusLine::hide() {
  return std::string(std::exchange(is_shown_, false) ? kClearLine : std::string_view());
}

}  // namespace weir::kernel
