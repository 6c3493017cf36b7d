// scatter and gather: whether each has the other (047).
#include "parser/checks.h"
#include "parser/scatter_stages.h"

namespace weir::parser {

namespace {

}  // namespace

void check_scatter(CheckReport& report, const Pipeline& pipeline) {
  std::string_view name;
  for (const Stage& stage : pipeline.stages) {
    const std::string_view here = static_name(*stage.command);
    if (here == "scatter" || (here == "gather" && name.empty())) name = here;
  }
  if (name.empty() || report.shell.is_function(name) || report.shell.is_alias(name)) return;
  if (pipeline.stages.size() == 1 && as<SimpleCommand>(*pipeline.stages[0].command).words.size() > 1) {
    const Word& word = *as<SimpleCommand>(*pipeline.stages[0].command).words[1];
    if (word.text == "--help") return;
  }
  const auto parts = split_pipeline(pipeline);
  if (!parts) report.misuse(Check::unmatched_scatter, name, {}, *parts.error().span, parts.error().message);
}

}  // namespace weir::parser
