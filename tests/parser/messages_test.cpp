// Each message of the grammar: what is told, where, and what to write instead.
#include "parser/messages.h"

#include <catch2/catch.hpp>

#include "parser/parser.h"

using namespace weir::parser;

namespace {

struct Row {
  std::string text;
  uint32_t column;
  std::string code;
  std::string message;
  std::string help;
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    INFO(row.text);
    const ParseResult result = parse("t", row.text);
    REQUIRE(result.outcome != Outcome::ok);
    REQUIRE(result.diagnostics.size() == 1);
    const Diagnostic& told = result.diagnostics[0];
    CHECK(result.unit->position(told.span.begin).column == row.column);
    CHECK(told.code == row.code);
    CHECK(told.message == row.message);
    CHECK(told.help == row.help);
  }
}

}  // namespace

TEST_CASE("what cannot stand in a command is named with its place and the way out", "[parser]") {
  check({
      {"select x in a b; do echo $x; done", 18, "E001", "`do` without `for`, `while` or `until`",
       "a menu of bash's select is a loop with read here"},
      {"coproc cat", 7, "E013", "`coproc` is not in weir",
       "run a job with & and talk to it through files or <(…) and >(…)"},
      {"function f( { echo; }", 11, "E002", "`(` at line 1 is not closed: `)` is missing", ""},
      {"function f echo", 12, "E022", "expected a body in braces, got `echo`",
       "write: name() { …; }"},
      {"function (", 10, "E001", "expected a name for the function, got `(`", ""},
      {"for i in 1 2 3 do echo $i; done", 28, "E001", "expected `do`, got `done`",
       "a ; or a newline stands before `do`, and `done` ends the loop"},
      {"for i in 1 2 3; echo $i; done", 17, "E001", "expected `do`, got `echo`",
       "a ; or a newline stands before `do`, and `done` ends the loop"},
      {"for $i in 1 2 3; do echo; done", 5, "E001", "expected a variable name, got `$i`",
       "write: for name in words; do, without a $, or: for ((i = 0; i < 9; i++)); do"},
      {"for i in a b | do :; done", 14, "E001", "expected `;` or a newline, and `do`, got `|`", ""},
      {"for (i=0; i<3; i++); do :; done", 5, "E001", "expected a variable name, got `(`",
       "write: for name in words; do, without a $, or: for ((i = 0; i < 9; i++)); do"},
      {"for ((i=0, i<3, i++)); do :; done", 20, "E001",
       "expected `;`: a head of three parts (( … ; … ; … )), got `)`", ""},
      {"while true; echo; done", 19, "E001", "expected `do`, got `done`",
       "a ; or a newline stands before `do`, and `done` ends the loop"},
      {"if true; echo; fi", 16, "E001", "expected `then`, got `fi`",
       "write: if command; then commands; fi, with a ; or a newline before `then`"},
      {"if true then echo; fi", 20, "E001", "expected `then`, got `fi`",
       "write: if command; then commands; fi, with a ; or a newline before `then`"},
      {"if true; then; fi", 14, "E001", "expected a command, got `;`",
       "a command that does nothing is :"},
      {"if true; then echo; elsif true; then echo; fi", 33, "E001", "expected `fi`, got `then`",
       "one more condition is: elif command; then commands"},
      {"if [ 1 -eq 1 ] && then echo; fi", 19, "E001", "expected a command after `&&`, got `then`",
       ""},
      {"echo || then", 9, "E001", "expected a command after `||`, got `then`", ""},
      {"eval a", 1, "E004", "`eval` runs text as code and is not in weir",
       "keep a command in a list and run it with ...$words, or write a function"},
      {"declare -A m", 1, "E011", "`declare` is not in weir: values have types of their own",
       "x=[] is a list, x={} a record; in a function write: local x=…"},
      {"typeset x=1", 1, "E011", "`typeset` is not in weir: values have types of their own",
       "x=[] is a list, x={} a record; in a function write: local x=…"},
      {"let x=1", 1, "E012", "`let` is not in weir", "write: ((x = y + 1))"},
      {"case $x a) echo;; esac", 9, "E001", "expected `in`, got `a`",
       "write: case word in pattern) commands ;; esac"},
      {"case ;", 6, "E001", "expected a word, got `;`", ""},
      {"case x in a echo;; esac", 13, "E001", "expected `)` or `|` after the pattern, got `echo`",
       "write: pattern) commands ;;"},
      {"case x in a|) echo;; esac", 13, "E001", "expected a pattern, got `)`", ""},
      {"{ echo a }; b )", 15, "E001", "expected `}`, got `)`", ""},
      {"{echo a; }", 10, "E001", "`}` without `{`",
       "a group begins with { and a blank; quote a } that is text"},
      {"(a; b}", 1, "E002", "`(` at line 1 is not closed: `)` is missing", ""},
      {"echo a)", 7, "E001", "`)` without `(`", "quote a ) that is text"},
      {"echo (a)", 7, "E001", "expected `)` right after the `(`, got `a`",
       "a function is name() { …; }; quote a ( that is text"},
      {"echo a(b)", 7, "E001", "`(` cannot stand here",
       "quote a ( that is text; $(…) is a substitution, ( … ) begins a command"},
      {"f(a) { echo; }", 3, "E001", "expected `)` right after the `(`, got `a`",
       "a function is name() { …; }; quote a ( that is text"},
      {"f() echo a", 5, "E022", "expected a body in braces, got `echo`", "write: name() { …; }"},
      {"echo a;; echo b", 7, "E001", "`;;` outside of `case`", "one ; separates commands"},
      {";", 1, "E001", "expected a command, got `;`",
       "& ends a command as ; does; quote an operator that is text"},
      {"& echo", 1, "E001", "expected a command, got `&`",
       "& ends a command as ; does; quote an operator that is text"},
      {"| cat", 1, "E001", "expected a command, got `|`",
       "& ends a command as ; does; quote an operator that is text"},
      {"&& echo", 1, "E001", "expected a command, got `&&`",
       "& ends a command as ; does; quote an operator that is text"},
      {"echo a | | cat", 10, "E001", "expected a command after `|`, got `|`", ""},
      {"echo a &; echo b", 9, "E001", "expected a command, got `;`",
       "& ends a command as ; does; quote an operator that is text"},
      {"echo a &&& b", 10, "E001", "expected a command after `&&`, got `&`", ""},
      {"{ a; } b", 8, "E001", "unexpected `b`", "write ; or a newline between two commands"},
      {"echo > > f", 8, "E001", "expected a file or descriptor for the redirection, got `>`", ""},
      {"cat << ;", 8, "E001", "expected a delimiter for the here-document, got `;`", ""},
      {"cat < a < b", 9, "E005", "two sources for the standard input of one command",
       "keep one of them, or join them first: cat FILE - <<END | …"},
      {"cat <& x", 5, "E021", "`x` is not a descriptor to duplicate",
       "write a number, or - to close; a file takes > or <"},
      {"cat 9999999< a", 5, "E021", "a descriptor number this large cannot be opened", ""},
      {"! ;", 3, "E001", "expected a command after `!`", ""},
      {"done", 1, "E001", "`done` without `do`",
       "remove it, or begin the loop with for, while or until"},
      {"do echo; done", 1, "E001", "`do` without `for`, `while` or `until`",
       "a menu of bash's select is a loop with read here"},
      {"then echo", 1, "E001", "`then` without `if`", "write: if command; then commands; fi"},
      {"else echo", 1, "E001", "`else` without `if`",
       "write: if command; then commands; else commands; fi"},
      {"elif a", 1, "E001", "`elif` without `if`",
       "write: if command; then commands; elif command; then commands; fi"},
      {"fi", 1, "E001", "`fi` without `if`", "remove it, or write: if command; then commands; fi"},
      {"esac", 1, "E001", "`esac` without `case`",
       "remove it, or write: case word in pattern) commands ;; esac"},
      {"}", 1, "E001", "`}` without `{`",
       "a group begins with { and a blank; quote a } that is text"},
  });
}

TEST_CASE("what cannot stand in a test is named with its place and the way out", "[parser]") {
  check({
      {"if [[ a == b ] ; then echo; fi", 14, "E001", "expected `&&`, `||` or `]]`, got `]`",
       "a test ends with a blank and ]]; quote a blank in its words; <= is -le, >= is -ge"},
      {"if [[ a == b]] ; then echo; fi", 16, "E001", "expected `&&`, `||` or `]]`, got `;`",
       "a test ends with a blank and ]]; quote a blank in its words; <= is -le, >= is -ge"},
      {"if [[ a = b ]] echo; fi", 16, "E001", "expected `then`, got `echo`",
       "write: if command; then commands; fi, with a ; or a newline before `then`"},
      {"[[ a <= b ]]", 9, "E001", "expected `&&`, `||` or `]]`, got `b`",
       "a test ends with a blank and ]]; quote a blank in its words; <= is -le, >= is -ge"},
      {"[[ a foo b ]]", 6, "E024", "not an operator of [[ … ]]",
       "= == != < > =~ !~ -eq -ne -lt -le -gt -ge -nt -ot -ef in, not in"},
      {"[[ a -a b ]]", 6, "E030", "-a and -o are not operators of [[ … ]]",
       "write: [[ … && … ]] or [[ … || … ]]"},
      {"[[ a == ]]", 9, "E025", "expected a word to compare with, got `]]`",
       "an empty string is ''"},
      {"[[ a == b && ]]", 14, "E025", "expected a test after `&&`, got `]]`", ""},
      {"[[ a == b || ]]", 14, "E025", "expected a test after `||`, got `]]`", ""},
      {"[[ -f ]]", 7, "E025", "expected an operand for the test, got `]]`",
       "an empty string is ''"},
      {"[[ a =~ ]]", 9, "E025", "expected a regular expression, got `]]`", ""},
      {"[[ a =~ (b c ]]", 9, "E002", "`(` at line 1 is not closed: `)` is missing", ""},
      {"[[ ! ]]", 6, "E025", "expected a test, got `]]`", ""},
      {"[[ (a == b ]]", 12, "E001", "expected `)`, got `]]`", ""},
      {"[[ a in (a b) ]]", 9, "E025", "expected a list, a record or a variable after `in`, got `(`",
       "write a list in brackets: [[ a in [a b] ]]"},
  });
}

TEST_CASE("what cannot stand in a word or a value is named with its place and the way out",
          "[parser]") {
  check({
      {"xs=(a b c)", 4, "E010", "an array in ( … ) is not in weir",
       "a list is written in brackets: xs=[a b c]"},
      {"xs+=(d)", 5, "E010", "an array in ( … ) is not in weir",
       "a list is written in brackets: xs+=[d]"},
      {"xs=[a,,b]", 7, "E023", "two commas without an element between them",
       "an empty string is \"\", nothing is null"},
      {"xs=[a;b]", 6, "E001", "expected an element or `]`, got `;`",
       "quote text that has ; & | < > ( ) or } in it"},
      {"xs=[a\"b[c]]", 6, "E002", "the quote \" at line 1 is not closed", ""},
      {"xs=[a[b]c]", 6, "E023", "a bracket or brace inside an unquoted element",
       "quote the element, or separate it by a blank"},
      {"xs=[a]b", 7, "E023", "expected the end of the word, got `b`",
       "[…] and {…} are a list and a record here; quote them to mean text"},
      {"r={a 1}", 6, "E001", "expected `:` after the key, got `1}`",
       "a record is {key: value, …}; quote the braces to mean text"},
      {"r={a: }", 7, "E001", "expected a value, got `}`", "an empty string is \"\""},
      {"r={a: 1; b: 2}", 8, "E001", "expected `key: value` or `}`, got `;`", ""},
      {"r[k v]=1", 4, "E028", "a blank inside a subscript", "quote the key: ${r[\"a key\"]}"},
      {"xs[]=1", 3, "E028", "an empty subscript", "write a key, an index or a slice such as [1:3]"},
      {"xs[1:2]=1", 3, "E020", "a slice cannot be assigned to", ""},
      {"echo ...$xs,", 6, "E027", "... spreads a whole argument, and here more is glued to it",
       "separate it by a blank"},
      {"echo ${xs[@]}", 11, "E026", "[@] and [*] are not in weir",
       "...$xs is one argument per element, \"$xs\" all as JSON, ${#xs} their number"},
      {"echo ${!x}", 8, "E008", "${!name} is not in weir",
       "keep the values in a record: r={a: 1}; ${r[$name]}"},
      {"echo ${x:1:2}", 9, "E006", "${x:offset:length} is not in weir",
       "write a slice, its end not included: ${x[1:3]}"},
      {"echo ${x:$n}", 9, "E006", "${x:offset:length} is not in weir",
       "write a slice, its end not included: ${x[from:end]}"},
      {"echo ${x@Q}", 9, "E009", "${x@…} is not in weir",
       "quote with: printf %q, write as JSON with: tojson"},
      {"echo ${r.foo}", 9, "E007", "a record is not read with a dot", "write: ${r[foo]}"},
      {"echo ${}", 8, "E028", "expected a name after `${`, got `}`", ""},
      {"echo ${x y}", 9, "E028", "expected an operator of ${…} or `}`, got a blank",
       "${x:-default} ${#x} ${x#prefix} ${x%suffix} ${x/a/b} ${x[key]} are some"},
      {"echo `date`", 6, "E003", "`cmd` in backticks is not in weir", "write: $(cmd)"},
      {"echo $[1+2]", 6, "E014", "$[…] is not in weir", "write: $((…))"},
  });
}

TEST_CASE("an extended pattern is named wherever it stands, and no other parenthesis is",
          "[parser]") {
  const std::string several =
      "write several patterns: a|b) in a case, [[ $x == a || $x == b ]], {a,b} for file names";
  const std::string around =
      "turn the test around: [[ $x != a ]], of files in a loop that skips what matches";
  const auto regex = [](char sign) {
    return std::string("write a regular expression: [[ $x =~ ^(a|b)") + sign + "$ ]]";
  };
  check({
      {"[[ foo == @(foo|bar) ]]", 11, "E032", "the extended pattern @(…) is not in weir", several},
      {"case foo in @(a|b)) :;; esac", 13, "E032", "the extended pattern @(…) is not in weir",
       several},
      {"case foo in (a?(b)) :;; esac", 15, "E032", "the extended pattern ?(…) is not in weir",
       regex('?')},
      {"ls !(x)", 4, "E032", "the extended pattern !(…) is not in weir", around},
      {"ls a*(b|c).h", 5, "E032", "the extended pattern *(…) is not in weir", regex('*')},
      {"ls \"$(ls +(a))\"", 10, "E032", "the extended pattern +(…) is not in weir", regex('+')},
      {"for f in !(*.c); do :; done", 10, "E032", "the extended pattern !(…) is not in weir",
       around},
      {"x=@(a)", 3, "E032", "the extended pattern @(…) is not in weir", several},
      {"@(a|b)", 1, "E032", "the extended pattern @(…) is not in weir", several},
      {"echo $?(x)", 8, "E001", "`(` cannot stand here",
       "quote a ( that is text; $(…) is a substitution, ( … ) begins a command"},
      {"echo \\*(x)", 8, "E001", "`(` cannot stand here",
       "quote a ( that is text; $(…) is a substitution, ( … ) begins a command"},
      {"f (x)", 4, "E001", "expected `)` right after the `(`, got `x`",
       "a function is name() { …; }; quote a ( that is text"},
      {"echo $((!()))", 11, "E001", "expected an expression, got `)`", ""},
  });
}

TEST_CASE("what cannot stand in arithmetic is named with its place and the way out", "[parser]") {
  check({
      {"echo $((1 +))", 12, "E001", "expected an operand after the operator, got `)`", ""},
      {"echo $((1+2)", 12, "E001", "expected an operator or `))`, got `)`", ""},
      {"echo $(( 08 ))", 10, "E019", "08 is not a number in base 8",
       "a leading 0 means octal; write: 10#08"},
      {"echo $((0b101 + 1))", 9, "E019", "0b101 is not a number in base 8", "write: 2#101"},
      {"echo $((0o17))", 9, "E019", "0o17 is not a number in base 8", "write: 8#17"},
      {"echo $((0b3))", 9, "E019", "0b3 is not a number in base 8",
       "a leading 0 means octal; 0x… is hexadecimal, 2#… binary"},
      {"echo $((8#9))", 9, "E019", "8#9 is not a number in base 8", ""},
      {"echo $(( 1.5 ))", 10, "E018",
       "1.5 is not an integer, and $((…)) and ((…)) are integer arithmetic",
       "write: math EXPRESSION"},
      {"echo $(( a b ))", 12, "E001", "expected an operator or `))`, got `b`", ""},
      {"echo $(( 2# ))", 10, "E019", "2# has no digits", ""},
      {"echo $(( 99#1 ))", 10, "E019", "the base of a number is from 2 to 64", ""},
      {"echo $(( 99999999999999999999 ))", 10, "E019",
       "99999999999999999999 does not fit into 64 bits", ""},
      {"echo $(( x[ ))", 13, "E001", "expected an expression, got `)`", ""},
      {"echo $(( 1 ? 2 ))", 12, "E001", "`?` without its `:`", "write: condition ? then : else"},
      {"((1 = 2))", 3, "E020", "only a variable can be assigned to", ""},
  });
}

TEST_CASE("a lone brace that is an argument is pointed out where a group is not closed",
          "[parser]") {
  check({{"{ echo a }", 1, "E002", "`{` at line 1 is not closed: `}` is missing",
          "the } at line 1 is an argument: write ; or a newline before it"}});
}

TEST_CASE("a message is shown with its line, a caret under the place and the help", "[parser]") {
  const ParseResult result = parse("t.ksh", "echo a\n  if true; echo; fi\n");
  REQUIRE(result.outcome == Outcome::error);
  CHECK(render(result.diagnostics[0], *result.unit) ==
        "t.ksh:2:18: error: expected `then`, got `fi` [E001]\n"
        "    if true; echo; fi\n"
        "                   ^^\n"
        "  help: write: if command; then commands; fi, with a ; or a newline before `then`\n");
}

TEST_CASE("nesting without an end is an error, not a crash", "[parser]") {
  for (const std::string opener :
       {"(", "$(", "{ ", "${x:-", "$((", "if ", "[[ ( ", "\"$(", "x=[", "f() { "}) {
    INFO(opener);
    std::string text;
    for (int i = 0; i < 10'000; ++i) text += opener;
    const ParseResult result = parse("t", text);
    REQUIRE(result.outcome == Outcome::error);
    CHECK(result.diagnostics.at(0).message.size() > 0);
  }
}
