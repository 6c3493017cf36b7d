// keys and values: what records and lists hold, as one list a row.
#include <fmt/format.h>

#include "builtins/row_filter_support.h"
#include "kernel/value_kind.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {0, "each", "", "a row for each, instead of one list"},
};
constexpr ExampleSchema kKeysExamples[] = {
    {"for k in $(keys $record); do …", "each key"},
    {"fromjsonl < log | keys | uniq -c", "which kinds of records there are"},
};
constexpr CommandSchema kKeysSchema = {
    .name = "keys",
    .summary = "the keys of records",
    .synopsis = "[--each] [RECORD…]",
    .flags = kFlags,
    .examples = kKeysExamples,
    .details =
        "Of the operands, or else of the rows of standard input: one list for each, in the "
        "order of the record. The\nkeys of a list are its indices.",
    .group = "rows",
};
constexpr ExampleSchema kValuesExamples[] = {
    {"values $record", "a list"},
    {"values --each $record | sort-by", "a row for each"},
};
constexpr CommandSchema kValuesSchema = {
    .name = "values",
    .summary = "the values of records",
    .synopsis = "[--each] [RECORD…]",
    .flags = kFlags,
    .examples = kValuesExamples,
    .details =
        "Of the operands, or else of the rows of standard input: one list for each, in the "
        "order of the record.",
    .group = "rows",
};

List keys_of(const Value& value) {
  List keys;
  if (value.is_list()) {
    for (size_t i = 0; i < value.as_list().size(); ++i) keys.emplace_back(static_cast<int64_t>(i));
  } else {
    for (const auto& [key, item] : value.as_record()) keys.emplace_back(key);
  }
  return keys;
}

List values_of(const Value& value) {
  if (value.is_list()) return value.as_list();
  List values;
  for (const auto& [key, item] : value.as_record()) values.push_back(item);
  return values;
}

class Members : public RowFilter {
 public:
  using Function = List (*)(const Value&);
  Members(Function members, bool each) : members_(members), each_(each) {}

  Result<Next> take(Row row, RowSink& out) override {
    ++number_;
    if (row.value.is_scalar()) return no_members(row);
    List members = members_(row.value);
    if (!each_) {
      out.emit(Value(std::move(members)));
      return Next::more;
    }
    for (Value& member : members) out.emit(std::move(member));
    return Next::more;
  }

 private:
  Result<Next> no_members(const Row& row) const {
    return fail(
        ErrorKind::invalid,
        fmt::format("{} is {}, neither a record nor a list{}", describe_row(number_, row.value),
                    kernel::kind_with_article(row.value),
                    row.value.is_string() ? "; text that is JSON goes through fromjson" : ""));
  }

  Function members_;
  bool each_;
  uint64_t number_ = 0;
};

ValueTask<int> run_members(Invocation call, Members::Function members) {
  auto filter = std::make_unique<Members>(members, call.args.has("each"));
  if (call.operands().empty()) return run_filter(std::move(call), std::move(filter));
  List values = std::move(call.operands());
  return run_filter_over(std::move(call), std::move(filter), std::move(values));
}

ValueTask<int> run_keys(Invocation call) { return run_members(std::move(call), keys_of); }
ValueTask<int> run_values(Invocation call) { return run_members(std::move(call), values_of); }

}  // namespace

void register_keys(kernel::BuiltinRegistry& registry) {
  registry.add({&kKeysSchema, run_keys});
  registry.add({&kValuesSchema, run_values});
}

}  // namespace weir::builtins
