// `getopts`: the options of a script or function, one a call (POSIX).
//
// OPTIND is the next word to look at; where a word holds several letters, how
// far it was read is kept beside it. Setting OPTIND begins anew.
#include <fmt/format.h>

#include <charconv>

#include "base/text.h"
#include "builtins/names_support.h"
#include "builtins/reports_support.h"

namespace weir::builtins {

namespace {

constexpr ExampleSchema kExamples[] = {
    {"while getopts 'vo:' opt; do case $opt in v) verbose=1;; o) out=$OPTARG;; *) exit 2;; esac; "
     "done",
     "-v, and -o with a value"},
    {"shift $((OPTIND - 1))", "the operands that are left"},
};
constexpr CommandSchema kGetopts = {.name = "getopts",
                                    .summary = "read the next option of the positional parameters",
                                    .synopsis = "LETTERS NAME [ARG…]",
                                    .min_operands = 2,
                                    .examples = kExamples,
                                    .details =
                                        "LETTERS are the options; one with a : behind it takes a "
                                        "value, which goes to OPTARG. NAME gets the\n"
                                        "letter, or ? for one that is unknown or lacks its value, "
                                        "which is reported; with a : in front of\n"
                                        "LETTERS it is not, OPTARG has the letter and a lacking "
                                        "value gives : instead. 1 at the end.",
                                    .group = "variables"};

enum class LetterKind : uint8_t { unknown, plain, with_value };

LetterKind kind_of(std::string_view letters, char letter) {
  if (letter == ':') return LetterKind::unknown;
  const size_t at = letters.find(letter);
  if (at == std::string_view::npos) return LetterKind::unknown;
  return at + 1 < letters.size() && letters[at + 1] == ':' ? LetterKind::with_value
                                                           : LetterKind::plain;
}

/// One call: where reading stands, and what it found.
class OptionReader {
 public:
  OptionReader(Context& ctx, std::string_view letters, const List& words)
      : ctx_(ctx), letters_(letters), words_(words), silent_(letters.starts_with(':')) {
    if (silent_) letters_.remove_prefix(1);
    const auto optind = ctx.lookup("OPTIND");
    auto index = optind ? kernel::whole_number(*optind, "OPTIND", 1) : Result<int64_t>(1);
    index_ = index ? static_cast<size_t>(*index) : 1;
    // An int was assigned by the script; what a cluster leaves behind is text.
    const auto& state = ctx.scope.getopts;
    if (optind && optind->is_string() && state.index == index_) offset_ = state.offset;
  }

  /// False at the end of the options.
  bool next() {
    if (index_ > words_.size()) return false;
    const std::string word = words_[index_ - 1].to_text();
    if (offset_ == 0) {
      if (word.size() < 2 || word[0] != '-') return false;
      if (word == "--") {
        ++index_;
        return false;
      }
      offset_ = 1;
    }
    read_letter(word);
    return true;
  }

  const std::string& name_value() const { return found_; }
  const std::optional<Value>& argument() const { return argument_; }
  const std::string& complaint() const { return complaint_; }

  Result<void> store(std::string_view name) {
    ctx_.scope.getopts = {index_, offset_};
    const auto number = static_cast<int64_t>(index_);
    auto done =
        ctx_.assign("OPTIND", offset_ == 0 ? Value(number) : Value(fmt::format("{}", number)));
    if (done) done = argument_ ? ctx_.assign("OPTARG", *argument_) : ctx_.unset("OPTARG");
    if (done) done = ctx_.assign(name, Value(found_));
    return done;
  }

 private:
  void read_letter(const std::string& word) {
    const char letter = word[offset_++];
    const LetterKind kind = kind_of(letters_, letter);
    if (kind == LetterKind::with_value) {
      take_value(word, letter);
      return;
    }
    if (offset_ == word.size()) next_word();
    if (kind == LetterKind::plain) {
      found_ = letter;
    } else {
      reject(letter, "?", fmt::format("-{} is not an option", letter));
    }
  }

  void take_value(const std::string& word, char letter) {
    if (offset_ < word.size()) {
      argument_ = Value(word.substr(offset_));
      next_word();
    } else {
      next_word();
      if (index_ > words_.size()) {
        reject(letter, ":", fmt::format("-{} needs a value", letter));
        return;
      }
      argument_ = words_[index_ - 1];
      next_word();
    }
    found_ = letter;
  }

  void reject(char letter, std::string_view in_silence, std::string complaint) {
    found_ = silent_ ? in_silence : "?";
    if (silent_)
      argument_ = Value(std::string(1, letter));
    else
      complaint_ = std::move(complaint);
  }

  void next_word() {
    ++index_;
    offset_ = 0;
  }

  Context& ctx_;
  std::string_view letters_;
  const List& words_;
  bool silent_;
  size_t index_ = 1;   // of the word, from 1
  size_t offset_ = 0;  // in it; 0: not begun
  std::string found_ = "?";
  std::optional<Value> argument_;
  std::string complaint_;
};

Task<int> tell(Context& ctx, std::string line) {
  co_await kernel::warn(ctx, std::move(line));
  co_return 0;
}

bool reports_errors(const Context& ctx) {
  const auto opterr = ctx.lookup("OPTERR");
  return !opterr || opterr->to_text() != "0";
}

ValueTask<int> run_getopts(Invocation call) {
  Context& ctx = call.ctx;
  const std::string letters = call.operands()[0].to_text();
  const std::string name = call.operands()[1].to_text();
  if (!is_name(name))
    return misuse(call, fmt::format("{} is not a variable's name", quote_word(name)));
  const List words = call.operands().size() > 2
                         ? List(call.operands().begin() + 2, call.operands().end())
                         : *ctx.scope.parameters;
  OptionReader reader(ctx, letters, words);
  const bool more = reader.next();
  if (auto done = reader.store(name); !done)
    return complain(call, std::move(done.error().message), 2);
  if (!more) return 1;
  if (reader.complaint().empty() || !reports_errors(ctx)) return 0;
  return tell(ctx, fmt::format("{}: {}", ctx.scope.name, reader.complaint()));
}

}  // namespace

void register_getopts(BuiltinRegistry& registry) { registry.add({&kGetopts, run_getopts}); }

}  // namespace weir::builtins
