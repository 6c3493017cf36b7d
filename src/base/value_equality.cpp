// Deep equality, with a stack of its own: values nest deeper than the native one.
#include "base/value.h"

namespace weir {

namespace {

using Pair = std::pair<const Value*, const Value*>;

/// Exact, unlike a comparison as doubles: 2^53 + 1 is not 2^53.
bool equals(int64_t i, double d) {
  return d >= -0x1p63 && d < 0x1p63 && static_cast<int64_t>(d) == i &&
         static_cast<double>(static_cast<int64_t>(d)) == d;
}

bool equal_numbers(const Value& a, const Value& b) {
  if (a.is_int() && b.is_int()) return a.as_int() == b.as_int();
  if (a.is_int()) return equals(a.as_int(), b.as_real());
  if (b.is_int()) return equals(b.as_int(), a.as_real());
  return a.as_real() == b.as_real();
}

bool equal_scalars(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return equal_numbers(a, b);
  if (a.type() != b.type()) return false;
  if (a.is_string()) return a.as_string() == b.as_string();
  if (a.is_bool()) return a.as_bool() == b.as_bool();
  return true;
}

bool push_items(const List& a, const List& b, std::vector<Pair>& todo) {
  if (a.size() != b.size()) return false;
  if (&a == &b) return true;
  for (size_t i = 0; i < a.size(); ++i) todo.emplace_back(&a[i], &b[i]);
  return true;
}

/// The order of the keys does not matter, as in every JSON library.
bool push_entries(const Record& a, const Record& b, std::vector<Pair>& todo) {
  if (a.size() != b.size()) return false;
  if (&a == &b) return true;
  for (const auto& [key, value] : a) {
    const Value* other = b.find(key);
    if (!other) return false;
    todo.emplace_back(&value, other);
  }
  return true;
}

bool equal_collections(const Value& first, const Value& second) {
  std::vector<Pair> todo{{&first, &second}};
  while (!todo.empty()) {
    const auto [a, b] = todo.back();
    todo.pop_back();
    bool same = false;
    if (a->is_list() && b->is_list()) {
      same = push_items(a->as_list(), b->as_list(), todo);
    } else if (a->is_record() && b->is_record()) {
      same = push_entries(a->as_record(), b->as_record(), todo);
    } else {
      same = a->is_scalar() && b->is_scalar() && equal_scalars(*a, *b);
    }
    if (!same) return false;
  }
  return true;
}

}  // namespace

bool operator==(const Value& a, const Value& b) {
  if (a.is_scalar() || b.is_scalar()) {
    return a.is_scalar() && b.is_scalar() && equal_scalars(a, b);
  }
  return equal_collections(a, b);
}

}  // namespace weir
