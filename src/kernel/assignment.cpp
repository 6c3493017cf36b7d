#include "kernel/assignment.h"

#include <fmt/format.h>

#include "kernel/subscript.h"
#include "kernel/value_expansion.h"

namespace weir::kernel {

namespace {

using parser::Subscript;

std::unexpected<Error> failed(Error& error) { return fail(std::move(error)); }

/// What += makes of the value that is there.
Result<Value> appended(Value old, Value value, Span span) {
  auto joined = append_value(std::move(old), std::move(value));
  if (!joined) return fail(std::move(joined.error()).at(span));
  return std::move(*joined);
}

/// A list or record that grows in place: nobody else has to be asked about it.
bool grows_in_place(const Context& ctx, const Assignment& assignment) {
  const Variable* there = ctx.scope.variables.find(assignment.name, assignment.name_hash);
  return there && there->is_set && !there->readonly && !there->exported &&
         (there->value.is_list() || there->value.is_record()) && !ctx.scope.options.allexport;
}

Result<void> store_variable(Context& ctx, const Assignment& assignment, Value value) {
  if (assignment.append && grows_in_place(ctx, assignment)) {
    Value& place = ctx.scope.variables.edit(assignment.name, assignment.name_hash).value;
    return append_to(place, std::move(value));
  }
  if (assignment.append) {
    auto old = ctx.lookup(assignment.name, assignment.name_hash);
    auto joined = appended(old ? std::move(*old) : Value(""), std::move(value), assignment.span);
    if (!joined) return failed(joined.error());
    value = std::move(*joined);
  }
  return ctx.assign(assignment.name, assignment.name_hash, std::move(value));
}

Result<void> may_change(const Context& ctx, const Assignment& assignment) {
  const Variable* there = ctx.scope.variables.find(assignment.name, assignment.name_hash);
  if (!there || !there->is_set)
    return fail(unset_error(ctx, assignment.name, assignment.name_span));
  if (!there->readonly && !there->exported) return {};
  return fail(ErrorKind::denied,
              fmt::format("{}: this name is {}", assignment.name,
                          there->readonly ? "read-only" : "exported and takes a scalar"));
}

Result<void> store_element(Context& ctx, const Assignment& assignment, const List& path,
                           Value value) {
  if (auto allowed = may_change(ctx, assignment); !allowed) return allowed;
  Value& root = ctx.scope.variables.edit(assignment.name, assignment.name_hash).value;
  if (assignment.append) return append_path(root, path, std::move(value));
  return set_path(root, path, std::move(value));
}

Result<void> store(Context& ctx, const Assignment& assignment, const List& path, Value value) {
  auto done = path.empty() ? store_variable(ctx, assignment, std::move(value))
                           : store_element(ctx, assignment, path, std::move(value));
  if (!done) return fail(std::move(done.error()).at(assignment.span));
  return {};
}

}  // namespace

bool has_substitution(const Assignment& assignment) {
  if (assignment.value && assignment.value->has_substitution) return true;
  for (const Subscript& subscript : assignment.path) {
    if (subscript.index && subscript.index->has_substitution) return true;
  }
  return false;
}

Result<void> assign_now(Context& ctx, const Assignment& assignment) {
  auto path = expand_path_now(ctx, assignment.path);
  if (!path) return failed(path.error());
  Value value("");
  if (assignment.value) {
    auto expanded = expand_value_now(ctx, *assignment.value);
    if (!expanded) return failed(expanded.error());
    value = std::move(*expanded);
  }
  return store(ctx, assignment, *path, std::move(value));
}

Task<Result<void>> assign(Context& ctx, const Assignment& assignment) {
  auto path = co_await expand_path(ctx, assignment.path);
  if (!path) co_return failed(path.error());
  Value value("");
  if (assignment.value) {
    auto expanded = co_await expand_value(ctx, *assignment.value);
    if (!expanded) co_return failed(expanded.error());
    value = std::move(*expanded);
  }
  co_return store(ctx, assignment, *path, std::move(value));
}

}  // namespace weir::kernel
