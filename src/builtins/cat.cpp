// cat: files and standard input to standard output, byte for byte.
#include "builtins/row_filter_support.h"
#include "builtins/tool_support.h"

namespace weir::builtins {

namespace {

constexpr ExampleSchema kExamples[] = {
    {"cat notes.txt", "print a file"},
    {"cat head.txt - tail.txt < body.txt", "standard input between two files"},
};
constexpr CommandSchema kSchema = {
    .name = "cat",
    .summary = "print files one after the other",
    .synopsis = "[FILE…]",
    .style = ArgumentStyle::raw,
    .examples = kExamples,
    .details = "Without FILE, or where it is -, standard input. Flags are left to the program cat.",
    .group = "text",
};

constexpr size_t kChunk = 128 * 1024;

/// 0, 1 after a message about this file alone, or what ends the command.
struct Copied {
  int code = 0;
  bool ends = false;
};

Task<Copied> ended(const Invocation& call, Error why) {
  co_return Copied{co_await kernel::stream_failed(call, std::move(why)), true};
}

Task<Copied> copy(const Invocation& call, scheduler::OpenFilePtr file, const std::string& name) {
  Context& ctx = call.ctx;
  for (;;) {
    auto bytes = co_await file->read_some(kChunk, ctx.token);
    if (!bytes) {
      Error& error = bytes.error();
      if (error.kind == ErrorKind::cancelled) co_return co_await ended(call, std::move(error));
      if (error.sys != 0) error.message = Error::from_errno(error.sys, name).message;
      co_return Copied{co_await kernel::complain(call, std::move(error.message))};
    }
    if (!*bytes) co_return Copied{};
    auto written = co_await ctx.out().write_owned(std::move(**bytes), ctx.token);
    if (written && wants_pause(ctx)) written = co_await pause_point(ctx);
    if (!written) co_return co_await ended(call, std::move(written.error()));
  }
}

Task<int> concatenate(Invocation call) {
  auto& words = call.operands();
  if (words.empty()) words.emplace_back("-");
  int code = 0;
  for (const Value& word : words) {
    const std::string name = word.to_text();
    auto file = co_await open_input(call.ctx, name);
    if (!file) {
      code = co_await kernel::stream_failed(call, std::move(file.error()));
      if (call.ctx.token.cancelled()) co_return code;
      continue;
    }
    const Copied copied = co_await copy(call, std::move(*file), name);
    if (copied.ends) co_return copied.code;
    if (copied.code != 0) code = copied.code;
  }
  co_return code;
}

bool is_flag(const Value& word) {
  return word.is_string() && word.as_string().size() > 1 && word.as_string()[0] == '-';
}

ValueTask<int> run(Invocation call) {
  auto& words = call.operands();
  if (!words.empty() && words[0].is_string() && words[0].as_string() == "--") {
    words.erase(words.begin());
    return concatenate(std::move(call));
  }
  if (std::ranges::any_of(words, is_flag)) return hand_over(std::move(call));
  return concatenate(std::move(call));
}

}  // namespace

void register_cat(kernel::BuiltinRegistry& registry) { registry.add({&kSchema, run}); }

}  // namespace weir::builtins
