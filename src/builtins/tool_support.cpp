#include "builtins/tool_support.h"

#include <fcntl.h>

#include "kernel/evaluator.h"
#include "kernel/open_path.h"

namespace weir::builtins {

std::optional<kernel::Arguments> known_arguments(const Invocation& call) {
  CommandSchema schema = call.schema;
  schema.style = ArgumentStyle::flags_anywhere;
  auto parsed = kernel::Arguments::parse(schema, call.args.operands);
  if (!parsed || parsed->wants_help()) return {};
  return std::move(*parsed);
}

Task<int> hand_over(Invocation call) {
  List words;
  words.reserve(call.operands().size() + 1);
  words.emplace_back(call.schema.name);
  for (Value& word : call.operands()) words.push_back(std::move(word));
  co_return co_await kernel::run_words(call.ctx, std::move(words),
                                       {.functions = false, .builtins = false});
}

ValueTask<Result<scheduler::OpenFilePtr>> open_input(Context& ctx, std::string path) {
  using Opened = Result<scheduler::OpenFilePtr>;
  if (path == "-") {
    if (auto file = ctx.fds.get(0)) return Opened(std::move(file));
    return Opened(fail(Error::from_errno(EBADF, "-")));
  }
  return kernel::open_path(ctx, std::move(path), O_RDONLY);
}

}  // namespace weir::builtins
