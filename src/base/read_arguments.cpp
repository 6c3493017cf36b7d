#include "base/read_arguments.h"

#include <fmt/format.h>

#include <charconv>

#include "base/text.h"

namespace weir {

namespace {

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

/// Reads the words from left to right.
class ArgumentReader {
 public:
  ArgumentReader(const CommandSchema& schema, std::vector<Value>& words)
      : schema_(schema), words_(words) {}

  Result<ReadArguments> read() {
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
                  fmt::format("unknown flag --{}{}", name,
                              suggested_flag(schema_, fmt::format("--{}", name))));
    }
    if (flag->value.empty()) {
      if (has_value) return fail(ErrorKind::invalid, fmt::format("--{} takes no value", name));
      out_.flags.push_back({flag, Value()});
      return {};
    }
    if (has_value) {
      out_.flags.push_back({flag, Value(value)});
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
        out_.flags.push_back({flag, Value()});
        continue;
      }
      const std::string_view rest = word.substr(i + 1);
      if (rest.empty()) return take_next_word(*flag, fmt::format("-{}", word[i]));
      out_.flags.push_back({flag, Value(rest)});
      return {};
    }
    return {};
  }

  Result<void> take_next_word(const FlagSchema& flag, const std::string& shown) {
    if (next_ == words_.size()) {
      return fail(ErrorKind::invalid, fmt::format("{} needs a value: {}", shown, flag.value));
    }
    out_.flags.push_back({&flag, std::move(words_[next_])});
    ++next_;
    return {};
  }

  const CommandSchema& schema_;
  std::vector<Value>& words_;
  size_t next_ = 0;
  ReadArguments out_;
};

}  // namespace

std::string suggested_flag(const CommandSchema& schema, std::string_view word) {
  std::vector<std::string> known = {"--help"};
  for (const auto& flag : schema.flags) {
    if (!flag.long_name.empty()) known.push_back(spelled(flag));
  }
  const std::vector<std::string_view> views(known.begin(), known.end());
  return did_you_mean(word.substr(0, word.find('=')), views);
}

Result<ReadArguments> read_arguments(const CommandSchema& schema, std::vector<Value> words) {
  return ArgumentReader(schema, words).read();
}

std::optional<std::string> operand_count_problem(const CommandSchema& schema, size_t count,
                                                 std::string_view extra) {
  const auto low = static_cast<size_t>(schema.min_operands);
  if (count < low) {
    if (count == 0) return "an operand is missing";
    const bool exact = schema.max_operands == schema.min_operands;
    return fmt::format("needs {}{}, got {}", exact ? "" : "at least ", plural(schema.min_operands),
                       count);
  }
  if (schema.max_operands < 0 || count <= static_cast<size_t>(schema.max_operands))
    return std::nullopt;
  if (schema.max_operands == 0) return fmt::format("takes no operands, got '{}'", extra);
  return fmt::format("takes at most {}; '{}' is too many", plural(schema.max_operands), extra);
}

std::string spelled(const FlagSchema& flag) {
  if (!flag.long_name.empty()) return fmt::format("--{}", flag.long_name);
  return fmt::format("-{}", flag.short_name);
}

}  // namespace weir
