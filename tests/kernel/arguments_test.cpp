#include "kernel/arguments.h"

#include <array>
#include <catch2/catch.hpp>

using namespace weir;
using namespace weir::kernel;

namespace {

constexpr std::array kFlags = {
    FlagSchema{'n', "limit", "N", "at most N"}, FlagSchema{'v', "verbose", {}, "say more"},
    FlagSchema{'q', {}, {}, "say less"},        FlagSchema{0, "json", {}, "rows"},
    FlagSchema{'5', {}, {}, "a digit"},
};
constexpr CommandSchema kStrict = {.name = "demo",
                                   .summary = "a command for tests",
                                   .synopsis = "[-vq] [-n N] [NAME…]",
                                   .flags = kFlags,
                                   .style = ArgumentStyle::flags};
constexpr CommandSchema kAnywhere = {
    .name = "demo", .synopsis = "", .flags = kFlags, .style = ArgumentStyle::flags_anywhere};

Result<Arguments> parse(const CommandSchema& schema, std::vector<Value> words) {
  return Arguments::parse(schema, std::move(words));
}

std::string error_of(const CommandSchema& schema, std::vector<Value> words) {
  auto parsed = parse(schema, std::move(words));
  return parsed ? "no error" : parsed.error().message;
}

CommandSchema with_operands(int low, int high) {
  CommandSchema schema = kStrict;
  schema.min_operands = low;
  schema.max_operands = high;
  return schema;
}

}  // namespace

TEST_CASE("short flags cluster, and one with a value takes the rest or the next word") {
  auto args = parse(kStrict, {"-vqn3", "a"}).value();
  CHECK(args.has('v'));
  CHECK(args.has("q"));
  CHECK(args.text("limit") == "3");
  CHECK(args.operands == List{"a"});
  CHECK(parse(kStrict, {"-vn", "3"})->text("n") == "3");
  CHECK(parse(kStrict, {"-n", "-3"})->text("limit") == "-3");
  CHECK(parse(kStrict, {"-n="})->text("limit") == "=");
}

TEST_CASE("long flags take their value after = or as the next word") {
  CHECK(parse(kStrict, {"--limit=3"})->text("limit") == "3");
  CHECK(parse(kStrict, {"--limit=a=b"})->text("limit") == "a=b");
  CHECK(parse(kStrict, {"--limit="})->text("limit", "other").empty());
  CHECK(parse(kStrict, {"--limit", "3"})->text("limit") == "3");
  CHECK(parse(kStrict, {"--limit", "--verbose"})->text("limit") == "--verbose");
  CHECK(parse(kStrict, {"x"})->text("limit", "9") == "9");
}

TEST_CASE("a flag's value keeps its type") {
  auto args = parse(kStrict, {"-n", Value(3)}).value();
  REQUIRE(args.value("limit"));
  CHECK(args.value("limit")->is_int());
}

TEST_CASE("flags may be given again: the last wins, all can be asked for") {
  auto args = parse(kStrict, {"-v", "-n1", "-v", "--limit", "2"}).value();
  CHECK(args.count("verbose") == 2);
  CHECK(args.text("limit") == "2");
  CHECK(args.values("n") == std::vector<Value>{"1", "2"});
  REQUIRE(args.given().size() == 4);
  CHECK(args.given()[1].flag->long_name == "limit");
}

TEST_CASE("flags end at the first operand, or may follow it where the schema says so") {
  CHECK(parse(kStrict, {"a", "-v"})->operands == List{"a", "-v"});
  auto args = parse(kAnywhere, {"a", "-v", "b", "--", "-q"}).value();
  CHECK(args.has('v'));
  CHECK_FALSE(args.has('q'));
  CHECK(args.operands == List{"a", "b", "-q"});
}

TEST_CASE("-- ends the flags and a lone dash is an operand") {
  CHECK(parse(kStrict, {"-v", "--", "-q"})->operands == List{"-q"});
  CHECK(parse(kStrict, {"--", "--"})->operands == List{"--"});
  CHECK(parse(kStrict, {"-", "-v"})->operands == List{"-", "-v"});
}

TEST_CASE("negative numbers are operands unless the digit is a flag; typed values always are") {
  CHECK(parse(kStrict, {"-3"})->operands == List{"-3"});
  CHECK(parse(kStrict, {"-1.5"})->operands == List{"-1.5"});
  CHECK(parse(kStrict, {"-5"})->has('5'));
  CHECK(parse(kStrict, {Value(-5)})->operands == List{Value(-5)});
  CHECK(error_of(kStrict, {"-3x"}) == "unknown flag -3");
  CHECK(error_of(kStrict, {"-inf"}) == "unknown flag -i");
}

TEST_CASE("unknown and misused flags are named, with the nearest one") {
  CHECK(error_of(kStrict, {"--limt"}) == "unknown flag --limt; did you mean \"--limit\"?");
  CHECK(error_of(kStrict, {"--hlep"}) == "unknown flag --hlep; did you mean \"--help\"?");
  CHECK(error_of(kStrict, {"--nothing-like-it"}) == "unknown flag --nothing-like-it");
  CHECK(error_of(kStrict, {"-vz"}) == "unknown flag -z");
  CHECK(error_of(kStrict, {"-json"}) == "unknown flag -j; did you mean --json?");
  CHECK(error_of(kStrict, {"--json=1"}) == "--json takes no value");
  CHECK(error_of(kStrict, {"--limit"}) == "--limit needs a value: N");
  CHECK(error_of(kStrict, {"-n"}) == "-n needs a value: N");
}

TEST_CASE("the number of operands is checked") {
  CHECK(error_of(with_operands(1, 1), {}) == "an operand is missing");
  CHECK(error_of(with_operands(2, 2), {"a"}) == "needs 2 operands, got 1");
  CHECK(error_of(with_operands(2, -1), {"a"}) == "needs at least 2 operands, got 1");
  CHECK(error_of(with_operands(0, 0), {"a"}) == "takes no operands, got 'a'");
  CHECK(error_of(with_operands(0, 1), {"a", "b"}) == "takes at most one operand; 'b' is too many");
  CHECK(parse(with_operands(2, 2), {"a", "b"}).has_value());
}

TEST_CASE("--help is a wish and not an error, whatever else is there") {
  CHECK(parse(with_operands(1, 1), {"--help"})->wants_help());
  CHECK(parse(kStrict, {"-v", "--help", "--bogus"})->wants_help());
  CHECK_FALSE(parse(kStrict, {"--", "--help"})->wants_help());
}

TEST_CASE("raw words stay as they are") {
  CommandSchema raw = kStrict;
  raw.style = ArgumentStyle::raw;
  CHECK(parse(raw, {"-z", "--", "x"})->operands == List{"-z", "--", "x"});
  CHECK(parse(raw, {"--help"})->wants_help());
  CHECK_FALSE(parse(raw, {"--help", "x"})->wants_help());
  raw.name = "echo";
  CHECK_FALSE(parse(raw, {"--help"})->wants_help());
}

TEST_CASE("the help text has the usage, the flags and the examples") {
  constexpr std::array kExamples = {ExampleSchema{"demo -n 3 x", "three at most"}};
  CommandSchema schema = kStrict;
  schema.examples = kExamples;
  CHECK(help_text(schema) ==
        "demo: a command for tests\n"
        "\n"
        "usage: demo [-vq] [-n N] [NAME…]\n"
        "\n"
        "flags:\n"
        "  -n, --limit N  at most N\n"
        "  -v, --verbose  say more\n"
        "  -q             say less\n"
        "      --json     rows\n"
        "  -5             a digit\n"
        "      --help     show this help\n"
        "\n"
        "examples:\n"
        "  demo -n 3 x\n"
        "      three at most\n");
}

TEST_CASE("whole numbers come from ints and texts and name what is wrong") {
  CHECK(whole_number(Value(3), "-n").value() == 3);
  CHECK(whole_number(Value("-3"), "-n").value() == -3);
  CHECK(whole_number(Value("3x"), "-n").error().message == "-n: '3x' is not a whole number");
  CHECK(whole_number(Value(""), "-n").error().message == "-n: '' is not a whole number");
  CHECK(whole_number(Value(1.5), "-n").error().message == "-n: '1.5' is not a whole number");
  CHECK(whole_number(Value("0"), "-n", 1).error().message == "-n: 0 is less than 1");
  CHECK(whole_number(Value(9), "-n", 1, 8).error().message == "-n: 9 is more than 8");
  CHECK(whole_number(Value("99999999999999999999"), "-n").error().message ==
        "-n: 99999999999999999999 does not fit into 64 bits");
}
