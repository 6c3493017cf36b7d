// `cd` and `pwd`: the working directory, which belongs to the scope and not to the process.
#include <fmt/format.h>

#include "builtins/directory_support.h"
#include "builtins/reports_support.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kCdFlags[] = {
    {'L', {}, {}, "keep symbolic links in the path: `..` goes back the way you came (the default)"},
    {'P', {}, {}, "resolve symbolic links"},
};
constexpr FlagSchema kPwdFlags[] = {
    {'L', {}, {}, "the path as you went there (the default)"},
    {'P', {}, {}, "without symbolic links"},
};
constexpr ExampleSchema kCdExamples[] = {
    {"cd src && make", "go there, and only then"},
    {"cd -", "back to where you were"},
    {"(cd build && ninja)", "for these commands only"},
};

constexpr CommandSchema kCd = {.name = "cd",
                               .summary = "change the working directory",
                               .synopsis = "[-L | -P] [DIRECTORY | -]",
                               .flags = kCdFlags,
                               .max_operands = 1,
                               .examples = kCdExamples,
                               .details =
                                   "Without DIRECTORY it goes to $HOME, with - to $OLDPWD. A "
                                   "relative DIRECTORY is also looked\n"
                                   "for in the directories of CDPATH. Sets PWD and OLDPWD.",
                               .group = "directories"};
constexpr CommandSchema kPwd = {.name = "pwd",
                                .summary = "print the working directory",
                                .synopsis = "[-L | -P]",
                                .flags = kPwdFlags,
                                .max_operands = 0,
                                .group = "directories"};

/// The last of -L and -P counts.
bool wants_physical(const Arguments& args) {
  return !args.given().empty() && args.given().back().flag->short_name == 'P';
}

Result<std::string> directory_variable(const Context& ctx, std::string_view name) {
  const auto value = ctx.lookup(name);
  std::string path = value ? value->to_text() : std::string();
  if (path.empty()) return fail(ErrorKind::unset, fmt::format("{} is not set", name));
  return path;
}

/// POSIX step 5: not for paths that say where they begin.
bool looks_into_cdpath(const std::string& path) {
  return !path.empty() && path[0] != '/' && path != "." && path != ".." &&
         !path.starts_with("./") && !path.starts_with("../");
}

/// Tries the directories of CDPATH. True when one had it; an empty entry is here.
bool change_by_cdpath(Context& ctx, const std::string& path, bool physical, bool& elsewhere) {
  const auto variable = ctx.lookup("CDPATH");
  if (!variable || !looks_into_cdpath(path)) return false;
  const std::string cdpath = variable->to_text();
  if (cdpath.empty()) return false;
  for (size_t from = 0; from <= cdpath.size();) {
    const size_t end = std::min(cdpath.find(':', from), cdpath.size());
    const std::string prefix = cdpath.substr(from, end - from);
    from = end + 1;
    const std::string candidate = prefix.empty() ? path : prefix + "/" + path;
    if (change_directory(ctx, candidate, physical)) {
      elsewhere = !prefix.empty();
      return true;
    }
  }
  return false;
}

ValueTask<int> run_cd(Invocation call) {
  Context& ctx = call.ctx;
  const bool physical = wants_physical(call.args);
  const bool home = call.operands().empty();
  const bool back = !home && call.operands()[0] == Value("-");
  std::string path;
  if (home || back) {
    auto named = directory_variable(ctx, home ? "HOME" : "OLDPWD");
    if (!named) return complain(call, std::move(named.error().message));
    path = std::move(*named);
  } else {
    path = call.operands()[0].to_text();
  }
  bool tells = back;
  if (!home && !back && change_by_cdpath(ctx, path, physical, tells)) {
    return tells ? print(call, as_read(ctx, ctx.scope.directory->path) + "\n") : ValueTask<int>(0);
  }
  auto done = change_directory(ctx, path, physical);
  if (!done) return complain(call, std::move(done.error().message));
  return tells ? print(call, as_read(ctx, ctx.scope.directory->path) + "\n") : ValueTask<int>(0);
}

ValueTask<int> run_pwd(Invocation call) {
  if (!wants_physical(call.args)) return print(call, call.ctx.scope.directory->path + "\n");
  auto path = physical_path(*call.ctx.scope.directory);
  if (!path) return complain(call, std::move(path.error().message));
  return print(call, std::move(*path) + "\n");
}

}  // namespace

void register_cd(BuiltinRegistry& registry) {
  registry.add({&kCd, run_cd});
  registry.add({&kPwd, run_pwd});
}

}  // namespace weir::builtins
