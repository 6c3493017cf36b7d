// `validate`: what `weir -n` reports, as a command (LANGUAGE 12).
#include <algorithm>

#include "builtins/reports_support.h"
#include "builtins/text_source_support.h"
#include "kernel/unit_check.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {'c', {}, "TEXT", "check TEXT instead of a file"},
    {0,
     "sourced",
     {},
     "the text is for `source`: return may stand in it, names may come from here"},
    {0, "strict", {}, "exit 2 for warnings, too"},
    kJsonFlag,
};
constexpr ExampleSchema kExamples[] = {
    {"validate deploy.ksh", "is there anything wrong with it?"},
    {"validate --json *.ksh | where severity == error", "findings as data"},
    {"validate -c 'cd x; rm y'", "a text"},
};
constexpr CommandSchema kValidate = {
    .name = "validate",
    .summary = "report what is wrong with a script without running it",
    .synopsis = "[--sourced] [--strict] [--json] [FILE… | -c TEXT]",
    .flags = kFlags,
    .style = ArgumentStyle::flags_anywhere,
    .examples = kExamples,
    .details =
        "Without FILE the text is read from stdin. Errors (E…) would keep the script from "
        "running;\n"
        "warnings (W…) would not: a comment `# weir: allow W063` on the line, or on one of its "
        "own\n"
        "above, silences one. Exit 2 where there are errors. docs/diagnostics.md explains each "
        "code.",
    .group = "shell"};

constexpr int kInvalid = 2;

kernel::CheckedUnit check(const Invocation& call, NamedText text) {
  const bool sourced = call.args.has("sourced");
  return kernel::check_unit(
      call.ctx, std::move(text.name), std::move(text.text),
      {.findings = kernel::Findings::all,
       .role = sourced ? kernel::TextRole::sourced : kernel::TextRole::program,
       .is_fresh = !sourced,
       .is_check_only = true});
}

void add_findings(Report& report, const kernel::CheckedUnit& checked, bool strict) {
  std::ranges::move(kernel::finding_rows(checked), std::back_inserter(report.rows));
  report.out += checked.messages;
  if (!checked.is_valid() || (strict && !checked.diagnostics.empty()))
    report.fail_quietly(kInvalid);
}

Task<int> validate(Invocation call) {
  if (call.args.has('c') && !call.operands().empty())
    co_return co_await misuse(call, "takes -c TEXT or files, not both");
  Report report(call);
  const size_t count = std::max<size_t>(1, call.operands().size());
  for (size_t i = 0; i < count; ++i) {
    auto text = co_await read_text_operand(call, i);
    if (!text)
      report.error(text.error().message, std::max(report.code(), 1));
    else
      add_findings(report, check(call, std::move(*text)), call.args.has("strict"));
  }
  co_return co_await std::move(report).finish();
}

ValueTask<int> run_validate(Invocation call) { return validate(std::move(call)); }

}  // namespace

void register_validate(BuiltinRegistry& registry) { registry.add({&kValidate, run_validate}); }

}  // namespace weir::builtins
