#include "kernel/manual.h"

#include <catch2/catch.hpp>

#include "kernel/command_line.h"
#include "kernel/foreign_completion.h"
#include "kernel/kernel.h"
#include "kernel/program_flags.h"
#include "kernel/shell.h"

using namespace weir;
using namespace weir::kernel;

namespace {

/// Whether the command line takes the flag, with a value where the schema has one.
bool is_taken(std::string flag, std::string value) {
  char name[] = "weir";
  char json[] = "--json";  // some flags belong to it
  char* argv[] = {name, json, flag.data(), value.data(), nullptr};
  return parse_command_line(value.empty() ? 3 : 4, argv).has_value();
}

}  // namespace

TEST_CASE("the command line takes every flag of the schema") {
  for (const FlagSchema& flag : program_flags()) {
    INFO(flag.help);
    const std::string value = flag.value.empty() ? "" : flag.value == "SIZE" ? "64K" : "errexit";
    if (flag.short_name) CHECK(is_taken({'-', flag.short_name}, value));
    if (!flag.long_name.empty()) {
      CHECK(is_taken("--" + std::string(flag.long_name), value));
      CHECK(is_taken("--" + std::string(flag.long_name), "") == flag.value.empty());
    }
  }
}

TEST_CASE("the manual of the program names every flag and option") {
  const std::string page = program_page("1.2");
  CHECK(page.starts_with(".TH WEIR 1 \"\" \"weir 1.2\""));
  CHECK(page.find(".B \\-\\-rcfile FILE\nanother init file\n") != std::string::npos);
  CHECK(page.find(".B pipefail\n") != std::string::npos);
  CHECK(page.find(".B ~/.config/weir/init.ksh\n") != std::string::npos);
  CHECK(page.find(".B ~/.local/state/weir/history\n") != std::string::npos);
}

TEST_CASE("the manual of the builtins has an entry for each, and no line of text is a request") {
  Kernel kernel;
  const BuiltinRegistry& builtins = kernel.context().shell.builtins;
  const std::string page = builtins_page(builtins, "1.2");
  CHECK(page.find("?:") == std::string::npos);
  for (const Builtin* builtin : builtins.all()) {
    std::string name;
    for (const char c : builtin->schema->name) name += c == '-' ? "\\-" : std::string(1, c);
    if (name == ".") name = "\\&.";
    INFO(name);
    CHECK(page.find("\n.SS " + name + "\n") != std::string::npos);
  }
  const std::string requests[] = {".TH", ".SH", ".SS", ".PP", ".TP", ".B ",
                                  ".BR", ".RS", ".RE", ".nf", ".fi"};
  for (size_t at = page.find("\n."); at != std::string::npos; at = page.find("\n.", at + 1)) {
    const std::string begin = page.substr(at + 1, 3);
    INFO(page.substr(at + 1, 40));
    CHECK(std::ranges::count(requests, begin) == 1);
  }
}

TEST_CASE("completions exist for the shells that are named") {
  CHECK(completion_for("bash")->find("complete -o filenames -F _weir weir") != std::string::npos);
  CHECK(completion_for("zsh")->starts_with("#compdef weir\n"));
  CHECK(completion_for("fish")->find("complete -c weir -l rcfile -r -F -d 'another init file'\n") !=
        std::string::npos);
  CHECK_FALSE(completion_for("csh"));
}
