#include "kernel/not_found_hook.h"

#include "kernel/evaluator.h"
#include "kernel/external.h"

namespace weir::kernel {

loop::Task<int> command_not_found(Context& ctx, List words, bool not_executable) {
  const std::string name = words.front().to_text();
  const auto hook = ctx.scope.functions->find("command_not_found");
  const bool is_path = name.find('/') != std::string::npos;
  if (not_executable || is_path || ctx.in_not_found_hook || hook == ctx.scope.functions->end()) {
    co_return co_await report_not_found(ctx, name, not_executable);
  }
  ctx.in_not_found_hook = true;
  const int status = co_await call_function(ctx, hook->second, std::move(words));
  ctx.in_not_found_hook = false;
  co_return status;
}

}  // namespace weir::kernel
