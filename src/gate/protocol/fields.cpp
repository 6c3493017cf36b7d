#include "gate/protocol/fields.h"

#include <fmt/format.h>

#include <limits>

namespace weir::gate::protocol {

Fields::Fields(const Value& value, std::string where) : where_(std::move(where)) {
  if (value.is_record()) {
    record_ = &value.as_record();
  } else {
    error_ = where_ + " must be an object";
  }
}

const Value* Fields::find(std::string_view name) const {
  const Value* value = record_ ? record_->find(name) : nullptr;
  return value && !value->is_null() ? value : nullptr;
}

const Value* Fields::required(std::string_view name) {
  const Value* value = find(name);
  if (!value) wrong(name, "is missing");
  return value;
}

std::string Fields::text(std::string_view name) {
  required(name);
  return text(name, "");
}

std::string Fields::text(std::string_view name, std::string_view fallback) {
  const Value* value = find(name);
  if (!value) return std::string(fallback);
  if (value->is_string()) return value->as_string();
  wrong(name, "must be a string");
  return {};
}

std::int64_t Fields::number(std::string_view name, std::int64_t least, std::int64_t most) {
  required(name);
  return number(name, least, most, least);
}

std::int64_t Fields::number(std::string_view name, std::int64_t least, std::int64_t most,
                            std::int64_t fallback) {
  const Value* value = find(name);
  if (!value) return fallback;
  if (value->is_int() && value->as_int() >= least && value->as_int() <= most) {
    return value->as_int();
  }
  wrong(name, fmt::format("must be an integer from {} to {}", least, most));
  return fallback;
}

std::uint64_t Fields::id(std::string_view name) {
  return static_cast<std::uint64_t>(number(name, 0, std::numeric_limits<std::int64_t>::max()));
}

bool Fields::flag(std::string_view name, bool fallback) {
  const Value* value = find(name);
  if (!value) return fallback;
  if (value->is_bool()) return value->as_bool();
  wrong(name, "must be true or false");
  return fallback;
}

void Fields::wrong(std::string_view name, std::string_view what) {
  if (error_.empty()) error_ = fmt::format("{}.{} {}", where_, name, what);
}

Result<void> Fields::finish() const {
  if (error_.empty()) return {};
  return fail(ErrorKind::invalid, error_);
}

}  // namespace weir::gate::protocol
