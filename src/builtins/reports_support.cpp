#include "builtins/reports_support.h"

#include <fmt/format.h>

namespace weir::builtins {

ValueTask<int> print_array(const Invocation& call, List rows, int code) {
  List one;
  one.emplace_back(std::move(rows));
  return kernel::emit(call, std::move(one), code);
}

void Report::error(std::string_view message, int code) {
  errors_ += fmt::format("{}: {}: {}\n", call_.ctx.place(), call_.schema.name, message);
  code_ = code;
}

namespace {

Task<int> write_errors(Context& ctx, ValueTask<int> printing, std::string errors) {
  const int code = co_await std::move(printing);
  co_await kernel::warn(ctx, std::move(errors));
  co_return code;
}

}  // namespace

ValueTask<int> Report::finish() && {
  auto printing = call_.args.has("json") ? print_array(call_, std::move(rows), code_)
                                         : print(call_, std::move(out), code_);
  if (errors_.empty()) return printing;
  return write_errors(call_.ctx, std::move(printing), std::move(errors_));
}

}  // namespace weir::builtins
