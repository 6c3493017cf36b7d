#include "parser/lookahead.h"

#include <catch2/catch.hpp>

using namespace weir::parser;

namespace {

// What a question of lookahead.h answers about a whole text.
template <class Question>
auto ask(Question question, std::string_view text) {
  return question(text.data(), text.data() + text.size());
}

}  // namespace

TEST_CASE("the closing parenthesis is found behind nested ones, quotes and escapes", "[parser]") {
  const auto rest = [](std::string_view text) {
    const char* close = ask(find_close, text);
    return std::string_view(close, static_cast<size_t>(text.data() + text.size() - close));
  };
  CHECK(rest("a)b") == ")b");
  CHECK(rest("(a))b") == ")b");
  CHECK(rest("')' \")\" \\) )b") == ")b");
  CHECK(rest("(a)") == "");
  CHECK(rest("'") == "");
  CHECK(rest("\\") == "");
}

TEST_CASE("a bracket in a for head is a list or a glob", "[parser]") {
  CHECK(ask(looks_like_list, "[a b]c"));
  CHECK(ask(looks_like_list, "[a]"));
  CHECK(ask(looks_like_list, "[a"));
  CHECK_FALSE(ask(looks_like_list, "[a]*"));
  CHECK_FALSE(ask(looks_like_list, "['a b']*"));
}

TEST_CASE("a brace in a for head is a record or a brace expansion", "[parser]") {
  CHECK(ask(looks_like_record, "{}"));
  CHECK(ask(looks_like_record, "{a: 1}"));
  CHECK(ask(looks_like_record, "{\"a b\" : 1}"));
  CHECK(ask(looks_like_record, "{...$r}"));
  CHECK_FALSE(ask(looks_like_record, "{a,b}"));
  CHECK_FALSE(ask(looks_like_record, "{a:b,c}"));
  CHECK_FALSE(ask(looks_like_record, "{}x"));
}

TEST_CASE("a word with a parenthesis behind it is taken for a function", "[parser]") {
  CHECK(ask(looks_like_function, "f()"));
  CHECK(ask(looks_like_function, "f \\\n ("));
  CHECK_FALSE(ask(looks_like_function, "f a"));
  CHECK_FALSE(ask(looks_like_function, "x=(a)"));
  CHECK_FALSE(ask(looks_like_function, "(a)"));
  CHECK_FALSE(ask(looks_like_function, "f"));
}

TEST_CASE("closing words are whole words, also over joined lines", "[parser]") {
  for (const std::string_view word : {"then", "else", "elif", "fi", "do", "done", "esac", "}"}) {
    INFO(word);
    CHECK(ask(is_closing_word, word));
    CHECK_FALSE(ask(is_closing_word, std::string(word) + "x"));
  }
  CHECK(ask(is_closing_word, "do\\\nne;"));
  CHECK_FALSE(ask(is_closing_word, ""));
  CHECK_FALSE(ask(is_closing_word, "if"));
}
