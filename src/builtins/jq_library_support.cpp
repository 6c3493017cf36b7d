#include "builtins/jq_library_support.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cmath>

#include "base/text.h"

namespace weir::builtins {

Result<const JqLibrary*> JqLibrary::load() {
  static JqLibrary library;
  static bool loaded = false;
  if (loaded) return &library;
  void* const handle = ::dlopen("libjq.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    return fail(
        ErrorKind::not_found,
        fmt::format("libjq.so.1 cannot be loaded ({}); install the package libjq1", ::dlerror()));
  }
#define WEIR_JQ_LOOK_UP(name)                                                                      \
  library.name = reinterpret_cast<decltype(&::name)>(::dlsym(handle, #name));                      \
  if (!library.name) {                                                                             \
    return fail(ErrorKind::not_found, "libjq.so.1 has no function " #name "; install libjq1 1.6"); \
  }
  WEIR_JQ_FUNCTIONS(WEIR_JQ_LOOK_UP)
#undef WEIR_JQ_LOOK_UP
  loaded = true;
  return &library;
}

jv JqLibrary::to_jv(const Value& value, int depth) const {
  if (depth > kMaxDepth) return jv_invalid();
  switch (value.type()) {
    case Value::Type::null:
      return jv_null();
    case Value::Type::boolean:
      return value.as_bool() ? jv_true() : jv_false();
    case Value::Type::integer:
    case Value::Type::real:
      return jv_number(value.number());
    case Value::Type::string: {
      const std::string& text = value.as_string();
      if (is_utf8(text)) return string(text);
      return jv_object_set(jv_object(), string("$bytes"), string(base64_encode(text)));
    }
    case Value::Type::list:
      return list_to_jv(value.as_list(), depth);
    case Value::Type::record:
      return record_to_jv(value.as_record(), depth);
  }
  return jv_null();
}

jv JqLibrary::list_to_jv(const List& list, int depth) const {
  jv array = jv_array();
  for (const Value& item : list) {
    const jv element = to_jv(item, depth + 1);
    if (jv_get_kind(element) == JV_KIND_INVALID) {
      jv_free(array);
      return element;
    }
    array = jv_array_append(array, element);
  }
  return array;
}

jv JqLibrary::record_to_jv(const Record& record, int depth) const {
  jv object = jv_object();
  for (const auto& [key, item] : record) {
    const jv element = to_jv(item, depth + 1);
    if (jv_get_kind(element) == JV_KIND_INVALID) {
      jv_free(object);
      return element;
    }
    object = jv_object_set(object, string(is_utf8(key) ? key : to_valid_utf8(key)), element);
  }
  return object;
}

std::string JqLibrary::text_of(jv string) const {
  std::string text(jv_string_value(string),
                   static_cast<size_t>(jv_string_length_bytes(jv_copy(string))));
  jv_free(string);
  return text;
}

namespace {

Value number_value(double d) {
  // JSON has no infinities: jq prints the largest numbers for them, and null for NaN.
  if (std::isnan(d)) return {};
  if (std::isinf(d)) return std::copysign(std::numeric_limits<double>::max(), d);
  constexpr double kExact = 9007199254740992;  // 2^53
  if (d == std::floor(d) && std::abs(d) <= kExact && !(d == 0 && std::signbit(d))) {
    return static_cast<int64_t>(d);
  }
  return d;
}

/// {"$bytes": …} is what bytes were given as.
Value bytes_or_record(Record record) {
  if (record.size() == 1) {
    const auto& [key, value] = *record.begin();
    if (key == "$bytes" && value.is_string()) {
      if (auto bytes = base64_decode(value.as_string())) return std::move(*bytes);
    }
  }
  return record;
}

}  // namespace

Value JqLibrary::from_jv(jv value, int depth) const {
  switch (jv_get_kind(value)) {
    case JV_KIND_TRUE:
      jv_free(value);
      return true;
    case JV_KIND_FALSE:
      jv_free(value);
      return false;
    case JV_KIND_NUMBER: {
      const double d = jv_number_value(value);
      jv_free(value);
      return number_value(d);
    }
    case JV_KIND_STRING:
      return text_of(value);
    case JV_KIND_ARRAY:
      if (depth < kMaxDepth) return list_from_jv(value, depth);
      break;
    case JV_KIND_OBJECT:
      if (depth < kMaxDepth) return record_from_jv(value, depth);
      break;
    default:
      break;
  }
  jv_free(value);
  return {};
}

Value JqLibrary::list_from_jv(jv value, int depth) const {
  List list;
  const int length = jv_array_length(jv_copy(value));
  list.reserve(static_cast<size_t>(length));
  for (int i = 0; i < length; ++i) {
    list.push_back(from_jv(jv_array_get(jv_copy(value), i), depth + 1));
  }
  jv_free(value);
  return list;
}

Value JqLibrary::record_from_jv(jv value, int depth) const {
  Record record;
  for (int i = jv_object_iter(value); jv_object_iter_valid(value, i);
       i = jv_object_iter_next(value, i)) {
    record.set(text_of(jv_object_iter_key(value, i)),
               from_jv(jv_object_iter_value(value, i), depth + 1));
  }
  jv_free(value);
  return bytes_or_record(std::move(record));
}

}  // namespace weir::builtins
