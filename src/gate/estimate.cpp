#include "gate/estimate.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace weir::gate {
namespace {

constexpr double kNewestWeight = 0.25;

// Nearest rank: the smallest value that is not below `fraction` of them. REQUIRES: not empty.
template <class T>
T percentile(std::vector<T> values, double fraction) {
  const double rank = std::ceil(fraction * static_cast<double>(values.size()));
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(std::max(1.0, rank)) - 1;
  std::ranges::nth_element(values, place);
  return *place;
}

template <class T>
std::vector<T> column(std::span<const Sample> samples, T Sample::* field) {
  std::vector<T> values;
  for (const Sample& sample : samples) values.push_back(sample.*field);
  return values;
}

Duration moving_average(const std::vector<Duration>& values) {
  double average = static_cast<double>(values.front().count());
  for (const Duration value : values) {
    average += kNewestWeight * (static_cast<double>(value.count()) - average);
  }
  return Duration(std::llround(average));
}

}  // namespace

Estimate estimate(std::span<const Sample> samples) {
  if (samples.size() > kSamplesKept) samples = samples.last(kSamplesKept);
  Estimate result;
  result.runs = samples.size();
  if (samples.empty()) return result;
  const std::vector<Duration> durations = column(samples, &Sample::duration);
  result.average = moving_average(durations);
  result.processor_time = moving_average(column(samples, &Sample::processor_time));
  if (samples.size() < kSamplesNeeded) return result;
  result.usual = percentile(durations, 0.5);
  result.late_after = percentile(durations, 0.9);
  result.memory_per_job = percentile(column(samples, &Sample::memory_per_job), 0.9);
  return result;
}

std::optional<Duration> time_left(std::optional<Duration> usual, Duration elapsed) {
  if (!usual) return std::nullopt;
  return std::max(Duration{0}, *usual - elapsed);
}

}  // namespace weir::gate
