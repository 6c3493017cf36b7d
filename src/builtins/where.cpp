// where: the rows for which conditions hold.
#include "builtins/row_filter_support.h"
#include "builtins/where_condition_support.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {0, "or", "VALUE", "stands in where a row does not have the field"},
};
constexpr ExampleSchema kExamples[] = {
    {"… | gather | where not ok", "the failures"},
    {"where size -gt 1000 and name =~ '\\.log$'", "numbers, and a regular expression"},
    {"seq 100 | where -ge 42", "without a field: the row itself"},
    {"where host in $hosts", "one of a list"},
};
constexpr CommandSchema kSchema = {
    .name = "where",
    .summary = "the rows for which conditions hold",
    .synopsis = "[--or VALUE] [not] FIELD [OP VALUE] [and|or …]",
    .flags = kFlags,
    .min_operands = 1,
    .style = ArgumentStyle::raw,
    .examples = kExamples,
    .details =
        "FIELD alone holds where it is there and neither null, false, 0 nor empty.\n\n"
        "OP is == != -eq -ne -lt -le -gt -ge, '<' '<=' '>' '>=' (in quotes: the shell takes them "
        "for "
        "redirections),\n=~ !~ (RE2), contains, in, not-in. Typed numbers, and words that are "
        "numbers, "
        "compare as numbers; -eq and\nits kin also read numbers in text. `and` binds tighter than "
        "`or`. Without FIELD before OP it is the row itself.\n\nA comparison with a field that a "
        "row "
        "does not have is an error; guard it, FIELD and FIELD OP VALUE, or give\n--or VALUE.",
    .group = "rows",
};

class Where : public RowFilter {
 public:
  explicit Where(Condition condition) : condition_(std::move(condition)) {}

  Result<Next> take(Row row, RowSink& out) override {
    auto holds = condition_.holds(row.value, ++number_);
    if (!holds) return fail(std::move(holds.error()));
    if (*holds) out.pass(std::move(row));
    return Next::more;
  }

 private:
  Condition condition_;
  uint64_t number_ = 0;
};

ValueTask<int> run(Invocation call) {
  auto condition = Condition::parse(std::move(call.operands()));
  if (!condition) return kernel::misuse(call, std::move(condition.error().message));
  return run_filter(std::move(call), std::make_unique<Where>(std::move(*condition)));
}

}  // namespace

void register_where(kernel::BuiltinRegistry& registry) { registry.add({&kSchema, run}); }

}  // namespace weir::builtins
