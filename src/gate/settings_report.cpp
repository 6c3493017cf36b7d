#include "gate/settings_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace weir::gate {
namespace {

constexpr const char* kHoldKinds[] = {"all", "band", "requester", "lane"};

Value ms(Duration duration) { return Value(std::int64_t{duration.count()}); }

struct LimitField {
  const char* name;
  int Limits::* count = nullptr;
  Duration Limits::* duration = nullptr;
  double Limits::* percent = nullptr;
};

constexpr LimitField kLimitFields[] = {
    {.name = "jobs", .count = &Limits::jobs},
    {.name = "focus_slots", .count = &Limits::focus_slots},
    {.name = "bulk_slots", .count = &Limits::bulk_slots},
    {.name = "age_bound_ms", .duration = &Limits::age_bound},
    {.name = "demote_after_ms", .duration = &Limits::demote_after},
    {.name = "start_bound_ms", .duration = &Limits::start_bound},
    {.name = "idle_bound_ms", .duration = &Limits::idle_bound},
    {.name = "run_bound_ms", .duration = &Limits::run_bound},
    {.name = "starve_bound_ms", .duration = &Limits::starve_bound},
    {.name = "memory_pressure", .percent = &Limits::memory_pressure},
    {.name = "io_pressure", .percent = &Limits::io_pressure},
};

constexpr std::int64_t kMostJobs = 4096;
constexpr std::int64_t kLongestMs = std::int64_t{1000} * 60 * 60 * 24 * 365;

Result<void> set_limit(Limits& limits, const LimitField& field, const Value& value) {
  const Limits standard;
  if (value.is_null()) {
    if (field.count) limits.*field.count = standard.*field.count;
    if (field.duration) limits.*field.duration = standard.*field.duration;
    if (field.percent) limits.*field.percent = standard.*field.percent;
    return {};
  }
  if (field.percent) {
    if (!value.is_number() || !(value.number() >= 0 && value.number() <= 100)) {
      return fail(ErrorKind::invalid, fmt::format("{} must be between 0 and 100", field.name));
    }
    limits.*field.percent = value.number();
    return {};
  }
  const std::int64_t most = field.count ? kMostJobs : kLongestMs;
  if (!value.is_int() || value.as_int() < 0 || value.as_int() > most) {
    return fail(ErrorKind::invalid,
                fmt::format("{} must be an integer of 0 to {}", field.name, most));
  }
  if (field.count) limits.*field.count = static_cast<int>(value.as_int());
  if (field.duration) limits.*field.duration = Duration(value.as_int());
  return {};
}

}  // namespace

Record hold_report(const Hold& hold, Instant now) {
  return Record{{"kind", kHoldKinds[static_cast<int>(hold.kind)]},
                {"name", hold.name},
                {"by", hold.by},
                {"time_ms", ms(now - hold.since)}};
}

Result<Hold> read_hold(const Value& params, Instant now) {
  if (!params.is_record()) return fail(ErrorKind::invalid, "params must be an object");
  const auto text = [&](const char* name) {
    const Value* value = params.as_record().find(name);
    return value != nullptr && value->is_string() ? value->as_string() : std::string();
  };
  const auto kind = std::ranges::find(kHoldKinds, text("kind"));
  if (kind == std::end(kHoldKinds)) {
    return fail(ErrorKind::invalid, R"(kind must be "all", "band", "requester" or "lane")");
  }
  Hold hold{static_cast<Hold::Kind>(kind - kHoldKinds), text("name"), text("by"), now};
  if (hold.kind == Hold::Kind::all) hold.name.clear();
  if (hold.kind != Hold::Kind::all && hold.name.empty()) {
    return fail(ErrorKind::invalid, fmt::format("name must say which {}", *kind));
  }
  if (hold.kind == Hold::Kind::band && hold.name != "focus" && hold.name != "bulk") {
    return fail(ErrorKind::invalid, R"(name of a band must be "focus" or "bulk")");
  }
  return hold;
}

Record limits_report(const Limits& limits) {
  Record report;
  for (const LimitField& field : kLimitFields) {
    if (field.count) report.set(field.name, limits.*field.count);
    if (field.duration) report.set(field.name, ms(limits.*field.duration));
    if (field.percent) report.set(field.name, limits.*field.percent);
  }
  return report;
}

Result<Limits> read_limits(const Value& params, const Limits& from) {
  if (!params.is_record()) return fail(ErrorKind::invalid, "params must be an object");
  Limits limits = from;
  for (const auto& [name, value] : params.as_record()) {
    const auto field = std::ranges::find_if(
        kLimitFields, [&](const LimitField& each) { return name == each.name; });
    if (field == std::end(kLimitFields)) {
      return fail(ErrorKind::invalid, fmt::format("no limit is named {}", name));
    }
    if (auto set = set_limit(limits, *field, value); !set) return fail(set.error());
  }
  return limits;
}

}  // namespace weir::gate
