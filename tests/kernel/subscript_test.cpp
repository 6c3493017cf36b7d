#include "kernel/subscript.h"

#include <catch2/catch.hpp>

#include "base/text.h"
#include "support/random.h"

using weir::List;
using weir::Record;
using weir::Result;
using weir::Value;
namespace kernel = weir::kernel;

namespace {

Value json(std::string_view text) { return Value::parse_json(text).value(); }

std::string shown(const Result<Value>& result) {
  return result ? result->to_json() : "error: " + result.error().message;
}

std::string after_set(std::string_view root, std::vector<Value> path, Value value) {
  Value changed = json(root);
  const auto done = kernel::set_path(changed, path, std::move(value));
  return done ? changed.to_json() : "error: " + done.error().message;
}

std::string after_erase(std::string_view root, std::vector<Value> path) {
  Value changed = json(root);
  const auto done = kernel::erase_path(changed, path);
  return done ? changed.to_json() : "error: " + done.error().message;
}

}  // namespace

TEST_CASE("elements are found by key and by index", "[kernel]") {
  const Value record = json(R"({"host":"a","port":22,"7":"x"})");
  CHECK(shown(kernel::element(record, "port")) == "22");
  CHECK(shown(kernel::element(record, 7)) == R"("x")");
  const Value list = json("[10,20,30]");
  CHECK(shown(kernel::element(list, 0)) == "10");
  CHECK(shown(kernel::element(list, -1)) == "30");
  CHECK(shown(kernel::element(list, "1")) == "20");
}

TEST_CASE("an element that is not there is an error that says what is", "[kernel]") {
  const Value record = json(R"({"host":"a","port":22})");
  const Value list = json("[1,2,3]");
  const std::tuple<Value, Value, const char*, bool> rows[] = {
      {record, "prot", R"(error: record has no key "prot"; did you mean "port"?)", true},
      {record, "zzz", R"(error: record has no key "zzz"; it has "host", "port")", true},
      {json("{}"), "a", R"(error: record has no key "a"; it is empty)", true},
      {json(R"({"aaaa":1,"bbbb":1,"cccc":1,"dddd":1,"eeee":1,"ffff":1})"), "z",
       R"(error: record has no key "z"; it has "aaaa", "bbbb", "cccc", "dddd", "eeee", …)", true},
      {record, list, "error: a record takes a key, not a list", false},
      {list, 7, "error: index 7 is out of range: the list has 3 elements", true},
      {list, -4, "error: index -4 is out of range: the list has 3 elements", true},
      {json("[1]"), 1, "error: index 1 is out of range: the list has 1 element", true},
      {json("[]"), 0, "error: index 0 is out of range: the list is empty", true},
      {list, "name", R"(error: a list takes an integer index, not "name"; a variable is [$name])",
       false},
      {list, "i+1", R"(error: a list takes an integer index, not "i+1"; arithmetic is [$((i+1))])",
       false},
      {list, 1.5, "error: a list takes an integer index, not 1.5", false},
      {list, Value(), "error: a list takes an integer index, not null", false},
      {list, "1x", R"(error: a list takes an integer index, not "1x")", false},
      {Value("abc"), 0,
       "error: a string has no elements, so it takes no [0]; characters are a slice: [0:1]", false},
      {Value(5), "k", "error: an int has no elements, so it takes no [k]", false},
      {Value(), "k", R"(error: null has no element "k")", true},
  };
  for (const auto& [container, index, message, absent] : rows) {
    const auto result = kernel::element(container, index);
    CHECK(shown(result) == message);
    CHECK(kernel::is_absent(result.error()) == absent);
  }
}

TEST_CASE("slices are end-exclusive and stay within the ends", "[kernel]") {
  using Bound = std::optional<int64_t>;
  const std::tuple<const char*, Bound, Bound, const char*> rows[] = {
      {"[1,2,3,4]", 1, 3, "[2,3]"},
      {"[1,2,3,4]", {}, 2, "[1,2]"},
      {"[1,2,3,4]", 2, {}, "[3,4]"},
      {"[1,2,3,4]", -2, {}, "[3,4]"},
      {"[1,2,3,4]", {}, -1, "[1,2,3]"},
      {"[1,2,3,4]", 3, 1, "[]"},
      {"[1,2,3,4]", -9, 9, "[1,2,3,4]"},
      {"[]", 0, 5, "[]"},
      {"[1]", INT64_MIN, INT64_MAX, "[1]"},
      {R"("héllo")", 1, 3, R"("él")"},
      {R"("héllo")", -3, {}, R"("llo")"},
      {R"("héllo")", 0, 99, R"("héllo")"},
      {R"("héllo")", {}, -1, R"("héll")"},
      {R"("héllo")", 2, {}, R"("llo")"},
      {R"("")", 0, 1, R"("")"},
      {"12345", 0, 2, R"("12")"},
      {"null", 0, 2, R"("")"},
      {"{}", 0, 2, "error: a record takes a key, not a slice"},
  };
  for (const auto& [container, from, to, expected] : rows) {
    CAPTURE(container);
    CHECK(shown(kernel::slice(json(container), from, to)) == expected);
  }
}

TEST_CASE("slices of text agree with slices of the list of its characters", "[kernel]") {
  weir::test::Random random;
  CAPTURE(random.seed());
  for (int i = 0; i < 5000; ++i) {
    const std::string text = random.text("ab\xc3\xa9\xff", 10);
    List characters;
    for (size_t at = 0; at < text.size();) {
      const size_t size = weir::decode_code_point(text, at).size;
      characters.emplace_back(text.substr(at, size));
      at += size;
    }
    const auto bound = [&]() -> std::optional<int64_t> {
      if (random.one_in(5)) return std::nullopt;
      return static_cast<int64_t>(random.below(26)) - 13;
    };
    const auto from = bound();
    const auto to = bound();
    std::string expected;
    for (const Value& c : kernel::slice(characters, from, to)->as_list()) expected += c.as_string();
    if (kernel::slice(text, from, to)->as_string() != expected) FAIL(weir::quote_word(text));
  }
}

TEST_CASE("a path is set in place and only the last key may be new", "[kernel]") {
  CHECK(after_set(R"({"a":1})", {"b"}, 2) == R"({"a":1,"b":2})");
  CHECK(after_set(R"({"a":{"b":[1,2]}})", {"a", "b", -1}, "x") == R"({"a":{"b":[1,"x"]}})");
  CHECK(after_set(R"({"a":{}})", {"a", "new"}, 1) == R"({"a":{"new":1}})");
  CHECK(after_set(R"({"port":{}})", {"prot", "new"}, 1) ==
        R"(error: record has no key "prot"; did you mean "port"?)");
  CHECK(after_set("[1]", {1}, 2) ==
        "error: index 1 is out of range: the list has 1 element; push appends");
  CHECK(after_set("[1]", {"k"}, 2) ==
        R"(error: a list takes an integer index, not "k"; a variable is [$k])");
  CHECK(after_set("5", {"k"}, 2) == "error: an int has no elements, so it takes no [k]");
}

TEST_CASE("setting and erasing a path leaves copies as they were", "[kernel]") {
  Value original = json(R"({"a":{"b":[1,2]}})");
  Value copy = original;
  const Value path[] = {"a", "b", 0};
  REQUIRE(kernel::set_path(copy, path, 9));
  REQUIRE(kernel::erase_path(copy, std::span(path).first(2)));
  CHECK(original.to_json() == R"({"a":{"b":[1,2]}})");
  CHECK(copy.to_json() == R"({"a":{}})");
  // A failure unshares nothing below the root.
  copy = original;
  const Value missing[] = {"a", "zzz", 0};
  REQUIRE_FALSE(kernel::set_path(copy, missing, 9));
  CHECK(copy == original);
}

TEST_CASE("keys and elements are erased", "[kernel]") {
  CHECK(after_erase(R"({"a":1,"b":2})", {"a"}) == R"({"b":2})");
  CHECK(after_erase("[1,2,3]", {-2}) == "[1,3]");
  CHECK(after_erase(R"({"a":[1]})", {"a", 0}) == R"({"a":[]})");
  CHECK(after_erase("[1]", {3}) == "error: index 3 is out of range: the list has 1 element");
  CHECK(after_erase("{}", {"k"}) == R"(error: record has no key "k"; it is empty)");
}

TEST_CASE("length counts elements, keys and characters", "[kernel]") {
  CHECK(kernel::length(json("[1,2]")) == 2);
  CHECK(kernel::length(json(R"({"a":1})")) == 1);
  CHECK(kernel::length("héé") == 3);
  CHECK(kernel::length(-123) == 4);
  CHECK(kernel::length(Value()) == 0);
}

TEST_CASE("+= joins lists, merges records and concatenates scalars", "[kernel]") {
  const std::tuple<const char*, const char*, const char*> rows[] = {
      {R"("a")", R"("b")", R"("ab")"},
      {"1", "1", R"("11")"},
      {"1.5", "true", R"("1.5true")"},
      {"[1]", "[2,3]", "[1,2,3]"},
      {R"({"a":1,"b":1})", R"({"b":2,"c":3})", R"({"a":1,"b":2,"c":3})"},
      {"null", R"("b")", R"("b")"},
      {"null", "[1]", "[1]"},
      {R"("b")", "null", R"("b")"},
      {"[1]", "2", "error: an int cannot be added to a list with +=; use push, or put it in [ ]"},
      {"[1]", "{}",
       "error: a record cannot be added to a list with +=; use push, or put it in [ ]"},
      {"{}", "2", "error: an int cannot be added to a record with +=; set a key, or put it in { }"},
      {R"("b")", "[1]", "error: a list cannot be added to a string with +="},
  };
  for (const auto& [old, more, expected] : rows) {
    CHECK(shown(kernel::append_value(json(old), json(more))) == expected);
  }
  const Value self = json("[1,2]");
  CHECK(shown(kernel::append_value(self, self)) == "[1,2,1,2]");
}

TEST_CASE("+= through a path works in place and makes a new last key", "[kernel]") {
  Value root = json(R"({"a":{"xs":[1]}})");
  const Value xs[] = {"a", "xs"};
  const Value fresh[] = {"a", "new"};
  const Value missing[] = {"b", "new"};
  REQUIRE(kernel::append_path(root, xs, List{2}));
  REQUIRE(kernel::append_path(root, fresh, 5));
  CHECK(root.to_json() == R"({"a":{"xs":[1,2],"new":"5"}})");
  CHECK_FALSE(kernel::append_path(root, missing, 5));
  CHECK_FALSE(kernel::append_path(root, xs, 3));
  CHECK(root.to_json() == R"({"a":{"xs":[1,2],"new":"5"}})");
  Value text = "a";
  REQUIRE(kernel::append_path(text, {}, "b"));
  CHECK(text == Value("ab"));
}

TEST_CASE("appending to a list that nobody shares does not copy it", "[kernel]") {
  Value list = List{};
  for (int i = 0; i < 200'000; ++i) {
    if (!kernel::append_to(list, List{i})) FAIL(i);
  }
  CHECK(list.as_list().size() == 200'000);
}
