#include "gate/protocol/request_message.h"

#include <fmt/format.h>

#include <limits>

#include "gate/protocol/fields.h"

namespace weir::gate::protocol {

namespace {

constexpr size_t kMaxParts = 1000;
constexpr size_t kMaxText = 64 * 1024;
constexpr std::int64_t kMaxJobs = 1 << 20;
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 2;

std::int64_t as_int(std::uint64_t number) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(number, kMost));
}

Value optional_ms(const std::optional<Duration>& duration) {
  return duration ? Value(std::int64_t{duration->count()}) : Value();
}

std::optional<Duration> read_optional_ms(Fields& fields, std::string_view name) {
  if (!fields.find(name)) return std::nullopt;
  return Duration(fields.number(name, 0, kMost));
}

}  // namespace

Value to_value(const LaneKey& lane) {
  List parts;
  for (const LanePart& part : lane.parts()) {
    Record record{{"directory", Value(part.directory)}};
    if (part.whole_tree) record.set("whole_tree", true);
    parts.emplace_back(std::move(record));
  }
  return Value(std::move(parts));
}

Value to_value(const ProcessIdentity& process) {
  return Record{{"boot", Value(process.boot)},
                {"pid", Value(std::int64_t{process.pid})},
                {"start", Value(as_int(process.start))}};
}

Value to_value(const Request& request) {
  return Record{
      {"id", Value(as_int(request.id))},
      {"requester", Value(request.requester)},
      {"uid", Value(std::int64_t{request.uid})},
      {"client", to_value(request.client)},
      {"group", Value(std::int64_t{request.group})},
      {"command", Value(request.command)},
      {"shape", Value(request.shape)},
      {"directory", Value(request.directory)},
      {"lane", to_value(request.lane)},
      {"side_lane", to_value(request.side_lane)},
      {"aside", request.is_aside},
      {"band", band_name(request.band)},
      {"guesses_band", request.guesses_band},
      {"max_jobs", request.max_jobs},
      {"wants_tokens", request.wants_tokens},
      {"runs_program", request.runs_program},
      {"memory_per_job", Value(as_int(request.memory_per_job))},
      {"usual_ms", optional_ms(request.usual)},
      {"late_after_ms", optional_ms(request.late_after)},
      {"submitted_ms", Value(std::int64_t{request.submitted.count()})},
      {"bump", request.bump},
      {"not_before_ms", optional_ms(request.not_before)},
  };
}

Result<Band> parse_band(std::string_view name) {
  if (name == "focus") return Band::focus;
  if (name == "bulk") return Band::bulk;
  return fail(ErrorKind::invalid, "band must be \"focus\" or \"bulk\"");
}

Result<LaneKey> parse_lane(const Value& value) {
  if (!value.is_list()) return fail(ErrorKind::invalid, "lane must be an array");
  if (value.as_list().size() > kMaxParts) {
    return fail(ErrorKind::limit, fmt::format("a lane has at most {} directories", kMaxParts));
  }
  std::vector<LanePart> parts;
  for (const Value& item : value.as_list()) {
    Fields fields(item, "lane");
    LanePart part{fields.text("directory"), fields.flag("whole_tree", false)};
    if (auto good = fields.finish(); !good) return fail(std::move(good.error()));
    parts.push_back(std::move(part));
  }
  return LaneKey(std::move(parts));
}

Result<ProcessIdentity> parse_identity(const Value& value) {
  Fields fields(value, "client");
  ProcessIdentity process;
  process.boot = fields.text("boot");
  process.pid = static_cast<pid_t>(fields.number("pid", 0, std::numeric_limits<pid_t>::max()));
  process.start = fields.id("start");
  if (auto good = fields.finish(); !good) return fail(std::move(good.error()));
  return process;
}

Result<Request> parse_request(const Value& value) {
  Fields fields(value, "params");
  Request request;
  if (fields.find("id")) request.id = fields.id("id");
  request.requester = fields.text("requester", "");
  request.uid = static_cast<uid_t>(fields.number("uid", 0, std::numeric_limits<uid_t>::max(), 0));
  request.group =
      static_cast<pid_t>(fields.number("group", 0, std::numeric_limits<pid_t>::max(), 0));
  request.command = fields.text("command");
  request.shape = fields.text("shape", request.command);
  request.directory = fields.text("directory", "");
  request.max_jobs = static_cast<int>(fields.number("max_jobs", 0, kMaxJobs, 0));
  request.is_aside = fields.flag("aside", false);
  request.guesses_band = fields.flag("guesses_band", false);
  request.wants_tokens = fields.flag("wants_tokens", false);
  request.runs_program = fields.flag("runs_program", false);
  request.memory_per_job = static_cast<std::uint64_t>(fields.number("memory_per_job", 0, kMost, 0));
  request.usual = read_optional_ms(fields, "usual_ms");
  request.late_after = read_optional_ms(fields, "late_after_ms");
  request.submitted = Instant(fields.number("submitted_ms", 0, kMost, 0));
  request.bump = static_cast<int>(fields.number("bump", 0, kMaxJobs, 0));
  request.not_before = read_optional_ms(fields, "not_before_ms");
  for (const std::string* text : {&request.requester, &request.command, &request.shape}) {
    if (text->size() > kMaxText) return fail(ErrorKind::limit, "params holds a text too long");
  }
  auto band = parse_band(fields.text("band", "bulk"));
  if (auto good = fields.finish(); !good) return fail(std::move(good.error()));
  if (!band) return fail(std::move(band.error()));
  request.band = *band;
  if (const Value* client = fields.find("client")) {
    auto identity = parse_identity(*client);
    if (!identity) return fail(std::move(identity.error()));
    request.client = std::move(*identity);
  }
  if (const Value* lane = fields.find("lane")) {
    auto key = parse_lane(*lane);
    if (!key) return fail(std::move(key.error()));
    request.lane = std::move(*key);
  }
  if (const Value* lane = fields.find("side_lane")) {
    auto key = parse_lane(*lane);
    if (!key) return fail(std::move(key.error()));
    request.side_lane = std::move(*key);
  }
  return request;
}

}  // namespace weir::gate::protocol
