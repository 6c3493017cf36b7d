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

std::string spelled(const FlagSchema& flag) {
  if (!flag.long_name.empty()) return fmt::format("--{}", flag.long_name);
  return fmt::format("-{}", flag.short_name);
}

/// `; did you mean "--limit"?` where one of the flags is near.
std::string suggestion(const CommandSchema& schema, std::string_view name) {
  std::vector<std::string> known;
  for (const auto& flag : schema.flags) {
    if (!flag.long_name.empty()) known.push_back(spelled(flag));
  }
  const std::vector<std::string_view> views(known.begin(), known.end());
  return did_you_mean(fmt::format("--{}", name), views);
}

bool looks_like_number(std::string_view word) {
  double ignored = 0;
  const auto [end, ec] = std::from_chars(word.data(), word.data() + word.size(), ignored);
  return ec != std::errc::invalid_argument && end == word.data() + word.size() &&
         word.find_first_of("0123456789") != std::string_view::npos;
}

const FlagSchema* find_short(const CommandSchema& schema, char letter) {
  for (const auto& flag : schema.flags) {
    if (flag.short_name == letter) return &flag;
  }
  return nullptr;
}

const FlagSchema* find_long(const CommandSchema& schema, std::string_view name) {
  for (const auto& flag : schema.flags) {
    if (!flag.long_name.empty() && flag.long_name == name) return &flag;
  }
  return nullptr;
}

/// A word that begins a flag: text with a dash and more, but not a negative
/// number unless the schema has that digit as a flag. Typed values never are.
bool is_flag_word(const CommandSchema& schema, const Value& word) {
  if (!word.is_string()) return false;
  const std::string& text = word.as_string();
  if (text.size() < 2 || text[0] != '-') return false;
  if (looks_like_number(text) && !find_short(schema, text[1])) return false;
  return true;
}

std::string plural(int count) {
  return count == 1 ? "one operand" : fmt::format("{} operands", count);
}

Result<void> check_operand_count(const CommandSchema& schema, const std::vector<Value>& operands) {
  const auto count = static_cast<int>(operands.size());
  if (count < schema.min_operands) {
    if (count == 0) return fail(ErrorKind::invalid, "an operand is missing");
    return fail(ErrorKind::invalid,
                fmt::format("needs {}{}, got {}",
                            schema.max_operands == schema.min_operands ? "" : "at least ",
                            plural(schema.min_operands), count));
  }
  if (schema.max_operands >= 0 && count > schema.max_operands) {
    const auto& extra = operands[static_cast<size_t>(schema.max_operands)];
    if (schema.max_operands == 0) {
      return fail(ErrorKind::invalid, fmt::format("takes no operands, got '{}'", extra.to_text()));
    }
    return fail(ErrorKind::invalid, fmt::format("takes at most {}; '{}' is too many",
                                                plural(schema.max_operands), extra.to_text()));
  }
  return {};
}

}  // namespace

/// Reads the words from left to right.
class ArgumentReader {
 public:
  ArgumentReader(const CommandSchema& schema, std::vector<Value>& words)
      : schema_(schema), words_(words) {}

  struct Out {
    std::vector<Arguments::Given> given;
    std::vector<Value> operands;
    bool wants_help = false;
  };

  Result<Out> read() {
    while (next_ < words_.size()) {
      Value& word = words_[next_];
      if (word.is_string() && word.as_string() == "--") {
        ++next_;
        break;
      }
      if (!is_flag_word(schema_, word)) {
        if (schema_.style == ArgumentStyle::flags) break;
        out_.operands.push_back(std::move(word));
        ++next_;
        continue;
      }
      const std::string text = word.as_string();
      ++next_;
      auto taken = text[1] == '-' ? read_long(text) : read_short(text);
      if (!taken) return fail(std::move(taken.error()));
      if (out_.wants_help) return std::move(out_);
    }
    for (; next_ < words_.size(); ++next_) out_.operands.push_back(std::move(words_[next_]));
    return std::move(out_);
  }

 private:
  Result<void> read_long(std::string_view word) {
    std::string_view name = word.substr(2);
    const size_t equals = name.find('=');
    const bool has_value = equals != std::string_view::npos;
    const std::string_view value = has_value ? name.substr(equals + 1) : std::string_view{};
    name = name.substr(0, equals);
    if (name == "help" && !has_value) {
      out_.wants_help = true;
      return {};
    }
    const FlagSchema* flag = find_long(schema_, name);
    if (!flag) {
      return fail(ErrorKind::invalid,
                  fmt::format("unknown flag --{}{}", name, suggestion(schema_, name)));
    }
    if (flag->value.empty()) {
      if (has_value) return fail(ErrorKind::invalid, fmt::format("--{} takes no value", name));
      out_.given.push_back({flag, Value()});
      return {};
    }
    if (has_value) {
      out_.given.push_back({flag, Value(value)});
      return {};
    }
    return take_next_word(*flag, fmt::format("--{}", name));
  }

  Result<void> read_short(std::string_view word) {
    for (size_t i = 1; i < word.size(); ++i) {
      const FlagSchema* flag = find_short(schema_, word[i]);
      if (!flag) {
        std::string message = fmt::format("unknown flag -{}", word[i]);
        if (word.size() > 2 && find_long(schema_, word.substr(1))) {
          message += fmt::format("; did you mean -{}?", word);
        }
        return fail(ErrorKind::invalid, std::move(message));
      }
      if (flag->value.empty()) {
        out_.given.push_back({flag, Value()});
        continue;
      }
      const std::string_view rest = word.substr(i + 1);
      if (rest.empty()) return take_next_word(*flag, fmt::format("-{}", word[i]));
      out_.given.push_back({flag, Value(rest)});
      return {};
    }
    return {};
  }

  Result<void> take_next_word(const FlagSchema& flag, const std::string& shown) {
    if (next_ == words_.size()) {
      return fail(ErrorKind::invalid, fmt::format("{} needs a value: {}", shown, flag.value));
    }
    out_.given.push_back({&flag, std::move(words_[next_])});
    ++next_;
    return {};
  }

  const CommandSchema& schema_;
  std::vector<Value>& words_;
  size_t next_ = 0;
  Out out_;
};

Result<Arguments> Arguments::parse(const CommandSchema& schema, std::vector<Value> words) {
  Arguments result;
  if (schema.style == ArgumentStyle::raw) {
    result.wants_help_ = words.size() == 1 && words[0].is_string() &&
                         words[0].as_string() == "--help" &&
                         std::ranges::find(kHelpIsAWord, schema.name) == kHelpIsAWord.end();
    result.operands = std::move(words);
    return result;
  }
  auto read = ArgumentReader(schema, words).read();
  if (!read) return fail(std::move(read.error()));
  result.given_ = std::move(read->given);
  result.operands = std::move(read->operands);
  result.wants_help_ = read->wants_help;
  if (result.wants_help_) return result;
  if (auto fits = check_operand_count(schema, result.operands); !fits) {
    return fail(std::move(fits.error()));
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

std::string help_text(const CommandSchema& schema) {
  std::string out = fmt::format("{}: {}\n\n{}\n", schema.name, schema.summary, usage_line(schema));
  if (schema.style != ArgumentStyle::raw || !schema.flags.empty()) append_flags(schema, out);
  if (!schema.details.empty()) {
    out += fmt::format("\n{}", schema.details);
    if (!out.ends_with('\n')) out += '\n';
  }
  if (!schema.examples.empty()) {
    out += "\nexamples:\n";
    for (const auto& example : schema.examples) {
      out += fmt::format("  {}\n      {}\n", example.command, example.help);
    }
  }
  return out;
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
