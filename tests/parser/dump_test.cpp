// Every kind of command, word and expression as its tree: text, dump.
#include "parser/dump.h"

#include <catch2/catch.hpp>

#include "parser/parser.h"

using namespace weir::parser;

namespace {

struct Row {
  std::string text;
  std::string tree;
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    INFO(row.text);
    const ParseResult result = parse("t", row.text);
    REQUIRE(result.outcome == Outcome::ok);
    CHECK(dump(*result.unit) == row.tree + "\n");
  }
}

}  // namespace

TEST_CASE("lists, pipelines and redirections have their tree", "[parser]") {
  check({
      {"a |& b", R"((pipe (a (2>& 1)) |& (b)))"},
      {"! a || b", R"((or (! (a)) (b)))"},
      {"a & b", R"((& (a))
(b))"},
      {"time -p a", R"((time -p (a)))"},
      {"x=1 a b", R"(((= x 1) a b))"},
      {"a > f 2>&1 < g", R"((a (> f) (2>& 1) (< g)))"},
      {"a &>> f", R"((a (&>> f)))"},
      {"a {fd}<> f", R"((a ({fd}<> f)))"},
      {"a <<< b", R"((a (<<< b)))"},
      {"cat << E\n$x\nE\n", R"((cat (<< <"$x" "\n">)))"},
      {"cat <<- 'E'\n\t$x\n\tE\n", R"((cat (<< "$x\n")))"},
  });
}

TEST_CASE("compound commands have their tree", "[parser]") {
  check({
      {"( a; b )", R"((subshell (a) (b)))"},
      {"if a; then b; elif c; then d; else e; fi",
       R"((if (when (a)) (then (b)) (when (c)) (then (d)) (else (e))))"},
      {"while a; do b; done", R"((while (when (a)) (do (b))))"},
      {"until a; do b; done > f", R"((until (when (a)) (do (b)) (> f)))"},
      {"for x; do a; done", R"((for x (do (a))))"},
      {"for x in a [b c] $(d); do e; done", R"((for x (in a (list b c) ($ (d))) (do (e))))"},
      {"for ((i = 0; i < 3; i++)); do a; done", R"((for (((= i 0); (< i 3); (_++ i))) (do (a))))"},
      {"case $x in a | b) c ;; (d) e ;& f) g ;;& esac",
       R"((case $x (a | b (do (c))) (d (do (e)) ;&) (f (do (g)) ;;&)))"},
      {"function f { a; }", R"((function f (group (a))))"},
      {"[[ -f a && ! ( b == c* || d =~ e ) ]]", R"(([[ (&& (-f a) (! (|| (== b c*) (=~ d e))))))"},
      {"((x += 2 ** 3, y = a ? b : c))", R"(((((, (+= x (** 2 3)) (= y (? a b c)))))))"},
  });
}

TEST_CASE("words and values have their tree", "[parser]") {
  check({
      {"a$b\"c $d\"'e'$(f)", R"((<a $b "c " "$d" "e" ($ (f))>))"},
      {"echo {a,b}{1..3} ~ *.[ch]", R"((echo <(brace a b) (range 1 3 1)> (~) *.[ch]))"},
      {"echo ...$xs <(a)", R"((echo ...$xs (< (a))))"},
      {"echo ${x:-a $b} ${#x} ${x##p} ${x//a/b} ${x^^}",
       R"((echo (${} x :- <a  $b>) (${} x length) (${} x ## p) (${} x // a -> b) (${} x ^^)))"},
      {"echo ${r[key]} ${xs[-1]} ${xs[1:3]}", R"((echo (${} r[key]) (${} xs[-1]) (${} xs[1:3])))"},
      {"xs=[a 1 \"2\" true ...$y]", R"(((= xs (list a 1 "2" true ...$y))))"},
      {"r={k: v, \"k 2\": [1]}", R"(((= r (record k: v "k 2": (list 1)))))"},
      {"r[k]=v", R"(((= r[k] v)))"},
      {"x+=$((1 + 2 * 3))", R"(((+= x $(((+ 1 (* 2 3)))))))"},
  });
}
