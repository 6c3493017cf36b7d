#include "base/value.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <map>

#include "support/random.h"

using weir::List;
using weir::Record;
using weir::Value;

TEST_CASE("a bareword is typed only where printing gives the same text back", "[base]") {
  const std::pair<const char*, const char*> rows[] = {
      {"0", "int"},
      {"1", "int"},
      {"-3", "int"},
      {"42", "int"},
      {"1.5", "float"},
      {"1.0", "float"},
      {"-0.25", "float"},
      {"0.1", "float"},
      {"true", "bool"},
      {"false", "bool"},
      {"null", "null"},
      {"1e+16", "float"},
      {"007", "string"},
      {"1.10", "string"},
      {"+1", "string"},
      {"1e5", "string"},
      {"-0", "string"},
      {"1.", "string"},
      {".5", "string"},
      {"1e16", "string"},
      {"", "string"},
      {"-", "string"},
      {"--1", "string"},
      {"1-2", "string"},
      {"0x10", "string"},
      {"1_000", "string"},
      {"inf", "string"},
      {"nan", "string"},
      {"True", "string"},
      {"nullx", "string"},
      {"1.2.3", "string"},
      {"1e400", "string"},
      {"00", "string"},
      {"-01", "string"},
      {" 1", "string"},
      {"1 ", "string"},
      {"9223372036854775807", "int"},
      {"-9223372036854775808", "int"},
      {"9223372036854775808", "string"},
      {"123456789012345678901234567890", "string"},
      {"0.1000000000000000055", "string"},
  };
  for (const auto& [text, type] : rows) {
    const Value value = Value::from_bareword(text);
    CAPTURE(text);
    CHECK(value.type_name() == type);
    CHECK((value.is_null() ? "null" : value.to_text()) == text);
  }
}

TEST_CASE("every bareword prints as it was written", "[base]") {
  weir::test::Random random;
  CAPTURE(random.seed());
  for (int i = 0; i < 20000; ++i) {
    const std::string word = random.text("0123456789.e+-", 12);
    const std::string text = Value::from_bareword(word).to_text();
    if (text != word) FAIL(word << " became " << text);
  }
}

TEST_CASE("a float's text reads back as the same float and stays a float", "[base]") {
  CHECK(weir::real_to_text(1) == "1.0");
  CHECK(weir::real_to_text(100000) == "100000.0");
  CHECK(weir::real_to_text(1.5) == "1.5");
  CHECK(weir::real_to_text(1e300) == "1e+300");
  CHECK(weir::real_to_text(-0.0) == "-0.0");
  CHECK(weir::real_to_text(5e-324) == "5e-324");
  CHECK(weir::real_to_text(0.00001) == "0.00001");
  CHECK(weir::real_to_text(-1.0 / 0.0) == "-inf");
  weir::test::Random random;
  CAPTURE(random.seed());
  for (int i = 0; i < 20000; ++i) {
    double d = 0;
    const uint64_t bits = random.bits();
    std::memcpy(&d, &bits, sizeof d);
    if (d != d || d - d != 0) continue;
    const std::string text = weir::real_to_text(d);
    if (std::strtod(text.c_str(), nullptr) != d) FAIL(text << " is not " << d);
    if (text.find_first_of(".e") == std::string::npos) FAIL(text << " looks like an int");
  }
}

TEST_CASE("the text form is strings as they are, null as nothing, collections as JSON", "[base]") {
  CHECK(Value("a b").to_text() == "a b");
  CHECK(Value().to_text().empty());
  CHECK(Value(true).to_text() == "true");
  CHECK(Value(7).to_text() == "7");
  CHECK(Value(List{1, "x", Value()}).to_text() == R"([1,"x",null])");
  CHECK(Value(Record{{"k", "v"}, {"n", 1.0}}).to_text() == R"({"k":"v","n":1.0})");
}

TEST_CASE("a copy of a collection does not see later writes", "[base]") {
  Value a = List{1, 2};
  Value b = a;
  b.list_mut().push_back(3);
  CHECK(a.as_list().size() == 2);
  CHECK(b.as_list().size() == 3);
  Value r = Record{{"in", Record{{"k", 1}}}};
  Value s = r;
  s.record_mut().find("in")->record_mut().set("k", 2);
  CHECK(r.to_json() == R"({"in":{"k":1}})");
  CHECK(s.to_json() == R"({"in":{"k":2}})");
}

TEST_CASE("a sole owner is written in place", "[base]") {
  Value a = List{1, 2};
  const List* body = &a.as_list();
  a.list_mut().push_back(3);
  CHECK(&a.as_list() == body);
}

TEST_CASE("numbers are equal as numbers, exactly", "[base]") {
  CHECK(Value(1) == Value(1.0));
  CHECK_FALSE(Value(1) == Value("1"));
  CHECK_FALSE(Value(true) == Value(1));
  CHECK_FALSE(Value(int64_t{9007199254740993}) == Value(9007199254740992.0));
  CHECK_FALSE(Value(INT64_MAX) == Value(0x1p63));
  CHECK(Value(INT64_MIN) == Value(-0x1p63));
  CHECK_FALSE(Value(1) == Value(1.5));
  CHECK(Value() == Value());
}

TEST_CASE("collections are equal deeply, records in any order", "[base]") {
  CHECK(Value(List{1, List{2}}) == Value(List{1.0, List{2}}));
  CHECK_FALSE(Value(List{1, 2}) == Value(List{1}));
  CHECK(Value(Record{{"a", 1}, {"b", 2}}) == Value(Record{{"b", 2}, {"a", 1}}));
  CHECK_FALSE(Value(Record{{"a", 1}}) == Value(Record{{"b", 1}}));
  CHECK_FALSE(Value(List{}) == Value(Record{}));
  CHECK_FALSE(Value(List{}) == Value(""));
}

TEST_CASE("a record keeps the order of its keys and agrees with a map", "[base]") {
  weir::test::Random random;
  CAPTURE(random.seed());
  for (int round = 0; round < 50; ++round) {
    Record record;
    std::vector<std::string> order;
    std::map<std::string, int> model;
    const uint32_t keys = 1 + random.below(60);
    for (int i = 0; i < 200; ++i) {
      const std::string key = "k" + std::to_string(random.below(keys));
      if (random.one_in(4)) {
        CHECK(record.erase(key) == (model.erase(key) > 0));
        std::erase(order, key);
      } else {
        if (model.insert_or_assign(key, i).second) order.push_back(key);
        record.set(key, i);
      }
      if (random.one_in(10)) record = Record(record);
    }
    std::vector<std::string> keys_now;
    for (const auto& [key, value] : record) keys_now.push_back(key);
    REQUIRE(keys_now == order);
    for (uint32_t k = 0; k < keys; ++k) {
      const std::string key = "k" + std::to_string(k);
      const Value* found = record.find(key);
      REQUIRE((found != nullptr) == model.contains(key));
      if (found) REQUIRE(found->as_int() == model[key]);
    }
  }
}

TEST_CASE("a value nested a million deep is written, compared and destroyed", "[base]") {
  Value a;
  Value b;
  for (int i = 0; i < 1'000'000; ++i) {
    a = i % 2 == 0 ? Value(List{std::move(a)}) : Value(Record{{"k", std::move(a)}});
    b = i % 2 == 0 ? Value(List{std::move(b)}) : Value(Record{{"k", std::move(b)}});
  }
  CHECK(a == b);
  CHECK(a.to_json().size() == 1'000'000 * 4 + 4);  // [] and {"k":}: four bytes a level on average
}
