#include "kernel/context.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>

#include "base/name.h"
#include "kernel/job_handle.h"
#include "kernel/scope_signals.h"
#include "kernel/shell.h"

namespace weir::kernel {

namespace {

/// What stands for a descriptor that is closed.
class ClosedFile : public scheduler::OpenFile {
 public:
  Result<int> descriptor() override { return fail(Error::from_errno(EBADF, "")); }
};

scheduler::OpenFile& file_or_closed(const FdTable& fds, int fd) {
  static ClosedFile closed;
  const auto& file = fds.get(fd);
  return file ? *file : closed;
}

/// RANDOM: xorshift, 15 bits as in other shells.
int64_t next_random(uint32_t& state) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state & 0x7fff;
}

std::optional<Value> special_parameter(const Context& ctx, char name) {
  switch (name) {
    case '?':
      return Value(ctx.status);
    case '#':
      return Value(static_cast<int64_t>(ctx.scope.parameters->size()));
    case '$':
      return Value(static_cast<int64_t>(ctx.shell.pid));
    case '!':
      if (!ctx.last_background) return std::nullopt;
      return job_handle(ctx.shell, ctx.last_background);
    case '-':
      return Value((ctx.shell.interactive ? "i" : "") + option_letters(ctx.scope.options));
    case '0':
      return Value(ctx.scope.name);
    case '*':
    case '@': {
      std::string joined;
      for (const Value& value : *ctx.scope.parameters) {
        if (&value != &ctx.scope.parameters->front()) joined += ' ';
        value.append_text(joined);
      }
      return Value(std::move(joined));
    }
    default:
      return std::nullopt;
  }
}

std::optional<Value> positional(const Context& ctx, std::string_view digits) {
  size_t number = 0;
  auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (ec != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (number == 0) return Value(ctx.scope.name);
  if (number > ctx.scope.parameters->size()) return std::nullopt;
  return (*ctx.scope.parameters)[number - 1];
}

std::optional<Value> dynamic_variable(const Context& ctx, std::string_view name) {
  using namespace std::chrono;
  if (name == "LINENO") return Value(ctx.line());
  if (name == "RANDOM") return Value(next_random(ctx.shell.random_state));
  if (name == "SECONDS") {
    return Value(static_cast<int64_t>(
        duration_cast<seconds>(steady_clock::now() - ctx.shell.started).count()));
  }
  const auto now = system_clock::now().time_since_epoch();
  if (name == "EPOCHSECONDS")
    return Value(static_cast<int64_t>(duration_cast<seconds>(now).count()));
  if (name == "EPOCHREALTIME") {
    const int64_t us = duration_cast<microseconds>(now).count();
    return Value(fmt::format("{}.{:06}", us / 1'000'000, us % 1'000'000));
  }
  if (name == "PPID") return Value(static_cast<int64_t>(ctx.shell.parent_pid));
  if (name == "PIPESTATUS") {
    List codes;
    for (int code : ctx.pipe_status) codes.emplace_back(code);
    return Value(std::move(codes));
  }
  return std::nullopt;
}

}  // namespace

namespace {

uint64_t next_id() {
  static uint64_t last_id = 0;
  return ++last_id;
}

/// POSIX 2.14 trap: caught signals return to their default, ignored ones stay ignored.
void reset_traps(Scope& scope) {
  if (scope.traps->empty()) return;
  std::erase_if(scope.traps.edit(), [](const auto& trap) { return !trap.second.text.empty(); });
}

void uncover(Scope& scope, Context::SavedLocal saved) {
  if (saved.before)
    scope.variables.edit(saved.name) = std::move(*saved.before);
  else
    scope.variables.erase(saved.name);
}

}  // namespace

void Context::part_from(Context& other) {
  other.last_background = last_background;
  other.pipe_status = pipe_status;
  auto parameters = other.scope.parameters;
  other.scope = scope;
  if (function_depth > 0 || source_depth > 0) other.scope.parameters = std::move(parameters);
  auto local = locals.rbegin();
  auto prefix = prefixes.rbegin();
  while (local != locals.rend() || prefix != prefixes.rend()) {
    // A function's locals cover what a prefix in front of its call has set.
    const bool is_local =
        prefix == prefixes.rend() || (local != locals.rend() && local->depth > prefix->depth);
    uncover(other.scope, is_local ? *local++ : *prefix++);
  }
  other.scope.variables.touch_exports();

  id = next_id();
  ++subshell_depth;
  reset_traps(scope);
}

void Context::take_over(Context&& entry) {
  scope = std::move(entry.scope);
  fds = std::move(entry.fds);
  status = entry.status;
  substitution_status = entry.substitution_status;
  flow = entry.flow;
  pipe_status = std::move(entry.pipe_status);
  last_background = std::move(entry.last_background);
  broken_pipe = entry.broken_pipe;
  interrupted_line = entry.interrupted_line;
  stages = std::move(entry.stages);
}

Context Context::subshell() const {
  Context copy(shell);
  copy.id = next_id();
  copy.scope = scope;
  copy.fds = fds;
  copy.unit = unit;
  copy.position = position;
  copy.status = status;
  copy.last_background = last_background;
  copy.pipe_status = pipe_status;
  copy.token = token;
  copy.pause = pause;
  copy.group = group;
  copy.job = job;
  copy.function_depth = function_depth;
  copy.source_depth = source_depth;
  copy.recursion = recursion + 1;
  copy.condition_depth = condition_depth;
  copy.subshell_depth = subshell_depth + 1;
  copy.in_not_found_hook = in_not_found_hook;
  copy.in_worker = in_worker;
  copy.trap_text = trap_text;
  copy.interrupted_line = interrupted_line;
  reset_traps(copy.scope);
  return copy;
}

void Context::hear_signals(const scheduler::JobPtr& of_job, const loop::CancelToken& around) {
  signals = std::make_shared<ScopeSignals>(shell, of_job, around);
  signals->update(scope.traps);
  token = signals->token();
}

bool Context::is_cancelled() const {
  return token.cancelled() && !(signals && signals->outlives(token));
}

std::string Context::text_of(std::string_view name) const {
  const auto value = lookup(name);
  return value ? value->to_text() : std::string();
}

int64_t Context::line() const {
  if (!unit) return 0;
  if (unit == trap_text) return interrupted_line;
  return static_cast<int64_t>(unit->position(position).line);
}

scheduler::OpenFile& Context::in() const { return file_or_closed(fds, 0); }
scheduler::OpenFile& Context::out() const { return file_or_closed(fds, 1); }
scheduler::OpenFile& Context::err() const { return file_or_closed(fds, 2); }

std::optional<Value> Context::lookup(std::string_view name, uint32_t hash) const {
  if (const Variable* variable = scope.variables.find(name, hash)) {
    if (variable->is_set) return variable->value;
    return std::nullopt;
  }
  const char first = name.empty() ? '\0' : name.front();
  if (first >= '0' && first <= '9') return positional(*this, name);
  if (name.size() == 1 && !begins_name(first)) {
    return special_parameter(*this, first);
  }
  if (first >= 'E' && first <= 'S') return dynamic_variable(*this, name);
  return std::nullopt;
}

Result<void> Context::assign(std::string_view name, uint32_t hash, Value value) {
  if (name == "SECONDS" || name == "RANDOM" || name == "LINENO" || name == "PIPESTATUS") {
    // RANDOM=n seeds, SECONDS=n moves the start; the others are made anew on every read.
    if (!value.is_int())
      return fail(ErrorKind::invalid, fmt::format("{}: takes a whole number", name));
    if (name == "RANDOM")
      shell.random_state = static_cast<uint32_t>(value.as_int()) * 2654435761u | 1u;
    if (name == "SECONDS") {
      shell.started = std::chrono::steady_clock::now() - std::chrono::seconds(value.as_int());
    }
    return {};
  }
  Variable& variable = scope.variables.edit(name, hash);
  if (variable.readonly) {
    return fail(ErrorKind::denied, fmt::format("{}: this name is read-only", name));
  }
  if (scope.options.allexport) variable.exported = true;
  if (variable.exported) {
    if (!value.is_scalar()) {
      return fail(
          ErrorKind::invalid,
          fmt::format("{}: an exported variable takes a scalar, not a {}; write {}=$(tojson …)",
                      name, value.type_name(), name));
    }
    scope.variables.touch_exports();
  }
  variable.value = std::move(value);
  variable.is_set = true;
  return {};
}

Result<void> Context::unset(std::string_view name) {
  if (const Variable* variable = scope.variables.find(name)) {
    if (variable->readonly) {
      return fail(ErrorKind::denied, fmt::format("{}: this name is read-only", name));
    }
    scope.variables.erase(name);
  }
  return {};
}

std::string Context::place() const {
  if (!unit) return "weir";
  const auto at = unit->position(position);
  return fmt::format("{}:{}:{}", unit->name, at.line, at.column);
}

}  // namespace weir::kernel
