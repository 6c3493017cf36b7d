// glob: paths that match patterns, as rows.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "builtins/row_filter_support.h"
#include "kernel/glob.h"
#include "kernel/shell.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {'t', "type", "TYPE", "only files (f), directories (d) or symbolic links (l)"},
    {'a', "hidden", "", "names that begin with a dot match too"},
    {0, "allow-empty", "", "no match is not an error"},
    {0, "json", "", "one JSON array"},
};
constexpr ExampleSchema kExamples[] = {
    {"glob 'src/**/*.cpp' | scatter | clang-tidy $ITEM | gather", "a worker for each file"},
    {"glob --type d '*'", "directories"},
};
constexpr CommandSchema kSchema = {
    .name = "glob",
    .summary = "paths that match patterns, as rows",
    .synopsis = "[-t TYPE] [-a] [--allow-empty] [--json] PATTERN…",
    .flags = kFlags,
    .min_operands = 1,
    .style = ArgumentStyle::flags_anywhere,
    .examples = kExamples,
    .details =
        "Put patterns in quotes; * ? [set] and ** (any depth) are patterns here as they are in "
        "words. The paths of each\npattern are sorted by bytes. A pattern that matches nothing "
        "is told and gives 1.",
    .group = "rows",
};

bool has_type(int directory, const std::string& path, char type) {
  struct stat status;
  if (::fstatat(directory, path.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return false;
  if (type == 'l') return S_ISLNK(status.st_mode);
  if (type == 'f') return S_ISREG(status.st_mode);
  return S_ISDIR(status.st_mode);
}

/// Blocks: for the thread pool.
Result<std::vector<std::string>> find(const std::string& pattern, int directory, char type,
                                      bool hidden) {
  const kernel::PatternSegment segment{pattern, false};
  std::vector<std::string> paths;
  if (kernel::is_glob({&segment, 1})) {
    auto found =
        kernel::expand_glob({&segment, 1}, directory, {.hidden = hidden, .guard_dashes = true});
    if (!found) return found;
    paths = std::move(*found);
  } else {
    struct stat status;
    const std::string path = kernel::Pattern::compile({&segment, 1}).literal();
    if (::fstatat(directory, path.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
      paths.push_back(path);
  }
  if (type != 0) {
    std::erase_if(paths, [&](const std::string& path) { return !has_type(directory, path, type); });
  }
  return paths;
}

Task<int> match(Invocation call, char type) {
  Context& ctx = call.ctx;
  const bool allow_empty = call.args.has("allow-empty");
  const bool hidden = call.args.has("hidden");
  const auto directory = ctx.scope.directory;
  ReportWriter out(ctx, call.args.has("json"));
  int code = 0;
  for (const Value& word : call.args.operands) {
    const std::string pattern = word.to_text();
    Result<std::vector<std::string>> paths;
    co_await loop::run_on_pool(ctx.shell.loop,
                               [&] { paths = find(pattern, directory->fd.get(), type, hidden); });
    if (!paths) co_return co_await kernel::complain(call, std::move(paths.error().message));
    if (paths->empty() && !allow_empty) {
      (void)co_await out.flush();
      code = co_await kernel::complain(
          call, fmt::format("nothing matches '{}' (--allow-empty takes that)", pattern));
    }
    for (std::string& path : *paths) {
      auto written = co_await out.put(Value(std::move(path)));
      if (!written) co_return co_await kernel::stream_failed(call, std::move(written.error()));
    }
    if (ctx.token.cancelled()) {
      co_return co_await kernel::stream_failed(call, cancelled_error());
    }
  }
  auto ended = co_await out.end();
  if (!ended) co_return co_await kernel::stream_failed(call, std::move(ended.error()));
  co_return code;
}

ValueTask<int> run(Invocation call) {
  const std::string type = call.args.text("type");
  if (call.args.has("type") && type != "f" && type != "d" && type != "l") {
    return kernel::misuse(call, fmt::format("--type is f, d or l, not '{}'", type));
  }
  return match(std::move(call), type.empty() ? '\0' : type[0]);
}

}  // namespace

void register_glob(kernel::BuiltinRegistry& registry) { registry.add({&kSchema, run}); }

}  // namespace weir::builtins
