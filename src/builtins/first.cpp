// first and last: rows from one end of the input.
#include <deque>

#include "builtins/leading_rows_support.h"
#include "builtins/row_filter_support.h"

namespace weir::builtins {

namespace {

constexpr ExampleSchema kFirstExamples[] = {
    {"seq 100 | first 3", "1, 2 and 3, still ints"},
    {"x=$(fromjsonl < log | where level == error | first)", "one record"},
};
constexpr CommandSchema kFirstSchema = {
    .name = "first",
    .summary = "the first N rows or lines",
    .synopsis = "[N]",
    .max_operands = 1,
    .examples = kFirstExamples,
    .details =
        "N is 1 where it is not given. What follows stays in the input for the next command.",
    .group = "rows",
};

constexpr ExampleSchema kLastExamples[] = {
    {"seq 100 | last 2", "99 and 100"},
};
constexpr CommandSchema kLastSchema = {
    .name = "last",
    .summary = "the last N rows or lines",
    .synopsis = "[N]",
    .max_operands = 1,
    .examples = kLastExamples,
    .details = "N is 1 where it is not given.",
    .group = "rows",
};

Result<int64_t> wanted_count(const Invocation& call) {
  if (call.args.operands.empty()) return 1;
  return kernel::whole_number(call.args.operands[0], "N", 0);
}

ValueTask<int> run_first(Invocation call) {
  const auto count = wanted_count(call);
  if (!count) return kernel::misuse(call, count.error().message);
  return copy_first_rows(std::move(call), *count);
}

class LastRows : public RowFilter {
 public:
  explicit LastRows(size_t count) : count_(count) {}

  Result<Next> take(Row row, RowSink&) override {
    if (count_ == 0) return Next::more;
    if (rows_.size() == count_) rows_.pop_front();
    rows_.push_back(std::move(row));
    return Next::more;
  }
  Result<void> finish(RowSink& out) override {
    for (Row& row : rows_) out.pass(std::move(row));
    return {};
  }

 private:
  size_t count_;
  std::deque<Row> rows_;
};

ValueTask<int> run_last(Invocation call) {
  const auto count = wanted_count(call);
  if (!count) return kernel::misuse(call, count.error().message);
  return run_filter(std::move(call), std::make_unique<LastRows>(static_cast<size_t>(*count)));
}

}  // namespace

void register_first(kernel::BuiltinRegistry& registry) {
  registry.add({&kFirstSchema, run_first});
  registry.add({&kLastSchema, run_last});
}

}  // namespace weir::builtins
