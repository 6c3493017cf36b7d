#include "kernel/manual.h"

#include <fmt/format.h>

#include <map>

#include "kernel/options.h"
#include "kernel/program_flags.h"

namespace weir::kernel {

namespace {

/// Text for roff: what would be a request, an escape or a hyphen is none.
std::string escaped(std::string_view text) {
  std::string out;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    line_begins = c == '\n';
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return out;
}

std::string title(std::string_view name, int section, std::string_view version) {
  return fmt::format(".TH {} {} \"\" \"weir {}\" \"weir\"\n", name, section, version);
}

std::string section(std::string_view name) { return fmt::format(".SH {}\n", name); }
std::string paragraph(std::string_view text) { return fmt::format(".PP\n{}\n", escaped(text)); }

/// A term in bold, and what it means, indented.
std::string item(std::string_view term, std::string_view meaning) {
  return fmt::format(".TP\n.B {}\n{}\n", escaped(term), escaped(meaning));
}

/// Lines that stay as they are.
std::string example(std::string_view text) {
  return fmt::format(".PP\n.RS 4\n.nf\n{}\n.fi\n.RE\n", escaped(text));
}

std::string term_of(const FlagSchema& flag) {
  std::string term;
  if (flag.short_name) term += fmt::format("-{}", flag.short_name);
  if (flag.short_name && !flag.long_name.empty()) term += ", ";
  if (!flag.long_name.empty()) term += fmt::format("--{}", flag.long_name);
  if (!flag.value.empty()) term += fmt::format(" {}", flag.value);
  return term;
}

std::string flag_items(std::span<const FlagSchema> flags) {
  std::string out;
  for (const FlagSchema& flag : flags) out += item(term_of(flag), flag.help);
  return out;
}

std::string option_items() {
  std::string out;
  for (const OptionSchema& option : option_schemas()) {
    const std::string letter =
        option.letter ? fmt::format(" ({}{})", option.inverted ? "off with -" : "-", option.letter)
                      : "";
    out += item(fmt::format("{}{}", option.name, letter), option.help);
  }
  for (const ValueOptionSchema& option : value_option_schemas()) {
    out += item(fmt::format("{}={}", option.name, option.value), option.help);
  }
  return out;
}

std::string builtin_entry(const CommandSchema& schema) {
  std::string out = fmt::format(".SS {}\n{}\n", escaped(schema.name), escaped(schema.summary));
  out += example(fmt::format("{} {}", schema.name, schema.synopsis));
  if (!schema.details.empty()) out += paragraph(schema.details);
  out += flag_items(schema.flags);
  for (const ExampleSchema& shown : schema.examples) {
    const char* colon = shown.help.ends_with('?') ? "" : ":";
    out += paragraph(fmt::format("{}{}", shown.help, colon)) + example(shown.command);
  }
  return out;
}

}  // namespace

std::string program_page(std::string_view version) {
  std::string out = title("WEIR", 1, version);
  out += section("NAME") + "weir \\- the shell for a machine that people and agents share\n";
  out += section("SYNOPSIS");
  for (const std::string_view synopsis : program_synopses()) {
    out += fmt::format(".B weir\n{}\n.br\n", escaped(synopsis));
  }
  out += section("DESCRIPTION");
  out += paragraph(
      "weir reads like bash. An expansion is one word, values have types, and a text with an error "
      "does not start.\nWithout FILE or -c it reads commands from a terminal, or a whole script "
      "from stdin.");
  out += paragraph("In the shell, `help` lists the builtins, and NAME --help describes one.");
  out += section("FLAGS") + flag_items(program_flags());
  out += section("OPTIONS");
  out += paragraph("For -o and +o, and for `set`; a letter is a flag of its own.");
  out += option_items();
  out += section("FILES");
  out += paragraph(
      "Read before the first command where they are there, in this order. An error in one is shown "
      "and the shell begins;\nexit and set -e end the file only. --norc reads none of them.");
  for (const StartFileKind& file : start_file_kinds()) out += item(file.path, file.help);
  out += paragraph(
      "Written by interactive shells; the directory is $XDG_STATE_HOME/weir where that is set.");
  out += item("~/.local/state/weir/history", "what was entered, a line of JSON each");
  out += item("~/.local/state/weir/jobs/",
              "records of jobs, and what detached ones have written; see `jobs --all`");
  out += section("\"EXIT STATUS\"");
  out += paragraph(
      "That of the last command. 2: the text or the command line is wrong, and nothing ran.\n"
      "126, 127: FILE cannot be run, is not there. 128+N: ended by signal N.");
  out += section("\"SEE ALSO\"") + ".BR weir\\-builtins (7),\n.BR bash (1)\n";
  return out;
}

std::string builtins_page(const BuiltinRegistry& builtins, std::string_view version) {
  std::map<std::string_view, std::string> groups;
  for (const Builtin* builtin : builtins.all()) {
    const CommandSchema& schema = *builtin->schema;
    groups[schema.group.empty() ? "other" : schema.group] += builtin_entry(schema);
  }
  std::string out = title("WEIR-BUILTINS", 7, version);
  out += section("NAME") + "weir\\-builtins \\- the builtin commands of weir\n";
  for (const auto& [group, entries] : groups) {
    std::string heading(group);
    for (char& c : heading) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    out += section(fmt::format("\"{}\"", heading)) + entries;
  }
  out += section("\"SEE ALSO\"") + ".BR weir (1)\n";
  return out;
}

}  // namespace weir::kernel
