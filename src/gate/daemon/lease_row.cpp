#include "gate/daemon/lease_row.h"

#include <limits>

#include "gate/protocol/fields.h"
#include "gate/protocol/request_message.h"
#include "gate/tagged_processes.h"

namespace weir::gate::daemon {

namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 2;

}  // namespace

LeaseRow row_of(const LeaseRecord& record, const LiveLease& lease) {
  return {.record = record,
          .tag = lease.tag,
          .unix_session = lease.unix_session,
          .pipe_inode = lease.pipe.inode(),
          .slot = lease.slot,
          .child = lease.child,
          .granted_wall_ms = lease.granted_wall_ms};
}

Value to_value(const LeaseRow& row) {
  return Record{
      {"request", protocol::to_value(row.record.request)},
      {"granted_ms", Value(std::int64_t{row.record.granted.count()})},
      {"granted_wall_ms", Value(row.granted_wall_ms)},
      {"band", band_name(row.record.band)},
      {"issued", row.record.issued},
      {"compiling", row.record.compiling},
      {"compiled_ms", Value(std::int64_t{row.record.compiled.count()})},
      {"weight", weight_name(row.record.weight)},
      {"has_starved", row.record.has_starved},
      {"tag", Value(row.tag)},
      {"session", Value(std::int64_t{row.unix_session})},
      {"pipe", Value(static_cast<std::int64_t>(row.pipe_inode))},
      {"slot", row.slot},
      {"child", row.child ? protocol::to_value(*row.child) : Value()},
  };
}

Result<LeaseRow> parse_lease_row(const Value& value) {
  protocol::Fields fields(value, "lease");
  LeaseRow row;
  row.record.granted = Instant(fields.number("granted_ms", 0, kMost));
  row.granted_wall_ms = fields.number("granted_wall_ms", 0, kMost, 0);
  const std::string band = fields.text("band");
  row.record.issued =
      static_cast<int>(fields.number("issued", 0, std::numeric_limits<int>::max(), 0));
  row.record.compiling = fields.flag("compiling", true);
  row.record.compiled = Instant(fields.number("compiled_ms", 0, kMost, 0));
  const std::string weight = fields.text("weight", "");
  for (const Weight each : {Weight::raised, Weight::full}) {
    if (weight == weight_name(each)) row.record.weight = each;
  }
  row.record.has_starved = fields.flag("has_starved", false);
  row.tag = fields.text("tag");
  row.unix_session = static_cast<pid_t>(
      fields.number("session", kAnySession, std::numeric_limits<pid_t>::max(), kAnySession));
  row.pipe_inode = static_cast<std::uint64_t>(fields.number("pipe", 0, kMost, 0));
  row.slot = static_cast<int>(fields.number("slot", -1, std::numeric_limits<int>::max(), -1));
  const Value* request = fields.find("request");
  if (!request) fields.wrong("request", "is missing");
  if (auto good = fields.finish(); !good) return fail(std::move(good.error()));
  auto parsed = protocol::parse_request(*request);
  if (!parsed) return fail(std::move(parsed.error()));
  row.record.request = std::move(*parsed);
  auto known = protocol::parse_band(band);
  if (!known) return fail(std::move(known.error()));
  row.record.band = *known;
  if (const Value* child = fields.find("child")) {
    auto identity = protocol::parse_identity(*child);
    if (!identity) return fail(std::move(identity.error()));
    row.child = std::move(*identity);
  }
  return row;
}

}  // namespace weir::gate::daemon
