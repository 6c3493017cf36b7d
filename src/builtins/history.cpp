// `history`: the entries of this and other interactive shells. Scripts have none.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <span>

#include "base/text.h"
#include "builtins/reports_support.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {0, "cwd", "DIR", "only those entered in DIR"},
    {0, "failed", {}, "only those that failed"},
    {0, "since", "DUR", "only those of the last DUR: 1h, 2d"},
    {0, "session", {}, "only those of this shell"},
    {0, "contains", "TEXT", "only those that hold TEXT"},
    {'n', {}, "N", "only the last N"},
    {'c', {}, {}, "other shells' flag to forget all: here `delete` does"},
    kJsonFlag,
};
constexpr ExampleSchema kExamples[] = {
    {"history --cwd . --failed --since 1d", "what failed here since yesterday"},
    {"history delete 12 13", "takes two entries out, of the file, too"},
    {"history delete --contains token=", "takes out all that hold a text"},
};
constexpr CommandSchema kHistory = {
    .name = "history",
    .summary = "list the lines that were entered, or delete some",
    .synopsis =
        "[--cwd DIR] [--failed] [--since DUR] [--session] "
        "[--contains TEXT] [-n N] [--json] [N | delete [NUMBER…]]",
    .flags = kFlags,
    .style = ArgumentStyle::flags_anywhere,
    .examples = kExamples,
    .details =
        "A number N is `-n N`. `delete` takes out the entries with the numbers, or those "
        "that the filters leave. A shell that is "
        "not interactive, or reads no terminal, has no history.",
    .group = "shell"};

struct Filter {
  std::string directory;
  std::string contained;
  std::string session;
  double since = 0;
  bool only_failed = false;
  int64_t last = INT64_MAX;
  bool is_set = false;

  bool fits(const Record& row) const {
    const Value& code = *row.find("code");
    if (!directory.empty() && row.find("cwd")->to_text() != directory) return false;
    if (!session.empty() && row.find("session")->to_text() != session) return false;
    if (only_failed && (code.is_null() || code == Value(0))) return false;
    if (row.find("time")->number() < since) return false;
    return row.find("text")->to_text().find(contained) != std::string::npos;
  }
};

std::string absolute_path(const Context& ctx, std::string path) {
  const std::string& here = ctx.scope.directory->path;
  if (path == "." || path == "./") return here;
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path.starts_with('/') ? path : here + '/' + path;
}

Result<Filter> read_filter(const Invocation& call, const kernel::HistoryPort* port) {
  const auto& args = call.args;
  Filter filter;
  filter.is_set = !args.given().empty();
  if (args.has("cwd")) filter.directory = absolute_path(call.ctx, args.text("cwd"));
  if (port && args.has("session")) filter.session = port->session();
  filter.contained = args.text("contains");
  filter.only_failed = args.has("failed");
  if (const Value* last = args.value("n")) {
    auto number = kernel::whole_number(*last, "-n", 0);
    if (!number) return fail(std::move(number.error()));
    filter.last = *number;
  }
  if (args.has("since")) {
    auto duration = parse_duration(args.text("since"));
    if (!duration) return fail(std::move(duration.error()));
    const auto from = std::chrono::system_clock::now().time_since_epoch() - *duration;
    filter.since = std::chrono::duration<double>(from).count();
  }
  return filter;
}

struct Request {
  Filter filter;
  bool deletes = false;
  std::vector<int64_t> numbers;  // to delete; none: what the filter leaves
};

/// `port` is null where there is no history.
Result<Request> read_request(const Invocation& call, const kernel::HistoryPort* port) {
  auto filter = read_filter(call, port);
  if (!filter) return fail(std::move(filter.error()));
  if (call.args.has("c")) {
    return fail(ErrorKind::misuse,
                "-c is not known here: `history delete NUMBER…` takes entries out, `history delete "
                "--since 1d` those of a day");
  }
  Request request{std::move(*filter)};
  const List& operands = call.args.operands;
  if (operands.empty()) return request;
  const std::string first = operands[0].to_text();
  if (operands.size() == 1 && first.find_first_not_of("0123456789") == std::string::npos) {
    auto number = kernel::whole_number(operands[0], "N", 0);
    if (!number) return fail(std::move(number.error()));
    request.filter.last = std::min(request.filter.last, *number);
    return request;
  }
  if (first != "delete") {
    return fail(ErrorKind::misuse, fmt::format("{} is not known here: a number (the last N) and "
                                               "delete are",
                                               quote_word(first)));
  }
  request.deletes = true;
  for (const Value& operand : std::span(operands).subspan(1)) {
    auto number = kernel::whole_number(operand, "NUMBER", 1);
    if (!number) return fail(std::move(number.error()));
    request.numbers.push_back(*number);
  }
  if (request.numbers.empty() && !request.filter.is_set)
    return fail(ErrorKind::misuse, "delete needs numbers or filters that choose entries");
  return request;
}

List chosen_rows(const List& all, const Filter& filter) {
  List rows;
  for (const Value& row : all) {
    if (filter.fits(row.as_record())) rows.push_back(row);
  }
  if (static_cast<int64_t>(rows.size()) > filter.last)
    rows.erase(rows.begin(), rows.end() - filter.last);
  return rows;
}

/// Further lines of an entry stand below its first.
std::string listing(const List& rows) {
  std::string out;
  for (const Value& row : rows) {
    std::string text = harmless_lines(row.as_record().find("text")->to_text());
    for (size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 8))
      text.insert(at + 1, 7, ' ');
    out += fmt::format("{:>5}  {}\n", row.as_record().find("number")->as_int(), text);
  }
  return out;
}

Task<int> delete_rows(const Invocation& call, kernel::HistoryPort& port, Request request,
                      const List& rows) {
  std::vector<int64_t>& numbers = request.numbers;
  if (numbers.empty()) {
    for (const Value& row : rows) numbers.push_back(row.as_record().find("number")->as_int());
  }
  auto done = co_await port.delete_history(std::move(numbers));
  if (!done) co_return co_await complain(call, done.error().message);
  co_return 0;
}

Task<int> report(Invocation call, kernel::HistoryPort& port, Request request) {
  List rows = chosen_rows(co_await port.history(), request.filter);
  if (request.deletes) co_return co_await delete_rows(call, port, std::move(request), rows);
  if (call.args.has("json")) co_return co_await print_array(call, std::move(rows));
  co_return co_await print(call, listing(rows));
}

ValueTask<int> run_history(Invocation call) {
  auto* port = call.ctx.shell.history_port;
  auto request = read_request(call, port);
  if (!request) return misuse(call, std::move(request.error().message));
  if (port) return report(std::move(call), *port, std::move(*request));
  return Report(call).finish();
}

}  // namespace

void register_history(BuiltinRegistry& registry) { registry.add({&kHistory, run_history}); }

}  // namespace weir::builtins
