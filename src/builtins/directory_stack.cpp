// `pushd`, `popd` and `dirs`: the stack of directories; its top is the working directory.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "builtins/directory_support.h"
#include "builtins/reports_support.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kStackFlags[] = {
    {'n', {}, {}, "change the stack only, not the working directory"},
};
constexpr FlagSchema kDirsFlags[] = {
    {'c', {}, {}, "forget the stack"},
    {'l', {}, {}, "without ~ for the home directory"},
    {'p', {}, {}, "one a line"},
    {'v', {}, {}, "one a line, with its number"},
    kJsonFlag,
};
constexpr ExampleSchema kPushdExamples[] = {
    {"pushd /etc; …; popd", "there and back"},
    {"pushd", "swap the first two"},
    {"pushd +2", "bring the third to the top"},
};

constexpr CommandSchema kPushd = {
    .name = "pushd",
    .summary = "change the directory and remember the old one on a stack",
    .synopsis = "[-n] [DIRECTORY | +N | -N]",
    .flags = kStackFlags,
    .max_operands = 1,
    .examples = kPushdExamples,
    .details = "+N counts from the top of the stack, -N from its end, both from 0.",
    .group = "directories"};
constexpr CommandSchema kPopd = {
    .name = "popd",
    .summary = "go back to the last directory on the stack, or drop an entry",
    .synopsis = "[-n] [+N | -N]",
    .flags = kStackFlags,
    .max_operands = 1,
    .group = "directories"};
constexpr CommandSchema kDirs = {.name = "dirs",
                                 .summary = "print the stack of directories",
                                 .synopsis = "[-clpv] [+N | -N] [--json]",
                                 .flags = kDirsFlags,
                                 .max_operands = 1,
                                 .group = "directories"};

using Stack = std::vector<std::string>;

/// The working directory and what is remembered.
Stack whole_stack(const Context& ctx) {
  Stack stack = {ctx.scope.directory->path};
  stack.insert(stack.end(), ctx.scope.directory_stack->begin(), ctx.scope.directory_stack->end());
  return stack;
}

bool is_index(const std::string& word) {
  return word.size() > 1 && (word[0] == '+' || word[0] == '-') &&
         std::all_of(word.begin() + 1, word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Result<size_t> index_of(const std::string& word, const Stack& stack) {
  size_t number = 0;
  const auto [end, ec] = std::from_chars(word.data() + 1, word.data() + word.size(), number);
  if (ec != std::errc() || number >= stack.size()) {
    return fail(ErrorKind::not_found, fmt::format("{}: the stack has {} entr{}", word, stack.size(),
                                                  stack.size() == 1 ? "y" : "ies"));
  }
  return word[0] == '+' ? number : stack.size() - 1 - number;
}

std::string listed(const Context& ctx, const Stack& stack) {
  std::string line;
  for (const auto& path : stack)
    line += (line.empty() ? "" : " ") + as_read(ctx, abbreviate_home(ctx, path));
  return line + "\n";
}

/// Makes `stack` the stack: goes to its top first, where that is another directory.
ValueTask<int> take_over(const Invocation& call, Stack stack, bool stay) {
  Context& ctx = call.ctx;
  if (!stay && stack.front() != ctx.scope.directory->path) {
    if (auto done = change_directory(ctx, stack.front()); !done) {
      return complain(call, std::move(done.error().message));
    }
  }
  ctx.scope.directory_stack.edit().assign(stack.begin() + 1, stack.end());
  return print(call, listed(ctx, whole_stack(ctx)));
}

ValueTask<int> push_directory(const Invocation& call, const std::string& path) {
  Context& ctx = call.ctx;
  if (call.args.has('n')) {
    auto& stack = ctx.scope.directory_stack.edit();
    stack.insert(stack.begin(), path);
    return print(call, listed(ctx, whole_stack(ctx)));
  }
  const std::string old = ctx.scope.directory->path;
  if (auto done = change_directory(ctx, path); !done) {
    return complain(call, std::move(done.error().message));
  }
  auto& stack = ctx.scope.directory_stack.edit();
  stack.insert(stack.begin(), old);
  return print(call, listed(ctx, whole_stack(ctx)));
}

ValueTask<int> run_pushd(Invocation call) {
  Stack stack = whole_stack(call.ctx);
  if (call.operands().empty()) {
    if (stack.size() < 2) return complain(call, "there is no other directory on the stack");
    std::swap(stack[0], stack[1]);
    return take_over(call, std::move(stack), call.args.has('n'));
  }
  const std::string word = call.operands()[0].to_text();
  if (word == "-") {
    const auto old = call.ctx.lookup("OLDPWD");
    if (!old) return complain(call, "OLDPWD is not set");
    return push_directory(call, old->to_text());
  }
  if (!is_index(word)) return push_directory(call, word);
  auto index = index_of(word, stack);
  if (!index) return complain(call, std::move(index.error().message));
  std::rotate(stack.begin(), stack.begin() + static_cast<std::ptrdiff_t>(*index), stack.end());
  return take_over(call, std::move(stack), call.args.has('n'));
}

ValueTask<int> run_popd(Invocation call) {
  Stack stack = whole_stack(call.ctx);
  const std::string word = call.operands().empty() ? "" : call.operands()[0].to_text();
  if (!call.operands().empty() && !is_index(word))
    return misuse(call, fmt::format("{} is not +N or -N", quote_word(word)));
  if (stack.size() < 2) return complain(call, "there is no other directory on the stack");
  const bool stay = call.args.has('n');
  size_t index = stay ? 1 : 0;
  if (!word.empty()) {
    auto found = index_of(word, stack);
    if (!found) return complain(call, std::move(found.error().message));
    index = *found;
  }
  stack.erase(stack.begin() + static_cast<std::ptrdiff_t>(index));
  return take_over(call, std::move(stack), stay);
}

std::string shown(const Invocation& call, const std::string& path) {
  return as_read(call.ctx, call.args.has('l') ? path : abbreviate_home(call.ctx, path));
}

ValueTask<int> run_dirs(Invocation call) {
  Context& ctx = call.ctx;
  if (call.args.has('c')) {
    ctx.scope.directory_stack.edit().clear();
    return 0;
  }
  const Stack stack = whole_stack(ctx);
  if (!call.operands().empty()) {
    const std::string word = call.operands()[0].to_text();
    if (!is_index(word)) return misuse(call, fmt::format("{} is not +N or -N", word));
    auto index = index_of(word, stack);
    if (!index) return complain(call, std::move(index.error().message));
    return print(call, shown(call, stack[*index]) + "\n");
  }
  Report report(call);
  const bool lines = call.args.has('p') || call.args.has('v');
  for (size_t i = 0; i < stack.size(); ++i) {
    report.rows.emplace_back(
        Record{{"index", Value(static_cast<int64_t>(i))}, {"path", Value(stack[i])}});
    if (call.args.has('v')) report.out += fmt::format("{:2}  ", i);
    report.out += shown(call, stack[i]);
    report.out += lines || i + 1 == stack.size() ? "\n" : " ";
  }
  return std::move(report).finish();
}

}  // namespace

void register_directory_stack(BuiltinRegistry& registry) {
  registry.add({&kPushd, run_pushd});
  registry.add({&kPopd, run_popd});
  registry.add({&kDirs, run_dirs});
}

}  // namespace weir::builtins
