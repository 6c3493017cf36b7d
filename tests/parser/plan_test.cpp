#include "parser/plan.h"

#include <catch2/catch.hpp>

#include "parser/parser.h"
#include "support/test_shell.h"

using namespace weir;

namespace {

std::vector<Value> rows(std::string text) {
  const auto parsed = parser::parse("t", std::move(text));
  REQUIRE(parsed.outcome == parser::Outcome::ok);
  return parser::plan(*parsed.unit, test::TestShell());
}

std::string field(const Value& row, std::string_view name) {
  const Value* value = row.as_record().find(name);
  REQUIRE(value);
  return value->to_text();
}

// "kind:name" of each row, with "!what" for each thing that is dynamic.
std::string commands(std::string text) {
  std::string all;
  for (const Value& row : rows(std::move(text))) {
    all += (all.empty() ? "" : " ") + field(row, "kind") + ":" + field(row, "name");
    for (const Value& what : row.as_record().find("dynamic")->as_list())
      all += "!" + what.as_string();
  }
  return all;
}

// One field of the only row, as JSON.
std::string only(std::string text, std::string_view name) {
  const auto all = rows(std::move(text));
  REQUIRE(all.size() == 1);
  return all[0].as_record().find(name)->to_json();
}

struct Row {
  const char* text;
  const char* planned;
};

void check(std::initializer_list<Row> expected) {
  for (const Row& row : expected) {
    INFO(row.text);
    CHECK(commands(row.text) == row.planned);
  }
}

}  // namespace

TEST_CASE("every command of a text has a row, wherever it stands", "[plan]") {
  check(
      {{"a; b && c || d &", "external:a external:b external:c external:d"},
       {"a | b |& c", "external:a external:b external:c"},
       {"if a; then b; elif c; then d; else e; fi",
        "external:a external:b external:c external:d external:e"},
       {"while a; do b; done; until c; do d; done", "external:a external:b external:c external:d"},
       {"case x in $(a)) b ;; esac", "external:a external:b"},
       {"f() { a; }", "external:a"},
       {"(a); { b; }", "external:a external:b"},
       {"echo $(a $(b)) \"$(c)\" <(d) ${x:-$(e)} $((1 + $(f)))",
        "builtin:echo!arguments external:a!arguments external:b external:c external:d external:e "
        "external:f"},
       {"cat << END\n$(a)\nEND", "external:cat!redirects external:a"},
       {"[[ $(a) == $(b) ]]; (( $(c) ))", "external:a external:b external:c"},
       {"x=[$(a) {k: $(b)}]", "none:!assignments external:a external:b"},
       {"x[$(a)]=1", "none:!assignments external:a"},
       {"export x=$(a)", "builtin:export!arguments!assignments external:a"},
       {"a | scatter | b $ITEM | gather",
        "external:a builtin:scatter external:b!arguments builtin:gather"},
       {"time a; ! b", "external:a external:b"},
       {"trap 'a; b' INT", "builtin:trap external:a external:b"},
       {"timeout -s INT 5 a b", "builtin:timeout external:a"},
       {"timeout 5 timeout 5 $a",
        "builtin:timeout!arguments builtin:timeout!arguments unknown:{\"source\":\"$a\"}!name"},
       {"a | each b", "external:a builtin:each external:b!arguments"},
       {"exec echo", "builtin:exec external:echo"},
       {"command echo; command a", "builtin:command builtin:echo builtin:command external:a"},
       {"command -v a", "builtin:command"},
       {"", ""}});
}

TEST_CASE("a name is a function, a builtin or external only where that is certain", "[plan]") {
  check({{"f() { a; }; f", "external:a function:f"},
         {"f; f() { a; }", "unknown:f external:a"},
         {"if a; then f() { b; }; fi; f", "external:a external:b unknown:f"},
         {"(f() { a; }); f", "external:a unknown:f"},
         {"f() { a; }; unset -f f; f", "external:a builtin:unset unknown:f"},
         {"echo() { a; }; echo; command echo",
          "external:a function:echo builtin:command builtin:echo"},
         {"exit() { a; }; exit", "external:a builtin:exit"},
         {"alias a=b; a", "builtin:alias unknown:a!code"},
         {"greet", "function:greet!code"},
         {"$a; \"$a\" b; ./a",
          "unknown:{\"source\":\"$a\"}!name unknown:{\"source\":\"\\\"$a\\\"\"}!name external:./a"},
         {"...$cmd", "unknown:{\"source\":\"...$cmd\"}!name"}});
}

TEST_CASE("what runs code from elsewhere says so", "[plan]") {
  check({{"source lib", "builtin:source!code"},
         {"trap $action INT", "builtin:trap!arguments!code"},
         {"alias a=$b", "builtin:alias!arguments!code"},
         {"hash -p /x a", "builtin:hash!code"},
         {"trap - INT", "builtin:trap"}});
}

TEST_CASE("names that are set without a command have rows of their own", "[plan]") {
  check({{"PATH=/x", "none:"},
         {"for PATH in a; do :; done", "none:!assignments external::"},
         {": ${PATH:=/x}", "external::!arguments none:!assignments"},
         {"((PATH = 1))", "none:!assignments"},
         {"((n++)); ((--n)); echo $((n += 1))",
          "none:!assignments none:!assignments builtin:echo!arguments none:!assignments"}});
  CHECK(
      only("A=1 B=$x C= a", "assignments") ==
      R"([{"name":"A","value":"1"},{"name":"B","value":{"source":"B=$x"}},{"name":"C","value":""}])");
}

TEST_CASE("redirections are part of the row, those of compound commands have one of their own",
          "[plan]") {
  CHECK(only("a > out 2>&1 < $in {fd}>> log", "redirects") ==
        R"([{"op":">","fd":null,"target":"out"},{"op":">&","fd":2,"target":"1"},)"
        R"({"op":"<","fd":null,"target":{"source":"$in"}},{"op":">>","fd":"fd","target":"log"}])");
  CHECK(commands("{ a; } > out") == "none: external:a");
  CHECK(commands("> out") == "none:");
}

TEST_CASE("a row says where its command stands and what is around it", "[plan]") {
  const auto all = rows("f() {\n  while a; do b & done\n}\nx=$(c | d)");
  const auto place = [](const Value& row) {
    return field(row, "line") + ":" + field(row, "column") + " " + field(row, "function") +
           field(row, "in") + field(row, "background");
  };
  REQUIRE(all.size() == 5);
  CHECK(place(all[0]) == R"(2:9 f["function","group","loop-condition"]false)");
  CHECK(place(all[1]) == R"(2:15 f["function","group","loop-body","background"]true)");
  CHECK(place(all[3]) == R"(4:5 ["substitution","stage"]false)");
  CHECK(place(all[4]) == R"(4:9 ["substitution"]false)");
  CHECK(field(all[1], "text") == "b");
  const auto trapped = rows("a\ntrap 'b' INT");
  CHECK(place(trapped[2]) == R"(2:6 ["trap"]false)");
}
