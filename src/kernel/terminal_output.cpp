#include "kernel/terminal_output.h"

#include <sys/ioctl.h>

#include "kernel/bottom_display.h"
#include "kernel/shell.h"

namespace weir::kernel {

namespace {

using loop::CancelToken;
using loop::ValueTask;
using scheduler::OpenFile;
using scheduler::OpenFilePtr;
using scheduler::ReadResult;

class TerminalOutput final : public OpenFile {
 public:
  TerminalOutput(Shell& shell, OpenFilePtr terminal)
      : shell_(shell), terminal_(std::move(terminal)) {}
  ~TerminalOutput() override {
    if (shell_.interactive_port) shell_.interactive_port->end_writer(this);
  }

  ValueTask<Result<void>> write(std::string_view bytes, const CancelToken& token) override {
    InteractivePort* port = shell_.interactive_port;
    if (port && port->is_asking()) return write_later(std::string(bytes), token);
    if (port && port->is_reading()) return port->write_above(this, std::string(bytes), token);
    if (shell_.bottom_display) {
      std::string before = shell_.bottom_display->give_way(bytes);
      if (!before.empty()) return target().write_owned(before.append(bytes), token);
    }
    return target().write(bytes, token);
  }
  ValueTask<ReadResult> read_some(size_t max, const CancelToken& token) override {
    return terminal_->read_some(max, token);
  }
  ValueTask<ReadResult> read_lines(const scheduler::LineRead& what,
                                   const CancelToken& token) override {
    return terminal_->read_lines(what, token);
  }
  bool has_input() override { return terminal_->has_input(); }
  bool takes_rows() const override { return false; }
  bool reader_is_gone() override { return target().reader_is_gone(); }
  Result<int> descriptor() override { return target().descriptor(); }
  bool is_terminal() const override { return !is_released(); }

  OpenFilePtr another() const { return std::make_shared<TerminalOutput>(shell_, terminal_); }

 private:
  loop::Task<Result<void>> write_later(std::string bytes, CancelToken token) {
    auto answered = co_await shell_.interactive_port->answered(token);
    if (!answered) co_return answered;
    co_return co_await write(bytes, token);
  }
  bool is_released() const { return shell_.terminal && shell_.terminal->is_released(); }
  OpenFile& target() const {
    return is_released() && shell_.output_without_terminal ? *shell_.output_without_terminal
                                                           : *terminal_;
  }

  Shell& shell_;
  OpenFilePtr terminal_;  // shared: the other outputs to it
};

}  // namespace

OpenFilePtr make_terminal_output(Shell& shell, OpenFilePtr terminal) {
  return std::make_shared<TerminalOutput>(shell, std::move(terminal));
}

OpenFilePtr shared_terminal_output(Shell& shell, const OpenFilePtr& file) {
  if (!file || !file->is_terminal() || std::dynamic_pointer_cast<TerminalOutput>(file)) return file;
  return make_terminal_output(shell, file);
}

OpenFilePtr own_terminal_output(const OpenFilePtr& file) {
  const auto output = std::dynamic_pointer_cast<TerminalOutput>(file);
  return output ? output->another() : file;
}

size_t terminal_width(const Context& ctx) {
  constexpr size_t kUsualWidth = 80;
  const OpenFile& out = ctx.out();
  if (!out.is_terminal()) return 0;
  winsize size{};
  auto fd = ctx.out().descriptor();
  if (!fd || ::ioctl(*fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsualWidth;
  return size.ws_col;
}

}  // namespace weir::kernel
