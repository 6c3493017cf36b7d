#include "scheduler/row.h"

#include <catch2/catch.hpp>

using namespace weir;
using namespace weir::scheduler;

TEST_CASE("the pieces of an array together are its JSON text") {
  for (int size : {0, 1, 3}) {
    ArrayText array;
    List list;
    std::string text;
    for (int i = 0; i < size; ++i) {
      list.emplace_back(List{i, "x"});
      append_row_line(text, array.element(list.back()));
    }
    append_row_line(text, array.end());
    CHECK(text == Value(list).to_json() + "\n");
  }
}

TEST_CASE("an array text begins anew after its end") {
  ArrayText array;
  (void)array.element(1);
  (void)array.end();
  CHECK(array.end().line == "[]\n");
}

TEST_CASE("a row is its own line, or that of its value") {
  std::string text;
  append_row_line(text, Row(1.0, true, "1.00\n"));
  append_row_line(text, Row("raw text"));
  append_row_line(text, Row(List{"a", Value()}));
  CHECK(text == "1.00\nraw text\n[\"a\",null]\n");
}
