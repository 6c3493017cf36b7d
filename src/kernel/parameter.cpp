#include "kernel/parameter.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "kernel/expansion.h"
#include "kernel/shell.h"
#include "kernel/subscript.h"
#include "parser/foreign_variables.h"

namespace weir::kernel {

namespace {

using parser::ParameterOp;
using parser::ParameterPart;

bool is_all_parameters(std::string_view name) { return name == "@" || name == "*"; }

std::string written_name(const ParameterPart& part, Context& ctx) {
  if (part.path.empty() || !ctx.unit) return std::string(part.name);
  return fmt::format("{}{}", part.name,
                     ctx.unit->text({part.path.front().span.begin, part.path.back().span.end}));
}

bool counts_as_absent(const ParameterPart& part, const ParameterState& state) {
  if (!state.value) return true;
  if (!part.colon) return false;
  if (state.value->is_null()) return true;
  return state.value->is_string() && state.value->as_string().empty();
}

std::string replace(const std::string& text, const Pattern& pattern, const std::string& with,
                    ParameterOp op) {
  if (op == ParameterOp::replace_prefix) {
    auto length = pattern.prefix(text, true);
    return length ? with + text.substr(*length) : text;
  }
  if (op == ParameterOp::replace_suffix) {
    auto start = pattern.suffix(text, true);
    return start ? text.substr(0, *start) + with : text;
  }
  std::string result;
  size_t from = 0;
  while (auto found = pattern.find(text, from)) {
    const auto [begin, end] = *found;
    if (end == begin) break;  // an empty match changes nothing
    result.append(text, from, begin - from);
    result += with;
    from = end;
    if (op == ParameterOp::replace_first) break;
  }
  result.append(text, from);
  return result;
}

std::string trim(const std::string& text, const Pattern& pattern, ParameterOp op) {
  if (op == ParameterOp::trim_prefix || op == ParameterOp::trim_prefix_longest) {
    auto length = pattern.prefix(text, op == ParameterOp::trim_prefix_longest);
    return length ? text.substr(*length) : text;
  }
  auto start = pattern.suffix(text, op == ParameterOp::trim_suffix_longest);
  return start ? text.substr(0, *start) : text;
}

std::string change_case(const std::string& text, ParameterOp op) {
  switch (op) {
    case ParameterOp::upper_first:
      return upper_first(text);
    case ParameterOp::upper_all:
      return upper_all(text);
    case ParameterOp::lower_first:
      return lower_first(text);
    default:
      return lower_all(text);
  }
}

Result<Value> assign_default(Context& ctx, const ParameterPart& part, const List& path,
                             Value value) {
  Result<void> done;
  if (path.empty()) {
    done = ctx.assign(part.name, part.name_hash, value);
  } else {
    auto root = ctx.lookup(part.name, part.name_hash);
    if (!root) return fail(unset_error(ctx, part.name, part.span));
    done = set_path(*root, path, value);
    if (done) done = ctx.assign(part.name, part.name_hash, std::move(*root));
  }
  if (!done) return fail(std::move(done.error()).at(part.span));
  return value;
}

/// By the measure that names of commands and flags are compared with.
std::vector<std::string> near_set_names(const Context& ctx, std::string_view name) {
  std::vector<std::string> set;
  ctx.scope.variables.for_each([&](const std::string& known, const Variable& variable) {
    if (variable.is_set) set.push_back(known);
  });
  std::ranges::sort(set);
  const std::vector<std::string_view> views(set.begin(), set.end());
  return near_names(name, views, 2);
}

/// POSIX 2.6.2: ${x:?} ends a shell that is not interactive, and a subshell, once it is reported.
void leave_shell(Context& ctx) {
  if (!ctx.shell.interactive || ctx.subshell_depth > 0) ctx.flow = {FlowKind::exit, 0};
}

Result<Value> absent_value(Context& ctx, const ParameterPart& part, ParameterState& state) {
  // A missing element is always an error; an unset variable where nounset says so.
  if (state.absence) return fail(std::move(*state.absence).at(part.span));
  if (is_all_parameters(part.name)) return Value("");
  if (ctx.scope.options.nounset) return fail(unset_error(ctx, part.name, part.span));
  return Value("");
}

}  // namespace

Error unset_error(const Context& ctx, std::string_view name, Span span) {
  const std::string_view instead = parser::instead_of_variable(name);
  if (!instead.empty())
    return Error{ErrorKind::unset, fmt::format("{} is not set; {}", name, instead), span, 0};
  std::string text = fmt::format("{0} is not set; write ${{{0}:-}} where that is meant", name);
  const auto near = near_set_names(ctx, name);
  for (size_t i = 0; i < near.size(); ++i) text += (i == 0 ? "; did you mean " : " or ") + near[i];
  if (!near.empty()) text += '?';
  return Error{ErrorKind::unset, std::move(text), span, 0};
}

Result<ParameterState> look_up(Context& ctx, const ParameterPart& part, const List& path) {
  ParameterState state;
  if (is_all_parameters(part.name) && !path.empty())
    state.value = Value(*ctx.scope.parameters);
  else
    state.value = ctx.lookup(part.name, part.name_hash);
  if (!state.value && !path.empty() && part.op == ParameterOp::none) {
    return fail(unset_error(ctx, part.name, part.span));
  }
  for (size_t i = 0; i < path.size() && state.value; ++i) {
    const auto& subscript = part.path[i];
    Result<Value> inner;
    if (subscript.slice) {
      const Value& bounds = path[i];  // [from, end] as a list; null where open
      const auto bound = [](const Value& v) {
        return v.is_int() ? std::optional<int64_t>(v.as_int()) : std::nullopt;
      };
      inner = slice(*state.value, bound(bounds.as_list()[0]), bound(bounds.as_list()[1]));
    } else {
      inner = element(*state.value, path[i]);
    }
    if (inner) {
      state.value = std::move(*inner);
    } else if (is_absent(inner.error())) {
      state.value.reset();
      state.absence = std::move(inner.error()).at(subscript.span);
    } else {
      return fail(std::move(inner.error()).at(subscript.span));
    }
  }
  return state;
}

OperandUse operand_use(const ParameterPart& part, const ParameterState& state) {
  switch (part.op) {
    case ParameterOp::fallback:
    case ParameterOp::assign:
    case ParameterOp::require:
      return counts_as_absent(part, state) ? OperandUse::value : OperandUse::none;
    case ParameterOp::alternate:
      return counts_as_absent(part, state) ? OperandUse::none : OperandUse::value;
    case ParameterOp::trim_prefix:
    case ParameterOp::trim_prefix_longest:
    case ParameterOp::trim_suffix:
    case ParameterOp::trim_suffix_longest:
      return OperandUse::pattern;
    case ParameterOp::replace_first:
    case ParameterOp::replace_all:
    case ParameterOp::replace_prefix:
    case ParameterOp::replace_suffix:
      return OperandUse::pattern_and_text;
    default:
      return OperandUse::none;
  }
}

Result<Value> apply(Context& ctx, const ParameterPart& part, ParameterState state, const List& path,
                    Operands operands) {
  const bool absent = counts_as_absent(part, state);
  switch (part.op) {
    case ParameterOp::none:
      if (!state.value) return absent_value(ctx, part, state);
      return std::move(*state.value);
    case ParameterOp::fallback:
      return absent ? std::move(operands.value) : std::move(*state.value);
    case ParameterOp::assign:
      if (!absent) return std::move(*state.value);
      return assign_default(ctx, part, path, std::move(operands.value));
    case ParameterOp::require: {
      if (!absent) return std::move(*state.value);
      std::string message = operands.value.to_text();
      if (message.empty()) message = part.colon ? "is not set or empty" : "is not set";
      leave_shell(ctx);
      return fail(ErrorKind::invalid, fmt::format("{}: {}", written_name(part, ctx), message),
                  part.span);
    }
    case ParameterOp::alternate:
      return absent ? Value("") : std::move(operands.value);
    case ParameterOp::length: {
      if (is_all_parameters(part.name) && path.empty()) {
        return Value(static_cast<int64_t>(ctx.scope.parameters->size()));
      }
      if (!state.value) {
        auto nothing = absent_value(ctx, part, state);
        if (!nothing) return nothing;
        return Value(0);
      }
      auto size = length(*state.value);
      if (!size) return fail(std::move(size.error()).at(part.span));
      return Value(*size);
    }
    default:
      break;
  }
  if (!state.value) return absent_value(ctx, part, state);
  if (!state.value->is_scalar()) {
    return fail(ErrorKind::invalid,
                fmt::format("{} is a {}: this expansion works on text", written_name(part, ctx),
                            state.value->type_name()),
                part.span);
  }
  const std::string text = state.value->to_text();
  if (part.op >= ParameterOp::upper_first) return Value(change_case(text, part.op));
  const Pattern pattern = Pattern::compile(operands.pattern);
  if (part.op >= ParameterOp::replace_first) {
    return Value(replace(text, pattern, operands.replacement, part.op));
  }
  return Value(trim(text, pattern, part.op));
}

}  // namespace weir::kernel
