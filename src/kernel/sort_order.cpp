// The total order of values, with a stack of its own: values nest deeper than
// the native one.
#include <algorithm>
#include <bit>
#include <cmath>

#include "kernel/compare.h"

namespace weir::kernel {

namespace {

using Order = std::weak_ordering;

/// bool apart, so that false comes before true; ints and floats are one kind.
int rank(const Value& value) {
  const auto type = static_cast<int>(value.type());
  return value.is_real() ? static_cast<int>(Value::Type::integer) : type;
}

Order order_numbers(const Value& a, const Value& b) {
  const auto is_nan = [](const Value& v) { return v.is_real() && std::isnan(v.as_real()); };
  if (a.is_int() && b.is_int()) return a.as_int() <=> b.as_int();
  if (is_nan(a) || is_nan(b)) return is_nan(b) <=> is_nan(a);
  if (a == b) return Order::equivalent;
  return *compare_numbers(parser::TestOp::num_less, a, b) ? Order::less : Order::greater;
}

/// REQUIRES: the same rank, scalars.
Order order_scalars(const Value& a, const Value& b) {
  if (a.is_bool()) return a.as_bool() <=> b.as_bool();
  if (a.is_number()) return order_numbers(a, b);
  if (a.is_string()) return a.as_string() <=> b.as_string();
  return Order::equivalent;
}

/// Two collections of a kind, compared member by member. Records by their
/// sorted keys first, so that the order of insertion does not matter.
class Walk {
 public:
  Walk(const Value& a, const Value& b) : is_list_(a.is_list()), a_(members(a)), b_(members(b)) {}

  /// The order of the keys; decided before any value is looked at.
  Order key_order() const {
    if (is_list_) return Order::equivalent;
    return std::lexicographical_compare_three_way(
        a_.begin(), a_.end(), b_.begin(), b_.end(),
        [](const Member& x, const Member& y) -> Order { return *x.key <=> *y.key; });
  }
  bool at_end() const { return next_ == std::min(a_.size(), b_.size()); }
  Order size_order() const { return a_.size() <=> b_.size(); }
  std::pair<const Value*, const Value*> next() {
    const size_t i = next_++;
    return {a_[i].value, b_[i].value};
  }

 private:
  struct Member {
    const std::string* key;
    const Value* value;
  };

  static std::vector<Member> members(const Value& collection) {
    std::vector<Member> out;
    if (collection.is_list()) {
      for (const Value& item : collection.as_list()) out.push_back({nullptr, &item});
    } else {
      for (const auto& [key, value] : collection.as_record()) out.push_back({&key, &value});
      std::ranges::sort(out, {}, [](const Member& m) -> const std::string& { return *m.key; });
    }
    return out;
  }

  bool is_list_;
  std::vector<Member> a_, b_;
  size_t next_ = 0;
};

constexpr int kRankBits = 3;

/// Doubles of the same order: the bits of negative ones are turned round.
uint64_t number_prefix(double number) {
  if (std::isnan(number)) return 0;
  const auto bits = std::bit_cast<uint64_t>(number == 0 ? 0.0 : number);  // -0.0 equals 0.0
  constexpr uint64_t kSign = uint64_t{1} << 63;
  return ((bits & kSign) != 0 ? ~bits : bits | kSign) >> kRankBits;
}

/// The first bytes; the rest of shorter texts counts as NUL.
uint64_t text_prefix(std::string_view text) {
  constexpr size_t kBytes = 7;
  uint64_t prefix = 0;
  for (size_t i = 0; i < kBytes; ++i) {
    prefix = prefix << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0);
  }
  return prefix;
}

}  // namespace

uint64_t sort_prefix(const Value& value) {
  uint64_t prefix = 0;
  if (value.is_bool()) prefix = value.as_bool() ? 1 : 0;
  if (value.is_int()) prefix = number_prefix(static_cast<double>(value.as_int()));
  if (value.is_real()) prefix = number_prefix(value.as_real());
  if (value.is_string()) prefix = text_prefix(value.as_string());
  return static_cast<uint64_t>(rank(value)) << (64 - kRankBits) | prefix;
}

Order sort_order(const Value& first, const Value& second) {
  std::vector<Walk> walks;
  const Value* a = &first;
  const Value* b = &second;
  while (true) {
    if (rank(*a) != rank(*b)) return rank(*a) <=> rank(*b);
    if (a->is_scalar()) {
      if (const Order order = order_scalars(*a, *b); order != 0) return order;
    } else {
      walks.emplace_back(*a, *b);
      if (const Order order = walks.back().key_order(); order != 0) return order;
    }
    while (!walks.empty() && walks.back().at_end()) {
      if (const Order order = walks.back().size_order(); order != 0) return order;
      walks.pop_back();
    }
    if (walks.empty()) return Order::equivalent;
    std::tie(a, b) = walks.back().next();
  }
}

}  // namespace weir::kernel
