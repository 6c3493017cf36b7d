// The row of gather as a value (LANGUAGE 9.3).
#include "scheduler/scatter_gather_runner.h"

namespace weir::scheduler {

namespace {

/// As $(…) gives it: without newlines at the end.
std::string trimmed(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

size_t GatherRow::size() const {
  const size_t text = item.is_string() ? item.as_string().size() : 0;
  return sizeof(GatherRow) + text + outcome.out.size() + outcome.err.size();
}

Value GatherRow::to_value() && {
  if (!known.is_null()) return std::move(known);
  Record record;
  record.set("i", Value(static_cast<int64_t>(index)));
  record.set("item", std::move(item));
  record.set("ok", Value(ok()));
  record.set("code", Value(outcome.code));
  record.set("out", Value(trimmed(std::move(outcome.out))));
  record.set("err", Value(trimmed(std::move(outcome.err))));
  record.set("ms", Value(ms));
  if (outcome.data) record.set("data", std::move(*outcome.data));
  if (timed_out) record.set("timed_out", Value(true));
  if (tries > 1) record.set("tries", Value(tries));
  if (!outcome.host.empty()) record.set("host", Value(std::move(outcome.host)));
  if (!skipped.empty()) record.set("skipped", Value(std::move(skipped)));
  if (outcome.out_dropped > 0 || outcome.err_dropped > 0) {
    record.set("truncated",
               Value(Record{{"out", Value(static_cast<int64_t>(outcome.out_dropped))},
                            {"err", Value(static_cast<int64_t>(outcome.err_dropped))}}));
  }
  return Value(std::move(record));
}

}  // namespace weir::scheduler
