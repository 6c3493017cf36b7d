// scatter and gather: whether each has the other (047).
#include <fmt/core.h>

#include "parser/checks.h"
#include "parser/scatter_stages.h"

namespace weir::parser {

void check_scatter(CheckReport& report, const Pipeline& pipeline) {
  std::string_view name;
  for (const Stage& stage : pipeline.stages) {
    const std::string_view here = static_name(*stage.command);
    if (here == "scatter" || (here == "gather" && name.empty())) name = here;
  }
  if (name.empty() || report.shell.is_function(name) || report.shell.is_alias(name)) return;
  const auto parts = split_pipeline(pipeline);
  if (!parts)
    report.misuse(Check::unmatched_scatter, name, {}, *parts.error().span, parts.error().message);
}

void check_lone_scatter(CheckReport& report, const Call& call, const Place& place) {
  const bool wants_help = call.words.size() > 1 && call.words[1]->text == "--help";
  if (place.is_stage || call.skips_functions || wants_help) return;
  report.misuse(Check::unmatched_scatter, call.name, place, call.words[0]->span,
                fmt::format("{}: without {}; write … | scatter | COMMAND | gather", call.name,
                            call.is("gather") ? "scatter" : "gather"));
}

}  // namespace weir::parser
