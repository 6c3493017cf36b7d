// lines: text to rows, one string a line.
#include "builtins/row_filter_support.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {0, "skip-empty", "", "leave out lines that hold nothing but blanks"},
};
constexpr ExampleSchema kExamples[] = {
    {"lines hosts.txt | scatter --limit 8 | ping -c1 $ITEM | gather", "a row a line"},
    {"gather_rows | get out | lines", "the lines of every output"},
};
constexpr CommandSchema kSchema = {
    .name = "lines",
    .summary = "text to string rows, one a line",
    .synopsis = "[--skip-empty] [FILE…]",
    .flags = kFlags,
    .style = ArgumentStyle::flags_anywhere,
    .examples = kExamples,
    .details = "A string row that holds several lines becomes as many rows.",
    .group = "rows",
};

class Lines : public RowFilter {
 public:
  explicit Lines(bool skip_empty) : skip_empty_(skip_empty) {}

  Result<Next> take(Row row, RowSink& out) override {
    if (!row.typed) {
      give(std::move(row.value), out);
      return Next::more;
    }
    std::string text = row.value.to_text();
    if (text.ends_with('\n')) text.pop_back();
    for (size_t from = 0; from <= text.size();) {
      const size_t end = std::min(text.find('\n', from), text.size());
      give(Value(std::string_view(text).substr(from, end - from)), out);
      from = end + 1;
    }
    return Next::more;
  }

 private:
  void give(Value line, RowSink& out) const {
    if (skip_empty_ && line.as_string().find_first_not_of(" \t\r") == std::string::npos) return;
    out.emit(std::move(line));
  }

  bool skip_empty_;
};

ValueTask<int> run(Invocation call) {
  auto filter = std::make_unique<Lines>(call.args.has("skip-empty"));
  List files = std::move(call.operands());
  return run_filter_over_files(std::move(call), std::move(filter), std::move(files));
}

}  // namespace

void register_lines(kernel::BuiltinRegistry& registry) { registry.add({&kSchema, run}); }

}  // namespace weir::builtins
