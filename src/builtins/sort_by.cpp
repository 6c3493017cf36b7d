// sort-by: rows in order of fields. Large inputs are sorted on the thread pool.
#include <fmt/format.h>

#include <atomic>
#include <charconv>

#include "builtins/field_path_support.h"
#include "builtins/line_sorter_support.h"
#include "builtins/row_filter_support.h"
#include "kernel/compare.h"
#include "kernel/shell.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {'n', "numeric", "", "by the number that a text begins with"},
    {'r', "reverse", "", "the largest first"},
    {0, "or", "VALUE", "stands in where a row does not have the field"},
};
constexpr ExampleSchema kExamples[] = {
    {"… | gather | sort-by --reverse ms | first 5", "the slowest"},
    {"du -s * | sort-by --numeric", "lines by the number in front"},
    {"fromjsonl < log | sort-by level time", "by two fields"},
};
constexpr CommandSchema kSchema = {
    .name = "sort-by",
    .summary = "rows in order of fields",
    .synopsis = "[-nr] [--or VALUE] [FIELD…]",
    .flags = kFlags,
    .style = ArgumentStyle::flags_anywhere,
    .examples = kExamples,
    .details =
        "Without FIELD by the whole row. Equal rows stay in the order they came in. Null comes "
        "first, then false and\ntrue, numbers, text by bytes, lists, records.",
    .group = "rows",
};

constexpr size_t kPoolFrom = 2000;  // rows; below, sorting takes less than the way to the pool

/// The number a text begins with, after blanks, as `sort -n` reads it; 0 without one.
Value leading_number(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\n\v\f\r");
  if (begin == std::string_view::npos) return 0;
  text.remove_prefix(begin);
  const char* const end = text.data() + text.size();
  int64_t whole = 0;
  const auto [stop, error] = std::from_chars(text.data(), end, whole);
  const bool is_whole = error == std::errc() && (stop == end || *stop != '.');
  if (is_whole) return whole;
  const size_t digit = text.starts_with('-') ? 1 : 0;  // not "inf" and "nan"
  if (digit >= text.size() || !(text[digit] == '.' || (text[digit] >= '0' && text[digit] <= '9'))) {
    return 0;
  }
  double number = 0;
  std::from_chars(text.data(), end, number, std::chars_format::fixed);
  return number;
}

Value number_of(const Value& value) {
  if (value.is_number()) return value;
  return value.is_string() ? leading_number(value.as_string()) : leading_number(value.to_text());
}

struct Options {
  std::vector<Field> fields;
  bool numeric = false;
  bool reverse = false;
};

struct SortedRow {
  List keys;
  Row row;
};

/// Thrown out of the comparison when the context was cancelled: nothing else stops std::sort.
struct Cancelled {};

class Sorter {
 public:
  Sorter(std::vector<SortedRow>& rows, bool reverse) : rows_(rows), reverse_(reverse) {}

  /// Off the loop thread; false when it was cancelled.
  bool sort(const std::atomic<bool>& cancelled) {
    order_.reserve(rows_.size());
    for (uint32_t i = 0; i < rows_.size(); ++i) {
      order_.push_back({kernel::sort_prefix(rows_[i].keys[0]), i});
    }
    try {
      sort_indices(cancelled);
    } catch (Cancelled) {
      return false;
    }
    return true;
  }

  /// A row by its place. Most comparisons are decided without looking at the row.
  struct Place {
    uint64_t prefix;
    uint32_t index;
  };
  const std::vector<Place>& order() const { return order_; }

 private:
  std::weak_ordering compare(uint32_t a, uint32_t b) const {
    const List& left = rows_[a].keys;
    const List& right = rows_[b].keys;
    for (size_t i = 0; i < left.size(); ++i) {
      const auto order = kernel::sort_order(left[i], right[i]);
      if (order != 0) return order;
    }
    return std::weak_ordering::equivalent;
  }

  void sort_indices(const std::atomic<bool>& cancelled) {
    const auto less = [&](const Place& a, const Place& b) {
      if (cancelled.load(std::memory_order_relaxed)) throw Cancelled();
      std::weak_ordering order = a.prefix <=> b.prefix;
      if (order == 0) order = compare(a.index, b.index);
      if (order == 0) return a.index < b.index;  // stable
      return reverse_ ? order > 0 : order < 0;
    };
    std::sort(order_.begin(), order_.end(), less);
  }

  std::vector<SortedRow>& rows_;
  bool reverse_;
  std::vector<Place> order_;
};

Result<SortedRow> with_keys(Row row, const Options& options, uint64_t number) {
  SortedRow sorted;
  if (options.fields.empty()) {
    sorted.keys.push_back(options.numeric ? number_of(row.value) : row.value);
  }
  for (const Field& field : options.fields) {
    auto key = field.of(row.value, number);
    if (!key) return fail(std::move(key.error()));
    sorted.keys.push_back(options.numeric ? number_of(**key) : **key);
  }
  sorted.row = std::move(row);
  return sorted;
}

/// All rows with their keys, after those that are there.
Task<Result<std::vector<SortedRow>>> read_rows(Context& ctx, const Options& options,
                                               std::vector<SortedRow> rows) {
  RowReader in(ctx, standard_input(ctx));
  for (;;) {
    auto row = co_await in.next();
    if (!row) co_return fail(std::move(row.error()));
    if (!*row) co_return rows;
    if (rows.size() == UINT32_MAX) co_return fail(ErrorKind::limit, "more than 2^32 rows");
    auto sorted = with_keys(std::move(**row), options, in.number());
    if (!sorted) co_return fail(std::move(sorted.error()));
    rows.push_back(std::move(*sorted));
    if (wants_pause(ctx)) {
      if (auto go_on = co_await pause_point(ctx); !go_on) co_return fail(std::move(go_on.error()));
    }
  }
}

template <class AnySorter>
Task<bool> sort_on_pool(Context& ctx, AnySorter& sorter, size_t count) {
  std::atomic<bool> cancelled = false;
  if (count < kPoolFrom) co_return sorter.sort(cancelled);
  bool done = false;
  loop::CancelCallback stop(ctx.token, [&] { cancelled = true; });
  co_await loop::run_on_pool(ctx.shell.loop, [&] { done = sorter.sort(cancelled); });
  co_return done;
}

Task<int> sort_rows(Invocation call, Options options, std::vector<SortedRow> first) {
  Context& ctx = call.ctx;
  auto rows = co_await read_rows(ctx, options, std::move(first));
  if (!rows) {
    co_return co_await kernel::stream_failed(call, std::move(rows.error()));
  }
  Sorter sorter(*rows, options.reverse);
  if (!co_await sort_on_pool(ctx, sorter, rows->size())) {
    co_return co_await kernel::stream_failed(call, cancelled_error());
  }
  RowWriter out(ctx);
  for (const auto& place : sorter.order()) {
    auto written = co_await out.put(std::move((*rows)[place.index].row));
    if (!written) co_return co_await kernel::stream_failed(call, std::move(written.error()));
    if (wants_pause(ctx)) {
      auto go_on = co_await pause_point(ctx);
      if (!go_on) co_return co_await kernel::stream_failed(call, std::move(go_on.error()));
    }
  }
  auto flushed = co_await out.flush();
  if (!flushed) co_return co_await kernel::stream_failed(call, std::move(flushed.error()));
  co_return 0;
}

// ---- lines of text, whole ------------------------------------------------------------

/// Reads text into the sorter; gives the first typed row, if there is one. It ends the text.
Task<NextRow> read_lines(Context& ctx, LineSorter& lines) {
  RowReader in(ctx, standard_input(ctx));
  for (;;) {
    auto piece = co_await in.next_piece();
    if (!piece || !*piece || (*piece)->typed) {
      lines.end_text();
      co_return piece;
    }
    lines.add((*piece)->value.as_string());
    if (wants_pause(ctx)) {
      if (auto go_on = co_await pause_point(ctx); !go_on) co_return fail(std::move(go_on.error()));
    }
  }
}

Task<Result<void>> write_lines(Context& ctx, const LineSorter& lines, bool reverse) {
  RowWriter out(ctx);
  const size_t count = lines.size();
  for (size_t i = 0; i < count; ++i) {
    auto written = out.put_text(lines.line(reverse ? count - 1 - i : i));
    if (auto done = co_await std::move(written); !done) co_return done;
    if (auto done = co_await out.put_text("\n"); !done) co_return done;
    if (wants_pause(ctx)) {
      if (auto go_on = co_await pause_point(ctx); !go_on) co_return go_on;
    }
  }
  co_return co_await out.flush();
}

std::vector<SortedRow> as_rows(const LineSorter& lines) {
  std::vector<SortedRow> rows;
  for (size_t i = 0; i < lines.size(); ++i) {
    Value line(lines.line(i));
    rows.push_back({{line}, Row(line, false)});
  }
  return rows;
}

/// Text alone is sorted as text; from a typed row on, all are rows.
Task<int> sort_whole(Invocation call, Options options) {
  Context& ctx = call.ctx;
  LineSorter lines;
  auto typed = co_await read_lines(ctx, lines);
  if (!typed) co_return co_await kernel::stream_failed(call, std::move(typed.error()));
  if (*typed) {
    auto rows = as_rows(lines);
    rows.push_back({{(*typed)->value}, std::move(**typed)});
    co_return co_await sort_rows(std::move(call), std::move(options), std::move(rows));
  }
  if (!co_await sort_on_pool(ctx, lines, lines.size()))
    co_return co_await kernel::stream_failed(call, cancelled_error());
  auto written = co_await write_lines(ctx, lines, options.reverse);
  if (!written) co_return co_await kernel::stream_failed(call, std::move(written.error()));
  co_return 0;
}

ValueTask<int> run(Invocation call) {
  Options options{{}, call.args.has('n'), call.args.has('r')};
  std::optional<Value> otherwise;
  if (const Value* word = call.args.value("or")) otherwise = typed_word(*word);
  for (const Value& word : call.args.operands) {
    auto path = FieldPath::parse(word.to_text());
    if (!path) return kernel::misuse(call, std::move(path.error().message));
    options.fields.emplace_back(std::move(*path), otherwise);
  }
  if (options.fields.empty() && !options.numeric)
    return sort_whole(std::move(call), std::move(options));
  return sort_rows(std::move(call), std::move(options), {});
}

}  // namespace

void register_sort_by(kernel::BuiltinRegistry& registry) { registry.add({&kSchema, run}); }

}  // namespace weir::builtins
