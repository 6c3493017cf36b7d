// each: a command for every row, one after the other, in the current context.
#include <fmt/format.h>

#include "builtins/row_filter_support.h"
#include "kernel/evaluator.h"
#include "kernel/shell.h"
#include "scheduler/pipe.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {'k', "keep-going", "", "go on after a command that failed; exit 123 at the end"},
};
constexpr ExampleSchema kExamples[] = {
    {"glob '*.txt' | each gzip", "gzip each file"},
    {"fromjsonl < hosts | each deploy", "a function that gets each record as $1"},
};
constexpr CommandSchema kSchema = {
    .name = "each",
    .summary = "run a command for every row",
    .synopsis = "[-k] COMMAND [ARG…]",
    .flags = kFlags,
    .min_operands = 1,
    .examples = kExamples,
    .details =
        "The row is the last argument, typed: a function gets a record as a record. The command "
        "runs in this shell and\nmay set its variables; its standard input is empty. The first "
        "that fails ends it, with its code. Many at\nonce: scatter.",
    .group = "rows",
};

constexpr int kSomeFailed = 123;

/// While the commands run their input is empty, and none of them is the last
/// thing in the context, whose process it could take over.
class InputLoan {
 public:
  explicit InputLoan(Context& ctx)
      : ctx_(ctx),
        input_(ctx.fds.get(0)),
        was_last_command_(std::exchange(ctx.is_last_command, false)) {
    ctx.fds.set(0, scheduler::make_null_file(ctx.shell.loop));
  }
  ~InputLoan() {
    ctx_.fds.set(0, input_);
    ctx_.is_last_command = was_last_command_;
  }
  InputLoan(const InputLoan&) = delete;
  InputLoan& operator=(const InputLoan&) = delete;
  scheduler::OpenFilePtr input() const { return input_; }

 private:
  Context& ctx_;
  scheduler::OpenFilePtr input_;
  bool was_last_command_;
};

Task<int> run_each(Invocation call) {
  Context& ctx = call.ctx;
  const bool keeps_going = call.args.has('k');
  InputLoan loan(ctx);
  RowReader in(ctx, loan.input());
  int code = 0;
  for (;;) {
    auto row = co_await in.next();
    if (!row) co_return co_await kernel::stream_failed(call, std::move(row.error()));
    if (!*row) break;
    List words = call.args.operands;
    const Value shown = (*row)->value;
    words.push_back(std::move((*row)->value));
    const int status = co_await kernel::run_words(ctx, std::move(words));
    if (ctx.unwinding()) co_return ctx.status;
    if (status != 0) {
      const std::string message = fmt::format("{}: {} gave {}", describe_row(in.number(), shown),
                                              call.args.operands[0].to_text(), status);
      code = co_await kernel::complain(call, message, keeps_going ? kSomeFailed : status);
      if (!keeps_going) break;
    }
    if (wants_pause(ctx)) {
      auto go_on = co_await pause_point(ctx);
      if (!go_on) co_return co_await kernel::stream_failed(call, std::move(go_on.error()));
    }
  }
  co_return code;
}

ValueTask<int> run(Invocation call) { return run_each(std::move(call)); }

}  // namespace

void register_each(kernel::BuiltinRegistry& registry) { registry.add({&kSchema, run}); }

}  // namespace weir::builtins
