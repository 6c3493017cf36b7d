#include "kernel/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "kernel/program_flags.h"

namespace weir::kernel {

namespace {

/// Walks the words of a command line.
class Reader {
 public:
  Reader(int argc, char** argv) : words_(argv + std::min(argc, 1), argv + argc) {
    // Who logs somebody in says so by this name.
    line_.login = argc > 0 && argv[0][0] == '-';
  }

  Result<CommandLine> read() {
    while (at_ < words_.size()) {
      const std::string_view word = words_[at_];
      if (word == "--" || word == "-") {
        ++at_;
        break;
      }
      if (word.size() < 2 || (word[0] != '-' && word[0] != '+')) break;
      ++at_;
      auto done = word.starts_with("--") ? long_option(word.substr(2)) : letters(word);
      if (!done) return fail(std::move(done.error()));
    }
    return operands();
  }

 private:
  Result<std::string> value_of(std::string_view option) {
    if (at_ == words_.size()) {
      return fail(ErrorKind::invalid, fmt::format("{} needs a value", option));
    }
    return std::string(words_[at_++]);
  }

  Result<void> long_option(std::string_view name) {
    if (name == "help")
      line_.action = CommandLine::Action::help;
    else if (name == "version")
      line_.action = CommandLine::Action::version;
    else if (name == "dump-ast")
      line_.action = CommandLine::Action::dump_ast;
    else if (name == "json")
      line_.json = true;
    else if (name == "norc")
      line_.norc = true;
    else if (name == "login")
      line_.login = true;
    else if (name == "editor=dumb")
      line_.dumb_editor = true;
    else if (name == "print") {
      auto value = value_of("--print");
      if (!value) return fail(std::move(value.error()));
      line_.action = CommandLine::Action::print;
      line_.printed = std::move(*value);
    } else if (name == "output-limit") {
      auto value = value_of("--output-limit");
      if (!value) return fail(std::move(value.error()));
      const auto size = parse_size(*value);
      if (!size) return fail(ErrorKind::invalid, "--output-limit: " + size.error().message);
      line_.output_budget = *size;
    } else if (name == "rcfile") {
      auto value = value_of("--rcfile");
      if (!value) return fail(std::move(value.error()));
      line_.rcfile = std::move(*value);
    } else {
      return fail(ErrorKind::invalid, fmt::format("unknown option --{}", name));
    }
    return {};
  }

  Result<void> letters(std::string_view word) {
    const bool on = word[0] == '-';
    for (char letter : word.substr(1)) {
      if (letter == 'o') {
        auto done = named_option(on);
        if (!done) return done;
      } else if (on && letter == 'c') {
        wants_text_ = true;
      } else if (on && letter == 's') {
        reads_input_ = true;
      } else if (on && letter == 'i') {
        line_.interactive = true;
      } else if (on && letter == 'l') {
        line_.login = true;
      } else if (on && letter == 'n') {
        line_.action = CommandLine::Action::check;
      } else if (const OptionSchema* option = find_option(letter)) {
        line_.options.emplace_back(option, on);
      } else {
        return fail(ErrorKind::invalid, fmt::format("unknown option {}{}", word[0], letter));
      }
    }
    return {};
  }

  Result<void> named_option(bool on) {
    auto name = value_of(on ? "-o" : "+o");
    if (!name) return fail(std::move(name.error()));
    Options tried;
    if (auto done = on ? set_value_option(tried, *name) : std::nullopt) {
      line_.value_options.push_back(std::move(*name));
      return std::move(*done);
    }
    const OptionSchema* option = find_option(*name);
    if (!option) return fail(ErrorKind::invalid, fmt::format("unknown option name {}", *name));
    // A named option says what it is, so -o glob turns globbing on.
    line_.options.emplace_back(option, option->inverted ? !on : on);
    return {};
  }

  Result<CommandLine> operands() {
    if (wants_text_) {
      auto text = value_of("-c");
      if (!text) return fail(std::move(text.error()));
      line_.source = CommandLine::Source::text;
      line_.text = std::move(*text);
      if (at_ < words_.size()) line_.name = words_[at_++];
    } else if (!reads_input_ && at_ < words_.size()) {
      line_.source = CommandLine::Source::file;
      line_.text = line_.name = words_[at_++];
    }
    if (line_.output_budget && !line_.json) {
      return fail(ErrorKind::invalid, "--output-limit belongs to --json");
    }
    for (; at_ < words_.size(); ++at_) line_.arguments.emplace_back(words_[at_]);
    return std::move(line_);
  }

  std::vector<std::string_view> words_;
  size_t at_ = 0;
  bool wants_text_ = false;
  bool reads_input_ = false;
  CommandLine line_;
};

}  // namespace

Result<CommandLine> parse_command_line(int argc, char** argv) { return Reader(argc, argv).read(); }

bool asks_for_result(int argc, char** argv) {
  bool json = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const bool is_option = word.size() > 1 && (word[0] == '-' || word[0] == '+') && word != "--";
    if (!is_option) break;
    const bool is_long = word.starts_with("--");
    if (!is_long && word[0] == '-' && word.contains('n')) return false;
    json |= word == "--json";
    const bool takes_value =
        is_long ? word == "--print" || word == "--output-limit" || word == "--rcfile"
                : word.ends_with('o');
    if (takes_value) ++i;
  }
  return json;
}

namespace {

std::string flag_column(const FlagSchema& flag) {
  std::string column = flag.short_name ? fmt::format("-{}", flag.short_name) : "";
  if (flag.short_name && !flag.long_name.empty()) column += ", ";
  if (!flag.long_name.empty()) column += fmt::format("--{}", flag.long_name);
  return flag.value.empty() ? column : fmt::format("{} {}", column, flag.value);
}

}  // namespace

std::string program_help() {
  std::string text;
  for (const std::string_view synopsis : program_synopses()) {
    text += fmt::format("{} weir {}\n", text.empty() ? "usage:" : "      ", synopsis);
  }
  text +=
      "\n"
      "A shell for machines that people and agents share. Without FILE or -c it reads\n"
      "commands from a terminal, or a whole script from stdin.\n"
      "\n";
  constexpr size_t kFlagWidth = 15;
  for (const FlagSchema& flag : program_flags()) {
    const std::string column = flag_column(flag);
    const bool is_wide = column.size() > kFlagWidth;
    text += is_wide ? fmt::format("  {}\n  {:{}} {}\n", column, "", kFlagWidth, flag.help)
                    : fmt::format("  {:<{}} {}\n", column, kFlagWidth, flag.help);
  }
  text += "\n  -o NAME, +o NAME, and letters, switch options on (-) and off (+):\n";
  for (const OptionSchema& option : option_schemas()) {
    text +=
        fmt::format("  {}  {:<12} {}\n", option.letter ? fmt::format("-{}", option.letter) : "  ",
                    option.name, option.help);
  }
  for (const ValueOptionSchema& option : value_option_schemas()) {
    text += fmt::format("      {}={}\n{:19}{}\n", option.name, option.value, "", option.help);
  }
  text += "\n`help` in the shell lists its builtins.\n";
  return text;
}

}  // namespace weir::kernel
