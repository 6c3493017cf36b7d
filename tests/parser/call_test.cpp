#include "parser/call.h"

#include <catch2/catch.hpp>

#include "parser/parser.h"
#include "parser/set_names.h"
#include "parser/trap_action.h"
#include "support/test_shell.h"

using namespace weir;
using namespace weir::parser;

namespace {

/// One simple command, read as the checks do.
struct Reading {
  explicit Reading(std::string text) : parsed(parse("t", std::move(text))) {
    REQUIRE(parsed.outcome == Outcome::ok);
    const auto& item = parsed.unit->body->items[0];
    call.emplace(reader.read(as<SimpleCommand>(*item.items[0].pipeline->stages[0].command)));
  }

  std::string inner() {
    auto found = reader.inner(*call);
    if (!found) return "none";
    std::string text(found->name.empty() ? "?" : found->name);
    if (found->is_builtin()) text += " builtin";
    if (found->is_open) text += " open";
    return text;
  }
  std::string names() const {
    std::string all;
    for_each_name_word(*call, [&](const Word& word) { all += std::string(word.text) + ' '; });
    for (std::string_view name : implied_names(*call)) all += "(" + std::string(name) + ") ";
    return all;
  }

  test::TestShell shell;
  CallReader reader{shell};
  ParseResult parsed;
  std::optional<Call> call;
};

std::string inner_of(std::string text) { return Reading(std::move(text)).inner(); }
std::string names_of(std::string text) { return Reading(std::move(text)).names(); }

std::string action_of(std::string text) {
  const Reading reading(std::move(text));
  if (has_unknown_action(*reading.call)) return "unknown";
  const Word* word = trap_action(*reading.call);
  return word ? std::string(word->text) : "none";
}

const Word& only_word(const Reading& reading) { return *reading.call->words[1]; }

}  // namespace

TEST_CASE("a call knows its name and builtin where the text gives them", "[parser]") {
  CHECK(Reading("read x").call->is_builtin());
  CHECK(Reading("greet x").call->is("greet"));
  CHECK_FALSE(Reading("greet x").call->is_builtin());
  CHECK(Reading("$tool x").call->name.empty());
  CHECK(Reading("x=1").call->words.empty());
  CHECK(Reading("x=1").call->arguments().empty());
}

TEST_CASE("the command inside of another is found", "[parser]") {
  CHECK(inner_of("command read x") == "read builtin");
  CHECK(inner_of("command -v read") == "none");
  CHECK(inner_of("timeout 5 make") == "make");
  CHECK(inner_of("timeout -s INT 5 read x") == "read builtin");
  CHECK(inner_of("each read") == "read builtin open");
  CHECK(inner_of("exec $tool") == "?");
  CHECK(inner_of("exec > log") == "none");
  CHECK(inner_of("cd x") == "none");
}

TEST_CASE("the words that hold names of variables are found", "[parser]") {
  CHECK(names_of("read -r a b") == "a b (REPLY) ");
  CHECK(names_of("read -p text a") == "a (REPLY) ");
  CHECK(names_of("read") == "(REPLY) ");
  CHECK(names_of("cd x") == "");
}

TEST_CASE("the action of a trap is code only where it is known and some", "[parser]") {
  CHECK(action_of("trap 'echo bye' EXIT") == "echo bye");
  CHECK(action_of("trap - INT") == "none");
  CHECK(action_of("trap '' INT") == "none");
  CHECK(action_of("trap INT") == "none");
  CHECK(action_of("trap $action INT") == "unknown");
  CHECK(action_of("echo 'echo bye' EXIT") == "none");
}

TEST_CASE("what a word may become is told from its parts", "[parser]") {
  for (const char* text : {"a ...$xs", "a $@", "a *.c", "a {x,y}"}) {
    INFO(text);
    CHECK(is_several(only_word(Reading(text))));
  }
  for (const char* text : {"a x", "a $x", "a \"*.c\"", "a $*"}) {
    INFO(text);
    CHECK_FALSE(is_several(only_word(Reading(text))));
  }
  CHECK(first_byte(only_word(Reading("a -$x"))) == '-');
  CHECK_FALSE(first_byte(only_word(Reading("a $x-"))));
  CHECK(is_never_empty(only_word(Reading("a x$y"))));
  CHECK_FALSE(is_never_empty(only_word(Reading("a $y''"))));
}
