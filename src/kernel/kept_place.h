// KeptPlace: where a context is, kept while another text runs or is expanded in between (a trap,
// $PS4).
#pragma once

#include "kernel/context.h"

namespace weir::kernel {

class KeptPlace {
 public:
  explicit KeptPlace(Context& ctx)
      : ctx_(ctx),
        unit_(ctx.unit),
        position_(ctx.position),
        trap_text_(ctx.trap_text),
        line_(ctx.interrupted_line) {}
  ~KeptPlace() {
    ctx_.unit = unit_;
    ctx_.position = position_;
    ctx_.trap_text = trap_text_;
    ctx_.interrupted_line = line_;
  }
  KeptPlace(const KeptPlace&) = delete;
  KeptPlace& operator=(const KeptPlace&) = delete;

  /// $LINENO in `text` is the line that the context is at now.
  static void interrupt(Context& ctx, parser::UnitPtr text) {
    if (ctx.unit) ctx.interrupted_line = ctx.line();  // else the end of the text that ran last
    ctx.trap_text = std::move(text);
  }

 private:
  Context& ctx_;
  const parser::UnitPtr unit_;
  const decltype(Context::position) position_;
  const parser::UnitPtr trap_text_;
  const int64_t line_;
};

}  // namespace weir::kernel
