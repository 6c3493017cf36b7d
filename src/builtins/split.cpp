// split: each row to a list of its parts, or to a record of them.
#include <fmt/format.h>
#include <re2/re2.h>
#include <sys/stat.h>

#include "base/text.h"
#include "builtins/row_filter_support.h"
#include "builtins/tool_support.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {'r', "regex", "REGEX", "the separator is whatever this (RE2) matches"},
    {'n', "max", "N", "at most N parts; the last has the rest"},
    {0, "to", "NAMES", "records with these keys (a,b,c); the last has the rest"},
};
constexpr ExampleSchema kExamples[] = {
    {"split : --to user,pass,uid,rest < /etc/passwd | get user", "records"},
    {"ps aux | split -n 11", "lists; blanks separate"},
    {"echo a1b22c | split -r '[0-9]+'", "[\"a\",\"b\",\"c\"]"},
};
constexpr CommandSchema kSchema = {
    .name = "split",
    .summary = "each row to a list of its parts",
    .synopsis = "[-r REGEX | SEPARATOR] [-n N | --to NAMES]",
    .flags = kFlags,
    .max_operands = 1,
    .style = ArgumentStyle::raw,
    .examples = kExamples,
    .details =
        "Without a separator, runs of blanks separate and those at the ends count for nothing. "
        "An empty separator\ngives the characters. With --to, keys for which there is no part "
        "are null.\n\nWhere the words are those of the program split, which cuts files, that "
        "runs.",
    .group = "rows",
};

/// Cuts a text into at most `max` parts (0: any number).
class Splitter {
 public:
  virtual ~Splitter() = default;
  virtual List split(std::string_view text, size_t max) const = 0;
};

class BlankSplitter : public Splitter {
 public:
  List split(std::string_view text, size_t max) const override {
    List parts;
    size_t at = text.find_first_not_of(kBlanks);
    while (at != std::string_view::npos) {
      if (max != 0 && parts.size() + 1 == max) {
        const size_t end = text.find_last_not_of(kBlanks) + 1;
        parts.emplace_back(text.substr(at, end - at));
        break;
      }
      const size_t end = std::min(text.find_first_of(kBlanks, at), text.size());
      parts.emplace_back(text.substr(at, end - at));
      at = text.find_first_not_of(kBlanks, end);
    }
    return parts;
  }

 private:
  static constexpr std::string_view kBlanks = " \t\n\r\v\f";
};

class TextSplitter : public Splitter {
 public:
  explicit TextSplitter(std::string separator) : separator_(std::move(separator)) {}

  List split(std::string_view text, size_t max) const override {
    List parts;
    size_t from = 0;
    for (;;) {
      const size_t at = max != 0 && parts.size() + 1 == max ? std::string_view::npos
                                                            : text.find(separator_, from);
      if (at == std::string_view::npos) break;
      parts.emplace_back(text.substr(from, at - from));
      from = at + separator_.size();
    }
    parts.emplace_back(text.substr(from));
    return parts;
  }

 private:
  std::string separator_;
};

class CharacterSplitter : public Splitter {
 public:
  List split(std::string_view text, size_t max) const override {
    List parts;
    for (size_t at = 0; at < text.size();) {
      const bool is_last = max != 0 && parts.size() + 1 == max;
      const size_t size = is_last ? text.size() - at : decode_code_point(text, at).size;
      parts.emplace_back(text.substr(at, size));
      at += size;
    }
    return parts;
  }
};

/// Empty matches separate nothing.
class RegexSplitter : public Splitter {
 public:
  explicit RegexSplitter(std::unique_ptr<RE2> pattern) : pattern_(std::move(pattern)) {}

  List split(std::string_view text, size_t max) const override {
    List parts;
    size_t from = 0;
    size_t search = 0;
    const re2::StringPiece whole(text.data(), text.size());
    re2::StringPiece match;
    while ((max == 0 || parts.size() + 1 < max) && search <= text.size() &&
           pattern_->Match(whole, search, text.size(), RE2::UNANCHORED, &match, 1)) {
      const auto at = static_cast<size_t>(match.data() - text.data());
      if (match.empty()) {
        search = at + 1;
        continue;
      }
      parts.emplace_back(text.substr(from, at - from));
      from = search = at + match.size();
    }
    parts.emplace_back(text.substr(from));
    return parts;
  }

 private:
  std::unique_ptr<RE2> pattern_;
};

class Split : public RowFilter {
 public:
  Split(std::unique_ptr<Splitter> splitter, size_t max, std::vector<std::string> names)
      : splitter_(std::move(splitter)), max_(max), names_(std::move(names)) {}

  Result<Next> take(Row row, RowSink& out) override {
    ++number_;
    if (!row.value.is_scalar()) {
      return fail(ErrorKind::invalid,
                  fmt::format("{} is not text; take a field of it first: get FIELD",
                              describe_row(number_, row.value)));
    }
    List parts = row.value.is_string() ? splitter_->split(row.value.as_string(), max_)
                                       : splitter_->split(row.value.to_text(), max_);
    if (names_.empty()) {
      out.emit(Value(std::move(parts)));
      return Next::more;
    }
    Record record;
    for (size_t i = 0; i < names_.size(); ++i) {
      record.set(names_[i], i < parts.size() ? std::move(parts[i]) : Value());
    }
    out.emit(Value(std::move(record)));
    return Next::more;
  }

 private:
  std::unique_ptr<Splitter> splitter_;
  size_t max_;
  std::vector<std::string> names_;
  uint64_t number_ = 0;
};

Result<std::vector<std::string>> parse_names(const std::string& text) {
  std::vector<std::string> names;
  for (size_t from = 0; from <= text.size();) {
    const size_t end = std::min(text.find(',', from), text.size());
    std::string name = text.substr(from, end - from);
    if (name.empty())
      return fail(ErrorKind::invalid, fmt::format("--to {}: a name is empty", text));
    if (std::ranges::find(names, name) != names.end()) {
      return fail(ErrorKind::invalid, fmt::format("--to {}: '{}' is there twice", text, name));
    }
    names.push_back(std::move(name));
    from = end + 1;
  }
  return names;
}

Result<std::unique_ptr<Splitter>> make_splitter(const kernel::Arguments& args) {
  if (const Value* regex = args.value("regex")) {
    if (!args.operands.empty()) {
      return fail(ErrorKind::invalid, "there is a separator and -r; give one of them");
    }
    const std::string text = regex->to_text();
    RE2::Options options;
    options.set_log_errors(false);
    if (!is_utf8(text)) options.set_encoding(RE2::Options::EncodingLatin1);
    auto pattern = std::make_unique<RE2>(text, options);
    if (!pattern->ok()) {
      return fail(ErrorKind::invalid,
                  fmt::format("'{}' is no regular expression: {}", text, pattern->error()));
    }
    return std::make_unique<RegexSplitter>(std::move(pattern));
  }
  if (args.operands.empty()) return std::make_unique<BlankSplitter>();
  std::string separator = args.operands[0].to_text();
  if (separator.empty()) return std::make_unique<CharacterSplitter>();
  return std::make_unique<TextSplitter>(std::move(separator));
}

/// Not a separator but the name of a file: somebody means the program.
bool names_a_file(const Context& ctx, const Value& operand) {
  constexpr size_t kLongestSeparator = 3;
  const std::string text = operand.to_text();
  struct stat status;
  return text.size() > kLongestSeparator &&
         ::fstatat(ctx.scope.directory->fd.get(), text.c_str(), &status, 0) == 0 &&
         S_ISREG(status.st_mode);
}

/// --no-such: neither a flag of this split nor of the program.
const Value* unknown_flag(const List& words) {
  constexpr std::string_view kLong[] = {"additional-suffix",
                                        "bytes",
                                        "elide-empty-files",
                                        "filter",
                                        "hex-suffixes",
                                        "line-bytes",
                                        "lines",
                                        "max",
                                        "number",
                                        "numeric-suffixes",
                                        "regex",
                                        "separator",
                                        "suffix-length",
                                        "to",
                                        "unbuffered",
                                        "verbose",
                                        "version"};
  const auto word = std::ranges::find_if(words, [&](const Value& value) {
    if (!value.is_string() || !value.as_string().starts_with("--")) return false;
    const std::string& text = value.as_string();
    const std::string_view name = std::string_view(text).substr(2, text.find('=') - 2);
    return !name.empty() && std::ranges::find(kLong, name) == std::ranges::end(kLong);
  });
  return word == words.end() ? nullptr : &*word;
}

/// The last word is a flag of this split whose value is missing.
bool lacks_value(const List& words) {
  constexpr std::string_view kOwnFlags[] = {"-r", "--regex", "-n", "--max", "--to"};
  return !words.empty() && words.back().is_string() &&
         std::ranges::find(kOwnFlags, words.back().as_string()) != std::ranges::end(kOwnFlags);
}

ValueTask<int> run(Invocation call) {
  auto args = known_arguments(call);
  if (const Value* flag = args ? nullptr : unknown_flag(call.operands())) {
    return kernel::misuse(call, fmt::format("unknown flag {}", flag->as_string()));
  }
  if (!args && lacks_value(call.operands())) {
    return kernel::misuse(call,
                          fmt::format("{} needs a value", call.operands().back().as_string()));
  }
  if (!args) return hand_over(std::move(call));
  if (!args->operands.empty() && names_a_file(call.ctx, args->operands[0])) {
    return kernel::misuse(call, fmt::format("'{0}' is a file, and this split takes rows apart; the "
                                            "program that cuts files is /usr/bin/split {0}",
                                            args->operands[0].to_text()));
  }
  auto splitter = make_splitter(*args);
  if (!splitter) return kernel::misuse(call, std::move(splitter.error().message));
  size_t max = 0;
  if (const Value* limit = args->value("max")) {
    const auto number = kernel::whole_number(*limit, "-n", 1);
    if (!number) return kernel::misuse(call, number.error().message);
    max = static_cast<size_t>(*number);
  }
  std::vector<std::string> names;
  if (const Value* to = args->value("to")) {
    auto parsed = parse_names(to->to_text());
    if (!parsed) return kernel::misuse(call, std::move(parsed.error().message));
    names = std::move(*parsed);
    if (max == 0) max = names.size();
  }
  return run_filter(std::move(call),
                    std::make_unique<Split>(std::move(*splitter), max, std::move(names)));
}

}  // namespace

void register_split(kernel::BuiltinRegistry& registry) { registry.add({&kSchema, run}); }

}  // namespace weir::builtins
