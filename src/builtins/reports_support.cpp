#include "builtins/reports_support.h"

#include <fmt/format.h>

#include "builtins/row_io_support.h"

namespace weir::builtins {

namespace {

Task<int> write_array(Invocation call, List rows, int code) {
  ReportWriter out(call.ctx, true);
  for (Value& row : rows) {
    auto written = co_await out.put(std::move(row));
    if (!written) co_return co_await stream_failed(call, std::move(written.error()));
  }
  auto ended = co_await out.end();
  if (!ended) co_return co_await stream_failed(call, std::move(ended.error()));
  co_return code;
}

}  // namespace

ValueTask<int> print_array(const Invocation& call, List rows, int code) {
  return write_array({call.ctx, call.schema, {}}, std::move(rows), code);
}

void Report::error(std::string_view message, int code) {
  errors_ += fmt::format("{}: {}: {}\n", call_.ctx.place(), call_.schema.name, message);
  code_ = std::max(code_, code);
}

void Report::error(const Error& error) {
  const bool misused = error.kind == ErrorKind::misuse;
  this->error(error.message, misused ? 2 : 1);
  misused_ = misused_ || misused;
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
  if (misused_) errors_ += kernel::usage_line(call_.schema) + "\n";
  return write_errors(call_.ctx, std::move(printing), std::move(errors_));
}

}  // namespace weir::builtins
