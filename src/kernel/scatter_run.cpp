#include "kernel/scatter_run.h"

#include <fmt/format.h>

#include <unordered_map>

#include "kernel/evaluator.h"
#include "kernel/expansion.h"
#include "kernel/flow.h"
#include "kernel/gather_sink.h"
#include "kernel/open_path.h"
#include "kernel/redirection.h"
#include "kernel/scatter_items.h"
#include "kernel/scatter_progress.h"
#include "kernel/scatter_resume.h"
#include "kernel/scatter_signals.h"
#include "kernel/scatter_worker.h"
#include "kernel/shell.h"
#include "kernel/terminal_output.h"
#include "scheduler/pipe.h"

namespace weir::kernel {

using loop::CancelToken;
using loop::Task;
using loop::ValueTask;
using scheduler::GatherRow;
using scheduler::OpenFilePtr;
using scheduler::RowResult;
using scheduler::WorkerOutcome;

namespace {

constexpr int kFailures = 123;
constexpr int kMisuse = 2;
constexpr size_t kReadAhead = 10'000;

/// The files of the two ends, redirections applied.
struct BlockFiles {
  OpenFilePtr in;
  OpenFilePtr err;  // of scatter: progress and messages
  GatherFiles gather;
};

ScatterProgress::Style progress_style(Context& ctx, ProgressMode mode,
                                      const scheduler::OpenFile& err) {
  if (mode == ProgressMode::off) return {};
  const auto term = ctx.lookup("TERM");
  if (err.is_terminal() && !(term && term->to_text() == "dumb")) {
    const auto none = ctx.lookup("NO_COLOR");
    return {ProgressForm::screen, !none || none->to_text().empty()};
  }
  return {mode == ProgressMode::on ? ProgressForm::log : ProgressForm::none, false};
}

/// The job outlives the run, which is a part of it.
ProgressStage stage_of(const Context& ctx) {
  const scheduler::TerminalControl* terminal = ctx.shell.terminal.get();
  const scheduler::Job* job = ctx.job.get();
  Shell& shell = ctx.shell;
  return {.is_in_front = [=] { return !terminal || !job || terminal->is_in_foreground(*job); },
          .is_covered = [&shell] { return shell.programs_on_terminal > 0; },
          .place = &shell.bottom_display,
          .pause = ctx.pause};
}

/// Output may pass while a worker runs only where its row is the next and its
/// only one: not with retries, in graphs, unordered, or where the row is kept.
bool passes_output(const ScatterBlock& block) {
  const auto& run = block.scatter.run;
  return block.gather.lines && !block.gather.unordered && run.retries == 0 &&
         run.needs_field.empty() && block.scatter.resume_file.empty();
}

class ScatterRun : public scheduler::ScatterHost {
 public:
  ScatterRun(Context& ctx, const ScatterBlock& block, BlockFiles files)
      : ctx_(ctx),
        block_(block),
        items_(std::move(files.in)),
        worker_(ctx, block.stages.workers, block.scatter.item_name, block.scatter.keep),
        progress_(ctx.shell.loop, files.err,
                  progress_style(ctx, block.scatter.progress, *files.err), block.scatter.run.limit,
                  stage_of(ctx)),
        files_{shared_terminal_output(ctx.shell, files.gather.out),
               shared_terminal_output(ctx.shell, files.gather.err)},
        sink_(make_gather_sink(block.gather, files_, progress_.form() == ProgressForm::none,
                               stop_.token())),
        passes_(passes_output(block)),
        tasks_(ctx.shell.loop) {}

  Task<int> run();
  /// What could not be said, since a program has the terminal.
  std::string take_late() { return std::move(late_); }

  // ---- ScatterHost ----
  ValueTask<RowResult> next_item(const CancelToken& token) override { return items_.next(token); }
  ValueTask<WorkerOutcome> run_item(const Value& item, uint64_t index, int,
                                    CancelToken token) override;
  ValueTask<Result<void>> emit(GatherRow row) override;
  ValueTask<Result<void>> flush() override { return sink_->flush(); }
  Value known_row(const Value& item, uint64_t index) override {
    return resume_ ? resume_->known_row(item, index) : Value();
  }
  void item_started(uint64_t index, const Value& item) override {
    progress_.item_started(index, item);
  }
  void row_finished(const GatherRow& row) override;
  void item_is_next(uint64_t index) override;
  void waits_for(std::string_view reason) override;

 private:
  Task<Result<void>> emit_held(HeldOutputs held, GatherRow row);
  static Task<void> open_held(HeldOutputs held);
  struct Ended {
    Result<scheduler::ScatterSummary> result;
    int killed_by = 0;
    bool is_interrupted = false;
  };
  Task<Ended> run_all();
  Task<int> fail_with(int code, std::string message);
  Task<int> code_of(Ended ended);

  Context& ctx_;
  const ScatterBlock& block_;
  ItemReader items_;
  ScatterWorker worker_;
  loop::CancelSource stop_;  // cancelled by a kill: waiting for the reader ends, too
  ScatterProgress progress_;
  const GatherFiles files_;
  std::unique_ptr<GatherSink> sink_;
  std::unique_ptr<ResumeFile> resume_;
  const bool passes_;           // outputs pass while workers run: HeldOutputs
  std::unordered_map<uint64_t, HeldOutputs> held_;
  loop::TaskGroup tasks_;
  std::optional<Error> resume_error_;
  scheduler::ScatterGatherRunner* runner_ = nullptr;
  std::string late_;
};

ValueTask<WorkerOutcome> ScatterRun::run_item(const Value& item, uint64_t index, int,
                                              CancelToken token) {
  if (!passes_) {
    auto outcome = worker_.run(item, std::move(token), nullptr);
    if (!outcome.ready()) progress_.item_writes(index, worker_.newest_output());
    return outcome;
  }
  auto& loop = ctx_.shell.loop;
  const size_t hold = block_.scatter.keep;
  HeldOutputs held{std::make_shared<HeldOutput>(loop, files_.out, hold, stop_.token()),
                   std::make_shared<HeldOutput>(loop, files_.err, hold, stop_.token())};
  const auto at = held_.emplace(index, held).first;
  return worker_.run(item, std::move(token), &at->second);
}

void ScatterRun::item_is_next(uint64_t index) {
  const auto held = held_.find(index);
  if (held != held_.end()) tasks_.start_later(open_held(held->second));
}

Task<void> ScatterRun::open_held(HeldOutputs held) {
  (void)co_await held.out->open();
  (void)co_await held.err->open();
}

Task<Result<void>> ScatterRun::emit_held(HeldOutputs held, GatherRow row) {
  auto out = co_await held.out->open();
  (void)co_await held.err->open();
  if (out) co_return co_await sink_->emit(std::move(row));
  stop_.cancel();  // those who wait for their turn hear that it will not come
  co_return out;
}

ValueTask<Result<void>> ScatterRun::emit(GatherRow row) {
  const auto held = held_.find(row.index);
  if (held != held_.end()) {
    HeldOutputs outputs = std::move(held->second);
    held_.erase(held);
    return emit_held(std::move(outputs), std::move(row));
  }
  return sink_->emit(std::move(row));
}

void ScatterRun::row_finished(const GatherRow& row) {
  if (resume_ && row.known.is_null() && !resume_error_) {
    auto added = resume_->append(row);
    // Rows that cannot be kept would be lost to the next run: nothing more starts.
    if (!added) {
      resume_error_ = std::move(added.error());
      runner_->drain();
    }
  }
  progress_.row_finished(row);
}

void ScatterRun::waits_for(std::string_view reason) {
  if (ctx_.job) ctx_.job->waits_for = reason;
  progress_.waits_for(reason);
}

Task<int> ScatterRun::fail_with(int code, std::string message) {
  co_await warn(ctx_, fmt::format("{}: scatter: {}", ctx_.place(), message));
  co_return code;
}

Task<ScatterRun::Ended> ScatterRun::run_all() {
  auto options = block_.scatter.run;
  options.unordered = block_.gather.unordered;
  if (progress_.form() != ProgressForm::none) options.read_ahead = kReadAhead;
  scheduler::ScatterGatherRunner runner(ctx_.shell.loop, std::move(options), *this, ctx_.pause);
  runner_ = &runner;
  progress_.watch(runner.counts());
  ScatterSignals signals(
      ctx_, runner,
      [this] {
        progress_.say(
            fmt::format("scatter: interrupted: starts no more, finishes {}; once more kills them",
                        runner_->counts().running));
      },
      [this] { stop_.cancel(); });
  auto result = co_await runner.run();
  items_.close();
  co_await tasks_.join();
  if (result) {
    if (auto finished = co_await sink_->finish(); !finished)
      result = fail(std::move(finished.error()));
  }
  late_ = co_await progress_.finish(result.has_value());
  runner_ = nullptr;
  co_return Ended{std::move(result), runner.killed_by(), signals.is_interrupted()};
}

Task<int> ScatterRun::code_of(Ended ended) {
  if (resume_error_) co_return co_await fail_with(1, "--resume: " + resume_error_->message);
  if (ended.killed_by != 0) co_return 128 + ended.killed_by;
  if (!ended.result) {
    const Error& error = ended.result.error();
    // A program behind gather has had the Ctrl-C, too.
    if (error.kind == ErrorKind::broken_pipe)
      co_return 128 + (ended.is_interrupted ? SIGINT : SIGPIPE);
    if (error.kind == ErrorKind::cancelled) co_return 128 + ctx_.token.reason();
    co_return co_await fail_with(error.kind == ErrorKind::invalid ? kMisuse : 1, error.message);
  }
  if (ended.result->drained) co_return 128 + SIGINT;
  co_return ended.result->counts.failed > 0 ? kFailures : 0;
}

Task<int> ScatterRun::run() {
  if (!block_.scatter.resume_file.empty()) {
    if (auto refusal = refusal_to_write(ctx_, block_.scatter.resume_file))
      co_return co_await fail_with(1, std::move(refusal->message));
    auto opened = co_await ResumeFile::open(ctx_.shell.loop, ctx_.scope.directory->fd.get(),
                                            block_.scatter.resume_file, 0666 & ~ctx_.scope.mask);
    if (!opened) {
      const int code = opened.error().kind == ErrorKind::invalid ? kMisuse : 1;
      co_return co_await fail_with(code, std::move(opened.error().message));
    }
    resume_ = std::move(*opened);
  }
  auto ended = co_await run_all();
  co_return co_await code_of(std::move(ended));
}

// ---- the words and files of the two ends -------------------------------------------------

/// The flags of `scatter …` or `gather …`, or the code to end with.
Task<std::expected<Arguments, int>> read_flags(Context& ctx, const parser::SimpleCommand& command) {
  ctx.position = command.span.begin;
  List words;
  auto expanded = co_await expand_arguments(ctx, command.words, words);
  if (!expanded)
    co_return std::unexpected(co_await report_failure(ctx, std::move(expanded.error())));
  const Builtin* builtin = ctx.shell.builtins.find(command.words[0]->text);
  if (!builtin) {
    co_await warn(ctx, fmt::format("{}: {}: not built in", ctx.place(), command.words[0]->text));
    co_return std::unexpected(127);
  }
  Invocation call{ctx, *builtin->schema, {}};
  if (!command.assignments.empty()) {
    co_return std::unexpected(
        co_await misuse(call, "takes no assignments in front of it; put them before the worker"));
  }
  words.erase(words.begin());
  auto args = Arguments::parse(*builtin->schema, std::move(words));
  if (!args) co_return std::unexpected(co_await misuse(call, std::move(args.error().message)));
  if (args->wants_help())
    co_return std::unexpected(
        co_await print(call, help_text(*builtin->schema, terminal_width(ctx))));
  co_return std::move(*args);
}

Task<int> refuse(Context& ctx, const parser::SimpleCommand& command, Error error) {
  ctx.position = command.span.begin;
  const Invocation call{ctx, *ctx.shell.builtins.find(command.words[0]->text)->schema, {}};
  co_return co_await misuse(call, std::move(error.message));
}

OpenFilePtr err_of(const Context& ctx) {
  const auto& file = ctx.fds.get(2);
  return file ? file : scheduler::make_null_file(ctx.shell.loop);
}

/// Redirections of scatter are for what it reads and says, those of gather for what it writes.
Task<Result<BlockFiles>> open_files(Context& ctx, const parser::ScatterStages& stages) {
  const FdTable saved = ctx.fds;
  BlockFiles files;
  ctx.position = stages.scatter->span.begin;
  auto done = co_await apply_redirects(ctx, stages.scatter->redirects);
  files.in = ctx.fds.get(0);
  files.err = err_of(ctx);
  ctx.fds = saved;
  if (done) {
    ctx.position = stages.gather->span.begin;
    done = co_await apply_redirects(ctx, stages.gather->redirects);
  }
  files.gather = {ctx.fds.get(1), err_of(ctx)};
  ctx.fds = saved;
  if (done && !files.in) done = fail(Error::from_errno(EBADF, "scatter: standard input"));
  if (done && !files.gather.out) done = fail(Error::from_errno(EBADF, "gather: standard output"));
  if (!done) co_return fail(std::move(done.error()));
  co_return files;
}

}  // namespace

Task<ExpandedBlock> expand_block(Context& ctx, parser::ScatterStages stages) {
  auto scatter = co_await read_flags(ctx, *stages.scatter);
  if (!scatter) co_return ExpandedBlock{{}, scatter.error()};
  auto settings = read_scatter_settings(*scatter);
  if (!settings)
    co_return ExpandedBlock{{}, co_await refuse(ctx, *stages.scatter, std::move(settings.error()))};
  const Variable* item = ctx.scope.variables.find(settings->item_name);
  if (item && item->readonly) {
    Error error{
        ErrorKind::denied, fmt::format("--as: {} is read-only", settings->item_name), {}, 0};
    co_return ExpandedBlock{{}, co_await refuse(ctx, *stages.scatter, std::move(error))};
  }
  auto gather = co_await read_flags(ctx, *stages.gather);
  if (!gather) co_return ExpandedBlock{{}, gather.error()};
  auto form = read_gather_settings(*gather);
  if (!form)
    co_return ExpandedBlock{{}, co_await refuse(ctx, *stages.gather, std::move(form.error()))};
  co_return ExpandedBlock{ScatterBlock{stages, std::move(*settings), *form}, 0};
}

Task<int> run_block(Context& ctx, const ScatterBlock& block, std::string& late) {
  auto files = co_await open_files(ctx, block.stages);
  if (!files) co_return co_await report_failure(ctx, std::move(files.error()));
  ctx.position = block.stages.scatter->span.begin;
  ScatterRun run(ctx, block, std::move(*files));
  const int code = co_await run.run();
  late += run.take_late();
  co_return code;
}

}  // namespace weir::kernel
