#include <catch2/catch.hpp>

#include "base/value.h"
#include "support/random.h"

using weir::List;
using weir::Record;
using weir::Value;

namespace {

std::string round_trip(std::string_view json) {
  const auto value = Value::parse_json(json);
  return value ? value->to_json() : "error: " + value.error().message;
}

}  // namespace

TEST_CASE("JSON text is read and written back compactly", "[base]") {
  const std::pair<const char*, const char*> rows[] = {
      {"null", "null"},
      {" [ 1 , 2.5 , true ] ", "[1,2.5,true]"},
      {R"({"b": 1, "a": [], "c": {}})", R"({"b":1,"a":[],"c":{}})"},
      {R"("\u00e9\n\u0001\/")", "\"é\\n\\u0001/\""},
      {R"("\ud83d\ude00")", "\"😀\""},
      {R"({"a":1,"a":2})", R"({"a":2})"},
      {"1.0", "1.0"},
      {"1e2", "100.0"},
      {"9223372036854775807", "9223372036854775807"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"9223372036854775808", "9.223372036854776e+18"},
      {"-9223372036854775809", "-9.223372036854776e+18"},
      {"100000000000000000000", "1e+20"},
  };
  for (const auto& [text, expected] : rows) CHECK(round_trip(text) == expected);
}

TEST_CASE("a JSON error is one line with the byte and no library's name", "[base]") {
  const std::pair<std::string_view, const char*> rows[] = {
      {"[1,",
       "error: invalid JSON at byte 4: unexpected end of input; expected '[', '{', or a literal"},
      {"",
       "error: invalid JSON at byte 1: unexpected end of input; expected '[', '{', or a literal"},
      {"tru", "error: invalid JSON at byte 4: invalid literal; last read: 'tru'"},
      {"[1]x",
       "error: invalid JSON at byte 4: invalid literal; last read: '1]x'; expected end of input"},
      {"1e999", "error: invalid JSON at byte 5: number overflow parsing '1e999'"},
      {std::string_view("1\0x", 3), "error: invalid JSON at byte 2: a NUL byte"},
  };
  for (const auto& [text, expected] : rows) CHECK(round_trip(text) == expected);
  CHECK(round_trip("\"\xff\"").starts_with("error: invalid JSON at byte 2: invalid string"));
  const std::string long_token = round_trip("\"" + std::string(5000, 'x') + "\n\"");
  CHECK(long_token.size() < 300);
  CHECK(long_token.find('\n') == std::string::npos);
}

TEST_CASE("JSON nested too deeply is an error, just deep enough is not", "[base]") {
  const auto nested = [](size_t n) { return std::string(n, '[') + std::string(n, ']'); };
  CHECK(Value::parse_json(nested(1000)));
  const auto deep = Value::parse_json(nested(1001));
  REQUIRE_FALSE(deep);
  CHECK(deep.error().kind == weir::ErrorKind::limit);
  CHECK_FALSE(Value::parse_json(std::string(5'000'000, '[')));
}

TEST_CASE("bytes that are not UTF-8 travel as $bytes", "[base]") {
  CHECK(Value("\xff\x00"
              "a")
            .to_json() == R"({"$bytes":"/w=="})");
  CHECK(Value(std::string("\xff\0a", 3)).to_json() == R"({"$bytes":"/wBh"})");
  CHECK(Value::parse_json(R"({"$bytes": "/wBh"})")->as_string() == std::string("\xff\0a", 3));
  CHECK(Value::parse_json(R"([{"$bytes": ""}])")->to_json() == R"([""])");
  // Not this form: stays a record.
  CHECK(round_trip(R"({"$bytes":"%"})") == R"({"$bytes":"%"})");
  CHECK(round_trip(R"({"$bytes":1})") == R"({"$bytes":1})");
  CHECK(round_trip(R"({"$bytes":"","a":1})") == R"({"$bytes":"","a":1})");
  CHECK(Value(Record{{"k\xff", 1}}).to_json() == "{\"k\xEF\xBF\xBD\":1}");
}

TEST_CASE("not-a-number and infinity are null in JSON", "[base]") {
  CHECK(Value(List{0.0 / 0.0, 1.0 / 0.0}).to_json() == "[null,null]");
}

TEST_CASE("pretty JSON is indented by two", "[base]") {
  const auto value = Value::parse_json(R"({"a":[1,{"b":[]}],"c":{}})");
  CHECK(value->to_pretty_json() ==
        "{\n  \"a\": [\n    1,\n    {\n      \"b\": []\n    }\n  ],\n  \"c\": {}\n}");
  CHECK(Value(1).to_pretty_json() == "1");
}

namespace {

Value random_value(weir::test::Random& random, int depth) {
  switch (random.below(depth > 0 ? 8 : 6)) {
    case 0:
      return {};
    case 1:
      return random.one_in(2);
    case 2:
      return static_cast<int64_t>(random.bits());
    case 3:
      return static_cast<double>(static_cast<int64_t>(random.bits())) / 1024.0;
    case 4:
      return random.text("ab\"\\\n\x01 \x7f", 8);
    case 5:
      return random.text("\xc3\xa9\xff\xe2\x82\xac z", 8);
    case 6: {
      List list;
      for (uint32_t n = random.below(5); n > 0; --n)
        list.push_back(random_value(random, depth - 1));
      return list;
    }
    default: {
      Record record;
      for (uint32_t n = random.below(25); n > 0; --n) {
        record.set(random.text("abc", 4), random_value(random, depth - 1));
      }
      return record;
    }
  }
}

}  // namespace

TEST_CASE("any value survives JSON, compact and pretty", "[base]") {
  weir::test::Random random;
  CAPTURE(random.seed());
  for (int i = 0; i < 2000; ++i) {
    const Value value = random_value(random, 4);
    const std::string json = value.to_json();
    const auto compact = Value::parse_json(json);
    const auto pretty = Value::parse_json(value.to_pretty_json());
    if (!compact || !(*compact == value) || compact->to_json() != json) FAIL(json);
    if (!pretty || !(*pretty == value)) FAIL(json);
    if (json.find('\n') != std::string::npos) FAIL("not one line: " << json);
  }
}

TEST_CASE("reading can be stopped by another thread") {
  std::atomic<bool> stop = true;
  const auto value = Value::parse_json("[1, 2]", &stop);
  REQUIRE_FALSE(value);
  CHECK(value.error().kind == weir::ErrorKind::cancelled);
  stop = false;
  CHECK(Value::parse_json("[1, 2]", &stop));
}
