#include "builtins/gate_client_support.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/private_directory.h"
#include "base/text.h"
#include "builtins/job_report_support.h"
#include "gate/client.h"
#include "gate/leased_run.h"
#include "loop/loop.h"
#include "scheduler/process_tree.h"

namespace weir::builtins {

namespace {

constexpr gate::Duration kAnswerLimit = std::chrono::seconds(5);

Result<Value> ask_now(const std::string& method, Value params, NoDaemon without) {
  auto places = gate::Places::from_environment();
  if (!places) return fail(std::move(places.error()));
  gate::ClientOptions options{.places = *places};
  options.starts_daemon = without == NoDaemon::starts_one;
  auto client = gate::Client::connect(options);
  if (!client && client.error().kind == ErrorKind::not_found) {
    return fail(no_daemon());
  }
  if (!client) return fail(std::move(client.error()));
  return client->call(method, std::move(params), kAnswerLimit);
}

// The gate's id of what runs in one of these processes; 0: none.
int64_t id_of_processes(const Value& status, const std::vector<pid_t>& processes) {
  for (const char* list : {"leases", "waiting"}) {
    for (const Value& report : member_list(status, list)) {
      const auto pid = static_cast<pid_t>(member_number(report, "pid"));
      if (std::ranges::find(processes, pid) != processes.end()) return member_number(report, "id");
    }
  }
  return 0;
}

}  // namespace

Task<Result<Value>> ask_gate(Context& ctx, std::string method, Value params, NoDaemon without) {
  Result<Value> answer;
  co_await loop::run_on_pool(ctx.shell.loop,
                             [&] { answer = ask_now(method, std::move(params), without); });
  co_return answer;
}

Error no_daemon() {
  if (const auto places = gate::Places::from_environment()) {
    if (auto made = make_private_directory(places->run); !made)
      return {ErrorKind::not_found, "no daemon can run: " + made.error().message, {}, 0};
  }
  return {
      ErrorKind::not_found, "no daemon runs; the first command behind the gate starts one", {}, 0};
}

std::string own_requester(const Context& ctx) {
  gate::EnvironmentList environment;
  for (const char* name : {"GATE_REQUESTER", "USER"}) {
    if (const auto value = ctx.lookup(name)) environment.set(name, value->to_text());
  }
  return gate::requester_name(environment);
}

gate::EnvironmentList exported_environment(const Context& ctx) {
  gate::EnvironmentList environment;
  ctx.scope.variables.for_each([&](const std::string& name, const kernel::Variable& variable) {
    if (variable.exported && variable.is_set) environment.set(name, variable.value.to_text());
  });
  return environment;
}

bool may_have_gate() {
  const auto places = gate::Places::from_environment();
  return places && ::access(places->socket().c_str(), W_OK) == 0;
}

std::vector<pid_t> processes_of_job(const scheduler::Job& job) {
  std::vector<pid_t> processes;
  for (const auto& entry : scheduler::process_trees(job.group->live())) {
    processes.push_back(entry.pid);
  }
  return processes;
}

Task<Result<std::vector<int64_t>>> gate_ids(Context& ctx, List operands) {
  std::vector<int64_t> ids;
  for (const Value& operand : operands) {
    const std::string text = operand.to_text();
    if (!text.starts_with('%')) {
      auto id = kernel::whole_number(operand, "the id", 1);
      if (!id) co_return fail(std::move(id.error()));
      ids.push_back(*id);
      continue;
    }
    auto job = ctx.shell.jobs.resolve(text, ctx.job_id());
    if (!job) co_return fail(std::move(job.error()));
    const std::vector<pid_t> processes = processes_of_job(**job);
    auto status = co_await ask_gate(ctx, "status", Record{});
    if (!status) co_return fail(std::move(status.error()));
    const int64_t id = id_of_processes(*status, processes);
    if (id == 0) {
      co_return fail(ErrorKind::not_found, fmt::format("{} does not run behind the gate", text));
    }
    ids.push_back(id);
  }
  co_return ids;
}

Task<int> ask_for_each(Invocation call, std::string method, Record params, TakeAnswer take) {
  auto ids = co_await gate_ids(call.ctx, call.operands());
  if (!ids) co_return co_await complain(call, std::move(ids.error().message));
  Report report(call);
  for (const int64_t id : *ids) {
    params.set("id", Value(id));
    auto answer = co_await ask_gate(call.ctx, method, params);
    if (answer) {
      take(report, id, std::move(*answer));
    } else {
      report.error(answer.error().message);
    }
  }
  co_return co_await std::move(report).finish();
}

ValueTask<int> show_table(const Invocation& call, const Table& table, List values) {
  if (call.args.has("json")) return print_array(call, std::move(values));
  if (const size_t width = terminal_width(call.ctx); width > 0) {
    return print(call, table.drawn(width));
  }
  std::vector<scheduler::Row> rows;
  for (size_t i = 0; i < values.size(); ++i) {
    rows.emplace_back(std::move(values[i]), true, tabbed(table.rows[i]));
  }
  return kernel::emit(call, std::move(rows));
}

// ---- members of a report ------------------------------------------------------------

const Value& member(const Value& record, std::string_view name) {
  static const Value kNull;
  const Value* found = record.is_record() ? record.as_record().find(name) : nullptr;
  return found != nullptr ? *found : kNull;
}

std::string member_text(const Value& record, std::string_view name) {
  return member(record, name).to_text();
}

int64_t member_number(const Value& record, std::string_view name) {
  const Value& value = member(record, name);
  return value.is_int() ? value.as_int() : 0;
}

bool member_flag(const Value& record, std::string_view name) {
  const Value& value = member(record, name);
  return value.is_bool() && value.as_bool();
}

std::string member_time(const Value& record, std::string_view name) {
  const Value& value = member(record, name);
  if (!value.is_int()) return {};
  return short_duration(std::chrono::milliseconds(std::max<int64_t>(0, value.as_int())));
}

const List& member_list(const Value& record, std::string_view name) {
  static const List kEmpty;
  const Value& value = member(record, name);
  return value.is_list() ? value.as_list() : kEmpty;
}

}  // namespace weir::builtins
