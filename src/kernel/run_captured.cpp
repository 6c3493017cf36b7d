#include "kernel/run_captured.h"

#include "kernel/shell.h"
#include "scheduler/collector.h"
#include "scheduler/kernel_file.h"

namespace weir::kernel {

namespace {

Task<Result<void>> silence(Context& sub) {
  auto nothing = co_await scheduler::open_kernel_file(sub.shell.loop, AT_FDCWD, "/dev/null", O_RDWR,
                                                      0, sub.token);
  if (!nothing) co_return fail(std::move(nothing.error()));
  sub.fds.set(0, *nothing);
  sub.fds.set(2, *nothing);
  co_return Result<void>{};
}

}  // namespace

Task<Result<CapturedRun>> run_captured(const Context& ctx, List words, Lookup lookup,
                                       loop::CancelToken token, Messages messages) {
  auto file = scheduler::make_capture(ctx.shell.loop);
  auto kept = scheduler::make_capture(ctx.shell.loop);
  CapturedRun run;
  {
    Context sub = ctx.subshell();
    sub.token = token;
    sub.scope.options.xtrace = false;
    if (auto done = co_await silence(sub); !done) co_return fail(std::move(done.error()));
    sub.fds.set(1, file);
    if (messages == Messages::kept) sub.fds.set(2, kept);
    run.status = co_await run_words(sub, std::move(words), lookup);
  }
  co_await file->finish(true, token);
  // What it left behind has no more to say.
  co_await kept->finish(false, token);
  run.rows = file->take_rows();
  run.text = file->take_bytes();
  run.messages = kept->take_bytes();
  if (token.cancelled()) co_return fail(ErrorKind::cancelled, "cancelled");
  while (run.text.ends_with('\n')) run.text.pop_back();
  co_return run;
}

}  // namespace weir::kernel
