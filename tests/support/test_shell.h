// A shell for tests of the validator and the plan, without a kernel.
#pragma once

#include <algorithm>
#include <array>

#include "parser/surroundings.h"

namespace weir::test {

inline constexpr std::array kReadFlags = {
    FlagSchema{'r', {}, {}, ""}, FlagSchema{'p', {}, "TEXT", ""}, FlagSchema{'a', {}, "NAME", ""}};
inline constexpr std::array kScatterFlags = {FlagSchema{0, "as", "NAME", ""},
                                             FlagSchema{0, "limit", "N", ""}};
inline constexpr std::array kTimeoutFlags = {FlagSchema{'s', "signal", "SIG", ""}};

// A shell with few builtins, the function `greet` and the variables HOME and locked.
class TestShell : public parser::Surroundings {
 public:
  parser::BuiltinFacts builtin(std::string_view name) const override {
    static constexpr CommandSchema kSchemas[] = {
        {.name = "break", .max_operands = 1},
        {.name = "return", .max_operands = 1},
        {.name = "exit", .max_operands = 1},
        {.name = "export"},
        {.name = "readonly"},
        {.name = "local"},
        {.name = "cd", .max_operands = 1},
        {.name = "pwd", .max_operands = 0},
        {.name = "echo", .style = ArgumentStyle::raw},
        {.name = "[", .style = ArgumentStyle::raw},
        {.name = "set", .style = ArgumentStyle::raw},
        {.name = "typeof", .min_operands = 1, .style = ArgumentStyle::raw},
        {.name = "trap"},
        {.name = "source", .min_operands = 1},
        {.name = "alias"},
        {.name = "unset", .min_operands = 1},
        {.name = "each", .min_operands = 1},
        {.name = "exec"},
        {.name = "hash"},
        {.name = "command"},
        {.name = "timeout", .flags = kTimeoutFlags, .min_operands = 2},
        {.name = "read", .flags = kReadFlags},
        {.name = "get",
         .flags = kReadFlags,
         .min_operands = 1,
         .style = ArgumentStyle::flags_anywhere},
        {.name = "scatter", .flags = kScatterFlags, .max_operands = 0},
        {.name = "gather", .max_operands = 0},
        {.name = "mapfile",
         .style = ArgumentStyle::raw,
         .details = "write lines",
         .group = "refused"},
    };
    static constexpr std::string_view kSpecial[] = {"break", "return", "exit", "export", "readonly",
                                                    "set",   "trap",   "exec", "unset"};
    for (const CommandSchema& schema : kSchemas)
      if (schema.name == name)
        return {&schema, std::ranges::find(kSpecial, name) != std::end(kSpecial)};
    return {};
  }
  bool is_function(std::string_view name) const override { return name == "greet"; }
  bool is_alias(std::string_view) const override { return false; }
  bool is_set(std::string_view name) const override { return name == "HOME" || name == "locked"; }
  bool is_readonly(std::string_view name) const override { return name == "locked"; }
  std::string option_problem(std::string_view name, bool) const override {
    return name == "nosuch" ? "there is no option nosuch" : "";
  }
  std::string option_problem(char letter, bool) const override {
    return letter == 'Z' ? "there is no option -Z" : "";
  }
  std::string trap_problem(std::string_view condition) const override {
    const bool is_known =
        condition == "INT" || condition == "EXIT" || condition == "0" || condition == "2";
    return is_known ? "" : "no such signal";
  }
};

}  // namespace weir::test
