// tojson and tojsonl: values to JSON text.
#include "builtins/row_filter_support.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kTojsonFlags[] = {
    {'p', "pretty", "", "indented, for people"},
    {'a', "array", "", "all in one array"},
};
constexpr ExampleSchema kTojsonExamples[] = {
    {"tojson $record", "the JSON of a variable"},
    {"ls | tojson --array", "lines as an array of strings"},
    {"export CONFIG=$(tojson $config)", "a record for a program"},
};
constexpr CommandSchema kTojsonSchema = {
    .name = "tojson",
    .summary = "values to JSON text",
    .synopsis = "[--pretty] [--array] [VALUE…]",
    .flags = kTojsonFlags,
    .examples = kTojsonExamples,
    .details =
        "The operands, or else the rows or lines of standard input, a line for each. A line of "
        "text is a JSON string.",
    .group = "rows",
};

constexpr ExampleSchema kTojsonlExamples[] = {
    {"jobs | tojsonl > jobs.jsonl", "a line a record"},
    {"tojsonl $hosts", "a line an element of a list"},
};
constexpr CommandSchema kTojsonlSchema = {
    .name = "tojsonl",
    .summary = "values to lines of JSON",
    .synopsis = "[VALUE…]",
    .examples = kTojsonlExamples,
    .details = "As tojson, but a list gives a line for each of its elements.",
    .group = "rows",
};

class ToJson : public RowFilter {
 public:
  ToJson(bool pretty, bool array) : pretty_(pretty), array_(array) {}

  Result<Next> take(Row row, RowSink& out) override {
    std::string& text = out.text();
    if (!array_) {
      append(text, row.value);
      text += '\n';
      return Next::more;
    }
    text += number_++ == 0 ? "[" : ",";
    if (pretty_) text += "\n  ";
    append(text, row.value);
    return Next::more;
  }

  Result<void> finish(RowSink& out) override {
    if (!array_) return {};
    out.text() += number_ == 0 ? "[]\n" : pretty_ ? "\n]\n" : "]\n";
    return {};
  }

 private:
  void append(std::string& text, const Value& value) const {
    if (!pretty_) return value.append_json(text);
    for (const char c : value.to_pretty_json()) {
      text += c;
      if (array_ && c == '\n') text += "  ";  // no string of JSON holds a raw newline
    }
  }

  bool pretty_;
  bool array_;
  uint64_t number_ = 0;
};

class ToJsonLines : public RowFilter {
 public:
  Result<Next> take(Row row, RowSink& out) override {
    if (!row.value.is_list()) {
      append(out, row.value);
      return Next::more;
    }
    for (const Value& item : row.value.as_list()) append(out, item);
    return Next::more;
  }

 private:
  static void append(RowSink& out, const Value& value) {
    value.append_json(out.text());
    out.text() += '\n';
  }
};

ValueTask<int> run_over(Invocation call, std::unique_ptr<RowFilter> filter) {
  if (call.operands().empty()) return run_filter(std::move(call), std::move(filter));
  List values = std::move(call.operands());
  return run_filter_over(std::move(call), std::move(filter), std::move(values));
}

ValueTask<int> run_tojson(Invocation call) {
  auto filter = std::make_unique<ToJson>(call.args.has("pretty"), call.args.has("array"));
  return run_over(std::move(call), std::move(filter));
}

ValueTask<int> run_tojsonl(Invocation call) {
  return run_over(std::move(call), std::make_unique<ToJsonLines>());
}

}  // namespace

void register_tojson(kernel::BuiltinRegistry& registry) {
  registry.add({&kTojsonSchema, run_tojson});
  registry.add({&kTojsonlSchema, run_tojsonl});
}

}  // namespace weir::builtins
