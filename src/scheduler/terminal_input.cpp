#include "scheduler/terminal_input.h"

#include <csignal>

namespace weir::scheduler {

namespace {

class TerminalInput : public OpenFile {
 public:
  TerminalInput(TerminalControl& control, JobManager& jobs, const JobPtr& job, OpenFilePtr terminal)
      : control_(control), jobs_(jobs), job_(job), terminal_(std::move(terminal)) {}

  ValueTask<Result<void>> write(std::string_view bytes, const CancelToken& token) override {
    return terminal_->write(bytes, token);
  }
  ValueTask<ReadResult> read_some(size_t max, const CancelToken& token) override {
    return read([max](OpenFile& file, const CancelToken& t) { return file.read_some(max, t); },
                token);
  }
  ValueTask<ReadResult> read_lines(const LineRead& what, const CancelToken& token) override {
    return read([what](OpenFile& file, const CancelToken& t) { return file.read_lines(what, t); },
                token);
  }
  bool has_input() override { return is_allowed() && terminal_->has_input(); }
  bool takes_rows() const override { return false; }
  bool reader_is_gone() override { return terminal_->reader_is_gone(); }
  Result<int> descriptor() override { return terminal_->descriptor(); }
  bool is_terminal() const override { return !control_.is_released(); }

  const OpenFilePtr& behind() const { return terminal_; }

 private:
  using Read = std::function<ValueTask<ReadResult>(OpenFile&, const CancelToken&)>;

  bool is_allowed() const {
    const JobPtr job = job_.lock();
    return !job || job->foreground.is_set() || control_.is_released();
  }
  ValueTask<ReadResult> read(Read step, const CancelToken& token) {
    return read_in_foreground(std::move(step), token);
  }
  Task<ReadResult> read_in_foreground(Read step, CancelToken token);

  TerminalControl& control_;
  JobManager& jobs_;
  std::weak_ptr<Job> job_;
  OpenFilePtr terminal_;  // shared: the shell's own descriptors
};

Task<ReadResult> TerminalInput::read_in_foreground(Read step, CancelToken token) {
  if (control_.is_released()) co_return std::optional<std::string>();  // the end
  const JobPtr job = job_.lock();
  if (!job) co_return co_await step(*terminal_, token);
  const OpenFilePtr terminal = terminal_;
  for (;;) {
    while (!job->foreground.is_set()) {
      jobs_.stop(job, SIGTTIN);
      auto ready = co_await job->foreground.wait(token);
      if (!ready) co_return fail(std::move(ready.error()));
    }
    // A program of the same entry may have it; from here on Ctrl-C is for this shell.
    if (!control_.is_ours()) control_.take_back();
    loop::CancelSource attempt(token);
    const loop::CancelToken while_here = attempt.token();
    const loop::CancelCallback on_leave(job->to_background.token(),
                                        [&] { attempt.cancel(SIGTTIN); });
    auto result = co_await step(*terminal, while_here);
    const bool was_sent_away = !result && while_here.cancelled() && !token.cancelled();
    if (!was_sent_away) co_return result;
  }
}

}  // namespace

OpenFilePtr make_terminal_input(TerminalControl& control, JobManager& jobs, const JobPtr& job,
                                OpenFilePtr terminal) {
  return std::make_shared<TerminalInput>(control, jobs, job, std::move(terminal));
}

OpenFilePtr terminal_behind(const OpenFilePtr& file) {
  const auto input = std::dynamic_pointer_cast<TerminalInput>(file);
  return input ? input->behind() : file;
}

}  // namespace weir::scheduler
