#include "base/read_arguments.h"

#include <catch2/catch.hpp>

using namespace weir;

namespace {

constexpr FlagSchema kFlags[] = {
    {'n', "limit", "N", ""},
    {'v', "verbose", "", ""},
    {'q', "", "", ""},
    {0, "since", "DUR", ""},
};

CommandSchema schema_of(ArgumentStyle style) {
  return {.name = "tool", .flags = kFlags, .style = style};
}

// "-n=5 -v | a b", or the error's message.
std::string read(std::vector<Value> words, ArgumentStyle style = ArgumentStyle::flags) {
  const CommandSchema schema = schema_of(style);
  const auto read = read_arguments(schema, std::move(words));
  if (!read) return read.error().message;
  if (read->wants_help) return "help";
  std::string text;
  for (const auto& [flag, value] : read->flags) {
    text += spelled(*flag);
    if (!value.is_null()) text += "=" + value.to_json();
    text += ' ';
  }
  text += '|';
  for (const Value& operand : read->operands) text += ' ' + operand.to_json();
  return text;
}

}  // namespace

TEST_CASE("flags stand alone, in a row, with their value joined or apart", "[base]") {
  CHECK(read({"-v", "-q", "a"}) == R"(--verbose -q | "a")");
  CHECK(read({"-vqn5", "a"}) == R"(--verbose -q --limit="5" | "a")");
  CHECK(read({"-n", "5"}) == R"(--limit="5" |)");
  CHECK(read({"--limit=5", "--limit", "6"}) == R"(--limit="5" --limit="6" |)");
  CHECK(read({"--since="}) == R"(--since="" |)");
}

TEST_CASE("-- ends the flags, and a dash is an operand", "[base]") {
  CHECK(read({"--", "-v"}) == R"(| "-v")");
  CHECK(read({"-", "-v"}) == R"(| "-" "-v")");
}

TEST_CASE("flags end at the first operand, or may follow it", "[base]") {
  CHECK(read({"a", "-v"}) == R"(| "a" "-v")");
  CHECK(read({"a", "-v"}, ArgumentStyle::flags_anywhere) == R"(--verbose | "a")");
  CHECK(read({"a", "--", "-v"}, ArgumentStyle::flags_anywhere) == R"(| "a" "-v")");
}

TEST_CASE("typed values and negative numbers are operands", "[base]") {
  CHECK(read({Value(-5)}) == "| -5");
  CHECK(read({"-5"}) == R"(| "-5")");
  CHECK(read({"-1.5e3"}) == R"(| "-1.5e3")");
  CHECK(read({"-n", Value(List{1})}) == "--limit=[1] |");
}

TEST_CASE("what is wrong with a flag names it", "[base]") {
  CHECK(read({"-x"}) == "unknown flag -x");
  CHECK(read({"--limt=3"}) == R"(unknown flag --limt; did you mean "--limit"?)");
  CHECK(read({"-limit"}) == "unknown flag -l; did you mean --limit?");
  CHECK(read({"--verbose=1"}) == "--verbose takes no value");
  CHECK(read({"-n"}) == "-n needs a value: N");
  CHECK(read({"--since"}) == "--since needs a value: DUR");
}

TEST_CASE("--help ends the reading", "[base]") {
  CHECK(read({"--help", "--nosuch"}) == "help");
  CHECK(read({"a", "--help"}) == R"(| "a" "--help")");
}

TEST_CASE("the number of operands is told as a person would", "[base]") {
  const auto problem = [](int low, int high, size_t count) {
    const CommandSchema schema{.name = "tool", .min_operands = low, .max_operands = high};
    return operand_count_problem(schema, count, "extra").value_or("none");
  };
  CHECK(problem(1, -1, 0) == "an operand is missing");
  CHECK(problem(2, -1, 1) == "needs at least 2 operands, got 1");
  CHECK(problem(2, 2, 1) == "needs 2 operands, got 1");
  CHECK(problem(0, 0, 1) == "takes no operands, got 'extra'");
  CHECK(problem(0, 1, 2) == "takes at most one operand; 'extra' is too many");
  CHECK(problem(0, -1, 9) == "none");
  CHECK(problem(1, 2, 2) == "none");
}
