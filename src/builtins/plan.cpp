// `plan`: what a script could run, as rows, without running it (LANGUAGE 12).
#include "builtins/reports_support.h"
#include "builtins/text_source_support.h"
#include "kernel/unit_check.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {'c', {}, "TEXT", "the plan of TEXT instead of a file"},
    kJsonFlag,
};
constexpr ExampleSchema kExamples[] = {
    {"plan deploy.ksh | where kind == external | get name | sort -u", "the programs it could run"},
    {"plan -c 'rm -rf $dir' | get dynamic", "what only running tells"},
};
constexpr CommandSchema kPlan = {
    .name = "plan",
    .summary = "list the commands that a script could run, without running it",
    .synopsis = "[--json] [FILE | -c TEXT]",
    .flags = kFlags,
    .max_operands = 1,
    .style = ArgumentStyle::flags_anywhere,
    .examples = kExamples,
    .details =
        "A row for each command, also in functions, branches, traps and $(…): line, column, kind\n"
        "(function, builtin, external, unknown; none: assignments or redirections alone), name,\n"
        "arguments, redirects, assignments, dynamic, function, in, background, text. What is "
        "known\n"
        "only at run time is {\"source\": TEXT} instead of text, and `dynamic` names it: name, "
        "arguments,\n"
        "redirects, assignments, code (commands from elsewhere: source, an alias). Exit 2 where "
        "the\n"
        "text is not valid: then it could run nothing.",
    .group = "shell"};

constexpr int kInvalid = 2;

Task<int> report_invalid(Context& ctx, std::string messages) {
  co_await kernel::warn(ctx, std::move(messages));
  co_return kInvalid;
}

Task<int> plan(Invocation call) {
  if (call.args.has('c') && !call.operands().empty())
    co_return co_await misuse(call, "takes -c TEXT or a file, not both");
  auto text = co_await read_text_operand(call, 0);
  if (!text) co_return co_await complain(call, std::move(text.error().message));
  const kernel::CheckOptions options{.is_fresh = true};
  const auto checked =
      kernel::check_unit(call.ctx, std::move(text->name), std::move(text->text), options);
  if (!checked.unit) co_return co_await report_invalid(call.ctx, checked.messages);
  List rows = kernel::plan_rows(call.ctx, checked, options);
  if (call.args.has("json")) co_return co_await print_array(call, std::move(rows));
  co_return co_await kernel::emit(call, {rows.begin(), rows.end()});
}

ValueTask<int> run_plan(Invocation call) { return plan(std::move(call)); }

}  // namespace

void register_plan(BuiltinRegistry& registry) { registry.add({&kPlan, run_plan}); }

}  // namespace weir::builtins
