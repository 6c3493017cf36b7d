#include "kernel/trace.h"

#include "base/text.h"
#include "kernel/builtin.h"

namespace weir::kernel {

std::string traced_value(const Value& value) {
  if (!value.is_scalar()) return value.to_json();
  return value.is_null() ? "null" : quote_word(value.to_text());
}

loop::Task<void> trace(Context& ctx, std::string line) {
  const auto ps4 = ctx.lookup("PS4");
  co_await warn(ctx, (ps4 ? ps4->to_text() : "+ ") + line);
}

}  // namespace weir::kernel
