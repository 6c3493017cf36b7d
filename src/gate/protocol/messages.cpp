#include "gate/protocol/messages.h"

#include <limits>

#include "gate/protocol/fields.h"
#include "gate/protocol/request_message.h"

namespace weir::gate::protocol {

namespace {

constexpr std::int64_t kMostInt = std::numeric_limits<int>::max();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 2;

int read_int(Fields& fields, std::string_view name, std::int64_t least = 0) {
  return static_cast<int>(fields.number(name, least, kMostInt, std::max<std::int64_t>(least, 0)));
}

Value ms(Duration duration) { return Value(std::int64_t{duration.count()}); }
Value as_int(std::uint64_t number) {
  return Value(static_cast<std::int64_t>(std::min<std::uint64_t>(number, kMost)));
}

template <class T>
Result<T> finish(const Fields& fields, T value) {
  if (auto good = fields.finish(); !good) return fail(std::move(good.error()));
  return value;
}

}  // namespace

Value to_value(const Hello& hello) {
  return Record{{"version", hello.version},
                {"oldest", hello.oldest},
                {"program", Value(hello.program)},
                {"pid", Value(std::int64_t{hello.pid})}};
}

Result<Hello> parse_hello(const Value& value) {
  Fields fields(value, "hello");
  Hello hello;
  hello.version = static_cast<int>(fields.number("version", 1, kMostInt));
  hello.oldest = static_cast<int>(fields.number("oldest", 1, kMostInt, hello.version));
  hello.program = fields.text("program", "");
  hello.pid = read_int(fields, "pid");
  return finish(fields, std::move(hello));
}

bool can_talk(const Hello& ours, const Hello& theirs) {
  return ours.version >= theirs.oldest && theirs.version >= ours.oldest;
}

Value to_value(const Grant& grant) {
  return Record{
      {"lease", as_int(grant.lease)}, {"tag", Value(grant.tag)}, {"band", band_name(grant.band)},
      {"aside", grant.is_aside},      {"jobs", grant.jobs},      {"tokens", grant.has_tokens},
      {"locks", grant.locks},         {"nice", grant.nice},      {"waited_ms", ms(grant.waited)}};
}

Result<Grant> parse_grant(const Value& value) {
  Fields fields(value, "grant");
  Grant grant;
  grant.lease = fields.id("lease");
  grant.tag = fields.text("tag");
  auto band = parse_band(fields.text("band"));
  grant.is_aside = fields.flag("aside", false);
  grant.jobs = read_int(fields, "jobs", 1);
  grant.has_tokens = fields.flag("tokens", false);
  grant.locks = read_int(fields, "locks");
  grant.nice = read_int(fields, "nice", -20);
  grant.waited = Duration(fields.number("waited_ms", 0, kMost, 0));
  if (band) grant.band = *band;
  return finish(fields, std::move(grant));
}

Value to_value(const Release& release) {
  return Record{{"lease", as_int(release.lease)},
                {"tag", Value(release.tag)},
                {"code", release.outcome.code},
                {"signal", release.outcome.signal},
                {"cpu_ms", ms(release.outcome.processor_time)},
                {"memory", as_int(release.outcome.memory)}};
}

Result<Release> parse_release(const Value& value) {
  Fields fields(value, "params");
  Release release;
  release.lease = fields.id("lease");
  release.tag = fields.text("tag");
  release.outcome.code = read_int(fields, "code", -1);
  release.outcome.signal = read_int(fields, "signal");
  release.outcome.processor_time = Duration(fields.number("cpu_ms", 0, kMost, 0));
  release.outcome.memory = static_cast<std::uint64_t>(fields.number("memory", 0, kMost, 0));
  return finish(fields, std::move(release));
}

Value to_value(const Progress& progress) {
  Record record{{"lease", as_int(progress.lease)}};
  if (progress.total > 0 || progress.done > 0) {
    record.set("done", progress.done);
    record.set("total", progress.total);
  }
  if (!progress.current.empty()) record.set("current", Value(progress.current));
  if (!progress.note.empty()) record.set("note", Value(progress.note));
  return record;
}

Result<Progress> parse_progress(const Value& value) {
  Fields fields(value, "params");
  Progress progress;
  progress.lease = static_cast<std::uint64_t>(fields.number("lease", 0, kMost, 0));
  progress.done = read_int(fields, "done");
  progress.total = read_int(fields, "total");
  progress.current = fields.text("current", "");
  progress.note = fields.text("note", "");
  return finish(fields, std::move(progress));
}

}  // namespace weir::gate::protocol
