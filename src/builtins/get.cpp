// get and select: parts of each row.
//
// `get` is the way from rows to values and text, `select` from records to
// smaller records.
#include <fmt/format.h>

#include "builtins/field_path_support.h"
#include "builtins/row_filter_support.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kGetFlags[] = {
    {0, "or", "VALUE", "stands in where a row does not have the field"},
};
constexpr ExampleSchema kGetExamples[] = {
    {"… | gather | get out", "the output of each worker"},
    {"… | gather | get item code", "two columns, with a tab between them"},
    {"jobs --json | get 0 state", "a field of the first record"},
    {"get user.name --or unknown", "a field of a field, with a default"},
};
constexpr CommandSchema kGetSchema = {
    .name = "get",
    .summary = "fields of each row",
    .synopsis = "[--or VALUE] FIELD…",
    .flags = kGetFlags,
    .min_operands = 1,
    .style = ArgumentStyle::flags_anywhere,
    .examples = kGetExamples,
    .details =
        "One FIELD gives its value. Several give a list; as text that is one line with tabs "
        "between the fields, where\nnewlines at the end of a field are dropped and others, and "
        "tabs, are written \\n and \\t.\n\nA FIELD is a key, with subscripts for what is inside: "
        "runs[-1][code], [\"a key\"]. Of a list row it is an index.\n\n"
        "The records of --json are one array: a leading index chooses one of them, and the other "
        "fields are its.",
    .group = "rows",
};

constexpr FlagSchema kSelectFlags[] = {
    {0, "or", "VALUE", "stands in where a row does not have the field"},
};
constexpr ExampleSchema kSelectExamples[] = {
    {"fromjsonl < log | select time level", "records of two fields"},
    {"select host=item.host code", "with a new name for one"},
};
constexpr CommandSchema kSelectSchema = {
    .name = "select",
    .summary = "records with some fields of each row",
    .synopsis = "[--or VALUE] [NEW=]FIELD…",
    .flags = kSelectFlags,
    .min_operands = 1,
    .style = ArgumentStyle::flags_anywhere,
    .examples = kSelectExamples,
    .details =
        "The fields come in the order given. A field of a field, as in item.host, is named by "
        "its last key.",
    .group = "rows",
};

std::optional<Value> default_of(const Invocation& call) {
  const Value* word = call.args.value("or");
  if (!word) return {};
  return typed_word(*word);
}

/// A field's text as a column: on one line.
void append_column(std::string& line, const Value& value) {
  std::string text = value.to_text();
  while (text.ends_with('\n')) text.pop_back();
  for (const char c : text) {
    if (c == '\n') {
      line += "\\n";
    } else if (c == '\t') {
      line += "\\t";
    } else {
      line += c;
    }
  }
}

/// Of the rows of a --json array a leading index is one of the array: `jobs --json | get 0 state`.
struct ArrayElement {
  uint64_t index;
  std::vector<Field> fields;  // of that element
};

class Get : public RowFilter {
 public:
  Get(std::vector<Field> fields, std::optional<ArrayElement> element,
      std::optional<Value> otherwise)
      : fields_(std::move(fields)),
        element_(std::move(element)),
        otherwise_(std::move(otherwise)) {}

  Result<Next> take(Row row, RowSink& out) override {
    ++number_;
    if (!element_ || !row.was_element) return give(row, fields_, out);
    looks_for_element_ = number_ != element_->index + 1;
    if (looks_for_element_) return Next::more;
    const auto given = give(row, element_->fields, out);
    return given ? Result<Next>(Next::stop) : given;
  }

  Result<void> finish(RowSink& out) override {
    if (!looks_for_element_) return {};
    if (!otherwise_) {
      return fail(
          ErrorKind::not_found,
          fmt::format("{}: the array ends at {} (--or VALUE stands in for what is not there)",
                      element_->index, number_ - 1));
    }
    emit(List(element_->fields.size(), *otherwise_), out);
    return {};
  }

 private:
  Result<Next> give(const Row& row, const std::vector<Field>& fields, RowSink& out) {
    List values;
    values.reserve(fields.size());
    for (const Field& field : fields) {
      auto value = field.of(row.value, number_);
      if (!value) return fail(std::move(value.error()));
      values.push_back(**value);
    }
    emit(std::move(values), out);
    return Next::more;
  }

  static void emit(List values, RowSink& out) {
    if (values.size() == 1) return out.emit(std::move(values[0]));
    std::string line;
    for (const Value& value : values) {
      if (&value != &values.front()) line += '\t';
      append_column(line, value);
    }
    line += '\n';
    out.emit(Value(std::move(values)), std::move(line));
  }

  std::vector<Field> fields_;
  std::optional<ArrayElement> element_;
  std::optional<Value> otherwise_;
  bool looks_for_element_ = false;
  uint64_t number_ = 0;
};

std::vector<Field> fields_at(const std::vector<FieldPath>& paths,
                             const std::optional<Value>& otherwise) {
  std::vector<Field> fields;
  for (const FieldPath& path : paths) fields.emplace_back(path, otherwise);
  return fields;
}

std::optional<ArrayElement> element_of(std::vector<FieldPath> paths,
                                       const std::optional<Value>& otherwise) {
  const auto index = paths.front().take_index();
  if (!index) return {};
  const bool is_alone = paths.front().last_name().empty();
  if (is_alone && paths.size() > 1) paths.erase(paths.begin());
  return ArrayElement{*index, fields_at(paths, otherwise)};
}

ValueTask<int> run_get(Invocation call) {
  auto otherwise = default_of(call);
  std::vector<FieldPath> paths;
  for (const Value& word : call.args.operands) {
    auto path = FieldPath::parse(word.to_text());
    if (!path) return kernel::misuse(call, std::move(path.error().message));
    paths.push_back(std::move(*path));
  }
  auto fields = fields_at(paths, otherwise);
  auto element = element_of(std::move(paths), otherwise);
  return run_filter(std::move(call), std::make_unique<Get>(std::move(fields), std::move(element),
                                                           std::move(otherwise)));
}

struct Column {
  std::string name;
  Field field;
};

class Select : public RowFilter {
 public:
  explicit Select(std::vector<Column> columns) : columns_(std::move(columns)) {}

  Result<Next> take(Row row, RowSink& out) override {
    ++number_;
    Record record;
    for (const Column& column : columns_) {
      auto value = column.field.of(row.value, number_);
      if (!value) return fail(std::move(value.error()));
      record.set(column.name, **value);
    }
    out.emit(Value(std::move(record)));
    return Next::more;
  }

 private:
  std::vector<Column> columns_;
  uint64_t number_ = 0;
};

Result<Column> parse_column(const std::string& word, const std::optional<Value>& otherwise) {
  const size_t equals = word.find('=');
  const bool renames = equals != std::string::npos && equals < word.find('[');
  if (renames && equals == 0) {
    return fail(ErrorKind::invalid, fmt::format("'{}' has no new name before the =", word));
  }
  auto path = FieldPath::parse(renames ? std::string_view(word).substr(equals + 1) : word);
  if (!path) return fail(std::move(path.error()));
  std::string name = renames ? word.substr(0, equals) : path->last_name();
  if (name.empty()) return fail(ErrorKind::invalid, "the row itself needs a name: NEW=.");
  return Column{std::move(name), Field(std::move(*path), otherwise)};
}

ValueTask<int> run_select(Invocation call) {
  const auto otherwise = default_of(call);
  std::vector<Column> columns;
  for (const Value& word : call.args.operands) {
    auto column = parse_column(word.to_text(), otherwise);
    if (!column) return kernel::misuse(call, std::move(column.error().message));
    const bool taken = std::ranges::any_of(
        columns, [&](const Column& other) { return other.name == column->name; });
    if (taken) {
      return kernel::misuse(call, fmt::format("two fields are named {0}; rename one: NEW={1}",
                                              column->name, column->field.path().text()));
    }
    columns.push_back(std::move(*column));
  }
  return run_filter(std::move(call), std::make_unique<Select>(std::move(columns)));
}

}  // namespace

void register_get(kernel::BuiltinRegistry& registry) {
  registry.add({&kGetSchema, run_get});
  registry.add({&kSelectSchema, run_select});
}

}  // namespace weir::builtins
