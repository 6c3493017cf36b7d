// `read`: one line, or one typed row, into variables.
//
// Takes nothing beyond the line from what the next command reads (read_line()
// sees to that). A typed row goes into one name as it is.
#include <fmt/format.h>

#include <csignal>

#include "base/text.h"
#include "builtins/line_input_support.h"
#include "builtins/names_support.h"
#include "builtins/reports_support.h"
#include "builtins/terminal_mode_support.h"
#include "builtins/wait_limit_support.h"
#include "kernel/open_path.h"
#include "kernel/value_kind.h"

namespace weir::builtins {

namespace {

using scheduler::OpenFilePtr;
using scheduler::ReadResult;

constexpr FlagSchema kFlags[] = {
    {'r', {}, {}, "backslashes are ordinary characters"},
    {'p', {}, "TEXT", "print TEXT first, where the input is a terminal"},
    {'a', {}, "NAME", "all fields go into a list"},
    {'d', {}, "CHAR", "read up to CHAR instead of the end of the line ('' is a NUL byte)"},
    {'n', {}, "N", "at most N characters"},
    {'N', {}, "N", "exactly N characters, whatever they are, without splitting"},
    {'t', {}, "DURATION", "give up after that time: exit 142; 0 only asks if there is input"},
    {'s', {}, {}, "do not show what is typed"},
    {'u', {}, "FD", "read from that descriptor"},
};
constexpr ExampleSchema kExamples[] = {
    {"while IFS= read -r line; do …; done < file", "every line, unchanged"},
    {"IFS=: read -r user _ uid _ < /etc/passwd", "fields"},
    {"fromjson < f | while read -r row; do echo ${row[id]}; done", "typed rows"},
    {"read -rs -p 'password: ' secret", "without showing it"},
};
constexpr CommandSchema kRead = {
    .name = "read",
    .summary = "read a line, or a typed row, into variables",
    .synopsis = "[-rs] [-p TEXT] [-a NAME] [-d CHAR] [-n N | -N N] [-t DURATION] [-u FD] [NAME…]",
    .flags = kFlags,
    .examples = kExamples,
    .details =
        "The line is split at the characters of IFS; the last NAME gets the rest. Without a NAME "
        "the line\n"
        "goes to REPLY, unsplit. A typed row goes to one NAME as it is. Exit 1 at the end of the "
        "input.",
    .group = "variables"};

constexpr int kSignalBase = 128;
constexpr int kTimedOut = kSignalBase + SIGALRM;

struct Settings {
  std::vector<std::string> names;
  std::optional<std::string> list_name;
  std::string prompt;
  LineRules rules;
  std::optional<loop::Duration> time;
  int fd = 0;
  bool silent = false;
};

Result<void> read_count(const Arguments& args, std::string_view flag, LineLimit limit,
                        LineRules& rules) {
  const Value* value = args.value(flag);
  if (!value) return {};
  auto count = kernel::whole_number(*value, fmt::format("-{}", flag), 0);
  if (!count) return fail(std::move(count.error()));
  rules.limit = limit;
  rules.characters = *count;
  return {};
}

Result<void> read_names(const Arguments& args, Settings& settings) {
  for (const Value& operand : args.operands) settings.names.push_back(operand.to_text());
  if (const Value* name = args.value("a")) {
    if (!settings.names.empty()) return fail(ErrorKind::invalid, "-a takes the only name");
    settings.list_name = name->to_text();
    settings.names.push_back(*settings.list_name);
  }
  for (const auto& name : settings.names) {
    if (!is_name(name)) {
      return fail(ErrorKind::invalid, fmt::format("{} is not a variable's name", quote_word(name)));
    }
  }
  return {};
}

Result<Settings> read_settings(const Arguments& args) {
  Settings settings;
  if (auto done = read_names(args, settings); !done) return fail(std::move(done.error()));
  settings.rules.raw = args.has('r');
  settings.silent = args.has('s');
  settings.prompt = args.text("p");
  if (const Value* delimiter = args.value("d")) {
    const std::string text = delimiter->to_text();
    if (text.size() > 1) return fail(ErrorKind::invalid, "-d takes one character of one byte");
    settings.rules.delimiter = text.empty() ? '\0' : text[0];
  }
  if (args.has('n') && args.has('N'))
    return fail(ErrorKind::invalid, "-n and -N exclude each other");
  if (auto done = read_count(args, "n", LineLimit::at_most, settings.rules); !done)
    return fail(std::move(done.error()));
  if (auto done = read_count(args, "N", LineLimit::exactly, settings.rules); !done)
    return fail(std::move(done.error()));
  if (const Value* time = args.value("t")) {
    auto parsed = parse_duration(time->to_text());
    if (!parsed) return fail(std::move(parsed.error()));
    settings.time = *parsed;
  }
  if (const Value* fd = args.value("u")) {
    auto number = kernel::whole_number(*fd, "-u", 0, INT32_MAX);
    if (!number) return fail(std::move(number.error()));
    settings.fd = static_cast<int>(*number);
  }
  return settings;
}

// ---- into variables -----------------------------------------------------------------

/// The fields of a line for the names, "" where there are too few.
Result<void> assign_line(Context& ctx, const Settings& settings, InputLine line) {
  const auto ifs_value = ctx.lookup("IFS");
  const std::string ifs = ifs_value ? ifs_value->to_text() : " \t\n";
  if (settings.list_name) {
    List fields;
    for (auto& field : split_fields(line, ifs, 0)) fields.emplace_back(std::move(field));
    return ctx.assign(*settings.list_name, Value(std::move(fields)));
  }
  if (settings.names.empty()) return ctx.assign("REPLY", Value(std::move(line.text)));
  std::vector<std::string> fields;
  if (settings.rules.limit == LineLimit::exactly)
    fields.push_back(std::move(line.text));
  else
    fields = split_fields(line, ifs, settings.names.size());
  fields.resize(settings.names.size());
  for (size_t i = 0; i < fields.size(); ++i) {
    if (auto done = ctx.assign(settings.names[i], Value(std::move(fields[i]))); !done) return done;
  }
  return {};
}

/// Into several names go the parts of the row's line, where it has one that is not JSON.
Result<void> assign_row(Context& ctx, const Settings& settings, scheduler::Row row) {
  if (settings.list_name ? row.value.is_list() : settings.names.size() <= 1) {
    return ctx.assign(settings.names.empty() ? "REPLY" : settings.names[0], std::move(row.value));
  }
  if (!row.value.is_scalar() && row.line.empty()) {
    return fail(ErrorKind::invalid, fmt::format("the row is {}: read it into one name, as it is",
                                                kernel::kind_with_article(row.value)));
  }
  if (row.line.empty()) scheduler::append_row_line(row.line, row.value);
  row.line.pop_back();
  InputLine line;
  line.append(row.line, false);
  return assign_line(ctx, settings, std::move(line));
}

/// Assigns what was read, and says what became of the call.
ValueTask<int> finish_line(const Invocation& call, const Settings& settings, LineInput input,
                           bool timed_out) {
  const bool failed = input.failure && !timed_out;
  if (!failed || !input.line.text.empty()) {
    auto done = assign_line(call.ctx, settings, std::move(input.line));
    if (!done) return complain(call, std::move(done.error().message));
  }
  if (timed_out) return kTimedOut;
  if (failed) return stream_failed(call, std::move(*input.failure));
  return input.at_end ? 1 : 0;
}

ValueTask<int> finish_row(const Invocation& call, const Settings& settings,
                          scheduler::NextRow row) {
  if (!row) return stream_failed(call, std::move(row.error()));
  if (!*row) return 1;
  auto done = assign_row(call.ctx, settings, std::move(**row));
  if (!done) return complain(call, std::move(done.error().message));
  return 0;
}

// ---- the call ---------------------------------------------------------------------------

/// What can be read under `token`: a row where the stream holds rows, else a line.
Task<int> read_input(const Invocation& call, const Settings& settings, OpenFilePtr file,
                     const loop::CancelToken& token, const WaitLimit* limit) {
  if (settings.rules.limit == LineLimit::delimiter) {
    auto typed = co_await file->next_is_row(token);
    if (typed && *typed)
      co_return co_await finish_row(call, settings, co_await file->read_row(token));
    if (!typed && limit && limit->timed_out()) co_return kTimedOut;
  }
  LineInput input;
  co_await read_line_input(*file, settings.rules, token, input);
  const bool timed_out = input.failure && limit && limit->timed_out();
  co_return co_await finish_line(call, settings, std::move(input), timed_out);
}

/// Until its time is over, or a signal comes that ends it.
Task<int> read_with_limit(const Invocation& call, const Settings& settings, OpenFilePtr file) {
  if (settings.time && settings.time->count() == 0) co_return file->has_input() ? 0 : 1;
  WaitLimit limit(call.ctx, settings.time, kernel::Interrupts::ending);
  const auto token = limit.token();
  const int code = co_await read_input(call, settings, std::move(file), token, &limit);
  co_await limit.end();
  const bool is_interrupted = code >= kSignalBase && limit.trapped_signal() != 0;
  co_return is_interrupted ? kSignalBase + limit.trapped_signal() : code;
}

/// It is not there yet, and a trap is to run while it is not.
bool needs_limit(Context& ctx, scheduler::OpenFile& file, const Settings& settings) {
  if (settings.time) return true;
  return kernel::InterruptSource(ctx, kernel::Interrupts::ending).is_there() && !file.has_input();
}

Task<int> read_waiting(Invocation call, Settings settings, OpenFilePtr file) {
  TerminalMode mode;
  if (file->is_terminal()) {
    if (!settings.prompt.empty())
      (void)co_await call.ctx.err().write(settings.prompt, call.ctx.token);
    const bool by_character = settings.rules.limit != LineLimit::delimiter;
    auto fd = file->descriptor();
    if (fd && (settings.silent || by_character)) mode.change(*fd, settings.silent, by_character);
  }
  if (needs_limit(call.ctx, *file, settings))
    co_return co_await read_with_limit(call, settings, std::move(file));
  co_return co_await read_input(call, settings, std::move(file), call.ctx.token, nullptr);
}

Task<int> finish_pending_row(Invocation call, Settings settings, Task<scheduler::NextRow> pending,
                             OpenFilePtr) {
  auto row = co_await std::move(pending);
  co_return co_await finish_row(call, settings, std::move(row));
}

/// Goes on with a line of which `pending` is the next piece, if there is one.
Task<int> finish_pending_line(Invocation call, Settings settings, LineInput input,
                              std::optional<Task<ReadResult>> pending, OpenFilePtr file) {
  const bool goes_on = !pending || take_piece(co_await std::move(*pending), settings.rules, input);
  if (goes_on) co_await read_line_input(*file, settings.rules, call.ctx.token, input);
  co_return co_await finish_line(call, settings, std::move(input), false);
}

/// What is there already costs no frame: most turns of `while read`.
ValueTask<int> read_at_once(Invocation call, Settings settings, OpenFilePtr file) {
  auto typed = file->next_is_row(call.ctx.token);
  if (!typed.ready()) return read_waiting(std::move(call), std::move(settings), std::move(file));
  if (auto is_row = typed.take(); is_row && *is_row) {
    auto row = file->read_row(call.ctx.token);
    if (row.ready()) return finish_row(call, settings, row.take());
    return finish_pending_row(std::move(call), std::move(settings), row.task(), std::move(file));
  }
  LineInput input;
  auto piece = file->read_line(settings.rules.delimiter, call.ctx.token);
  if (!piece.ready()) {
    return finish_pending_line(std::move(call), std::move(settings), {}, piece.task(),
                               std::move(file));
  }
  if (take_piece(piece.take(), settings.rules, input)) {
    return finish_pending_line(std::move(call), std::move(settings), std::move(input), {},
                               std::move(file));
  }
  return finish_line(call, settings, std::move(input), false);
}

ValueTask<int> run_read(Invocation call) {
  auto settings = read_settings(call.args);
  if (!settings) return misuse(call, std::move(settings.error().message));
  auto file = kernel::file_of(call.ctx, settings->fd);
  if (!file) return complain(call, fmt::format("descriptor {} is not open", settings->fd));
  const bool is_plain = !needs_limit(call.ctx, *file, *settings) && !settings->silent &&
                        settings->prompt.empty() && settings->rules.limit == LineLimit::delimiter;
  if (is_plain) return read_at_once(std::move(call), std::move(*settings), std::move(file));
  return read_waiting(std::move(call), std::move(*settings), std::move(file));
}

}  // namespace

void register_read(BuiltinRegistry& registry) { registry.add({&kRead, run_read}); }

}  // namespace weir::builtins
