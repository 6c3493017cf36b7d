// printf: POSIX's, with bash's -v, %q, %b and %(FORMAT)T.
#include <fmt/format.h>

#include <ctime>

#include "builtins/names_support.h"
#include "kernel/builtin.h"
#include "kernel/printf_format.h"
#include "kernel/shell.h"

namespace weir::builtins {

namespace {

using kernel::Invocation;
using loop::Task;
using loop::ValueTask;

constexpr FlagSchema kFlags[] = {
    {'v', "", "NAME", "assign the text to NAME instead of printing it"},
};
constexpr ExampleSchema kExamples[] = {
    {"printf '%s\\n' \"$@\"", "each argument on its line"},
    {"printf '%5.1f%%\\n' 12.34", "C formats"},
    {"printf -v stamp '%(%F)T' -1", "today into a variable"},
};
constexpr CommandSchema kSchema = {
    .name = "printf",
    .summary = "print words by a format",
    .synopsis = "[-v NAME] FORMAT [WORD…]",
    .flags = kFlags,
    .min_operands = 1,
    .style = ArgumentStyle::raw,
    .examples = kExamples,
    .details =
        "The format is used again while words remain. %b reads escapes in the word, %q quotes "
        "it for the shell,\n%(FORMAT)T is a time as strftime prints it.",
    .group = "text",
};

kernel::PrintfTimes times_of(const kernel::Context& ctx) {
  const auto age = std::chrono::steady_clock::now() - ctx.shell.started;
  const int64_t now = ::time(nullptr);
  return {now, now - std::chrono::duration_cast<std::chrono::seconds>(age).count()};
}

struct Request {
  std::optional<std::string> variable;
  size_t format = 0;  // its index among the words
};

Result<Request> read_request(const List& words) {
  Request request;
  const auto is_word = [&](size_t i, std::string_view text) {
    return i < words.size() && words[i].is_string() && words[i].as_string() == text;
  };
  while (request.format < words.size() && words[request.format].is_string()) {
    const std::string& word = words[request.format].as_string();
    if (!word.starts_with("-v")) break;
    const bool joined = word.size() > 2;
    if (!joined && request.format + 1 == words.size()) {
      return fail(ErrorKind::invalid, "-v needs a value: NAME");
    }
    request.variable = joined ? word.substr(2) : words[request.format + 1].to_text();
    request.format += joined ? 1 : 2;
  }
  if (is_word(request.format, "--")) ++request.format;
  if (request.format >= words.size())
    return fail(ErrorKind::invalid, "an operand is missing: FORMAT");
  if (request.variable && !is_name(*request.variable)) {
    return fail(
        ErrorKind::invalid,
        fmt::format("-v takes a plain name, not '{}'; write NAME[KEY]=$(printf …) for an element",
                    *request.variable));
  }
  return request;
}

Task<int> tell_errors(Invocation call, kernel::PrintfResult result, ValueTask<int> printing) {
  const int printed = co_await std::move(printing);
  if (printed != 0) co_return printed;
  std::string format_error;
  if (result.wrong_format) {
    format_error = std::move(result.errors.back());
    result.errors.pop_back();
  }
  for (std::string& error : result.errors) (void)co_await kernel::complain(call, std::move(error));
  co_return result.wrong_format ? co_await kernel::misuse(call, std::move(format_error)) : 1;
}

ValueTask<int> run(Invocation call) {
  const auto& words = call.args.operands;
  const auto request = read_request(words);
  if (!request) return kernel::misuse(call, request.error().message);
  const std::span<const Value> arguments = std::span(words).subspan(request->format + 1);
  const std::string format = words[request->format].to_text();
  const bool has_time = format.find(")T") != std::string::npos;
  auto result = kernel::format_printf(format, arguments,
                                      has_time ? times_of(call.ctx) : kernel::PrintfTimes{});
  ValueTask<int> done = 0;
  if (request->variable) {
    auto assigned = call.ctx.assign(*request->variable, Value(std::move(result.text)));
    if (!assigned) return kernel::complain(call, std::move(assigned.error().message));
  } else {
    done = kernel::print(call, std::move(result.text));
  }
  if (result.errors.empty()) return done;
  return tell_errors(std::move(call), std::move(result), std::move(done));
}

}  // namespace

void register_printf(kernel::BuiltinRegistry& registry) { registry.add({&kSchema, run}); }

}  // namespace weir::builtins
