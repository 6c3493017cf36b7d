#include "kernel/scatter_settings.h"

#include <fmt/format.h>

#include <charconv>
#include <thread>

#include "base/name.h"
#include "base/text.h"

namespace weir::kernel {

namespace {

constexpr int64_t kMaxLimit = 1'000'000;

int processors() { return static_cast<int>(std::max(1u, std::thread::hardware_concurrency())); }

std::unexpected<Error> wrong(std::string_view flag, std::string_view why) {
  return fail(ErrorKind::invalid, fmt::format("--{}: {}", flag, why));
}

Result<void> read_number(const Arguments& args, std::string_view flag, int64_t low, int& out) {
  const Value* value = args.value(flag);
  if (!value) return {};
  auto number = whole_number(*value, fmt::format("--{}", flag), low, kMaxLimit);
  if (!number) return fail(std::move(number.error()));
  out = static_cast<int>(*number);
  return {};
}

template <class Duration>
Result<void> read_duration(const Arguments& args, std::string_view flag, Duration& out) {
  const Value* value = args.value(flag);
  if (!value) return {};
  auto time = parse_duration(value->to_text());
  if (!time) return wrong(flag, time.error().message);
  if (time->count() < 0) return wrong(flag, "less than nothing");
  out = *time;
  return {};
}

template <class Size>
Result<void> read_size(const Arguments& args, std::string_view flag, Size& out) {
  const Value* value = args.value(flag);
  if (!value) return {};
  auto size = parse_size(value->to_text());
  if (!size) return wrong(flag, size.error().message);
  out = *size;
  return {};
}

Result<void> read_load(const Arguments& args, std::optional<double>& out) {
  const Value* value = args.value("load");
  if (!value) return {};
  const std::string text = value->to_text();
  double number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec != std::errc() || end != text.data() + text.size() || !(number > 0)) {
    return wrong("load", fmt::format("'{}' is not a number above 0", text));
  }
  out = number;
  return {};
}

Result<void> read_texts(const Arguments& args, ScatterSettings& settings) {
  if (args.has("on")) return wrong("on", "not built yet: runs on this machine only");
  settings.item_name = args.text("as", settings.item_name);
  if (!is_name(settings.item_name)) {
    return wrong("as", fmt::format("'{}' is not a name", settings.item_name));
  }
  if (args.has("needs")) {
    settings.run.needs_field = args.text("needs");
    if (settings.run.needs_field.empty()) return wrong("needs", "takes the name of a field");
  }
  if (args.has("resume")) {
    settings.resume_file = args.text("resume");
    if (settings.resume_file.empty()) return wrong("resume", "takes the name of a file");
  }
  for (const auto& given : args.given()) {
    if (given.flag->long_name == "progress") settings.progress = ProgressMode::on;
    if (given.flag->long_name == "no-progress") settings.progress = ProgressMode::off;
  }
  return {};
}

}  // namespace

Result<ScatterSettings> read_scatter_settings(const Arguments& args) {
  ScatterSettings settings;
  settings.run.limit = processors();
  settings.run.fail_fast = args.has("fail-fast");
  const auto all = {
      read_number(args, "limit", 1, settings.run.limit),
      read_number(args, "retries", 0, settings.run.retries),
      read_duration(args, "timeout", settings.run.timeout),
      read_duration(args, "backoff", settings.run.backoff),
      read_duration(args, "delay", settings.run.delay),
      read_size(args, "keep", settings.keep),
      read_size(args, "memfree", settings.run.min_free_memory),
      read_load(args, settings.run.max_load),
      read_texts(args, settings),
  };
  for (const auto& read : all) {
    if (!read) return fail(read.error());
  }
  // A timeout of nothing is no timeout, as for timeout(1).
  if (settings.run.timeout == loop::Duration{}) settings.run.timeout.reset();
  if (!args.operands.empty()) {
    return fail(
        ErrorKind::invalid,
        fmt::format("'{}' is not a flag; the worker comes after a pipe: scatter | {} … | gather",
                    args.operands[0].to_text(), args.operands[0].to_text()));
  }
  return settings;
}

Result<GatherSettings> read_gather_settings(const Arguments& args) {
  GatherSettings settings{args.has("unordered"), args.has("lines"), args.has("json")};
  if (settings.lines && settings.json) {
    return fail(ErrorKind::invalid, "--lines and --json exclude each other");
  }
  if (!args.operands.empty()) {
    return fail(ErrorKind::invalid,
                fmt::format("takes no operands, got '{}'", args.operands[0].to_text()));
  }
  return settings;
}

}  // namespace weir::kernel
