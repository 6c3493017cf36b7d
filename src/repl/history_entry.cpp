#include "repl/history_entry.h"

namespace weir::repl {

namespace {

std::string line_of(Record record) {
  std::string line;
  Value(std::move(record)).append_json(line);
  return line + '\n';
}

std::string text_at(const Record& record, std::string_view key) {
  const Value* value = record.find(key);
  return value && value->is_string() ? value->as_string() : std::string();
}

std::optional<int64_t> number_at(const Record& record, std::string_view key) {
  const Value* value = record.find(key);
  return value && value->is_int() ? std::optional(value->as_int()) : std::nullopt;
}

Value or_null(const std::optional<int64_t>& number) { return number ? Value(*number) : Value(); }

}  // namespace

std::string begin_line(const HistoryEntry& entry) {
  return line_of({{"id", Value(entry.id)},
                  {"text", Value(entry.text)},
                  {"time", Value(entry.time_ms)},
                  {"cwd", Value(entry.directory)},
                  {"session", Value(entry.session)}});
}

std::string end_line(const HistoryEntry& entry) {
  Record record{{"end", Value(entry.id)},
                {"code", Value(entry.code.value_or(0))},
                {"ms", Value(entry.duration_ms)}};
  if (entry.job) record.set("job", Value(*entry.job));
  return line_of(std::move(record));
}

std::optional<HistoryLine> parse_history_line(std::string_view line) {
  const auto value = Value::parse_json(line);
  if (!value || !value->is_record()) return {};
  const Record& record = value->as_record();
  HistoryLine result;
  HistoryEntry& entry = result.entry;
  entry.id = text_at(record, "end");
  result.is_end = !entry.id.empty();
  if (const auto code = number_at(record, "code")) entry.code = static_cast<int>(*code);
  entry.duration_ms = number_at(record, "ms").value_or(0);
  entry.job = number_at(record, "job");
  if (result.is_end) return result;
  entry.id = text_at(record, "id");
  entry.text = text_at(record, "text");
  entry.directory = text_at(record, "cwd");
  entry.session = text_at(record, "session");
  entry.time_ms = number_at(record, "time").value_or(0);
  if (entry.text.empty()) return {};
  return result;
}

Record history_row(const HistoryEntry& entry, size_t number) {
  return {{"number", Value(static_cast<int64_t>(number))},
          {"text", Value(entry.text)},
          {"time", Value(static_cast<double>(entry.time_ms) / 1000)},
          {"cwd", Value(entry.directory)},
          {"code", or_null(entry.code)},
          {"ms", Value(entry.duration_ms)},
          {"session", Value(entry.session)},
          {"job", or_null(entry.job)}};
}

}  // namespace weir::repl
