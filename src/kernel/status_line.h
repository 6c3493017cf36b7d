// StatusLine: one line at the bottom of the terminal while something in the foreground waits.
//
// What is written through the shell meanwhile (jobs, notices) comes above it (bottom_display.h); it
// is painted again where the cursor is at the begin of a line. Only
// where an editor reads the lines, since other terminals may not know what it needs; elsewhere
// nothing is shown. Used by `wait`, and by a shell that waits for its jobs before it is left.
#pragma once

#include <string>

#include "kernel/bottom_display.h"
#include "kernel/context.h"
#include "kernel/job_notice.h"

namespace weir::kernel {

class StatusLine final : public BottomDisplay {
 public:
  /// The context must outlive it. One at a time; a second one shows nothing.
  explicit StatusLine(Context& ctx);
  ~StatusLine() override;
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;

  /// Whether there is a terminal for it.
  bool can_show() const { return is_registered_; }
  /// Paints it, cut to the width of the terminal, or paints it again.
  loop::Task<void> show(std::string text);
  /// It is gone, and the cursor is where it was.
  loop::Task<void> clear();
  NoticeStyle notice_style() const;

  std::string give_way(std::string_view bytes) override;
  std::string hide() override;

 private:
  loop::Task<void> write(std::string text);
  std::string take_off();

  Context& ctx_;
  bool is_registered_ = false;
  std::vector<size_t> shown_;  // the width of the line that is on the screen; empty: none is
  bool is_writing_ = false;  // this one itself
  bool has_begun_ = false;  // it has a line of its own
  bool is_line_open_ = false;  // somebody has written a part of a line
};

}  // namespace weir::kernel
