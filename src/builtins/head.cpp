// head: the first lines, rows or bytes.
#include <fmt/format.h>

#include "base/text.h"
#include "builtins/leading_rows_support.h"
#include "builtins/row_filter_support.h"
#include "builtins/tool_support.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {'n', "lines", "N", "the first N lines or rows (10)"},
    {'c', "bytes", "N", "the first N bytes"},
};
constexpr ExampleSchema kExamples[] = {
    {"head -3 notes.txt", "three lines of a file"},
    {"jobs | head -1", "one row, still a record"},
    {"head -c 16 /dev/urandom > key", "sixteen bytes"},
};
constexpr CommandSchema kSchema = {
    .name = "head",
    .summary = "the first lines, rows or bytes",
    .synopsis = "[-n N | -c N | -N] [FILE]",
    .flags = kFlags,
    .style = ArgumentStyle::raw,
    .examples = kExamples,
    .details =
        "Takes no more from standard input than it prints. Several files, other flags, and "
        "numbers with a sign or a\nsuffix are left to the program head.",
    .group = "text",
};

struct Request {
  int64_t count = 10;
  bool bytes = false;
  std::string file = "-";
};

std::optional<int64_t> plain_count(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return {};
  auto count = kernel::whole_number(Value(text), "N");
  if (!count) return {};
  return *count;
}

/// `-5` is `-n 5`.
void spell_out_count(List& words) {
  if (words.empty() || !words[0].is_string()) return;
  const std::string text = words[0].as_string();
  if (text.size() < 2 || text[0] != '-' || !plain_count(text.substr(1))) return;
  words[0] = Value("-n");
  words.insert(words.begin() + 1, Value(text.substr(1)));
}

/// What the program may know: 5K, -5, +5. Other text is no count to anybody.
bool is_count(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && text[0] >= '0' && text[0] <= '9';
}

/// What is wrong with -n or -c; empty when nothing is.
std::string wrong_count(const Invocation& call) {
  const List& words = call.args.operands;
  const Value last = words.empty() ? Value() : words.back();
  if (last == Value("-n") || last == Value("-c"))
    return fmt::format("{} needs a value: N", last.as_string());
  const auto args = known_arguments(call);
  if (!args) return {};
  for (const auto& [flag, value] : args->given()) {
    if (is_count(value.to_text())) continue;
    return fmt::format("-{}: {} is not a number", flag->short_name, quote_word(value.to_text()));
  }
  return {};
}

/// Nothing when only the program knows.
std::optional<Request> read_request(const Invocation& call) {
  Invocation spelled = call;
  spell_out_count(spelled.args.operands);
  const auto args = known_arguments(spelled);
  if (!args || args->operands.size() > 1) return {};
  Request request;
  if (!args->operands.empty()) request.file = args->operands[0].to_text();
  if (args->given().empty()) return request;
  const auto& last = args->given().back();
  const auto count = plain_count(last.value.to_text());
  if (!count) return {};
  request.count = *count;
  request.bytes = last.flag->short_name == 'c';
  return request;
}

/// How much of `bytes` belongs to what is still wanted; lowers `wanted`.
size_t take_from(std::string_view bytes, bool count_bytes, int64_t& wanted) {
  if (count_bytes) {
    const size_t size = std::min(bytes.size(), static_cast<size_t>(wanted));
    wanted -= static_cast<int64_t>(size);
    return size;
  }
  size_t end = 0;
  while (wanted > 0 && end < bytes.size()) {
    const size_t newline = bytes.find('\n', end);
    if (newline == std::string_view::npos) return bytes.size();
    end = newline + 1;
    --wanted;
  }
  return end;
}

/// Bytes of any file, or lines of one that nobody shares.
Task<int> copy_beginning(Invocation call, scheduler::OpenFilePtr file, Request request) {
  constexpr int64_t kChunk = 64 * 1024;
  Context& ctx = call.ctx;
  int64_t wanted = request.count;
  while (wanted > 0) {
    const int64_t size = request.bytes ? std::min(wanted, kChunk) : kChunk;
    auto bytes = co_await file->read_some(static_cast<size_t>(size), ctx.token);
    if (!bytes) {
      if (bytes.error().sys != 0) {
        bytes.error().message = Error::from_errno(bytes.error().sys, request.file).message;
      }
      co_return co_await kernel::stream_failed(call, std::move(bytes.error()));
    }
    if (!*bytes) break;
    (*bytes)->resize(take_from(**bytes, request.bytes, wanted));
    auto written = co_await ctx.out().write_owned(std::move(**bytes), ctx.token);
    if (!written) co_return co_await kernel::stream_failed(call, std::move(written.error()));
    if (wants_pause(ctx)) {
      auto go_on = co_await pause_point(ctx);
      if (!go_on) co_return co_await kernel::stream_failed(call, std::move(go_on.error()));
    }
  }
  co_return 0;
}

Task<int> open_and_copy(Invocation call, Request request) {
  auto file = co_await open_input(call.ctx, request.file);
  if (!file) co_return co_await kernel::stream_failed(call, std::move(file.error()));
  co_return co_await copy_beginning(std::move(call), std::move(*file), std::move(request));
}

ValueTask<int> run(Invocation call) {
  auto request = read_request(call);
  if (!request) {
    if (std::string wrong = wrong_count(call); !wrong.empty())
      return kernel::misuse(call, std::move(wrong));
    return hand_over(std::move(call));
  }
  if (request->file == "-" && !request->bytes) {
    return copy_first_rows(std::move(call), request->count);
  }
  return open_and_copy(std::move(call), std::move(*request));
}

}  // namespace

void register_head(kernel::BuiltinRegistry& registry) { registry.add({&kSchema, run}); }

}  // namespace weir::builtins
