#include "builtins/text_source_support.h"

#include <fcntl.h>
#include <fmt/format.h>

#include "kernel/open_path.h"

namespace weir::builtins {

namespace {

using kernel::Context;
using loop::Task;

Task<Result<std::string>> read_to_end(Context& ctx, scheduler::OpenFile& file) {
  std::string text;
  constexpr size_t kPiece = 64 * 1024;
  for (;;) {
    auto piece = co_await file.read_some(kPiece, ctx.token);
    if (!piece) co_return fail(std::move(piece.error()));
    if (!*piece) co_return text;
    text += **piece;
  }
}

}  // namespace

Task<Result<std::string>> read_whole_file(Context& ctx, std::string path) {
  auto file = co_await kernel::open_path(ctx, path, O_RDONLY);
  if (!file) co_return fail(std::move(file.error()));
  auto text = co_await read_to_end(ctx, **file);
  if (!text) text.error().message = fmt::format("{}: {}", path, text.error().message);
  co_return text;
}

Task<Result<NamedText>> read_text_operand(kernel::Invocation& call, size_t index) {
  if (call.args.has('c')) co_return NamedText{"-c", call.args.text("c")};
  const bool has_file = index < call.args.operands.size();
  std::string name = has_file ? call.args.operands[index].to_text() : "stdin";
  Result<std::string> text;
  if (has_file)
    text = co_await read_whole_file(call.ctx, name);
  else
    text = co_await read_to_end(call.ctx, call.ctx.in());
  if (!text) co_return fail(std::move(text.error()));
  co_return NamedText{std::move(name), std::move(*text)};
}

}  // namespace weir::builtins
