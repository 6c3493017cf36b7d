#include "gate/daemon/run_history.h"

namespace weir::gate::daemon {

namespace {

constexpr size_t kMaxShapes = 2000;
constexpr Duration kFocusProcessorTime = std::chrono::seconds(30);

std::int64_t number_of(const Record& row, std::string_view name) {
  const Value* value = row.find(name);
  return value && value->is_int() ? value->as_int() : 0;
}

}  // namespace

void RunHistory::load(const std::vector<Value>& rows) {
  for (auto at = rows.rbegin(); at != rows.rend(); ++at) {
    const Record& row = at->as_record();
    const Value* shape = row.find("shape");
    const Value* code = row.find("code");  // null: nobody knows how it ended
    if (!shape || !shape->is_string() || !code || *code != Value(0)) continue;
    add(shape->as_string(),
        {.duration = Duration(number_of(row, "run_ms")),
         .processor_time = Duration(number_of(row, "cpu_ms")),
         .memory_per_job = static_cast<std::uint64_t>(number_of(row, "memory_per_job"))});
  }
}

void RunHistory::add(const std::string& shape, const Sample& sample) {
  if (!samples_.contains(shape) && samples_.size() >= kMaxShapes) samples_.erase(samples_.begin());
  auto& samples = samples_[shape];
  samples.push_back(sample);
  if (samples.size() > kSamplesKept) samples.pop_front();
}

Estimate RunHistory::estimate_of(const std::string& shape) const {
  const auto found = samples_.find(shape);
  if (found == samples_.end()) return {};
  const std::vector<Sample> samples(found->second.begin(), found->second.end());
  return estimate(samples);
}

void RunHistory::inform(Request& request) const {
  const Estimate known = estimate_of(request.shape);
  request.usual = known.usual;
  request.late_after = known.late_after;
  if (request.guesses_band && known.usual) {
    request.band = known.processor_time <= kFocusProcessorTime ? Band::focus : Band::bulk;
  }
  if (request.memory_per_job == 0) request.memory_per_job = known.memory_per_job;
}

Value to_value(const Sample& sample) {
  return Record{{"run_ms", Value(std::int64_t{sample.duration.count()})},
                {"cpu_ms", Value(std::int64_t{sample.processor_time.count()})},
                {"memory_per_job", Value(static_cast<std::int64_t>(sample.memory_per_job))}};
}

}  // namespace weir::gate::daemon
