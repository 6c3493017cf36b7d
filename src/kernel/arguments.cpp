#include "kernel/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace weir::kernel {

namespace {

/// Commands for which `--help` is a word like any other (POSIX gives them no options).
constexpr std::array<std::string_view, 7> kHelpIsAWord = {":",      "[",    "echo", "false",
                                                          "printf", "test", "true"};

bool is_named(const FlagSchema& flag, std::string_view name) {
  if (!flag.long_name.empty() && flag.long_name == name) return true;
  return name.size() == 1 && flag.short_name == name[0];
}

std::optional<std::string> count_problem(const CommandSchema& schema, const List& operands) {
  const bool has_extra =
      schema.max_operands >= 0 && operands.size() > static_cast<size_t>(schema.max_operands);
  return operand_count_problem(
      schema, operands.size(),
      has_extra ? operands[static_cast<size_t>(schema.max_operands)].to_text() : std::string());
}

}  // namespace

Result<Arguments> Arguments::parse(const CommandSchema& schema, std::vector<Value> words) {
  Arguments result;
  if (schema.style == ArgumentStyle::raw) {
    result.wants_help_ = words.size() == 1 && words[0].is_string() &&
                         words[0].as_string() == "--help" &&
                         std::ranges::find(kHelpIsAWord, schema.name) == kHelpIsAWord.end();
    result.operands = std::move(words);
    return result;
  }
  auto read = read_arguments(schema, std::move(words));
  if (!read) return fail(std::move(read.error()));
  result.given_ = std::move(read->flags);
  result.operands = std::move(read->operands);
  result.wants_help_ = read->wants_help;
  if (result.wants_help_) return result;
  if (auto problem = count_problem(schema, result.operands)) {
    return fail(ErrorKind::invalid, std::move(*problem));
  }
  return result;
}

const Arguments::Given* Arguments::find(std::string_view flag) const {
  for (auto it = given_.rbegin(); it != given_.rend(); ++it) {
    if (is_named(*it->flag, flag)) return &*it;
  }
  return nullptr;
}

bool Arguments::has(char short_flag) const { return has(std::string_view(&short_flag, 1)); }

const Value* Arguments::value(std::string_view flag) const {
  const Given* given = find(flag);
  return given ? &given->value : nullptr;
}

std::vector<Value> Arguments::values(std::string_view flag) const {
  std::vector<Value> all;
  for (const auto& given : given_) {
    if (is_named(*given.flag, flag)) all.push_back(given.value);
  }
  return all;
}

std::string Arguments::text(std::string_view flag, std::string_view otherwise) const {
  const Value* given = value(flag);
  return given ? given->to_text() : std::string(otherwise);
}

int Arguments::count(std::string_view flag) const {
  return static_cast<int>(std::ranges::count_if(
      given_, [&](const Given& given) { return is_named(*given.flag, flag); }));
}

// ---- texts ----------------------------------------------------------------------

std::string usage_line(const CommandSchema& schema) {
  if (schema.synopsis.empty()) return fmt::format("usage: {}", schema.name);
  return fmt::format("usage: {} {}", schema.name, schema.synopsis);
}

namespace {

/// "-n, --limit N", with the long name of flags that have no letter below those that have one.
std::string flag_column(const FlagSchema& flag) {
  std::string text = flag.short_name ? fmt::format("-{}", flag.short_name) : "   ";
  if (!flag.long_name.empty())
    text += fmt::format("{} {}", flag.short_name ? "," : "", spelled(flag));
  if (!flag.value.empty()) text += fmt::format(" {}", flag.value);
  return text;
}

void append_flags(const CommandSchema& schema, std::string& out) {
  constexpr std::string_view kHelp = "    --help";
  size_t width = kHelp.size();
  for (const auto& flag : schema.flags) width = std::max(width, display_width(flag_column(flag)));
  const auto append = [&](std::string_view column, std::string_view help) {
    out +=
        fmt::format("  {}{}  {}\n", column, std::string(width - display_width(column), ' '), help);
  };
  out += "\nflags:\n";
  for (const auto& flag : schema.flags) append(flag_column(flag), flag.help);
  append(kHelp, "show this help");
}

}  // namespace

namespace {

/// Paragraphs without the ends of lines that the source has.
std::string joined_lines(std::string_view text) {
  std::string joined;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool ends_paragraph = text.substr(i, 2) == "\n\n" || (i > 0 && text[i - 1] == '\n');
    joined += text[i] == '\n' && !ends_paragraph && i + 1 < text.size() ? ' ' : text[i];
  }
  return joined;
}

}  // namespace

std::string help_text(const CommandSchema& schema, size_t width) {
  std::string out = fmt::format("{}: {}\n\n{}\n", schema.name, schema.summary, usage_line(schema));
  if (schema.style != ArgumentStyle::raw || !schema.flags.empty()) append_flags(schema, out);
  if (!schema.details.empty()) {
    out += '\n' + (width > 0 ? joined_lines(schema.details) : std::string(schema.details));
    if (!out.ends_with('\n')) out += '\n';
  }
  if (!schema.examples.empty()) {
    out += "\nexamples:\n";
    for (const auto& example : schema.examples) {
      out += fmt::format("  {}\n      {}\n", example.command, example.help);
    }
  }
  constexpr size_t kWidest = 100;  // longer lines are harder to read
  return width > 0 ? wrap_lines(out, std::min(width, kWidest)) : out;
}

Result<int64_t> whole_number(const Value& value, std::string_view what, int64_t low, int64_t high) {
  int64_t number = 0;
  if (value.is_int()) {
    number = value.as_int();
  } else {
    const std::string text = value.to_text();
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_whole =
        !value.is_bool() && value.is_scalar() && !text.empty() && end == text.data() + text.size();
    if (!is_whole || ec == std::errc::invalid_argument) {
      return fail(ErrorKind::invalid, fmt::format("{}: '{}' is not a whole number", what, text));
    }
    if (ec == std::errc::result_out_of_range) {
      return fail(ErrorKind::limit, fmt::format("{}: {} does not fit into 64 bits", what, text));
    }
  }
  if (number < low) {
    return fail(ErrorKind::limit, fmt::format("{}: {} is less than {}", what, number, low));
  }
  if (number > high) {
    return fail(ErrorKind::limit, fmt::format("{}: {} is more than {}", what, number, high));
  }
  return number;
}

}  // namespace weir::kernel
