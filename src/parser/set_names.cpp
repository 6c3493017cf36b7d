#include "parser/set_names.h"

#include <algorithm>

namespace weir::parser {

namespace {

/// A builtin that sets variables, and where their names stand among its words.
struct Setter {
  std::string_view command;
  std::string_view flags_with_value;  // letters of flags that take a value
  std::string_view flags_with_name;   // those of them whose value is a name
  size_t first_operand = 0;           // of the operands that are names; none from SIZE_MAX on
  size_t operands = SIZE_MAX;         // how many
};
constexpr Setter kSetters[] = {
    {"read", "padnNtu", "a"},
    {"getopts", "", "", 1, 1},
    {"printf", "v", "v", SIZE_MAX},
    {"wait", "pt", "p", SIZE_MAX},
    {"export", "", ""},
    {"readonly", "", ""},
    {"local", "", ""},
};

constexpr std::string_view kReply[] = {"REPLY"};
constexpr std::string_view kOptions[] = {"OPTARG", "OPTIND"};
constexpr std::string_view kItem[] = {"ITEM"};

/// Walks the words of one setter: clustered letters, their values, operands.
class SetterWords {
 public:
  SetterWords(const Setter& setter, std::span<const Word* const> words,
              const std::function<void(const Word&)>& visit)
      : setter_(setter), words_(words), visit_(visit) {}

  void read(std::span<const Assignment* const> declarations) {
    bool flags = true;
    for (size_t i = 0; i < words_.size(); ++i) {
      const Word& word = *words_[i];
      if (flags && word.is_static && word.text == "--") {
        flags = false;
      } else if (flags && word.is_static && word.text.size() > 1 && word.text[0] == '-') {
        i += take_flags(word, i);
      } else {
        flags = false;
        const bool declares = i + 1 < declarations.size() && declarations[i + 1] != nullptr;
        if (!declares) take_operand(word);
      }
    }
  }

 private:
  /// How many more words the flags take.
  size_t take_flags(const Word& word, size_t at) {
    for (size_t i = 1; i < word.text.size(); ++i) {
      if (setter_.flags_with_value.find(word.text[i]) == std::string_view::npos) continue;
      const bool is_name = setter_.flags_with_name.find(word.text[i]) != std::string_view::npos;
      const bool is_glued = i + 1 < word.text.size();  // -aNAME: the word is then no name itself
      if (is_name && is_glued)
        visit_(word);
      else if (is_name && at + 1 < words_.size())
        visit_(*words_[at + 1]);
      return is_glued ? 0 : 1;
    }
    return 0;
  }

  void take_operand(const Word& word) {
    const size_t number = operand_++;
    if (number >= setter_.first_operand && number - setter_.first_operand < setter_.operands)
      visit_(word);
  }

  const Setter& setter_;
  std::span<const Word* const> words_;
  const std::function<void(const Word&)>& visit_;
  size_t operand_ = 0;
};

}  // namespace

bool sets_names(std::string_view builtin) {
  return builtin == "scatter" ||
         std::ranges::find(kSetters, builtin, &Setter::command) != std::end(kSetters);
}

void for_each_name_word(const Call& call, const std::function<void(const Word&)>& visit) {
  if (call.is("scatter")) {
    for (size_t i = 1; i + 1 < call.words.size(); ++i)
      if (call.words[i]->is_static && call.words[i]->text == "--as") visit(*call.words[i + 1]);
    return;
  }
  const auto setter = std::ranges::find(kSetters, call.name, &Setter::command);
  if (setter == std::end(kSetters)) return;
  SetterWords(*setter, call.arguments(), visit).read(call.command.declarations);
}

std::span<const std::string_view> implied_names(const Call& call) {
  if (call.is("read")) return kReply;
  if (call.is("getopts")) return kOptions;
  if (call.is("scatter")) return kItem;
  return {};
}

}  // namespace weir::parser
