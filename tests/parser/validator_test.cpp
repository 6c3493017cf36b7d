#include "parser/validator.h"

#include <catch2/catch.hpp>

#include "support/test_shell.h"

using namespace weir;
using namespace weir::parser;
using weir::test::TestShell;

namespace {

// "E040@3 W060@12": the codes with their offsets; "syntax" where it does not parse.
std::string findings(std::string text, const Surroundings& shell = TestShell(),
                     Findings wanted = Findings::all) {
  const ParseResult result = parse_and_validate("t", std::move(text), 1, shell, wanted);
  if (result.unit->body == nullptr) return "syntax";
  std::string found;
  for (const Diagnostic& one : result.diagnostics)
    found += (found.empty() ? "" : " ") + one.code + "@" + std::to_string(one.span.begin);
  return found;
}

struct Row {
  const char* text;
  const char* found;
};

void check(std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(findings(row.text) == row.found);
  }
}

}  // namespace

TEST_CASE("flags of builtins are checked as far as the words are known", "[validator]") {
  check({{"read -x y", "E040@5"},
         {"read -rz y", "E040@5"},
         {"read -p", "E040@5"},
         {"p=q; read -p $p -x y", "E040@16"},
         {"p=q; read $p -x", ""},
         {"read -- -x", ""},
         {"read -5", ""},
         {"read --help -x", ""},
         {"xs=[a]; get ...$xs -z", ""},
         {"get a -z", "E040@6"},
         {"scatter --limt 4 | a | gather", "E040@8"},
         {"command read -x y", "E040@13"},
         {"timeout --signal INT 5 read -x y", "E040@28"},
         {"no-builtin --flag", ""}});
}

TEST_CASE("operands of builtins are counted where their number is known", "[validator]") {
  check({{"cd a b", "E041@5"},
         {"cd a b c", "E041@7"},
         {"pwd x", "E041@4"},
         {"typeof", "E041@0"},
         {"source", "E041@0"},
         {"cd *", ""},
         {"cd {a,b}", ""},
         {"x=1; cd a $x", "E041@10"},
         {"x=1; cd $x a", ""},
         {"cd \"$@\" a", ""},
         {"xs=[a]; cd ...$xs", ""},
         {"cd --help x", ""}});
}

TEST_CASE("a failure that the text handles is no error, and a function hides a builtin",
          "[validator]") {
  check({{"pwd x || exit", "W041@4"},
         {"! pwd x", "W041@6"},
         {"if pwd x; then :; fi", "E041@7"},
         {"pwd() { :; }; pwd x", ""},
         {"pwd x; f() { pwd() { :; }; }", ""},
         {"alias pwd=ls; pwd x", ""},
         {"source lib; pwd x", "W041@16"},
         {"source lib; break 1 2", "E043@12 E041@20"},
         {"command pwd x", "E041@12"},
         {"greet -x a b c", ""}});
  TestShell shared;
  shared.is_program = false;
  CHECK(findings("f() { pwd x; }", shared) == "W041@10");
  CHECK(findings("pwd x", shared) == "E041@4");
}

TEST_CASE("control flow needs something to act on", "[validator]") {
  check({{"break", "E043@0"},
         {"for i in a; do break; done", ""},
         {"while break; do :; done", ""},
         {"for i in a; do (break); done", "E043@16"},
         {"for i in a; do break & done", "E043@15"},
         {"for i in a; do break | read; done", "E043@15"},
         {"for i in a; do echo | break; done", ""},
         {"for i in a; do x=$(break); done", "E043@19"},
         {"for i in a; do f() { break; }; done", "E043@21"},
         {"return", "E044@0"},
         {"f() { return; }", ""},
         {"f() { (return 1); }", ""},
         {"local x", "E045@0"},
         {"f() { local x=1; }", ""},
         {"break --help", ""}});
  TestShell sourced;
  sourced.may_return = true;
  CHECK(findings("return; ", sourced) == "");
  CHECK(findings("local x", sourced) == "E045@0");
}

TEST_CASE("a read-only name is not assigned", "[validator]") {
  check({{"readonly x=1; x=2", "E046@14"},
         {"readonly x=1; x=2 || exit", "W046@14"},
         {"readonly x=1; f() { x=2; }", "W046@20"},
         {"x=1; readonly x; x=2", ""},
         {"(readonly x=1); x=2", ""},
         {"if a; then readonly x=1; fi; x=2", ""},
         {"readonly x=1; for x in a; do :; done", "E046@18"},
         {"readonly x=1; read x", "E046@19"},
         {"readonly x=1; readonly x=2", "E046@23"},
         {"locked=1", "E046@0"},
         {"readonly x=1; ((x++))", "W046@16"},
         {"a && locked=1", ""}});
}

TEST_CASE("scatter and gather belong together", "[validator]") {
  check({{"scatter | a", "E047@0"},
         {"a | gather", "E047@4"},
         {"scatter | gather", "E047@0"},
         {"a | scatter | b | gather | c", ""},
         {"scatter() { :; }; scatter | a", ""}});
}

TEST_CASE("other misuse that always fails is an error", "[validator]") {
  check({{"mapfile x", "E042@0"},
         {"[ a", "E048@0"},
         {"[ -f a]", "E048@0"},
         {"[ -f $HOME]", "E048@0"},
         {"[ a = b ]]", "E048@0"},
         {"end=]; [ -f a $end", ""},
         {"trap 'if' INT", "E049@5"},
         {"trap 'break; return; local x' INT", ""},
         {"trap - INT; trap '' INT; trap 2", ""},
         {"trap 'read -x y' INT", "E040@5"},
         {"trap : INT SIGFOO", "E051@11"},
         {"trap - DEBUG EXIT FOO || :", "W051@7 W051@18"},
         {"trap -- : FOO; trap 2 99; trap foo", "E051@10 E051@22 E051@31"},
         {"x=FOO; trap \"$x\" FOO; trap : $x; trap ...$x FOO; trap -- FOO", "E051@17 E051@57"},
         {"trap 0; trap - 2; trap", ""},
         {"export x=[1]", "E050@7"},
         {"x={a: 1} greet", "E050@0"}});
}

TEST_CASE("names that nothing sets are warned of, once, where nothing unknown sets names",
          "[validator]") {
  check({{"echo $name $name", "W060@5"},
         {"echo ${name:-} $name", ""},
         {"echo $HOME $CI_TOKEN", ""},
         {"TARGET=1; echo $TARGTE", "W060@15"},
         {"echo $UID ${BASH_SOURCE[0]:-$0} ${BASH_REMATCH[1]}", "W060@5 W060@32"},
         {"UID=1; echo $UID", ""},
         {"echo $name; name=1", ""},
         {"read name; echo $name", ""},
         {"read -a name; echo $name", ""},
         {"f() { echo $name; }; for name in a; do f; done", ""},
         {"((name = 1)); echo $name", ""},
         {"exec {name}> f; echo $name", ""},
         {"a | scatter --as name | echo $name | gather", ""},
         {"source lib; echo $name", ""},
         {"x=name; read $x; echo $name", ""},
         {"set +u; echo $name", ""},
         {"[[ -v name ]] && echo $name", ""},
         {"[ -n $name ] && echo $name", ""},
         {"trap 'name=1' INT; echo $name", ""},
         {"echo $((name + 1))", "W060@8"},
         {"echo $1 $@ $? ${10}", ""}});
}

TEST_CASE("several flags in one text are one argument", "[validator]") {
  check({{"flags='-l -a'; ls $flags", "W061@18"},
         {"flags='-l -a'; ls \"$flags\"", ""},
         {"flags='-l -a'; echo $flags", ""},
         {"flags=[-l -a]; ls ...$flags", ""},
         {"flags='--title=two words'; ls $flags", ""},
         {"flags='-l -a'; a && flags=-l; ls $flags", ""},
         {"cmd='ls -l'; $cmd", "W061@13"},
         {"text='two words'; ls $text", ""}});
}

TEST_CASE("what is not reached, and cd that may fail, are warned of", "[validator]") {
  check({{"cd a; rm b", "W062@0"},
         {"cd a; sudo rm b", "W062@0"},
         {"f() { cd a; echo; mv b c; }", "W062@6"},
         {"cd a && rm b", ""},
         {"cd a || exit; rm b", ""},
         {"cd /; rm b", ""},
         {"set -e; cd a; rm b", ""},
         {"exit; echo", "W063@6"},
         {"exit; echo; echo", "W063@6"},
         {"f() { return 1; echo; }", "W063@16"},
         {"for i in a; do break; echo; done", "W063@22"},
         {"exit & echo", ""},
         {"a || exit; echo", ""},
         {"exec; echo", ""}});
}

TEST_CASE("tests that always give the same are warned of", "[validator]") {
  check({{"[[ x ]]", "W064@3"},
         {"x=1; [[ $x=1 ]]", "W064@8"},
         {"x=1; [ $x=1 ]", "W064@7"},
         {"[[ -n x ]]", "W064@6"},
         {"x=1; [[ -z a$x ]]", "W064@11"},
         {"[ a = b ]", "W064@2"},
         {"x=1; [[ $x == $x ]]", "W064@8"},
         {"x=1; [[ $x == y ]]", ""},
         {"[[ $(a) == $(a) ]]", ""},
         {"while [ 1 ]; do :; done", ""},
         {"x=1; [[ -n $x && ! $x ]]", ""}});
}

TEST_CASE("case items that nothing reaches are warned of", "[validator]") {
  check({{"case a in x) ;; x) ;; esac", "W065@16"},
         {"case a in *) ;; x) ;; esac", "W065@16"},
         {"case a in '*') ;; *) ;; esac", ""},
         {"case a in *) ;;& x) ;; esac", ""},
         {"case a in *) ;& x) ;; esac", ""},
         {"case a in x | y) ;; z | y) ;; esac", "W065@24"}});
}

TEST_CASE("redirections that lose data are warned of", "[validator]") {
  check({{"sort f > f", "W066@7"},
         {"tr a b < f > f", "W066@11"},
         {"sort f | uniq > f", "W066@14"},
         {"sed s/a/b/ f > f", "W066@13"},
         {"grep f g > f", ""},
         {"echo f > f", ""},
         {"sort f >> f", ""},
         {"a > 1", "W069@2"},
         {"a > '1'", ""},
         {"a >&2", ""},
         {"x=1; [ $x > 5 ]", "W069@10"},
         {"a > f | b", "W070@2"},
         {"a | b < f", "W070@6"},
         {"a 2>&1 > f | b", ""},
         {"a | scatter | b < f | gather", ""}});
}

TEST_CASE("words that look like something else are warned of", "[validator]") {
  check({{"n=3; for i in {1..$n}; do :; done", "W067@14"},
         {"n=3; echo {1..$n}", "W067@10"},
         {"echo {1..3} \"{1..$HOME}\"", ""},
         {"x = 5", "W068@0"},
         {"x =5", "W068@0"},
         {"x= 5", "W068@0"},
         {"x() { :; }; x = 5", ""},
         {"x=1; $x=5", "W068@5"},
         {"[$HOME = a ]", "W068@0"}});
}

TEST_CASE("a declaration with blanks around its = is an error", "[validator]") {
  check({{"export x = 1", "E068@7"},
         {"export x =1", "E068@7"},
         {"export x= 1", "E068@7"},
         {"readonly a=1 x = 1", "E068@13"},
         {"f() { local x = 1; }", "E068@12"},
         {"export x = 1 || :", "W068@7"},
         {"export x=1 y= z", ""},
         {"export x='=' '=y'", ""}});
}

TEST_CASE("a text that keeps no tree has the same findings", "[validator]") {
  const std::string text =
      "f() { x=1; }; flags='-l -a'\nls $flags; cat << A; cat << B\n$(break)\nA\nB\n"
      "readonly x=1; x=2\npwd y; pwd() { :; }\nalias cd=x; cd a b\ncd z; rm -f $nmae\nname=1; "
      "exit; echo";
  const auto findings_of = [&](bool keeps_tree) {
    std::string all;
    const auto result = parse_and_validate("t", text, 1, TestShell(), Findings::all, keeps_tree);
    CHECK((result.unit->body != nullptr) == keeps_tree);
    for (const Diagnostic& one : result.diagnostics) all += render(one, *result.unit);
    return all;
  };
  CHECK(findings_of(true).size() > 500);
  CHECK(findings_of(true) == findings_of(false));
}

TEST_CASE("a comment allows a warning, never an error", "[validator]") {
  check({{"exit; echo # weir: allow W063", ""},
         {"exit\n# weir: allow W063\necho", ""},
         {"exit; echo # weir: allow W060", "W063@6"},
         {"exit # weir: allow W063\necho", "W063@24"},
         {"break # weir: allow E043", "E043@0"}});
}

TEST_CASE("where only errors are wanted there are no warnings", "[validator]") {
  const TestShell shell;
  CHECK(findings("exit; echo $name; x = 5; pwd x || exit", shell, Findings::errors) == "");
  CHECK(findings("echo \"$(break)\" <<< ${x:-$(return)}", shell, Findings::errors) ==
        "E043@8 E044@27");
  CHECK(findings("cat << END\n$(break)\nEND\n", shell, Findings::errors) == "E043@13");
}
