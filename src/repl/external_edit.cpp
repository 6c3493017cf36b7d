#include "repl/external_edit.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <iterator>
#include <sstream>

#include "base/regular_file.h"
#include "base/unique_fd.h"
#include "kernel/foreground_entry.h"

namespace weir::repl {

namespace {

/// $VISUAL may hold flags, too; its words are those between blanks.
std::vector<Value> editor_words(const kernel::Context& ctx) {
  std::string editor = "vi";
  for (const char* name : {"VISUAL", "EDITOR"}) {
    const auto value = ctx.lookup(name);
    if (!value || value->to_text().empty()) continue;
    editor = value->to_text();
    break;
  }
  std::istringstream in(editor);
  return {std::istream_iterator<std::string>(in), std::istream_iterator<std::string>()};
}

Result<std::string> write_private_file(const std::string& text) {
  const char* folder = std::getenv("TMPDIR");
  std::string path = fmt::format("{}/weir-entry-XXXXXX.ksh", folder && *folder ? folder : "/tmp");
  const UniqueFd fd(::mkostemps(path.data(), 4, O_CLOEXEC));
  if (!fd) return fail(Error::from_errno(errno, path));
  if (::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size())) return path;
  const int error = errno;
  ::unlink(path.c_str());
  return fail(Error::from_errno(error, path));
}

}  // namespace

loop::Task<Result<std::string>> edit_in_program(kernel::Context& ctx, std::string text) {
  auto path = write_private_file(text);
  if (!path) co_return fail(std::move(path.error()));
  std::vector<Value> words = editor_words(ctx);
  const std::string name = words.front().to_text();
  words.emplace_back(*path);
  kernel::ForegroundEntry program(ctx, name);
  const int code = co_await program.run_words(std::move(words));
  auto edited = read_regular_file(*path);
  ::unlink(path->c_str());
  if (code != 0 || !edited)
    co_return fail(ErrorKind::io,
                   fmt::format("{} ended with {}: the text is as it was", name, code));
  co_return edited;
}

}  // namespace weir::repl
