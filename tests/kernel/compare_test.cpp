#include "kernel/compare.h"

#include <catch2/catch.hpp>

#include "support/random.h"

using weir::List;
using weir::Record;
using weir::Result;
using weir::Value;
using weir::parser::TestOp;
namespace kernel = weir::kernel;

namespace {

template <class T>
std::string shown(const Result<T>& result) {
  if (!result) return "error: " + result.error().message;
  return Value(*result).to_json();
}

}  // namespace

TEST_CASE("typed numbers are equal as numbers, other scalars as text", "[kernel]") {
  const std::tuple<Value, Value, const char*> rows[] = {
      {1, 1.0, "true"},
      {1, "1", "true"},
      {1.0, "1", "false"},
      {"007", 7, "false"},
      {true, "true", "true"},
      {Value(), "", "true"},
      {"a", "b", "false"},
      {List{1, 2}, List{1.0, 2}, "true"},
      {List{}, Record{}, "false"},
      {List{}, "[]", "error: a list cannot be compared with a string"},
      {1, Record{}, "error: an int cannot be compared with a record"},
  };
  for (const auto& [a, b, expected] : rows) CHECK(shown(kernel::values_equal(a, b)) == expected);
}

TEST_CASE("less compares numbers as numbers and text by bytes", "[kernel]") {
  const std::tuple<Value, Value, const char*> rows[] = {
      {9, 10, "true"},
      {"9", "10", "false"},
      {9, "10", "false"},
      {1.5, 2, "true"},
      {"a", "b", "true"},
      {"B", "a", "true"},
      {"é", "z", "false"},
      {List{}, List{}, "error: a list has no order for < and >"},
      {1, Record{}, "error: a record has no order for < and >"},
  };
  for (const auto& [a, b, expected] : rows) CHECK(shown(kernel::value_less(a, b)) == expected);
}

TEST_CASE("numbers are taken from values and from text", "[kernel]") {
  const std::tuple<Value, const char*> rows[] = {
      {5, "5"},
      {1.5, "1.5"},
      {"42", "42"},
      {" 42\n", "42"},
      {"+3", "3"},
      {"-3", "-3"},
      {"007", "7"},
      {"1e3", "1000.0"},
      {".5", "0.5"},
      {"9223372036854775808", "9.223372036854776e+18"},
      {"abc", R"(error: "abc" is not a number)"},
      {"", R"(error: "" is not a number)"},
      {"12x", R"(error: "12x" is not a number)"},
      {"inf", R"(error: "inf" is not a number)"},
      {"+-3", R"(error: "+-3" is not a number)"},
      {"0x10", R"(error: "0x10" is not a number)"},
      {Value(), "error: null is not a number"},
      {true, "error: true is not a number"},
      {List{1}, "error: a list is not a number"},
  };
  for (const auto& [value, expected] : rows) {
    const auto number = kernel::to_number(value);
    CHECK((number ? number->to_text() : "error: " + number.error().message) == expected);
  }
}

TEST_CASE("numbers compare exactly", "[kernel]") {
  const std::tuple<Value, TestOp, Value, bool> rows[] = {
      {1, TestOp::num_equal, "1.0", true},
      {"10", TestOp::num_greater, 9, true},
      {2, TestOp::num_less_equal, 2, true},
      {2, TestOp::num_less, 2.5, true},
      {-2, TestOp::num_greater, -2.5, true},
      {int64_t{9007199254740993}, TestOp::num_greater, 9007199254740992.0, true},
      {int64_t{9007199254740993}, TestOp::num_not_equal, 9007199254740992.0, true},
      {INT64_MAX, TestOp::num_less, 0x1p63, true},
      {INT64_MIN, TestOp::num_greater_equal, -0x1p63, true},
      {1e300, TestOp::num_greater, INT64_MAX, true},
      {0.0 / 0.0, TestOp::num_equal, 0.0 / 0.0, false},
  };
  for (const auto& [a, op, b, expected] : rows) {
    CHECK(kernel::compare_numbers(op, a, b) == expected);
  }
  CHECK(shown(kernel::compare_numbers(TestOp::num_less, 1, "x")) ==
        R"(error: "x" is not a number)");
}

TEST_CASE("in asks for an element of a list or a key of a record", "[kernel]") {
  const Value list = List{1, "b", List{2}};
  CHECK(shown(kernel::contains(list, 1)) == "true");
  CHECK(shown(kernel::contains(list, "1")) == "true");
  CHECK(shown(kernel::contains(list, "x")) == "false");
  CHECK(shown(kernel::contains(list, List{2})) == "true");
  CHECK(shown(kernel::contains(Record{{"k", 1}, {"5", 1}}, "k")) == "true");
  CHECK(shown(kernel::contains(Record{{"k", 1}, {"5", 1}}, 5)) == "true");
  CHECK(shown(kernel::contains(Record{}, "k")) == "false");
  CHECK(shown(kernel::contains("abc", "a")) ==
        "error: `in` takes a list or a record, not a string");
}

TEST_CASE("all values have one order for sorting", "[kernel]") {
  // Each is less than all that follow.
  const Value ascending[] = {Value(),
                             false,
                             true,
                             0.0 / 0.0,
                             -1,
                             0.5,
                             1,
                             1.5,
                             "",
                             "A",
                             "a",
                             "é",
                             List{},
                             List{1},
                             List{1, 1},
                             List{1, 2},
                             List{2},
                             Record{},
                             Record{{"a", 1}},
                             Record{{"a", 2}},
                             Record{{"b", 1}, {"a", 0}},
                             Record{{"b", 0}}};
  for (size_t i = 0; i < std::size(ascending); ++i) {
    for (size_t k = 0; k < std::size(ascending); ++k) {
      CAPTURE(ascending[i].to_json(), ascending[k].to_json());
      CHECK((kernel::sort_order(ascending[i], ascending[k]) < 0) == (i < k));
      CHECK((kernel::sort_order(ascending[i], ascending[k]) == 0) == (i == k));
    }
  }
  CHECK(std::is_eq(kernel::sort_order(1, 1.0)));
  CHECK(std::is_eq(kernel::sort_order(0.0, -0.0)));
  Value deep_a, deep_b;
  for (int i = 0; i < 100'000; ++i) {
    deep_a = List{std::move(deep_a)};
    deep_b = List{std::move(deep_b)};
  }
  CHECK(std::is_eq(kernel::sort_order(deep_a, deep_b)));
}

TEST_CASE("prefixes that differ order as their values do") {
  weir::test::Random random;
  INFO("WEIR_TEST_SEED=" << random.seed());
  const auto value = [&]() -> Value {
    const int64_t large = int64_t{1} << random.below(63);
    switch (random.below(8)) {
      case 0:
        return random.one_in(2) ? Value() : Value(random.one_in(2));
      case 1:
        return static_cast<int64_t>(random.below(9)) - 4;
      case 2:
        return (random.one_in(2) ? large : -large) + static_cast<int64_t>(random.below(3)) - 1;
      case 3:
        return (static_cast<double>(random.below(9)) - 4) / 2;
      case 4:
        return random.one_in(2) ? static_cast<double>(large) : 0.0 / 0.0;
      case 5:
        return random.one_in(2) ? -0.0 : 1e300 * 1e300;
      case 6:
        return std::string(random.below(9), static_cast<char>(random.below(256)));
      default:
        return random.one_in(2) ? Value(List{1}) : Value(Record{{"a", 1}});
    }
  };
  for (int i = 0; i < 20'000; ++i) {
    const Value a = value();
    const Value b = value();
    const auto prefixes = kernel::sort_prefix(a) <=> kernel::sort_prefix(b);
    CAPTURE(a.to_json(), b.to_json());
    if (prefixes != 0) CHECK((kernel::sort_order(a, b) < 0) == (prefixes < 0));
  }
}
