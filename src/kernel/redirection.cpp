#include "kernel/redirection.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <charconv>

#include "kernel/expansion.h"
#include "kernel/open_path.h"
#include "kernel/shell.h"
#include "scheduler/kernel_file.h"

namespace weir::kernel {

namespace {

using parser::Redirect;
using parser::RedirectOp;
using scheduler::OpenFilePtr;

int default_fd(RedirectOp op) {
  switch (op) {
    case RedirectOp::read:
    case RedirectOp::read_write:
    case RedirectOp::dup_in:
    case RedirectOp::here_document:
    case RedirectOp::here_string:
      return 0;
    default:
      return 1;
  }
}

int open_flags(RedirectOp op, bool exclusive) {
  switch (op) {
    case RedirectOp::read:
      return O_RDONLY;
    case RedirectOp::read_write:
      return O_RDWR | O_CREAT;
    case RedirectOp::append:
    case RedirectOp::both_append:
      return O_WRONLY | O_CREAT | O_APPEND;
    default:
      return O_WRONLY | O_CREAT | (exclusive ? O_EXCL : O_TRUNC);
  }
}

/// With noclobber an existing regular file is refused; /dev/null and FIFOs are not.
bool must_be_new(Context& ctx, RedirectOp op, const std::string& path) {
  if (!ctx.scope.options.noclobber || (op != RedirectOp::write && op != RedirectOp::both))
    return false;
  struct stat info;
  const bool exists = ::fstatat(ctx.scope.directory->fd.get(), path.c_str(), &info, 0) == 0;
  return !exists || S_ISREG(info.st_mode);
}

Task<Result<OpenFilePtr>> open_target(Context& ctx, const Redirect& redirect) {
  auto path = co_await expand_text(ctx, *redirect.target);
  if (!path) co_return fail(std::move(path.error()));
  if (path->empty()) {
    co_return fail(ErrorKind::invalid, "the name of a redirection is empty", redirect.span);
  }
  const bool exclusive = must_be_new(ctx, redirect.op, *path);
  auto file =
      co_await open_path(ctx, *path, open_flags(redirect.op, exclusive), 0666 & ~ctx.scope.mask);
  if (!file) {
    Error error = std::move(file.error());
    if (exclusive && error.sys == EEXIST) {
      error.message = fmt::format("{}: the file exists (noclobber); write >| to replace it", *path);
    }
    co_return fail(std::move(error).at(redirect.span));
  }
  co_return file;
}

Result<OpenFilePtr> duplicate(Context& ctx, const Redirect& redirect, int from) {
  if (auto file = file_of(ctx, from)) return file;
  return fail(ErrorKind::invalid, fmt::format("{}: this descriptor is not open", from),
              redirect.span);
}

Result<int> target_number(const std::string& text, Span span) {
  int number = -1;
  auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec != std::errc() || end != text.data() + text.size() || number < 0) {
    return fail(ErrorKind::invalid, fmt::format("{}: takes a descriptor number or -", text), span);
  }
  return number;
}

/// Which number the redirection is for; {name}> picks a free one from 10 on, as bash does.
Result<int> wanted_number(Context& ctx, const Redirect& redirect, bool closes) {
  if (redirect.fd_variable.empty()) return redirect.fd >= 0 ? redirect.fd : default_fd(redirect.op);
  if (closes) {
    auto value = ctx.lookup(redirect.fd_variable);
    if (!value) return fail(unset_error(ctx, redirect.fd_variable, redirect.span));
    return target_number(value->to_text(), redirect.span);
  }
  const int number = ctx.fds.free_number(10);
  if (auto done = ctx.assign(redirect.fd_variable, Value(number)); !done) {
    return fail(std::move(done.error()).at(redirect.span));
  }
  return number;
}

Task<Result<void>> apply_duplicate(Context& ctx, const Redirect& redirect) {
  auto text = co_await expand_text(ctx, *redirect.target);
  if (!text) co_return fail(std::move(text.error()));
  const bool closes = *text == "-";
  auto number = wanted_number(ctx, redirect, closes);
  if (!number) co_return fail(std::move(number.error()));
  if (closes) {
    ctx.fds.close(*number);
    co_return Result<void>{};
  }
  auto from = target_number(*text, redirect.span);
  if (!from) co_return fail(std::move(from.error()));
  auto file = duplicate(ctx, redirect, *from);
  if (!file) co_return fail(std::move(file.error()));
  ctx.fds.set(*number, std::move(*file));
  co_return Result<void>{};
}

Task<Result<void>> apply_text(Context& ctx, const Redirect& redirect) {
  std::string text;
  if (redirect.target) {
    auto expanded = co_await expand_text(ctx, *redirect.target);
    if (!expanded) co_return fail(std::move(expanded.error()));
    text = std::move(*expanded);
  }
  if (redirect.op == RedirectOp::here_string) text += '\n';
  auto number = wanted_number(ctx, redirect, false);
  if (!number) co_return fail(std::move(number.error()));
  auto file = scheduler::make_text_file(ctx.shell.loop, text);
  if (!file) co_return fail(std::move(file.error()).at(redirect.span));
  ctx.fds.set(*number, std::move(*file));
  co_return Result<void>{};
}

Task<Result<void>> apply_one(Context& ctx, const Redirect& redirect) {
  switch (redirect.op) {
    case RedirectOp::dup_in:
    case RedirectOp::dup_out:
      co_return co_await apply_duplicate(ctx, redirect);
    case RedirectOp::here_document:
    case RedirectOp::here_string:
      co_return co_await apply_text(ctx, redirect);
    default:
      break;
  }
  auto file = co_await open_target(ctx, redirect);
  if (!file) co_return fail(std::move(file.error()));
  if (redirect.op == RedirectOp::both || redirect.op == RedirectOp::both_append) {
    ctx.fds.set(1, *file);
    ctx.fds.set(2, std::move(*file));
    co_return Result<void>{};
  }
  auto number = wanted_number(ctx, redirect, false);
  if (!number) co_return fail(std::move(number.error()));
  ctx.fds.set(*number, std::move(*file));
  co_return Result<void>{};
}

}  // namespace

Task<Result<void>> apply_redirects(Context& ctx, std::span<const Redirect> redirects) {
  for (const Redirect& redirect : redirects) {
    if (auto done = co_await apply_one(ctx, redirect); !done) co_return done;
  }
  co_return Result<void>{};
}

}  // namespace weir::kernel
