#include "builtins/field_path_support.h"

#include <catch2/catch.hpp>

using weir::List;
using weir::Record;
using weir::Value;
using weir::builtins::Field;
using weir::builtins::FieldPath;

namespace {

const Value kRow = Record{
    {"a", 1},
    {"u", Record{{"n", List{10, Record{{"c", "x"}}}}, {"a b", 2}, {"d.e", 3}}},
    {"", 4},
};

std::string found(std::string_view path, const Value& row = kRow) {
  const auto parsed = FieldPath::parse(path);
  if (!parsed) return "bad path: " + parsed.error().message;
  const auto value = parsed->find(row);
  return value ? (*value)->to_json() : "error: " + value.error().message;
}

}  // namespace

TEST_CASE("a path leads through keys and indices", "[field_path]") {
  CHECK(found("a") == "1");
  CHECK(found(".a") == "1");
  CHECK(found("u.n.0") == "10");
  CHECK(found("u.n.-1.c") == "\"x\"");
  CHECK(found("u[n][1][c]") == "\"x\"");
  CHECK(found("u.n[1].c") == "\"x\"");
  CHECK(found("u[\"a b\"]") == "2");
  CHECK(found("u['d.e']") == "3");
  CHECK(found("u.a b") == "2");
  CHECK(found("[a]") == "1");
  CHECK(found(".") == kRow.to_json());
  CHECK(found("1", List{5, 6}) == "6");
}

TEST_CASE("a bad path says what is wrong", "[field_path]") {
  for (const char* path :
       {"", "a.", "a..b", "..", "a[", "a[]", "a[b", "a[b]c", "a[\"b]", "a[\"b\""}) {
    INFO(path);
    CHECK_THAT(found(path),
               Catch::StartsWith("bad path: '" + std::string(path) + "' is no field: "));
  }
}

TEST_CASE("a default stands in for absence and never for a wrong kind", "[field_path]") {
  const Field field(*FieldPath::parse("a.b"), Value("none"));
  CHECK((*field.of(Record{}, 1))->as_string() == "none");
  CHECK((*field.of(Record{{"a", Value()}}, 1))->as_string() == "none");
  CHECK((*field.of(Record{{"a", Record{}}}, 1))->as_string() == "none");
  CHECK_FALSE(field.of(Record{{"a", 1}}, 1));
  CHECK_FALSE(field.of(Value("text"), 1));
}

TEST_CASE("an error names the row and the field", "[field_path]") {
  const Field field(*FieldPath::parse("sise"), {});
  const auto value = field.of(Record{{"size", 1}}, 7);
  REQUIRE_FALSE(value);
  CHECK(value.error().message ==
        "row 7: sise: record has no key \"sise\"; did you mean \"size\"? "
        "(--or VALUE stands in for what is not there)");
}
