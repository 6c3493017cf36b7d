#include "builtins/tool_support.h"

#include <fcntl.h>

#include "kernel/evaluator.h"
#include "kernel/shell.h"
#include "scheduler/kernel_file.h"

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

namespace {

Task<Result<scheduler::OpenFilePtr>> name_the_file(std::string path,
                                                   Task<Result<scheduler::OpenFilePtr>> opening) {
  auto file = co_await std::move(opening);
  if (!file) file.error().message = Error::from_errno(file.error().sys, path).message;
  co_return file;
}

}  // namespace

ValueTask<Result<scheduler::OpenFilePtr>> open_input(Context& ctx, std::string path) {
  using Opened = Result<scheduler::OpenFilePtr>;
  if (path == "-") {
    if (auto file = ctx.fds.get(0)) return Opened(std::move(file));
    return Opened(fail(Error::from_errno(EBADF, "-")));
  }
  auto opening = scheduler::open_kernel_file(ctx.shell.loop, ctx.scope.directory->fd.get(), path,
                                             O_RDONLY, 0, ctx.token);
  if (!opening.ready()) return name_the_file(std::move(path), opening.task());
  auto file = opening.take();
  if (!file && file.error().sys != 0) {
    file.error().message = Error::from_errno(file.error().sys, path).message;
  }
  return file;
}

}  // namespace weir::builtins
