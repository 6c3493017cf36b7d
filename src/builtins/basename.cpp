// basename and dirname: the parts of a path, as coreutils have them.
#include <fmt/format.h>

#include "builtins/tool_support.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kBasenameFlags[] = {
    {'a', "multiple", "", "every operand is a path"},
    {'s', "suffix", "SUFFIX", "remove this suffix from each"},
    {'z', "zero", "", "end each with NUL instead of a newline"},
};
constexpr ExampleSchema kBasenameExamples[] = {
    {"basename /usr/lib/libz.so .so", "libz"},
    {"basename -a /etc/hosts /etc/motd", "hosts and motd"},
};
constexpr CommandSchema kBasenameSchema = {
    .name = "basename",
    .summary = "the last part of a path",
    .synopsis = "PATH [SUFFIX] | -a [-s SUFFIX] PATH…",
    .flags = kBasenameFlags,
    .min_operands = 1,
    .examples = kBasenameExamples,
    .group = "text",
};

constexpr FlagSchema kDirnameFlags[] = {
    {'z', "zero", "", "end each with NUL instead of a newline"},
};
constexpr ExampleSchema kDirnameExamples[] = {
    {"dirname /usr/lib/libz.so", "/usr/lib"},
};
constexpr CommandSchema kDirnameSchema = {
    .name = "dirname",
    .summary = "a path without its last part",
    .synopsis = "PATH…",
    .flags = kDirnameFlags,
    .min_operands = 1,
    .style = ArgumentStyle::flags_anywhere,
    .examples = kDirnameExamples,
    .group = "text",
};

std::string_view without_trailing_slashes(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

/// POSIX basename: of slashes alone it is "/".
std::string_view base_name(std::string_view path, std::string_view suffix) {
  path = without_trailing_slashes(path);
  if (path == "/") return path;
  path = path.substr(path.rfind('/') + 1);
  if (!suffix.empty() && path.size() > suffix.size() && path.ends_with(suffix)) {
    path.remove_suffix(suffix.size());
  }
  return path;
}

std::string_view directory_name(std::string_view path) {
  path = without_trailing_slashes(path);
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return without_trailing_slashes(path.substr(0, slash + 1));
}

ValueTask<int> run_basename(Invocation call) {
  const auto& args = call.args;
  const bool several = args.has('a') || args.has('s');
  if (!several && args.operands.size() > 2) {
    return kernel::misuse(
        call, fmt::format("'{}' is too many; -a takes several paths", args.operands[2].to_text()));
  }
  const bool has_suffix = !several && args.operands.size() == 2;
  const std::string suffix = has_suffix ? args.operands[1].to_text() : args.text("suffix");
  std::string out;
  for (size_t i = 0; i < (has_suffix ? 1 : args.operands.size()); ++i) {
    out += base_name(args.operands[i].to_text(), suffix);
    out += args.has('z') ? '\0' : '\n';
  }
  return kernel::print(call, std::move(out));
}

ValueTask<int> run_dirname(Invocation call) {
  std::string out;
  for (const Value& path : call.args.operands) {
    out += directory_name(path.to_text());
    out += call.args.has('z') ? '\0' : '\n';
  }
  return kernel::print(call, std::move(out));
}

}  // namespace

void register_basename(kernel::BuiltinRegistry& registry) {
  registry.add({&kBasenameSchema, run_basename});
  registry.add({&kDirnameSchema, run_dirname});
}

}  // namespace weir::builtins
