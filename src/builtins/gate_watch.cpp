// `gate watch`: what happens at the gate, as it happens.
#include <fmt/format.h>

#include <ctime>

#include "base/text.h"
#include "builtins/gate_client_support.h"
#include "builtins/row_io_support.h"
#include "gate/client.h"
#include "loop/loop.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {0, "after", "ID", "first those that came after this event"},
    {'n', {}, "N", "end after so many"},
    {0, "json", {}, "a JSON object a line"},
};
constexpr ExampleSchema kExamples[] = {
    {"gate watch", "until Ctrl-C"},
    {"gate watch --after 120 --json", "go on from the event 120, for a program"},
    {"gate watch | where kind == exit | first", "the next end"},
};
constexpr CommandSchema kGateWatch = {
    .name = "gate watch",
    .summary = "tell what happens at the gate, as it happens",
    .synopsis = "[--after ID] [-n N] [--json]",
    .flags = kFlags,
    .max_operands = 0,
    .examples = kExamples,
    .details =
        "Events have rising ids, so that a reader can go on where it was: submit, wait, admit, "
        "start, "
        "unit,\nlock, demote, exit, kill, note. Ends with exit 1 when the daemon ends.",
    .group = "gate"};

constexpr gate::Duration kAnswerLimit = std::chrono::seconds(5);

struct Settings {
  std::optional<int64_t> after;
  int64_t count = INT64_MAX;
};

Result<Settings> read_settings(const kernel::Arguments& args) {
  Settings settings;
  if (const Value* given = args.value("after")) {
    auto after = kernel::whole_number(*given, "--after", 0);
    if (!after) return fail(std::move(after.error()));
    settings.after = *after;
  }
  if (const Value* given = args.value("n")) {
    auto count = kernel::whole_number(*given, "-n", 1);
    if (!count) return fail(std::move(count.error()));
    settings.count = *count;
  }
  return settings;
}

std::string clock_text(int64_t time_ms) {
  const std::time_t seconds = time_ms / 1000;
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return fmt::format("{:02}:{:02}:{:02}", local.tm_hour, local.tm_min, local.tm_sec);
}

// The members that tell most, as NAME=VALUE.
std::string data_text(const Value& data) {
  std::string text;
  if (!data.is_record()) return text;
  for (const auto& [name, value] : data.as_record()) {
    if (value.is_null() || value.is_list() || value.is_record()) continue;
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", name,
                        quote_word(one_line(value.to_text())));
  }
  return text;
}

std::string line_of(const Value& event) {
  return tabbed({clock_text(member_number(event, "time_ms")), member_text(event, "id"),
                 member_text(event, "kind"), member_text(event, "subject"),
                 data_text(member(event, "data"))});
}

Row row_of(Value event, bool as_json) {
  std::string line = as_json ? event.to_json() + "\n" : line_of(event);
  return Row(std::move(event), true, std::move(line));
}

Result<gate::Client> start_watching(const Settings& settings) {
  auto places = gate::Places::from_environment();
  if (!places) return fail(std::move(places.error()));
  auto client = gate::Client::connect({.places = *places});
  if (!client) return client;
  Record params;
  if (settings.after) params.set("after", Value(*settings.after));
  auto answer = client->call("watch", std::move(params), kAnswerLimit);
  if (!answer) return fail(std::move(answer.error()));
  return client;
}

// The event in a message; nothing when it is about something else.
std::optional<Value> event_in(gate::Incoming& incoming) {
  auto* call = std::get_if<gate::protocol::Call>(&incoming.message);
  if (call == nullptr || call->method != "event") return std::nullopt;
  return std::move(call->params);
}

// Writes the events that are there. True: all that were asked for were written.
Task<Result<bool>> write_events(Context& ctx, gate::Client& client, int64_t& left, bool as_json) {
  RowWriter out(ctx);
  while (left > 0) {
    auto incoming = client.receive(gate::Duration{0});
    // That the daemon is gone is no broken pipe of ours.
    if (!incoming) co_return fail(ErrorKind::io, incoming.error().message);
    if (!*incoming) break;
    auto event = event_in(**incoming);
    if (!event) continue;
    --left;
    auto written = co_await out.put(row_of(std::move(*event), as_json));
    if (!written) co_return fail(std::move(written.error()));
  }
  auto written = co_await out.flush();
  if (!written) co_return fail(std::move(written.error()));
  co_return left == 0;
}

Task<int> watch(Invocation call, Settings settings) {
  Context& ctx = call.ctx;
  std::optional<Result<gate::Client>> client;
  co_await loop::run_on_pool(ctx.shell.loop, [&] { client = start_watching(settings); });
  if (!*client) co_return co_await complain(call, std::move(client->error().message));
  loop::FdPoller poller(ctx.shell.loop, (*client)->fd());
  const bool as_json = call.args.has("json");
  for (;;) {
    auto done = co_await write_events(ctx, **client, settings.count, as_json);
    if (!done) co_return co_await stream_failed(call, std::move(done.error()));
    if (*done) co_return 0;
    auto ready = co_await poller.readable(ctx.token);
    if (!ready) co_return co_await stream_failed(call, std::move(ready.error()));
  }
}

ValueTask<int> run_gate_watch(Invocation call) {
  auto settings = read_settings(call.args);
  if (!settings) return misuse(call, std::move(settings.error().message));
  return watch(std::move(call), *settings);
}

}  // namespace

void register_gate_watch(BuiltinRegistry& registry) { registry.add({&kGateWatch, run_gate_watch}); }

}  // namespace weir::builtins
