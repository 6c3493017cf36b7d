#include "kernel/value_expansion.h"

#include <fmt/format.h>

#include "kernel/pieces.h"
#include "kernel/substitution.h"

namespace weir::kernel {

namespace {

using parser::CommandPart;
using parser::PartKind;
using parser::ValueKind;

std::unexpected<Error> failed(Error& error) { return fail(std::move(error)); }

/// An element of a list literal: any number of values, typed barewords.
Result<void> item_now(Context& ctx, const ValueExpr& expr, List& out) {
  if (expr.kind == ValueKind::word && (expr.word->spread || !expr.word->is_static)) {
    return expand_argument_now(ctx, *expr.word, out);
  }
  auto value = expand_value_now(ctx, expr);
  if (!value) return failed(value.error());
  out.push_back(std::move(*value));
  return {};
}

Task<Result<void>> item_task(Context& ctx, const ValueExpr& expr, List& out) {
  if (!expr.has_substitution) co_return item_now(ctx, expr, out);
  if (expr.kind == ValueKind::word) co_return co_await expand_argument(ctx, *expr.word, out);
  auto value = co_await expand_value(ctx, expr);
  if (!value) co_return failed(value.error());
  out.push_back(std::move(*value));
  co_return Result<void>{};
}

Result<void> merge(Record& into, Value value, Span span) {
  if (!value.is_record()) {
    return fail(ErrorKind::invalid,
                fmt::format("... in a record takes a record, not a {}", value.type_name()), span);
  }
  for (const auto& [key, item] : value.as_record()) into.set(key, item);
  return {};
}

Result<void> for_item_now(Context& ctx, const ValueExpr& item, List& out) {
  if (item.kind != ValueKind::word) {
    auto value = expand_value_now(ctx, item);
    if (!value) return failed(value.error());
    if (!value->is_list()) {
      out.push_back(std::move(*value));
      return {};
    }
    return spread(std::move(*value), item.span, out);
  }
  const Word& word = *item.word;
  const size_t before = out.size();
  if (word.is_static && !word.has_quotes) {
    out.push_back(Value::from_bareword(word.text));
    return {};
  }
  if (auto done = expand_argument_now(ctx, word, out); !done) return done;
  // $xs alone: one iteration per element.
  const bool lone = word.parts.size() == 1 && !word.parts[0]->quoted && !word.spread &&
                    word.parts[0]->kind == PartKind::parameter;
  if (lone && out.size() == before + 1 && out.back().is_list()) {
    Value list = std::move(out.back());
    out.pop_back();
    return spread(std::move(list), word.span, out);
  }
  return {};
}

}  // namespace

Result<Value> expand_value_now(Context& ctx, const ValueExpr& expr) {
  if (expr.kind == ValueKind::word) {
    auto value = expand_operand_now(ctx, *expr.word);
    if (!value) return value;
    return typed_bareword(*expr.word, std::move(*value));
  }
  if (expr.kind == ValueKind::list) {
    List items;
    for (const ValueExpr* item : expr.items) {
      if (auto done = item_now(ctx, *item, items); !done) return failed(done.error());
    }
    return Value(std::move(items));
  }
  Record record;
  for (const auto& entry : expr.entries) {
    auto value = expand_value_now(ctx, *entry.value);
    if (!value) return value;
    if (entry.spread) {
      if (auto done = merge(record, std::move(*value), expr.span); !done)
        return failed(done.error());
      continue;
    }
    auto key = expand_text_now(ctx, *entry.key);
    if (!key) return failed(key.error());
    record.set(std::move(*key), std::move(*value));
  }
  return Value(std::move(record));
}

Task<Result<Value>> expand_value(Context& ctx, const ValueExpr& expr) {
  if (!expr.has_substitution) co_return expand_value_now(ctx, expr);
  if (expr.kind == ValueKind::word) {
    auto value = co_await expand_operand(ctx, *expr.word);
    if (!value) co_return value;
    co_return typed_bareword(*expr.word, std::move(*value));
  }
  if (expr.kind == ValueKind::list) {
    List items;
    for (const ValueExpr* item : expr.items) {
      auto done = co_await item_task(ctx, *item, items);
      if (!done) co_return failed(done.error());
    }
    co_return Value(std::move(items));
  }
  Record record;
  for (const auto& entry : expr.entries) {
    auto value = co_await expand_value(ctx, *entry.value);
    if (!value) co_return value;
    if (entry.spread) {
      if (auto done = merge(record, std::move(*value), expr.span); !done)
        co_return failed(done.error());
      continue;
    }
    auto key = co_await expand_text(ctx, *entry.key);
    if (!key) co_return failed(key.error());
    record.set(std::move(*key), std::move(*value));
  }
  co_return Value(std::move(record));
}

bool for_items_need_task(std::span<const ValueExpr* const> items) {
  for (const ValueExpr* item : items) {
    if (item->has_substitution) return true;
  }
  return false;
}

Result<void> expand_for_items_now(Context& ctx, std::span<const ValueExpr* const> items,
                                  List& out) {
  for (const ValueExpr* item : items) {
    if (auto done = for_item_now(ctx, *item, out); !done) return done;
  }
  return {};
}

Task<Result<void>> expand_for_items(Context& ctx, std::span<const ValueExpr* const> items,
                                    List& out) {
  for (const ValueExpr* item : items) {
    if (!item->has_substitution) {
      if (auto done = for_item_now(ctx, *item, out); !done) co_return done;
      continue;
    }
    if (item->kind == ValueKind::word) {
      const CommandPart* part = lone_substitution(*item->word);
      auto done = part ? co_await substitute_items(ctx, *part->body, out)
                       : co_await expand_argument(ctx, *item->word, out);
      if (!done) co_return done;
      continue;
    }
    auto value = co_await expand_value(ctx, *item);
    if (!value) co_return failed(value.error());
    if (value->is_list())
      (void)spread(std::move(*value), item->span, out);
    else
      out.push_back(std::move(*value));
  }
  co_return Result<void>{};
}

}  // namespace weir::kernel
